"""What is still ordered after days without a cycle (rules: Generation, Catch-up)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import CatchUp, ContractType, Pause, Spread, Termination, VisitPlan, YearlyOrders
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due, visits
from powerup.contracts.situation import ContractSituation, Facts
from powerup.contracts.visit import VisitState
from tests.contracts.cycles import (
    contract,
    dates,
    days_in_advance,
    moved,
    one_cycle,
    ordered,
    plan,
    situation,
    withheld,
    written,
)

NEW_YEAR = date(2026, 1, 1)
STOOD_STILL_UNTIL = date(2026, 4, 1)


def _after_ninety_days(*plans: VisitPlan, **fields: Any) -> ContractSituation:
    settings = TenantSettings(catch_up=fields.pop("by_default", CatchUp.LATEST))
    of = contract(*plans, start=NEW_YEAR, **fields)
    return situation(replace(of, settled_through=date(2025, 12, 31)), settings=settings)


def test_latest_orders_only_the_most_recent_overdue_visit_and_withholds_the_others_as_missed() -> None:
    rows = due(_after_ninety_days(plan(unit=Unit.WEEK)), STOOD_STILL_UNTIL)
    assert ordered(rows) == dates("2026-03-26")
    assert set(withheld(rows).values()) == {"missed"}
    assert len(withheld(rows)) == 12


def test_several_orders_of_one_day_are_all_the_latest() -> None:
    three = YearlyOrders(3, Spread.AT_START)
    of = contract(plan("Y"), start=NEW_YEAR, type=ContractType.YEARLY, yearly=three)
    rows = due(situation(replace(of, settled_through=date(2025, 12, 31))), date(2026, 1, 5))
    assert ordered(rows) == [NEW_YEAR] * 3


def test_all_orders_every_overdue_visit() -> None:
    rows = due(_after_ninety_days(plan(unit=Unit.WEEK), by_default=CatchUp.ALL), STOOD_STILL_UNTIL)
    assert len(ordered(rows)) == 13
    assert withheld(rows) == {}


def test_none_orders_no_overdue_visit() -> None:
    rows = due(_after_ninety_days(plan(unit=Unit.WEEK), by_default=CatchUp.NONE), STOOD_STILL_UNTIL)
    assert ordered(rows) == []
    assert len(withheld(rows)) == 13


def test_visits_of_today_or_later_are_always_ordered() -> None:
    now = _after_ninety_days(
        plan(unit=Unit.WEEK, anchor=date(2026, 1, 7)), by_default=CatchUp.NONE, lead=days_in_advance(10)
    )
    assert ordered(due(now, STOOD_STILL_UNTIL)) == dates("2026-04-01", "2026-04-08")


def test_the_latest_is_told_per_plan_and_object() -> None:
    now = _after_ninety_days(
        plan("A", month_day=10), plan("B", month_day=20), objects=("CV-1", "CV-2"), order_per_object=True
    )
    rows = due(now, STOOD_STILL_UNTIL)
    found = [(row.key.plan, row.key.object, row.planned_date) for row in rows if row.state is VisitState.ORDERING]
    assert found == [
        ("A", "CV-1", date(2026, 3, 10)),
        ("A", "CV-2", date(2026, 3, 10)),
        ("B", "CV-1", date(2026, 3, 20)),
        ("B", "CV-2", date(2026, 3, 20)),
    ]


def test_a_plan_may_have_a_policy_of_its_own() -> None:
    now = _after_ninety_days(plan("A", month_day=10), plan("B", month_day=20, catch_up=CatchUp.NONE))
    assert ordered(due(now, STOOD_STILL_UNTIL)) == dates("2026-03-10")


def test_the_latest_that_a_pause_withholds_leaves_its_place_to_the_one_before() -> None:
    now = _after_ninety_days(plan(month_day=10), pauses=(Pause(date(2026, 3, 1), date(2026, 3, 31)),))
    rows = due(now, STOOD_STILL_UNTIL)
    assert ordered(rows) == dates("2026-02-10")
    assert withheld(rows) == {date(2026, 1, 10): "missed", date(2026, 3, 10): "paused"}


def test_what_was_decided_before_the_stand_still_stays_as_it_was() -> None:
    now = _after_ninety_days(plan(month_day=10))
    skipped = written(date(2026, 3, 10), VisitState.WITHHELD)
    later = moved(date(2026, 2, 10), date(2026, 3, 30))
    now = replace(now, ledger={row.key: row for row in (skipped, later)})
    rows = due(now, STOOD_STILL_UNTIL)
    assert ordered(rows) == dates("2026-03-30")
    assert withheld(rows) == {date(2026, 1, 10): "missed"}


@pytest.mark.parametrize("policy", list(CatchUp))
def test_what_a_person_asked_for_by_its_date_is_always_made(policy: CatchUp) -> None:
    of = _called_off(dates("2026-03-23", "2026-03-25"), by_default=policy)
    rows = due(of, STOOD_STILL_UNTIL)
    assert ordered(rows) == dates("2026-03-23", "2026-03-25")
    assert [row.deadline for row in rows] == [STOOD_STILL_UNTIL] * 2


def test_a_moved_visit_is_made_though_a_later_one_of_its_plan_is_overdue_too() -> None:
    now = _after_ninety_days(plan(month_day=10))
    asked = moved(date(2026, 1, 10), date(2026, 1, 20))
    rows = due(replace(now, ledger={asked.key: asked}), STOOD_STILL_UNTIL)
    assert ordered(rows) == dates("2026-01-20", "2026-03-10")
    assert withheld(rows) == {date(2026, 2, 10): "missed"}


def test_a_visit_that_only_keeps_its_day_goes_by_the_policy() -> None:
    now = _after_ninety_days(plan(month_day=10))
    kept = replace(moved(date(2026, 1, 10), date(2026, 1, 12)), asked_for=False)
    assert ordered(due(replace(now, ledger={kept.key: kept}), STOOD_STILL_UNTIL)) == dates("2026-03-10")


def test_pause_end_and_block_hold_for_what_a_person_asked_for() -> None:
    now = _called_off(dates("2026-03-23"))
    paused = replace(now.contract, pauses=(Pause(date(2026, 3, 20), date(2026, 3, 31)),))
    ended = replace(now.contract, termination=Termination(date(2026, 3, 20), "MOVED"))
    found = [
        withheld(due(each, STOOD_STILL_UNTIL))
        for each in (
            replace(now, contract=paused),
            replace(now, contract=ended),
            replace(now, facts=Facts(customer_blocked=True)),
        )
    ]
    day = date(2026, 3, 23)
    assert found == [{day: "paused"}, {day: "terminated"}, {day: "customer_blocked"}]


def test_what_a_person_asked_for_does_not_wait_for_the_one_before() -> None:
    now = _called_off(dates("2026-04-03", "2026-04-05"), plan("Y", previous_open=True), lead=days_in_advance(7))
    rows = due(now, STOOD_STILL_UNTIL)
    assert ordered(rows) == dates("2026-04-03", "2026-04-05")
    sent = replace(rows[0], state=VisitState.ORDERED)
    assert ordered(due(replace(now, ledger={**now.ledger, sent.key: sent}), STOOD_STILL_UNTIL)) == dates("2026-04-05")


def _called_off(days: list[date], rule: VisitPlan | None = None, **fields: Any) -> ContractSituation:
    """A yearly contract on request, with visits that people called off for these days."""
    yearly = {"type": ContractType.YEARLY, "yearly": YearlyOrders(9, Spread.CALL_OFF)}
    now = _after_ninety_days(rule or plan("Y"), **yearly, **fields)
    rows = [moved(day, day, "Y") for day in days]
    return replace(now, ledger={row.key: row for row in rows})


def test_the_deadline_of_an_order_that_is_made_late_is_the_day_on_which_it_is_made() -> None:
    now = _after_ninety_days(plan(month_day=25, window_after=3))
    (late,) = [row for row in due(now, STOOD_STILL_UNTIL) if row.state is VisitState.ORDERING]
    assert (late.planned_date, late.deadline) == (date(2026, 3, 25), STOOD_STILL_UNTIL)
    (in_time,) = [row for row in due(now, date(2026, 3, 27)) if row.state is VisitState.ORDERING]
    assert in_time.deadline == date(2026, 3, 28)
    missed = [row for row in due(now, STOOD_STILL_UNTIL) if row.state is VisitState.WITHHELD]
    assert {row.deadline for row in missed} == set(dates("2026-01-28", "2026-02-28"))


@pytest.mark.parametrize("state", [VisitState.ORDERING, VisitState.FAILED, VisitState.ORDERED])
def test_people_are_told_the_deadline_that_an_order_gets_when_it_is_made_today(state: VisitState) -> None:
    row = written(date(2026, 3, 10), state, workorder_no="C1042-A-20260310-ALL")
    of = situation(replace(contract(plan(month_day=10), start=NEW_YEAR), settled_through=date(2026, 3, 31)), [row])
    (found,) = visits(of, date(2026, 3, 1), date(2026, 3, 31), STOOD_STILL_UNTIL)
    assert found.deadline == (row.deadline if state is VisitState.ORDERED else STOOD_STILL_UNTIL)


def test_catching_up_happens_once() -> None:
    now, _ = one_cycle(_after_ninety_days(plan(unit=Unit.WEEK)), STOOD_STILL_UNTIL)
    assert one_cycle(now, STOOD_STILL_UNTIL)[1] == []


def test_with_one_order_at_a_time_all_overdue_visits_give_one_order() -> None:
    now = _after_ninety_days(plan(month_day=10, previous_open=True), by_default=CatchUp.ALL, lead=days_in_advance(14))
    rows = due(now, STOOD_STILL_UNTIL)
    assert ordered(rows) == dates("2026-01-10")
    assert withheld(rows) == dict.fromkeys(dates("2026-02-10", "2026-03-10"), "previous_open")


def test_an_overdue_visit_keeps_its_own_dates() -> None:
    now = _after_ninety_days(plan(month_day=10), lead=days_in_advance(7))
    (row,) = [row for row in due(now, STOOD_STILL_UNTIL) if row.state is VisitState.ORDERING]
    assert (row.generation_date, row.planned_date) == (date(2026, 3, 3), date(2026, 3, 10))


def test_a_year_of_history_gives_no_more_to_write_than_a_day_of_it() -> None:
    now, _ = one_cycle(_after_ninety_days(plan(unit=Unit.WEEK)), STOOD_STILL_UNTIL)
    next_visit = date(2026, 4, 2)
    assert ordered(one_cycle(now, next_visit)[1]) == [next_visit]
    assert ordered(one_cycle(now, next_visit + timedelta(days=1))[1]) == [next_visit]
