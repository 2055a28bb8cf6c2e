"""Visits that were decided while their tenant stood still go by the catch-up policy, too (rules: Generation)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.actions.answer import AnswerStatus
from powerup.actions.confirmation import Confirmations
from powerup.actions.perform import act
from powerup.actions.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.configuration import Mode
from powerup.contracts.contract import CatchUp, Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.sync.circumstances import circumstances_of
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
