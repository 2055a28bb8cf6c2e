"""Visits that make way for others (rules: Recurrence, Calendar and Overlap)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.contracts.contract import Pause, Shift, VisitPlan
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from tests.contracts.cycles import (
    contract,
    dates,
    days_in_advance,
    ledger_lines,
    moved,
    plan,
    planned_dates,
    run,
    situation,
    withheld,
    written,
)

NEW_YEAR = date(2026, 1, 1)


def _on(day: date, name: str, rank: int) -> VisitPlan:
    """A plan with one visit, on that day."""
    return plan(name, unit=Unit.YEAR, every=50, anchor=day, rank=rank)


def _coming(
    *plans: VisitPlan, overlap_days: int = 0, rows: Iterable[LedgerVisit] = (), **fields: Any
) -> list[tuple[str, date]]:
    of = contract(*plans, start=NEW_YEAR, overlap_days=overlap_days, **fields)
    found = visits(situation(of, rows), NEW_YEAR, date(2026, 12, 31), NEW_YEAR)
    return [(visit.key.plan, visit.planned_date) for visit in found if visit.state is not VisitState.WITHHELD]


def test_monthly_quarterly_and_yearly_at_once_give_the_yearly_visit() -> None:
    coming = _coming(plan("A", rank=1), plan("B", every=3, rank=2), plan("C", every=12, rank=3), order_per_object=True)
    assert coming[:5] == [
        ("C", NEW_YEAR),
        ("A", date(2026, 2, 1)),
        ("A", date(2026, 3, 1)),
        ("B", date(2026, 4, 1)),
        ("A", date(2026, 5, 1)),
    ]
    assert len(coming) == 12


@pytest.mark.parametrize(("days_apart", "covered"), [(0, True), (3, True), (4, False)])
@pytest.mark.parametrize("before", [True, False])
def test_the_overlap_days_count_to_both_sides(days_apart: int, covered: bool, before: bool) -> None:
    large, small = date(2026, 3, 10), date(2026, 3, 10 - days_apart if before else 10 + days_apart)
    coming = _coming(_on(small, "A", 1), _on(large, "B", 2), overlap_days=3)
    assert ("A" in [name for name, _ in coming]) is not covered


def test_by_default_only_visits_of_the_same_day_overlap() -> None:
    assert len(_coming(_on(date(2026, 3, 10), "A", 1), _on(date(2026, 3, 11), "B", 2))) == 2
    assert len(_coming(_on(date(2026, 3, 10), "A", 1), _on(date(2026, 3, 10), "B", 2))) == 1


def test_equal_ranks_leave_each_other_alone() -> None:
    assert len(_coming(_on(date(2026, 3, 10), "A", 1), _on(date(2026, 3, 10), "B", 1))) == 2


def test_a_covered_visit_covers_nothing_itself() -> None:
    small, middle, large = _on(date(2026, 3, 5), "A", 1), _on(date(2026, 3, 8), "B", 2), _on(date(2026, 3, 11), "C", 3)
    coming = _coming(small, middle, large, overlap_days=3)
    assert coming == [("A", date(2026, 3, 5)), ("C", date(2026, 3, 11))]


def test_the_chain_over_ranks_is_seen_from_outside_of_the_period_that_was_asked() -> None:
    plans = _on(date(2026, 3, 5), "A", 1), _on(date(2026, 3, 8), "B", 2), _on(date(2026, 3, 11), "C", 3)
    of = situation(contract(*plans, start=NEW_YEAR, overlap_days=3))
    assert planned_dates(visits(of, date(2026, 3, 5), date(2026, 3, 5), NEW_YEAR)) == dates("2026-03-05")
    (covered,) = visits(of, date(2026, 3, 8), date(2026, 3, 8), NEW_YEAR)
    assert covered.reason is Reason.COVERED


def test_a_withheld_visit_covers_nothing() -> None:
    plans = _on(date(2026, 3, 10), "A", 1), _on(date(2026, 3, 12), "B", 2)
    pause = Pause(date(2026, 3, 12), date(2026, 3, 12))
    assert _coming(*plans, overlap_days=3, pauses=(pause,)) == [("A", date(2026, 3, 10))]
    skipped = written(date(2026, 3, 12), VisitState.WITHHELD, "B", reason=Reason.SKIPPED)
    assert _coming(*plans, overlap_days=3, rows=[skipped]) == [("A", date(2026, 3, 10))]


@pytest.mark.parametrize(
    "state", [VisitState.ORDERED, VisitState.COMPLETED, VisitState.SETTLED, VisitState.FAILED, VisitState.REMOVED]
)
def test_a_larger_visit_covers_whatever_became_of_its_order(state: VisitState) -> None:
    plans = _on(date(2026, 3, 10), "A", 1), _on(date(2026, 3, 12), "B", 2)
    assert _coming(*plans, overlap_days=3, rows=[written(date(2026, 3, 12), state, "B")]) == [("B", date(2026, 3, 12))]


def test_a_small_visit_that_has_its_order_keeps_it() -> None:
    plans = _on(date(2026, 3, 10), "A", 1), _on(date(2026, 3, 12), "B", 2)
    assert len(_coming(*plans, overlap_days=3, rows=[written(date(2026, 3, 10))])) == 2


def test_only_visits_of_the_same_object_overlap() -> None:
    of = contract(
        plan("A", every=12, rank=1),
        plan("B", every=12, rank=2, anchors=(("CV-2", date(2026, 6, 1)),)),
        start=NEW_YEAR,
        objects=("CV-1", "CV-2"),
        order_per_object=True,
    )
    found = visits(situation(of), NEW_YEAR, NEW_YEAR, NEW_YEAR)
    assert [(visit.key.plan, visit.key.object, visit.reason) for visit in found] == [
        ("A", "CV-1", "covered"),
        ("A", "CV-2", None),
        ("B", "CV-1", None),
    ]


def test_an_order_that_carries_all_objects_covers_each_of_them() -> None:
    day = date(2026, 3, 10)
    plans = _on(day, "A", 1), _on(date(2026, 5, 5), "B", 2)
    of = contract(*plans, start=NEW_YEAR, objects=("CV-1", "CV-2"), order_per_object=True)
    for_all = situation(of, [written(day, plan_name="B", object_code="")])
    for_one = situation(of, [written(day, plan_name="B", object_code="CV-1")])

    def covered(now: ContractSituation) -> list[str]:
        return [visit.key.object for visit in visits(now, day, day, NEW_YEAR) if visit.reason is Reason.COVERED]

    assert covered(for_all) == ["CV-1", "CV-2"]
    assert covered(for_one) == ["CV-1"]


def test_planned_dates_are_compared_and_not_nominal_ones() -> None:
    shifted = plan("A", unit=Unit.YEAR, every=50, anchor=date(2026, 2, 28), shift=Shift.NEXT_WORKING_DAY, rank=1)
    assert len(_coming(shifted, _on(date(2026, 2, 28), "B", 2))) == 2
    assert len(_coming(shifted, _on(date(2026, 3, 2), "B", 2))) == 1


def test_a_larger_visit_that_was_moved_covers_where_it_is_now() -> None:
    plans = _on(date(2026, 3, 10), "A", 1), _on(date(2026, 3, 10), "B", 2), _on(date(2026, 5, 20), "D", 1)
    coming = _coming(*plans, overlap_days=3, rows=[moved(date(2026, 3, 10), date(2026, 5, 18), "B")])
    assert coming == [("A", date(2026, 3, 10)), ("B", date(2026, 5, 18))]


def test_a_small_visit_that_was_moved_beside_a_larger_one_is_covered() -> None:
    plans = _on(date(2026, 3, 10), "A", 1), _on(date(2026, 5, 20), "B", 2)
    rows = [moved(date(2026, 3, 10), date(2026, 5, 18))]
    assert _coming(*plans, overlap_days=3, rows=rows) == [("B", date(2026, 5, 20))]


def test_a_covered_visit_is_written_when_its_day_has_passed_also_after_the_larger_one_was_done() -> None:
    of = contract(
        _on(date(2026, 3, 12), "A", 1),
        _on(date(2026, 3, 10), "B", 2),
        start=NEW_YEAR,
        overlap_days=3,
        lead=days_in_advance(30),
    )

    def done_at_once(row: LedgerVisit, _: date) -> LedgerVisit:
        return replace(row, state=VisitState.COMPLETED, completed_on=row.planned_date)

    after = run(situation(of), NEW_YEAR, date(2026, 3, 20), done_at_once)
    assert [line.plan for line in ledger_lines(after)] == ["A", "B"]
    assert withheld(after.ledger.values()) == {date(2026, 3, 12): "covered"}


def test_a_larger_visit_that_was_withheld_in_the_end_frees_the_smaller_one() -> None:
    of = contract(
        plan("A", every=12, anchor=date(2026, 3, 12), rank=1),
        plan("B", every=1, anchor=date(2026, 2, 10), rank=2, previous_open=True),
        start=NEW_YEAR,
        overlap_days=3,
    )
    after = run(situation(of), NEW_YEAR, date(2026, 3, 13), sleeping=True)
    assert [(line.plan, line.planned, line.outcome) for line in ledger_lines(after)] == [
        ("A", date(2026, 3, 12), "ordered"),
        ("B", date(2026, 2, 10), "ordered"),
        ("B", date(2026, 3, 10), "previous_open"),
    ]


def test_of_two_visits_of_a_plan_on_one_day_the_unshifted_stays() -> None:
    daily = plan(unit=Unit.DAY, shift=Shift.NEXT_WORKING_DAY)
    found = visits(situation(contract(daily, start=NEW_YEAR)), date(2026, 2, 27), date(2026, 3, 2), NEW_YEAR)
    assert [(visit.key.nominal_date.day, visit.planned_date.day, visit.reason) for visit in found] == [
        (27, 27, None),
        (28, 2, "covered"),
        (1, 2, "covered"),
        (2, 2, None),
    ]


def test_of_two_shifted_visits_on_one_day_the_earliest_stays() -> None:
    weekend = plan(unit=Unit.WEEK, weekdays=(5, 6), shift=Shift.NEXT_WORKING_DAY)
    found = visits(situation(contract(weekend, start=NEW_YEAR)), date(2026, 3, 2), date(2026, 3, 2), NEW_YEAR)
    assert [(visit.key.nominal_date, visit.reason) for visit in found] == [
        (date(2026, 2, 28), None),
        (date(2026, 3, 1), "covered"),
    ]


def test_a_visit_that_a_person_moved_stays_before_the_one_that_was_there() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    now = situation(of, [moved(date(2026, 3, 10), date(2026, 4, 10))])
    found = visits(now, date(2026, 3, 1), date(2026, 4, 30), NEW_YEAR)
    assert [(visit.key.nominal_date, visit.reason) for visit in found] == [
        (date(2026, 3, 10), None),
        (date(2026, 4, 10), "covered"),
    ]


def test_a_visit_moved_onto_a_day_that_has_its_order_is_covered_by_that() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    now = situation(of, [moved(date(2026, 3, 10), date(2026, 4, 10)), written(date(2026, 4, 10))])
    found = visits(now, date(2026, 3, 1), date(2026, 4, 30), NEW_YEAR)
    assert [(visit.key.nominal_date, visit.reason) for visit in found] == [
        (date(2026, 3, 10), "covered"),
        (date(2026, 4, 10), None),
    ]


def test_a_visit_moved_beside_another_leaves_that_alone() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    now = situation(of, [moved(date(2026, 3, 10), date(2026, 4, 9))])
    assert planned_dates(visits(now, date(2026, 3, 1), date(2026, 4, 30), NEW_YEAR)) == dates(
        "2026-04-09", "2026-04-10"
    )


def test_skipping_a_visit_brings_no_other_of_its_plan_to_that_day() -> None:
    daily = plan(unit=Unit.DAY, shift=Shift.NEXT_WORKING_DAY)
    skipped = written(date(2026, 3, 2), VisitState.WITHHELD, reason=Reason.SKIPPED)
    now = situation(contract(daily, start=NEW_YEAR), [skipped])
    assert planned_dates(visits(now, date(2026, 2, 28), date(2026, 3, 2), NEW_YEAR)) == []


def test_skipping_a_visit_that_was_moved_gives_the_day_back() -> None:
    skipped = written(
        date(2026, 3, 10), VisitState.WITHHELD, planned=date(2026, 4, 10), pinned=True, reason=Reason.SKIPPED
    )
    now = situation(contract(plan(month_day=10), start=NEW_YEAR), [skipped])
    assert planned_dates(visits(now, date(2026, 4, 1), date(2026, 4, 30), NEW_YEAR)) == dates("2026-04-10")


def test_a_covered_double_is_withheld_when_the_day_has_passed() -> None:
    weekend = plan(unit=Unit.WEEK, weekdays=(5, 6), shift=Shift.NEXT_WORKING_DAY)
    after = run(situation(contract(weekend, start=date(2026, 1, 3))), date(2026, 1, 3), date(2026, 1, 6))
    assert [(line.nominal.day, line.planned.day, line.outcome) for line in ledger_lines(after)] == [
        (3, 5, "ordered"),
        (4, 5, "covered"),
    ]
