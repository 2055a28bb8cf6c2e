"""Whose order is it? On every way by which an order is found (rules: The two ideas): none is made twice because people
changed ours, and none of somebody else is taken for ours, or taken away."""

from datetime import date, timedelta
from typing import Any

import pytest

from powerup.actions.kit.answer import Answer, AnswerStatus
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.contract import Lead, Template
from powerup.contracts.visit import Doubt, LedgerVisit, Reason, VisitState
from powerup.outsmart.host import Host
from powerup.outsmart.records import WorkOrderStatus
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from powerup.store.tenants import Tenants
from powerup.sync.proof.audit import AuditReport, audit
from powerup.tenants.circumstances import circumstances_of
from tests.actions.acting import act
from tests.sandbox.calling import Caller
from tests.sync.odd_host import odd_host
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

NUMBER = "C1001-A-20270131-ALL"
POST = frozenset({"PostWorkorders"})
OTHER_CUSTOMER = {"CustomerDebtorNr": "1002"}
UNLIKE = {"WorkDeadline": "28-02-2027"}
"""Of our customer, and nothing else as we have it."""


def post(place: Workplace, number: str = NUMBER, **fields: Any) -> int:
    """An order that somebody else makes under that number, beside any that is there; gives its row id."""
    switches = place.server.host.switches
    place.server.host.change_switches(skip_flag_honoured=False, duplicate_workorder_no="create")
    caller = Caller(place.server)
    row_id = caller.post_order(number, **fields)
    caller.session.close()
    place.server.host.switches = switches
    return row_id


def audited(place: Workplace) -> AuditReport:
    with place.open_host(place.tenant()) as host:
        return audit(place.database, host, place.tenant(), place.clock().date())


def the_visit(place: Workplace) -> LedgerVisit:
    (visit,) = place.ledger()
    return visit


def add_one(place: Workplace, **fields: Any) -> None:
    place.add(contract(lead=Lead(30), **fields))


def retried(place: Workplace) -> Answer:
    """A person lets the visit be tried again."""
    actor = Actor("u_1", "A. Planner", Role.PLANNER, "webhook")
    request = Request("visit.retry", Target(TargetType.VISIT, str(the_visit(place).key)), actor, {})
    with place.database.read() as connection:
        around = circumstances_of(connection, place.tenant(), place.clock())
    with place.open_host(place.tenant()) as host:
        return act(place.database, host, around, request, Confirmations("secret of these tests"), place.clock())


def lose_the_answer(place: Workplace, **fields: Any) -> int:
    """Our order is made unheard of, and no comparison with the lists is due for a while; gives its row id."""
    place.run()
    place.fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=POST)
    add_one(place, **fields)
    assert place.run().ordered == 0
    place.clock.go_on(seconds=10)
    return place.row_id(NUMBER)


def test_an_order_of_another_customer_that_the_host_answers_with_is_not_taken_for_ours(place: Workplace) -> None:
    theirs = post(place, **OTHER_CUSTOMER)
    add_one(place)
    report = place.run(by_person=True)
    assert (report.ordered, report.failed) == (1, 0)
    assert place.numbers() == [NUMBER, f"{NUMBER}.r2"]
    visit = the_visit(place)
    assert (visit.state, visit.workorder_no) == (VisitState.ORDERED, f"{NUMBER}.r2")
    (told,) = report.attention
    assert f"row {theirs}" in told
    assert f"{NUMBER}.r2" in told
    place.run(by_person=True)
    assert the_visit(place).host_row_id == place.row_id(f"{NUMBER}.r2")
    assert place.server.host.orders.find(theirs).status == "Klaargezet"
    assert audited(place).ok
    assert audited(place).host == 1


@only_sqlite
def test_what_the_answer_to_a_post_says_is_believed_once_it_is_seen(place: Workplace) -> None:
    place.run()
    add_one(place)
    place.run()
    assert the_visit(place).doubt is Doubt.ANSWERED
    assert place.run(by_person=True).status_changes == 0
    assert the_visit(place).doubt is None


