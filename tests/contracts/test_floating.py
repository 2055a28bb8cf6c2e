"""Floating plans: the next visit counts from the completion of the last (rules: Recurrence)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import CatchUp, Pause, Schedule, Shift, VisitPlan
from powerup.contracts.floating import problems
from powerup.contracts.recurrence import Moment, ShortMonth, Unit
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.situation import Facts
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from tests.contracts.cycles import (
    contract,
    dates,
    days_in_advance,
    moved,
    ordered,
    plan,
    planned_dates,
    run,
    situation,
    withheld,
    written,
)

NEW_YEAR = date(2026, 1, 1)


def _floating(unit: Unit = Unit.MONTH, every: int = 1, **fields: Any) -> VisitPlan:
    return plan(unit=unit, every=every, schedule=Schedule.FLOATING, **fields)


def _next(row: LedgerVisit, today: date, rule: VisitPlan | None = None, until: date = date(2028, 12, 31)) -> date:
    """The first computed visit after a written one."""
    now = situation(contract(rule or _floating(), start=NEW_YEAR), [row])
    return next(v.planned_date for v in visits(now, NEW_YEAR, until, today) if v.written is None)


def test_the_first_visit_is_that_of_the_rule() -> None:
    of = contract(_floating(month_day=15), start=NEW_YEAR)
    assert planned_dates(visits(situation(of), NEW_YEAR, date(2026, 3, 31), NEW_YEAR)) == dates(
        "2026-01-15", "2026-02-15", "2026-03-15"
    )


def test_the_next_visit_comes_the_interval_after_the_completion() -> None:
    done = written(date(2026, 1, 15), VisitState.COMPLETED, completed_on=date(2026, 1, 20))
    assert _next(done, date(2026, 1, 21)) == date(2026, 2, 20)


def test_a_visit_done_late_puts_off_the_next_one() -> None:
    done = written(date(2026, 1, 15), VisitState.SETTLED, completed_on=date(2026, 3, 2))
    assert _next(done, date(2026, 3, 3)) == date(2026, 4, 2)


def test_a_visit_done_early_brings_the_next_one_forward() -> None:
    done = written(date(2026, 6, 30), VisitState.COMPLETED, completed_on=date(2026, 5, 15))
    assert _next(done, date(2026, 5, 16)) == date(2026, 6, 15)


def test_after_one_that_was_done_early_the_series_goes_on_from_the_newest() -> None:
    early = written(date(2026, 6, 30), VisitState.COMPLETED, completed_on=date(2026, 5, 15))
    newer = written(date(2026, 6, 15), VisitState.COMPLETED, completed_on=date(2026, 6, 20))
    now = situation(contract(_floating(), start=NEW_YEAR), [early, newer])
    assert planned_dates(visits(now, date(2026, 7, 1), date(2026, 7, 31), date(2026, 6, 21))) == dates("2026-07-20")


@pytest.mark.parametrize(
    ("state", "reason"),
    [(VisitState.WITHHELD, Reason.SKIPPED), (VisitState.WITHHELD, Reason.PAUSED), (VisitState.REMOVED, None)],
)
def test_skipped_withheld_or_removed_counts_as_done_on_its_planned_date(
    state: VisitState, reason: Reason | None
) -> None:
    row = written(date(2026, 1, 15), state, planned=date(2026, 1, 18), reason=reason)
    assert _next(row, date(2026, 1, 21)) == date(2026, 2, 18)


@pytest.mark.parametrize(
    "state", [VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.RETRACTING, VisitState.FAILED]
)
def test_only_one_is_open_at_a_time(state: VisitState) -> None:
    of = contract(_floating(), start=NEW_YEAR, lead=days_in_advance(60))
    now = situation(of, [written(NEW_YEAR, state)])
    for today in dates("2026-01-05", "2026-02-01", "2026-06-01"):
        assert due(now, today) == []


def test_while_one_is_open_the_next_is_shown_as_if_that_were_done_today() -> None:
    row = written(date(2026, 1, 15))
    assert _next(row, date(2026, 1, 2)) == date(2026, 2, 15)
    assert _next(row, date(2026, 3, 20)) == date(2026, 4, 20)


def test_a_lead_longer_than_the_interval_still_opens_one() -> None:
    of = contract(_floating(), start=NEW_YEAR, lead=days_in_advance(90))
    assert ordered(due(situation(of), NEW_YEAR)) == [NEW_YEAR]


def test_a_completion_that_is_seen_late_gives_a_visit_that_is_overdue() -> None:
    of = contract(_floating(), start=NEW_YEAR)
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=date(2026, 1, 5))
    now = situation(replace(of, settled_through=date(2026, 4, 9)), [done])
    rows = due(now, date(2026, 4, 10))
    assert ordered(rows) == dates("2026-04-05")
    assert withheld(rows) == dict.fromkeys(dates("2026-02-05", "2026-03-05"), "missed")


def test_catching_up_with_all_opens_one_and_waits_for_its_completion() -> None:
    of = contract(_floating(), start=NEW_YEAR)
    now = situation(of, settings=TenantSettings(catch_up=CatchUp.ALL))
    rows = due(now, date(2026, 4, 10))
    assert ordered(rows) == [NEW_YEAR]
    assert withheld(rows) == {}


def test_what_waits_keeps_the_ones_behind_it_waiting() -> None:
    of = contract(_floating(), start=date(2026, 1, 20), entered_on=NEW_YEAR, lead=days_in_advance(60))
    of = replace(of, pauses=(Pause(date(2026, 1, 20), date(2026, 1, 25)),))
    paused = situation(of, settings=TenantSettings(order_before_start=True))
    assert due(paused, date(2026, 1, 20)) == []
    rows = due(paused, date(2026, 1, 21))
    assert withheld(rows) == {date(2026, 1, 20): "paused"}
    assert ordered(rows) == dates("2026-02-20")


def test_a_blocked_customer_holds_the_whole_series() -> None:
    of = contract(_floating(), start=NEW_YEAR, lead=days_in_advance(40))
    blocked = situation(of, facts=Facts(customer_blocked=True))
    assert due(blocked, NEW_YEAR) == []
    assert withheld(due(blocked, date(2026, 1, 2))) == {NEW_YEAR: "customer_blocked"}


def test_of_the_visits_before_the_entry_the_last_is_withheld_as_it_would_have_followed() -> None:
    of = contract(_floating(month_day=31), start=NEW_YEAR, entered_on=date(2026, 4, 10))
    rows = due(situation(of), date(2026, 4, 10))
    assert withheld(rows) == {date(2026, 3, 31): "before_entry"}


def test_the_next_visit_that_was_named_is_the_next_visit() -> None:
    rule = _floating(every=12, next_visit=date(2027, 5, 10))
    of = contract(rule, start=date(2020, 3, 15), entered_on=date(2026, 12, 1))
    found = visits(situation(of), date(2026, 12, 1), date(2028, 12, 31), date(2026, 12, 1))
    assert planned_dates(found) == dates("2027-05-10", "2028-05-10")


def test_a_visit_that_was_moved_is_the_one_that_is_open() -> None:
    of = contract(_floating(), start=NEW_YEAR, lead=days_in_advance(40))
    now = situation(of, [moved(NEW_YEAR, date(2026, 1, 20))])
    assert ordered(due(now, NEW_YEAR)) == dates("2026-01-20")


def test_a_visit_that_came_back_is_the_one_that_is_open() -> None:
    of = contract(_floating(every=2), start=NEW_YEAR)
    rows = [
        written(NEW_YEAR, VisitState.COMPLETED, completed_on=NEW_YEAR),
        written(date(2026, 2, 1), VisitState.PLANNED, try_number=2),
    ]
    (row,) = due(situation(of, rows), date(2026, 2, 1))
    assert (row.planned_date, row.try_number) == (date(2026, 2, 1), 2)


def test_a_visit_that_an_edit_took_back_leaves_its_place_to_what_the_new_rule_says() -> None:
    of = contract(_floating(every=2), start=NEW_YEAR)
    rows = [
        written(NEW_YEAR, VisitState.COMPLETED, completed_on=NEW_YEAR),
        written(date(2026, 2, 1), VisitState.WITHHELD, reason=Reason.CHANGED, attempts=1),
    ]
    assert ordered(due(situation(of, rows), date(2026, 3, 1))) == dates("2026-03-01")
    monthly = situation(contract(_floating(), start=NEW_YEAR), rows)
    (row,) = due(monthly, date(2026, 2, 1))
    assert row.workorder_no == "C1042-A-20260201-ALL.r2"


def test_nothing_is_told_past_the_end() -> None:
    of = contract(_floating(), start=NEW_YEAR, end=date(2026, 3, 31))
    found = visits(situation(of), NEW_YEAR, date(2026, 12, 31), NEW_YEAR)
    assert [visit.planned_date for visit in found] == dates("2026-01-01", "2026-02-01", "2026-03-01")


def test_an_order_that_was_taken_back_to_be_moved_is_still_the_one_that_is_open() -> None:
    of = contract(_floating(), start=NEW_YEAR, lead=days_in_advance(40))
    taken_back = replace(
        moved(NEW_YEAR, date(2026, 1, 20)), state=VisitState.WITHHELD, reason=Reason.CHANGED, attempts=1
    )
    now = situation(of, [taken_back])
    assert _next(taken_back, date(2026, 2, 10)) == date(2026, 3, 10)
    (row,) = due(now, NEW_YEAR)
    assert (row.planned_date, row.workorder_no) == (date(2026, 1, 20), "C1042-A-20260101-ALL.r2")


def test_of_two_that_nothing_was_decided_about_the_earlier_goes_first() -> None:
    """One waited for a person's word until its day had passed; the one behind it was moved before today meanwhile."""
    waited = written(date(2026, 1, 5), VisitState.PLANNED, reason=Reason.AWAITING_CONFIRMATION)
    brought_forward = replace(moved(date(2026, 2, 3), date(2026, 1, 20)), asked_for=True)
    without_catching_up = contract(_floating(Unit.WEEK, 2, catch_up=CatchUp.NONE), start=date(2026, 1, 5))
    rows = due(situation(without_catching_up, [waited, brought_forward]), date(2026, 2, 1))
    assert [(row.key.nominal_date, row.state, row.reason) for row in rows] == [
        (date(2026, 1, 5), VisitState.WITHHELD, Reason.MISSED),
        (date(2026, 2, 3), VisitState.ORDERING, None),
    ]


