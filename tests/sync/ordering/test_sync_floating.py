"""Floating plans follow the completion that the host tells of (rules: Recurrence)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.contracts.contract import Lead, Schedule, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import VisitState
from powerup.sandbox import board
from tests.sync.workplace import Workplace, contract, only_sqlite

FRIDAY = date(2027, 1, 8)
FIRST, SECOND = "C1001-A-20270108-ALL", "C1001-A-20270120-ALL"


def on_wednesdays(**fields: Any) -> VisitPlan:
    return VisitPlan("A", Recurrence(Unit.WEEK, 2, weekdays=(2,)), schedule=Schedule.FLOATING, **fields)


def test_every_two_weeks_on_wednesday_after_a_completion_on_a_friday(place: Workplace) -> None:
    place.add(contract(plans=(on_wednesdays(next_visit=FRIDAY),), lead=Lead(3)))
    place.run(date(2027, 1, 5))
    assert place.numbers() == [FIRST]
    board.complete(place.server.host, place.row_id(FIRST), board.WorkPeriod(FRIDAY))
    place.run(FRIDAY, by_person=True)
    place.run(date(2027, 1, 16))
    assert place.numbers() == [FIRST]
    place.run(date(2027, 1, 17))
    assert place.numbers() == [FIRST, SECOND]


@only_sqlite
def test_the_last_of_several_work_periods_is_the_completion_in_whatever_order_they_come(place: Workplace) -> None:
    place.add(contract(plans=(on_wednesdays(next_visit=FRIDAY),), lead=Lead(7)))
    place.run()
    row = place.row_id(FIRST)
    for day in (date(2027, 1, 6), FRIDAY, date(2027, 1, 7)):
        board.complete(place.server.host, row, board.WorkPeriod(day))
        board.put_back(place.server.host, row)
    board.complete(place.server.host, row)
    place.run(date(2027, 1, 11), by_person=True)
    (done,) = place.ledger(VisitState.COMPLETED)
    assert done.completed_on == FRIDAY


@only_sqlite
@pytest.mark.parametrize(("employee", "expected"), [("1", FRIDAY), (None, date(2027, 1, 11))])
def test_without_a_work_period_it_is_the_work_date_else_the_day_on_which_it_was_seen(
    place: Workplace, employee: str | None, expected: date
) -> None:
    template = replace(contract().template, employee=employee)
    place.add(contract(plans=(on_wednesdays(next_visit=FRIDAY),), lead=Lead(7), template=template))
    place.run()
    board.complete(place.server.host, place.row_id(FIRST))
    place.run(date(2027, 1, 11), by_person=True)
    board.settle(place.server.host, place.row_id(FIRST))
    place.run(date(2027, 1, 12), by_person=True)
    (done,) = place.ledger(VisitState.SETTLED)
    assert done.completed_on == expected
