"""Visits that were decided while their tenant stood still go by the catch-up policy, too (rules: Generation)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.configuration import Mode
from powerup.contracts.contract import CatchUp, ContractType, Lead, Spread, VisitPlan, YearlyOrders
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import Reason, VisitState
from powerup.sandbox.faults import FaultName
from powerup.tenants.circumstances import circumstances_of
from tests.actions.acting import act
from tests.sync.workplace import Workplace, contract, only_sqlite

PLANNER = Actor("u_1", "A. Planner", Role.PLANNER, "webhook")


def press(place: Workplace, action: str, target: Target, **entered: Any) -> None:
    tenant = place.tenant()
    with place.database.read() as connection:
        around = circumstances_of(connection, tenant, place.clock())
    request = Request(action, target, PLANNER, entered)
    with place.open_host(tenant) as host:
        answer = act(place.database, host, around, request, Confirmations("secret"), place.clock())
    assert answer.status in (AnswerStatus.SUCCEEDED, AnswerStatus.ACCEPTED), answer.message


def edit_while_it_rests(place: Workplace, mode: Mode, **settings: Any) -> None:
    """The order of 31 January was made; that of 28 February is due when somebody edits the contract."""
    place.add(contract(lead=Lead(30)))
    place.run()
    place.configure(mode=mode, **settings)
    place.clock.go_to(date(2027, 2, 1))
    press(place, "contract.edit", Target(TargetType.CONTRACT, "1001"), name="Another name")
    (waits,) = place.ledger(VisitState.ORDERING)
    assert waits.planned_date == date(2027, 2, 28)


@pytest.mark.parametrize("mode", [Mode.STOPPED, Mode.DRY_RUN])
@pytest.mark.parametrize(
    ("policy", "sent"),
    [
        (CatchUp.LATEST, ["20270131", "20270430", "20270531"]),
        (CatchUp.NONE, ["20270131", "20270531"]),
        (CatchUp.ALL, ["20270131", "20270228", "20270331", "20270430", "20270531"]),
    ],
)
@only_sqlite
def test_what_an_edit_decided_while_the_tenant_was_stopped_goes_by_the_catch_up_policy(
    place: Workplace, mode: Mode, policy: CatchUp, sent: list[str]
) -> None:
    edit_while_it_rests(place, mode)
    place.clock.go_to(date(2027, 5, 15))
    place.configure(catch_up=policy)
    told = {(row.planned_date, row.state, row.reason) for row in place.run(dry_run=True).rows}
    place.run()
    assert place.numbers() == [f"C1001-A-{day}-ALL" for day in sent]
    missed = [row for row in place.ledger(VisitState.WITHHELD) if row.planned_date == date(2027, 2, 28)]
    assert [row.reason for row in missed] == ([] if policy is CatchUp.ALL else [Reason.MISSED])
    assert {(row.planned_date, row.state, row.reason) for row in missed} <= told


@only_sqlite
def test_the_latest_that_was_decided_is_sent_though_its_day_has_passed(place: Workplace) -> None:
    edit_while_it_rests(place, Mode.STOPPED)
    place.clock.go_to(date(2027, 3, 10))
    place.configure()
    place.run()
    assert place.numbers() == ["C1001-A-20270131-ALL", "C1001-A-20270228-ALL", "C1001-A-20270331-ALL"]


@only_sqlite
def test_an_order_that_a_person_asked_for_is_made_though_later_ones_are_overdue(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run(date(2027, 5, 15))
    (first, *_) = sorted(place.ledger(VisitState.WITHHELD), key=lambda visit: visit.planned_date)
    assert first.reason is Reason.MISSED
    press(place, "visit.order_now", Target(TargetType.VISIT, str(first.key)))
    place.run()
    assert "C1001-A-20270131-ALL" in place.numbers()


@only_sqlite
def test_a_visit_that_was_missed_lets_the_next_of_its_plan_go(place: Workplace) -> None:
    plan = replace(contract().plans[0], previous_open=True)
    place.add(contract(lead=Lead(30), plans=(plan,)))
    place.run()
    place.rewrite(place.ledger()[0], state=VisitState.ORDERING, host_row_id=None, attempts=0)
    place.configure(catch_up=CatchUp.NONE)
    place.clock.go_to(date(2027, 2, 5))
    place.run()
    place.clock.go_on(minutes=31)
    place.run()
    assert "C1001-A-20270228-ALL" in place.numbers()


def deadlines(place: Workplace) -> list[date]:
    """Of the work orders at the host; the ledger says the same of each."""
    told = {order.workorder_no: order.fields["WorkDeadline"] for order in place.server.host.orders.all()}
    rows = sorted(place.ledger(VisitState.ORDERED), key=lambda row: row.key)
    assert told == {row.workorder_no: f"{row.deadline:%d-%m-%Y}" for row in rows}
    return [row.deadline for row in rows]


@pytest.mark.parametrize("policy", [CatchUp.LATEST, CatchUp.NONE])
def test_two_orders_that_were_called_off_for_last_week_are_both_made_with_a_deadline_of_today(
    place: Workplace, policy: CatchUp
) -> None:
    on_request = YearlyOrders(5, Spread.CALL_OFF)
    place.add(contract(type=ContractType.YEARLY, yearly=on_request, plans=(VisitPlan("Y", Recurrence(Unit.DAY)),)))
    place.configure(catch_up=policy)
    for day in ("2027-01-12", "2027-01-14"):
        press(place, "contract.call_off", Target(TargetType.CONTRACT, "1001"), date=day)
    place.run(date(2027, 1, 19))
    assert place.numbers() == ["C1001-Y-20270112-ALL", "C1001-Y-20270114-ALL"]
    assert deadlines(place) == [date(2027, 1, 19)] * 2


def test_an_order_that_was_asked_for_now_is_made_when_the_tenant_goes_on(place: Workplace) -> None:
    place.add(contract())
    place.run()
    place.configure(mode=Mode.STOPPED)
    press(place, "visit.order_now", Target(TargetType.VISIT, "1001:A:2027-01-31:"))
    (waits,) = place.ledger(VisitState.ORDERING)
    place.rewrite(waits, run_id=None)
    place.clock.go_to(date(2027, 5, 15))
    place.configure(catch_up=CatchUp.NONE)
    place.run()
    assert place.numbers() == ["C1001-A-20270131-ALL"]
    assert deadlines(place) == [date(2027, 5, 15)]


@only_sqlite
def test_a_move_that_was_overdue_is_made(place: Workplace) -> None:
    place.add(contract())
    place.run()
    press(place, "visit.move", Target(TargetType.VISIT, "1001:A:2027-01-31:"), to="2027-01-20")
    place.run(date(2027, 3, 10))
    assert place.numbers() == ["C1001-A-20270131-ALL", "C1001-A-20270228-ALL"]


@only_sqlite
def test_an_order_whose_request_was_lost_is_sent_days_later_with_a_deadline_of_that_day(place: Workplace) -> None:
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1}), endpoints=frozenset({"PostWorkorders"}))
    place.add(contract())
    place.run(date(2027, 1, 31))
    assert [row.attempts for row in place.ledger(VisitState.ORDERING)] == [1]
    place.run(date(2027, 2, 4))
    assert deadlines(place) == [date(2027, 2, 4)]


@only_sqlite
def test_a_refused_order_that_is_retried_later_has_a_deadline_of_that_day(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(visit, state=VisitState.FAILED, refusal="no", host_row_id=None, retry_at=place.clock())
    place.run(date(2027, 2, 4))
    late = next(row for row in place.ledger(VisitState.ORDERED) if row.key == visit.key)
    (order,) = place.server.host.orders.matching("workorder_no", "C1001-A-20270131-ALL.r2")
    assert (order.fields["WorkDeadline"], late.deadline) == ("04-02-2027", date(2027, 2, 4))