def test_each_object_floats_by_itself() -> None:
    of = contract(_floating(), start=NEW_YEAR, objects=("CV-1", "CV-2"), order_per_object=True)
    rows = [
        written(NEW_YEAR, VisitState.COMPLETED, object_code="CV-1", completed_on=date(2026, 1, 9)),
        written(NEW_YEAR, VisitState.ORDERED, object_code="CV-2"),
    ]
    now = situation(of, rows)
    assert [row.key.object for row in due(now, date(2026, 2, 9))] == ["CV-1"]


@pytest.mark.parametrize(
    ("unit", "every", "expected"),
    [
        (Unit.DAY, 10, "2026-01-25"),
        (Unit.WORKDAY, 10, "2026-01-29"),
        (Unit.WEEK, 2, "2026-01-29"),
        (Unit.MONTH, 3, "2026-04-15"),
        (Unit.YEAR, 1, "2027-01-15"),
    ],
)
def test_the_interval_is_that_of_the_rule(unit: Unit, every: int, expected: str) -> None:
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=date(2026, 1, 15))
    assert _next(done, date(2026, 1, 16), _floating(unit, every)) == date.fromisoformat(expected)


WEDNESDAYS: dict[str, Any] = {"unit": Unit.WEEK, "weekdays": (2,)}
THIRD_FRIDAY = Moment(3, 4)
LAST_WORKDAY = Moment(-1, None)


