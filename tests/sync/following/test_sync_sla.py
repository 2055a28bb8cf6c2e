"""Work orders under a corrective contract: matched, followed, warned of (rules: SLA)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.request import Role, Target, TargetType
from powerup.contracts.configuration import HostClock
from powerup.contracts.contract import Lead, Termination
from powerup.contracts.sla_standing import SlaStage
from powerup.readings.cards import Cards
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from powerup.store.audit_trail import AuditTrail
from powerup.store.host_profiles import HostProfiles, ProfileEntry
from powerup.store.tenants import Tenants
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader
from tests.sandbox.calling import Caller
from tests.sync.service_desk import PLANNER, SILVER, ServiceDesk, at, corrective
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite


@pytest.fixture
def desk(place: Workplace) -> ServiceDesk:
    return ServiceDesk(place)


def test_deadlines_are_computed_from_the_moment_the_work_order_was_made(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.comes_in("WB-1", at(14, 30))
    desk.cycle(at(15))
    (row,) = desk.rows()
    assert (row["contract"], row["sla_policy"], row["priority"]) == ("2001", "GOLD", "1")
    assert row["came_in_at"] == "2027-01-04T14:30:00+01:00"
    assert row["response_deadline"] == "2027-01-05T09:30:00+01:00"
    assert row["resolution_deadline"] == "2027-01-05T13:30:00+01:00"
    assert (row["state"], row["time_left_minutes"]) == ("running", 210)


@only_sqlite
def test_finding_them_costs_no_calls_beyond_the_open_lists(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.cycle(at(9))
    desk.comes_in("WB-1")
    assert desk.cycle(at(10)).calls == 2
    assert list(desk.orders()) == ["WB-1"]


@only_sqlite
def test_the_contract_on_the_object_wins_over_that_of_the_customer(desk: ServiceDesk) -> None:
    desk.place.add(corrective(), corrective("2002", objects=("CV-1",)))
    desk.comes_in("WB-1", WorkObjects=["CV-1"])
    desk.comes_in("WB-2", WorkObjects=["CV-2"])
    desk.comes_in("WB-3", CustomerDebtorNr="1005")
    desk.cycle(at(10))
    assert desk.contracts() == {"WB-1": "2002", "WB-2": "2001"}


@only_sqlite
def test_a_contract_that_was_not_active_when_it_came_in_promises_nothing(desk: ServiceDesk) -> None:
    desk.place.add(
        corrective(start=date(2027, 1, 5)),
        corrective("2002", termination=Termination(date(2027, 1, 3), "MOVED")),
        corrective("2003", deleted_on=date(2027, 1, 2)),
    )
    desk.comes_in("WB-1")
    desk.cycle(at(10, day=5))
    assert desk.contracts() == {}


@only_sqlite
def test_orders_that_visits_have_made_fall_under_a_contract_by_a_persons_word_only(desk: ServiceDesk) -> None:
    desk.place.add(contract(lead=Lead(60)), corrective())
    desk.cycle(at(10))
    number = "C1001-A-20270131-ALL"
    assert (desk.place.numbers()[0], desk.contracts()) == (number, {})
    desk.press("work_order.attach", desk.place.row_id(number), contract="2001")
    desk.cycle(at(10, 30), by_person=False)
    assert desk.contracts() == {number: "2001"}


@only_sqlite
def test_an_order_of_somebody_else_with_a_visits_number_falls_under_its_own_customers_contract(
    desk: ServiceDesk,
) -> None:
    desk.place.add(contract(lead=Lead(30)), corrective("2002", customer="1005"))
    desk.cycle(at(9))
    desk.comes_in("C1001-A-20270131-ALL", CustomerDebtorNr="1005")
    desk.cycle(at(10))
    assert desk.contracts() == {"C1001-A-20270131-ALL": "2002"}


@only_sqlite
@pytest.mark.parametrize("attached", [True, False])
def test_a_second_order_that_a_person_put_under_a_contract_is_not_taken_back(desk: ServiceDesk, attached: bool) -> None:
    desk.place.add(contract(lead=Lead(30)), corrective())
    desk.cycle(at(9))
    (ours,) = desk.place.ledger()
    second = desk.comes_in("C1001-A-20270131-ALL", WorkDeadline=f"{ours.deadline:%d-%m-%Y}")
    if attached:
        desk.press("work_order.attach", second, contract="2001")
    desk.cycle(at(10))
    assert len(desk.place.numbers()) == (2 if attached else 1)


def test_a_persons_link_wins_over_object_and_customer(desk: ServiceDesk) -> None:
    desk.place.add(corrective(), corrective("2002", sla_policy="SILVER", customer="1005"))
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(10))
    answer = desk.press("work_order.attach", row_id, contract="2002")
    assert answer.status is AnswerStatus.SUCCEEDED
    assert "customer 1001" in str(answer.warnings[0])
    desk.cycle(at(10, 1), by_person=False)
    order = desk.orders()["WB-1"]
    assert (order.contract, order.policy, order.came_in_at) == ("2002", SILVER, at(9))


def test_a_detached_work_order_falls_under_none_until_it_is_attached_again(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(10))
    assert desk.press("work_order.detach", row_id).status is AnswerStatus.SUCCEEDED
    desk.cycle(at(10, 1), by_person=False)
    assert desk.contracts() == {}
    desk.cycle(at(10, 30))
    assert desk.contracts() == {}
    desk.press("work_order.attach", row_id, contract="2001")
    desk.cycle(at(10, 31), by_person=False)
    assert desk.contracts() == {"WB-1": "2001"}


@only_sqlite
def test_the_card_beside_a_work_order_is_that_of_its_contract(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(10))
    with desk.place.database.read() as connection:
        around = circumstances_of(connection, desk.place.tenant(), desk.place.clock())
        beside = Cards(connection, around).beside(Target(TargetType.WORK_ORDER, str(row_id)), PLANNER, Reader("en"))
    assert [card["id"] for card in beside["cards"]] == ["2001"]


def sla_beside(desk: ServiceDesk, kind: TargetType, id_: int | str) -> list[Any]:
    """What the cards beside a record say of their SLA."""
    with desk.place.database.read() as connection:
        around = circumstances_of(connection, desk.place.tenant(), desk.place.clock())
        beside = Cards(connection, around).beside(Target(kind, str(id_)), PLANNER, Reader("en"))
    return [card["sla"] for card in beside["cards"]]


@only_sqlite
def test_the_card_of_a_work_order_shows_its_deadlines_and_the_time_left(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id, _ = desk.comes_in("WB-1", at(14, 30)), desk.comes_in("WB-2", at(14))
    desk.cycle(at(15))
    response = {
        "workorder_no": "WB-1",
        "measures": "response",
        "due": "2027-01-05T09:30:00+01:00",
        "minutes_left": 210,
        "state": "running",
    }
    resolution = response | {"measures": "resolution", "due": "2027-01-05T13:30:00+01:00", "minutes_left": 450}
    assert sla_beside(desk, TargetType.WORK_ORDER, row_id) == [{"rows": [response, resolution], "more": 0}]
    board.pick_up(desk.place.server.host, row_id)
    desk.cycle(at(15, 30))
    (shown,) = sla_beside(desk, TargetType.WORK_ORDER, row_id)
    assert [(row["measures"], row["minutes_left"]) for row in shown["rows"]] == [("resolution", 420)]


@only_sqlite
def test_the_card_of_a_corrective_contract_shows_the_ten_most_urgent_and_how_many_more(desk: ServiceDesk) -> None:
    desk.place.add(contract("1001"), corrective())
    for place in range(12):
        desk.comes_in(f"WB-{place}", at(9, place), PriorityCode="1" if place else "9")
    desk.cycle(at(12, 30))
    none, shown = sla_beside(desk, TargetType.RELATION, "1001")
    assert none is None
    assert shown["more"] == 12
    assert [row["workorder_no"] for row in shown["rows"]] == [f"WB-{place}" for place in range(1, 11)]
    assert {(row["measures"], row["state"]) for row in shown["rows"]} == {("response", "warned")}
    desk.cycle(at(13, 30))
    assert {row["state"] for row in sla_beside(desk, TargetType.CONTRACT, "2001")[0]["rows"]} == {"breached"}


@only_sqlite
def test_in_the_sandbox_the_clock_is_its_today_with_the_present_time_of_day(desk: ServiceDesk) -> None:
    """As the stand-in stamps its work orders, and not an hour off."""
    desk.place.add(corrective())
    host = desk.place.server.host
    host.calendar = replace(host.calendar, clock=desk.place.clock)
    desk.place.clock.now = at(9)
    another = date(2027, 3, 2)
    host.calendar.set_today(another)
    with desk.place.database.write() as connection:
        Tenants(connection).save(replace(desk.place.tenant(), sandbox_today=another))
    caller = Caller(desk.place.server)
    row_id = caller.post_order("WB-1", PriorityCode="1")
    caller.session.close()
    desk.cycle(at(9, 20))
    (row,) = desk.rows()
    assert row["came_in_at"] == "2027-03-02T09:00:00+01:00"
    assert (row["response_deadline"], row["time_left_minutes"]) == ("2027-03-02T13:00:00+01:00", 220)
    assert sla_beside(desk, TargetType.WORK_ORDER, row_id)[0]["rows"][0]["minutes_left"] == 220
    next_cycle_at = desk.place.tenant().next_cycle_at
    assert next_cycle_at is not None
    assert next_cycle_at <= at(12)  # the warning at three quarters
    desk.cycle(at(12, 1), by_person=False)
    assert len(desk.told()) == 1


def attach_button(desk: ServiceDesk, row_id: int) -> dict[str, Any]:
    with desk.place.database.read() as connection:
        around = circumstances_of(connection, desk.place.tenant(), desk.place.clock())
        beside = Cards(connection, around).beside(Target(TargetType.WORK_ORDER, str(row_id)), PLANNER, Reader("en"))
    button: dict[str, Any] = beside["actions"][0]
    return button


@only_sqlite
def test_a_work_order_is_put_under_a_contract_by_choosing_from_the_active_corrective_ones(desk: ServiceDesk) -> None:
    ended = corrective("2004", end=date(2027, 1, 3))
    desk.place.add(contract(), corrective(), corrective("2002", customer="1005"), corrective("2003"), ended)
    row_id = desk.comes_in("WB-1")
    desk.press("work_order.attach", row_id, contract="2002")
    desk.cycle(at(10))
    button = attach_button(desk, row_id)
    assert button["choices"] == {
        "contract": [
            {"value": "2001", "label": "2001 CV-ketel (customer 1001)"},
            {"value": "2003", "label": "2003 CV-ketel (customer 1001)"},
        ]
    }
    desk.press("work_order.attach", row_id, contract="2003")
    desk.cycle(at(11))
    assert [choice["value"] for choice in attach_button(desk, row_id)["choices"]["contract"]] == ["2001", "2002"]


@only_sqlite
def test_the_button_to_put_a_work_order_under_a_contract_is_grey_where_there_is_none(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(10))
    button = attach_button(desk, row_id)
    assert (button["enabled"], button["reason"]) == (False, "There is no active corrective contract to put it under.")


@only_sqlite
def test_who_attached_is_in_the_audit_trail(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.press("work_order.attach", row_id, contract="2001")
    with desk.place.database.read() as connection:
        (line,) = AuditTrail(connection, TENANT).of_target("work_order", str(row_id))
    assert (line.action, line.actor_name, line.input) == ("work_order.attach", "A. Planner", {"contract": "2001"})


@only_sqlite
@pytest.mark.parametrize(
    ("named", "pointer", "code"),
    [
        ("9999", "/input/contract", "unknown_contract"),
        ("1001", "/input/contract", "not_corrective"),
        ("2002", "/input/contract", "not_active"),
    ],
)
def test_only_an_active_corrective_contract_is_attached_to(
    desk: ServiceDesk, named: str, pointer: str, code: str
) -> None:
    desk.place.add(contract(), corrective("2002", end=date(2027, 1, 3)))
    answer = desk.press("work_order.attach", desk.comes_in("WB-1"), contract=named)
    assert answer.status is AnswerStatus.INVALID
    assert [(problem.pointer, problem.code) for problem in answer.problems] == [(pointer, code)]


@only_sqlite
def test_what_is_no_work_order_is_not_attached_and_a_viewer_attaches_nothing(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    assert desk.press("work_order.attach", "WB-1", contract="2001").status is AnswerStatus.INVALID
    assert desk.press("work_order.attach", 4711, contract="2001").status is AnswerStatus.INVALID
    assert desk.press("work_order.detach", 1, role=Role.VIEWER).status is AnswerStatus.DENIED


def test_response_and_resolution_are_as_they_were_seen(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(9, 30))
    board.pick_up(desk.place.server.host, row_id)
    desk.cycle(at(10))
    assert desk.orders()["WB-1"].responded_at == at(10)
    assert desk.rows()[0]["response_state"] == "met"
    board.complete(desk.place.server.host, row_id)
    desk.cycle(at(15))
    assert desk.orders()["WB-1"].resolved_at == at(15)
    board.settle(desk.place.server.host, row_id)
    assert desk.cycle(at(16)).calls == 2, "what was resolved is not asked for when it leaves the lists"
    assert desk.orders() == {}


@only_sqlite
def test_what_is_settled_between_two_looks_is_resolved_by_the_second(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(9, 30))
    board.complete(desk.place.server.host, row_id)
    board.settle(desk.place.server.host, row_id)
    assert desk.cycle(at(10)).calls == 3
    assert (desk.orders(), desk.told()) == ({}, [])


def test_people_are_warned_at_three_quarters_and_at_the_breach_once_each(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.comes_in("WB-1")
    warned = []
    for moment in (at(11, 59), at(12), at(12, 30), at(13), at(13, 1), at(13, 30), at(15), at(17, day=5)):
        desk.cycle(moment)
        warned.append(len(desk.told()))
    assert warned == [0, 1, 1, 1, 2, 2, 3, 4]
    assert desk.told()[:2] == [
        "Work order WB-1 (contract 2001) needs a response by 1/4/27, 1:00\u202fPM.",
        "Work order WB-1 (contract 2001) was not responded to by 1/4/27, 1:00\u202fPM.",
    ]


def test_a_warning_that_is_due_wakes_the_tenant_and_looks_at_the_host_first(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1", at(8))
    desk.cycle(at(10, 45))
    assert desk.place.tenant().next_cycle_at == at(11), "sooner than the next comparison"
    board.pick_up(desk.place.server.host, row_id)
    desk.cycle(at(11), by_person=False)
    assert desk.told() == []
    assert desk.orders()["WB-1"].responded_at == at(11)


@only_sqlite
def test_what_people_were_warned_of_stays_in_sight_while_it_lasts(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    assert desk.cycle(at(12)).attention == ("Nearly over the time of its SLA: work order WB-1.",)
    assert desk.cycle(at(14)).attention == ("Over the time of its SLA: work order WB-1.",)
    desk.cycle(at(14, 10), by_person=False)
    assert desk.place.tenant().attention == "Over the time of its SLA: work order WB-1."
    board.complete(desk.place.server.host, row_id)
    desk.cycle(at(14, 30))
    assert desk.place.tenant().attention is None
    assert len(desk.told()) == 2, "the host was told of each once, and not of the summary"


@only_sqlite
def test_a_late_answer_that_nobody_was_warned_of_is_told_as_a_breach(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(10))
    board.complete(desk.place.server.host, row_id)
    board.settle(desk.place.server.host, row_id)
    desk.cycle(at(9, day=8))
    assert sorted(sentence.split(" by ")[0] for sentence in desk.told()) == [
        "Work order WB-1 (contract 2001) was not resolved",
        "Work order WB-1 (contract 2001) was not responded to",
    ]


@only_sqlite
def test_a_work_status_that_stops_the_clock_stops_it_until_it_is_gone(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(10))
    board.change_fields(desk.place.server.host, row_id, {"WorkStatus": "WACHT"})
    desk.cycle(at(11))
    assert (desk.rows()[0]["response_state"], desk.rows()[0]["response_deadline"]) == ("stopped", None)
    board.change_fields(desk.place.server.host, row_id, {"WorkStatus": ""})
    desk.cycle(at(15))
    assert desk.rows()[0]["response_deadline"] == "2027-01-04T17:00:00+01:00"
    assert desk.told() == []


@only_sqlite
def test_a_removed_work_order_is_nobodys_worry(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    desk.cycle(at(10))
    board.delete(desk.place.server.host, row_id)
    desk.cycle(at(16))
    assert (desk.orders(), desk.told()) == ({}, [])


@only_sqlite
def test_a_work_order_that_is_put_back_is_followed_again(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    row_id = desk.comes_in("WB-1")
    board.complete(desk.place.server.host, row_id)
    desk.cycle(at(10))
    board.settle(desk.place.server.host, row_id)
    desk.cycle(at(11))
    board.put_back(desk.place.server.host, row_id)
    desk.cycle(at(12))
    assert desk.orders()["WB-1"].resolved_at == at(10), "what was resolved stays so"


@only_sqlite
def test_a_list_that_lags_closes_nothing(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.comes_in("WB-1")
    desk.cycle(at(10))
    desk.place.fault(FaultName.LIST_LAG, rate=1.0, lag_calls=1000)
    desk.cycle(at(10, 30))
    assert list(desk.orders()) == ["WB-1"]


@only_sqlite
def test_an_order_without_a_promise_for_its_priority_is_shown_and_never_late(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.comes_in("WB-1", PriorityCode="3")
    desk.cycle(at(16, day=8))
    (row,) = desk.rows()
    assert (row["state"], row["response_deadline"], row["resolution_deadline"]) == (None, None, None)


@only_sqlite
def test_a_policy_that_is_gone_is_told(desk: ServiceDesk) -> None:
    desk.place.add(corrective(sla_policy="LEAD"))
    desk.comes_in("WB-1")
    assert "LEAD" in desk.cycle(at(10)).attention[0]


@only_sqlite
def test_a_changed_policy_counts_for_work_orders_that_come_after_it(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.comes_in("WB-1")
    desk.cycle(at(10))
    desk.place.change("2001", sla_policy="SILVER")
    desk.comes_in("WB-2", at(10))
    desk.cycle(at(10, 30))
    assert {number: order.policy.code for number, order in desk.orders().items()} == {"WB-1": "GOLD", "WB-2": "SILVER"}


@only_sqlite
def test_the_most_urgent_comes_first(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.comes_in("WB-1", at(10))
    desk.comes_in("WB-2", at(8))
    desk.comes_in("WB-3", PriorityCode="3")
    desk.cycle(at(11))
    assert [row["workorder_no"] for row in desk.rows()] == ["WB-2", "WB-1", "WB-3"]


@only_sqlite
def test_a_stage_that_was_told_is_remembered(desk: ServiceDesk) -> None:
    desk.place.add(corrective())
    desk.comes_in("WB-1")
    desk.cycle(at(12))
    order = desk.orders()["WB-1"]
    assert (order.response_told, order.resolution_told) == (SlaStage.WARNING, None)


@only_sqlite
@pytest.mark.parametrize(
    ("setting", "found", "came_in_at"),
    [
        (HostClock.UTC, "tenant", "2027-01-04T11:00:00+01:00"),
        (HostClock.FOUND, "utc", "2027-01-04T11:00:00+01:00"),
        (HostClock.TENANT, "utc", "2027-01-04T10:00:00+01:00"),
    ],
)
def test_whose_clock_a_host_is_on_is_what_the_setting_says_else_what_was_seen(
    desk: ServiceDesk, setting: HostClock, found: str, came_in_at: str
) -> None:
    with desk.place.database.write() as connection:
        before = Tenants(connection).configuration(TENANT)
        settings = replace(before.settings, host_clock=setting)
        Tenants(connection).save_configuration(TENANT, replace(before, settings=settings))
        HostProfiles(connection, TENANT).save([ProfileEntry("creation_date_zone", found, at(8))])
    desk.place.add(corrective())
    desk.comes_in("WB-1", at(10))
    desk.cycle(at(12))
    (row,) = desk.rows()
    assert row["came_in_at"] == came_in_at