@only_sqlite
@pytest.mark.parametrize("tries", [2, 9])
def test_the_next_free_number_is_taken_up_to_the_ninth_try(place: Workplace, tries: int) -> None:
    post(place, **OTHER_CUSTOMER)
    for taken in range(2, tries):
        post(place, f"{NUMBER}.r{taken}", **OTHER_CUSTOMER)
    add_one(place)
    assert place.run(by_person=True).ordered == 1
    assert the_visit(place).workorder_no == f"{NUMBER}.r{tries}"


@only_sqlite
def test_when_the_ninth_try_is_taken_too_the_visit_fails(place: Workplace) -> None:
    post(place, **OTHER_CUSTOMER)
    for taken in range(2, 10):
        post(place, f"{NUMBER}.r{taken}", **OTHER_CUSTOMER)
    add_one(place)
    report = place.run(by_person=True)
    assert (report.ordered, report.failed) == (0, 1)
    assert the_visit(place).state is VisitState.FAILED
    assert len(place.numbers()) == 9


@only_sqlite
def test_people_who_change_an_order_before_it_was_ever_seen_get_no_second_one(place: Workplace) -> None:
    place.run()
    add_one(place)
    place.run()
    (order,) = place.server.host.orders.all()
    place.server.host.orders.save([order.with_fields(WorkDeadline="20-03-2027", WorkDate="", WorkObjects=["AC-1"])])
    report = place.run(by_person=True)
    assert (report.failed, report.attention) == (0, ())
    assert (the_visit(place).state, the_visit(place).doubt) == (VisitState.ORDERED, None)
    assert place.numbers() == [NUMBER]
    assert audited(place).ok


@only_sqlite
def test_an_unlike_order_of_our_customer_needs_a_person_and_a_retry_takes_the_next_number(place: Workplace) -> None:
    theirs = post(place, **UNLIKE)
    place.server.host.change_switches(duplicate_workorder_no="reject", skip_flag_honoured=False)
    add_one(place)
    report = place.run(by_person=True)
    assert (report.ordered, report.failed) == (0, 1)
    visit = the_visit(place)
    assert (visit.state, visit.host_row_id, visit.retry_at) == (VisitState.FAILED, None, None)
    assert f"row {theirs}" in (visit.refusal or "")
    assert f"{NUMBER}.r2" in report.attention[0]
    assert place.run(by_person=True).ordered == 0, "no cycle tries it again by itself"
    assert [difference.kind.value for difference in audited(place).differences] == ["clash"]
    assert place.numbers() == [NUMBER]
    assert retried(place).status is AnswerStatus.ACCEPTED
    assert place.run(by_person=True).ordered == 1
    assert (place.numbers(), the_visit(place).workorder_no) == ([NUMBER, f"{NUMBER}.r2"], f"{NUMBER}.r2")
    assert audited(place).ok


@only_sqlite
def test_an_order_that_a_refused_post_shows_to_be_another_customers_costs_one_number(place: Workplace) -> None:
    post(place, **OTHER_CUSTOMER)
    place.server.host.change_switches(duplicate_workorder_no="reject", skip_flag_honoured=False)
    place.add(*[contract(str(number), lead=Lead(30)) for number in (1001, 1002, 1003)])
    assert place.run(by_person=True).ordered == 3
    assert f"{NUMBER}.r2" in place.numbers()
    assert len(place.numbers()) == 4


@only_sqlite
def test_a_number_that_is_taken_before_it_ever_left_is_not_sent(place: Workplace) -> None:
    add_one(place)
    place.run()
    board.delete(place.server.host, place.row_id(NUMBER))
    never_sent = {"attempts": 0, "host_row_id": None, "doubt": None}
    place.rewrite(the_visit(place), state=VisitState.WITHHELD, reason=Reason.SKIPPED, **never_sent)
    post(place, **OTHER_CUSTOMER)
    posts = place.calls("PostWorkorders")

    def wanted_meanwhile(host: Host, status: WorkOrderStatus) -> Any:
        """A person orders the visit while the lists are read."""
        if the_visit(place).state is VisitState.WITHHELD:
            place.rewrite(the_visit(place), state=VisitState.ORDERING, reason=None)
        return host.work_orders(status)

    place.wrap_host = odd_host(work_orders=wanted_meanwhile)
    assert place.run(by_person=True).ordered == 1
    assert the_visit(place).workorder_no == f"{NUMBER}.r2"
    assert place.calls("PostWorkorders") == posts + 1