@pytest.mark.parametrize(
    ("rule", "done_on", "expected"),
    [
        (_floating(every=2, **WEDNESDAYS), "2027-01-08", "2027-01-20"),
        (_floating(every=2, **WEDNESDAYS), "2027-01-06", "2027-01-20"),
        (_floating(every=1, **WEDNESDAYS), "2027-01-10", "2027-01-20"),
        (_floating(every=3, month_day=15), "2027-01-02", "2027-04-15"),
        (_floating(every=3, month_day=15), "2027-02-01", "2027-05-15"),
        (_floating(every=3, month_day=1), "2027-01-17", "2027-05-01"),
        (_floating(every=1, month_day=1), "2027-01-30", "2027-03-01"),
        (_floating(every=1, month_day=15), "2027-01-31", "2027-02-15"),
        (_floating(every=1, month_day=31), "2027-01-28", "2027-02-28"),
        (_floating(every=1, month_day=31, at_short_month=ShortMonth.SKIP), "2027-01-31", "2027-03-31"),
        (_floating(every=3, moment=THIRD_FRIDAY), "2027-01-20", "2027-04-16"),
        (_floating(every=1, moment=LAST_WORKDAY), "2027-01-10", "2027-01-29"),
        (_floating(Unit.YEAR, month_day=15), "2027-01-28", "2028-01-15"),
        (_floating(Unit.YEAR, months=(4,), month_day=15), "2027-06-20", "2028-04-15"),
        (_floating(Unit.YEAR, months=(4,), month_day=15), "2027-12-20", "2029-04-15"),
        (_floating(Unit.YEAR, 2, months=(4,), moment=THIRD_FRIDAY), "2027-04-20", "2029-04-20"),
        (_floating(every=6, month_day=10, months=(4, 5, 6, 7, 8, 9)), "2027-10-20", "2028-04-10"),
        (_floating(every=3, month_day=10, months=(4, 5, 6, 7, 8, 9)), "2027-09-05", "2028-04-10"),
        (_floating(every=2, excluded_dates=(date(2027, 1, 20),), **WEDNESDAYS), "2027-01-08", "2027-01-27"),
        (_floating(every=2, extra_dates=(date(2027, 1, 14),), **WEDNESDAYS), "2027-01-08", "2027-01-14"),
    ],
)
def test_the_next_visit_is_on_the_nearest_such_day_after_the_completion(
    rule: VisitPlan, done_on: str, expected: str
) -> None:
    day = date.fromisoformat(done_on)
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=day)
    assert _next(done, day, rule, until=date(2030, 12, 31)) == date.fromisoformat(expected)


def test_of_two_such_days_that_are_equally_near_it_is_the_earlier() -> None:
    """16 April lies 15 days from the 1st of April and of May."""
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=date(2026, 3, 16))
    assert _next(done, date(2026, 3, 16), _floating(month_day=1)) == date(2026, 4, 1)


def test_a_visit_that_is_done_before_its_own_day_is_not_made_for_that_day_again() -> None:
    early = written(date(2027, 1, 20), VisitState.COMPLETED, completed_on=date(2027, 1, 8))
    assert _next(early, date(2027, 1, 8), _floating(every=2, **WEDNESDAYS)) == date(2027, 1, 27)


def test_a_shift_moves_the_visit_and_not_the_day_of_the_week_of_the_next_one() -> None:
    rule = _floating(every=2, shift=Shift.NEXT_WORKING_DAY, weekdays=(3,), unit=Unit.WEEK)
    of = contract(rule, start=date(2026, 4, 30))
    found = planned_dates(visits(situation(of), date(2026, 4, 30), date(2026, 6, 15), date(2026, 4, 30)))
    assert found == dates("2026-04-30", "2026-05-15", "2026-05-28", "2026-06-11")  # 14 May is Ascension Day


def test_an_edit_brings_the_first_such_day_from_its_own_day_on() -> None:
    done = written(date(2026, 1, 7), VisitState.COMPLETED, completed_on=date(2026, 1, 9))
    rule = _floating(every=2, counts_from=date(2026, 2, 6), **WEDNESDAYS)
    assert _next(done, date(2026, 1, 10), rule) == date(2026, 2, 11)


def test_the_next_visit_that_was_named_may_be_another_day_of_the_week() -> None:
    rule = _floating(every=2, next_visit=date(2027, 1, 8), **WEDNESDAYS)
    of = contract(rule, start=NEW_YEAR, entered_on=date(2026, 12, 28))
    found = visits(situation(of), date(2026, 12, 28), date(2027, 2, 5), date(2026, 12, 28))
    assert planned_dates(found) == dates("2027-01-08", "2027-01-20", "2027-02-03")


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"unit": Unit.WEEK, "weekdays": (0, 3)}, ["weekdays"]),
        ({"unit": Unit.WEEK, "weekdays": (2, 2)}, []),
        ({"unit": Unit.YEAR, "months": (4, 10)}, ["months"]),
        ({"unit": Unit.YEAR, "months": (4,), "month_day": 15}, []),
        ({"unit": Unit.MONTH, "months": (4, 5, 6), "month_day": 15}, []),
    ],
)
def test_it_counts_from_one_weekday_and_one_month_of_the_year(fields: dict[str, Any], refused: list[str]) -> None:
    assert problems(_floating(**fields).recurrence) == [(field, "floating_counts_from_one") for field in refused]