CHANGES: dict[str, dict[str, Any]] = {
    "date": {"WorkDate": "15-03-2027", "EmployeeNr": "1"},
    "deadline": {"WorkDeadline": "15-03-2027"},
    "objects": {"WorkObjects": [{"ObjectCode": "CV-3"}]},
    "all of them": {"WorkDate": "15-03-2027", "WorkDeadline": "16-03-2027", "WorkObjects": []},
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_an_order_of_ours_that_people_changed_before_anybody_heard_of_it_is_found(
    place: Workplace, changed: dict[str, Any]
) -> None:
    ours = lose_the_answer(place)
    board.change_fields(place.server.host, ours, changed)
    assert place.run().ordered == 1
    place.run(by_person=True)
    assert (the_visit(place).state, the_visit(place).host_row_id) == (VisitState.ORDERED, ours)
    assert place.numbers() == [NUMBER]
    assert audited(place).ok


@only_sqlite
@pytest.mark.parametrize("changed", [*CHANGES.values(), OTHER_CUSTOMER], ids=[*CHANGES, "customer"])
def test_an_order_that_was_seen_is_ours_whatever_people_changed_on_it(
    place: Workplace, changed: dict[str, Any]
) -> None:
    add_one(place)
    place.run(by_person=True)
    ours = place.row_id(NUMBER)
    board.change_fields(place.server.host, ours, changed)
    for _ in range(2):
        assert place.run(by_person=True).attention == ()
    board.complete(place.server.host, ours)
    place.run(by_person=True)
    assert (the_visit(place).state, the_visit(place).host_row_id) == (VisitState.COMPLETED, ours)
    assert place.numbers() == [NUMBER]
    assert audited(place).ok


@only_sqlite
@pytest.mark.parametrize("changed", [CHANGES["date"], CHANGES["objects"]], ids=["date", "objects"])
def test_an_order_that_people_changed_between_the_answer_and_the_first_look_stays_ours(
    place: Workplace, changed: dict[str, Any]
) -> None:
    place.run()
    add_one(place)
    place.run()
    board.change_fields(place.server.host, place.row_id(NUMBER), changed)
    place.run(by_person=True)
    assert (the_visit(place).state, the_visit(place).doubt) == (VisitState.ORDERED, None)
    assert place.numbers() == [NUMBER]


def order_beside_theirs(place: Workplace) -> int:
    """Ours is made, unanswered, at a host that has one of somebody else with its number; gives the row of that."""
    theirs = post(place, **OTHER_CUSTOMER)
    place.server.host.change_switches(skip_flag_honoured=False, duplicate_workorder_no="create")
    place.run()
    place.fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=POST)
    add_one(place)
    place.run()
    return theirs


@only_sqlite
def test_with_two_orders_of_one_number_the_lists_tell_which_is_ours(place: Workplace) -> None:
    theirs = order_beside_theirs(place)
    place.clock.go_on(seconds=10)
    assert place.run().ordered == 1
    assert place.numbers() == [NUMBER, NUMBER]
    ours = the_visit(place).host_row_id
    assert ours not in (None, theirs)
    told = place.run(by_person=True).attention
    assert f"row {theirs}; ours is row {ours}" in told[0]
    assert place.numbers() == [NUMBER, NUMBER], "somebody else's is left alone"
    assert [difference.kind.value for difference in audited(place).differences] == ["clash"]