def test_completion_on_the_31st_comes_back_on_the_last_day_of_a_short_month() -> None:
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=date(2026, 1, 31))
    assert _next(done, date(2026, 2, 1)) == date(2026, 2, 28)


def test_out_of_season_the_visit_waits_for_the_season() -> None:
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=date(2026, 9, 20))
    assert _next(done, date(2026, 9, 21), _floating(months=(4, 5, 6, 7, 8, 9))) == date(2027, 4, 1)
    yearly = _floating(Unit.YEAR, 1, months=(4,))
    assert _next(done, date(2026, 9, 21), yearly) == date(2028, 4, 1)


def test_an_excluded_date_puts_the_visit_off_and_an_extra_date_brings_one_forward() -> None:
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=NEW_YEAR)
    assert _next(done, NEW_YEAR, _floating(excluded_dates=(date(2026, 2, 1),))) == date(2026, 2, 2)
    assert _next(done, NEW_YEAR, _floating(extra_dates=(date(2026, 1, 20),))) == date(2026, 1, 20)


def test_a_shift_to_the_day_before_is_seen_on_that_day() -> None:
    of = contract(_floating(shift=Shift.PREVIOUS_WORKING_DAY), start=NEW_YEAR)
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=date(2026, 1, 28))
    now = situation(of, [done])
    assert due(now, date(2026, 2, 26)) == []
    assert ordered(due(now, date(2026, 2, 27))) == dates("2026-02-27")  # 28 February is a Saturday


def test_a_fixed_plan_beside_a_floating_one_needs_no_history() -> None:
    of = contract(_floating(), plan("B", month_day=10), start=date(2020, 1, 1))
    done = written(date(2026, 2, 20), VisitState.COMPLETED, completed_on=date(2026, 2, 20))
    now = situation(replace(of, settled_through=date(2026, 3, 9)), [done])
    assert ordered(due(now, date(2026, 3, 10))) == dates("2026-03-10")


def test_it_wakes_for_the_visit_after_the_last() -> None:
    of = contract(_floating(), start=NEW_YEAR, lead=days_in_advance(7))
    done = written(NEW_YEAR, VisitState.COMPLETED, completed_on=date(2026, 1, 9))
    assert wake_on(situation(of, [done]), date(2026, 1, 10)) == date(2026, 2, 2)


def test_it_wakes_for_a_smaller_visit_that_an_open_one_covers_today_alone() -> None:
    """The next date of an open floating plan goes along with today, and so does what it covers."""
    smaller = plan("B", Unit.DAY, 10, lead=days_in_advance(10))
    of = contract(_floating(Unit.DAY, 10, rank=1), smaller, start=date(2025, 12, 22))
    now = run(situation(of), date(2025, 12, 22), NEW_YEAR)
    assert ordered(due(now, NEW_YEAR)) == []
    assert ordered(due(now, date(2026, 1, 2))) == dates("2026-01-11")
    assert wake_on(now, NEW_YEAR) == date(2026, 1, 2)


def test_completing_twice_makes_no_other_order() -> None:
    of = contract(_floating(), start=NEW_YEAR, lead=days_in_advance(7))
    after = run(situation(of), NEW_YEAR, date(2026, 1, 5))
    (row,) = after.ledger.values()
    done = replace(row, state=VisitState.COMPLETED, completed_on=date(2026, 1, 5))
    opened_again = replace(done, state=VisitState.IN_PROGRESS)
    for state in (done, opened_again, done):
        now = replace(after, ledger={state.key: state})
        after = run(now, date(2026, 1, 6), date(2026, 1, 20))
        assert len(after.ledger) == 1
    after = run(after, date(2026, 1, 21), date(2026, 2, 20))
    assert len(after.ledger) == 2


def test_what_a_floating_visit_covers_is_told_after_it_was_caught_up() -> None:
    of = contract(
        plan("A", every=12, anchor=date(2026, 4, 1), rank=1),
        replace(_floating(rank=2), name="B"),
        start=NEW_YEAR,
        overlap_days=2,
    )
    rows = due(situation(replace(of, settled_through=date(2025, 12, 31))), date(2026, 4, 1))
    ordering = [(row.key.plan, row.planned_date) for row in rows if row.state is VisitState.ORDERING]
    assert ordering == [("B", date(2026, 3, 1)), ("A", date(2026, 4, 1))]