@only_sqlite
def test_ours_is_found_behind_an_older_one_also_when_it_is_done_already(place: Workplace) -> None:
    theirs = order_beside_theirs(place)
    (ours,) = (order.row_id for order in place.server.host.orders.all() if order.row_id != theirs)
    board.complete(place.server.host, ours)
    place.clock.go_on(seconds=10)
    place.run()
    assert (the_visit(place).state, the_visit(place).host_row_id) == (VisitState.COMPLETED, ours)
    assert place.numbers() == [NUMBER, NUMBER]


@only_sqlite
def test_a_host_that_answers_with_the_older_of_two_does_not_hide_ours(place: Workplace) -> None:
    place.run()
    add_one(place)
    place.run()
    ours = place.row_id(NUMBER)
    theirs = post(place, **OTHER_CUSTOMER)
    place.rewrite(the_visit(place), host_row_id=theirs)
    place.run(by_person=True)
    assert (the_visit(place).host_row_id, the_visit(place).workorder_no) == (ours, NUMBER)


@only_sqlite
@pytest.mark.parametrize("known", ["answered", "unknown"])
def test_taking_back_deletes_nothing_of_somebody_else(place: Workplace, known: str) -> None:
    place.run()
    theirs = post(place, **OTHER_CUSTOMER)
    add_one(place)
    place.fault(FaultName.LOST_ANSWER, rate=1.0 if known == "unknown" else 0.0, endpoints=POST)
    place.run()
    place.rewrite(the_visit(place), state=VisitState.RETRACTING, reason=Reason.TERMINATED)
    place.clock.go_on(seconds=10)
    place.run()
    assert (the_visit(place).state, the_visit(place).reason) == (VisitState.WITHHELD, Reason.TERMINATED)
    assert place.server.host.orders.find(theirs).status == "Klaargezet"


@only_sqlite
def test_taking_back_an_order_of_unknown_outcome_deletes_ours_and_not_the_older_one(place: Workplace) -> None:
    theirs = order_beside_theirs(place)
    place.rewrite(the_visit(place), state=VisitState.RETRACTING, reason=Reason.TERMINATED)
    place.clock.go_on(seconds=10)
    assert place.run().retracted == 1
    assert [order.row_id for order in place.server.host.orders.all()] == [theirs]


@only_sqlite
def test_a_second_order_of_our_number_that_is_not_like_ours_is_left_alone(place: Workplace) -> None:
    add_one(place)
    place.run(by_person=True)
    second = post(place, **UNLIKE)
    told = place.run(by_person=True).attention
    assert f"row {second}" in told[0]
    assert place.numbers() == [NUMBER, NUMBER]


def test_a_restored_backup_takes_no_order_of_another_customer_for_ours(place: Workplace) -> None:
    theirs = post(place, **OTHER_CUSTOMER)
    with place.database.write() as connection:
        Tenants(connection).look_up_until(TENANT, place.clock() + timedelta(days=400))
    add_one(place)
    assert place.run(by_person=True).ordered == 1
    assert the_visit(place).workorder_no == f"{NUMBER}.r2"
    assert place.calls("PostWorkorders") == 2, "one is theirs"
    assert place.server.host.orders.find(theirs).status == "Klaargezet"


@only_sqlite
def test_a_moved_order_that_was_never_seen_is_told_nothing_when_it_is_somebody_elses(place: Workplace) -> None:
    theirs = post(place, WorkDate="01-02-2027", **OTHER_CUSTOMER)
    place.run()
    add_one(place, template=Template("Onderhoud", "op rekening", "Beurt", employee="1"))
    place.run()
    place.rewrite(the_visit(place), planned_date=date(2027, 1, 30), run_id="run_1")
    place.run()
    assert place.calls("UpdateWorkorder") == 0
    assert place.server.host.orders.find(theirs).fields["WorkDate"] == "01-02-2027"


@only_sqlite
def test_an_audit_finds_an_answer_that_named_somebody_elses_order(place: Workplace) -> None:
    place.run()
    post(place, **OTHER_CUSTOMER)
    add_one(place)
    place.run()
    assert [difference.kind.value for difference in audited(place).differences] == ["clash"]
    place.run(by_person=True)
    assert audited(place).ok
