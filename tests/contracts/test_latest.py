"""By when a visit has to be done again, and what lets it pass that day (rules: Recurrence, latest)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.contracts.contract import Contract, Pause, ReplacedObject, Termination, VisitPlan
from powerup.contracts.latest import LatestDate, latest_dates, needs_person, newly_passed
from powerup.contracts.recurrence import Unit
from powerup.contracts.situation import ContractSituation
from powerup.contracts.terms import Period, PeriodUnit
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from tests.contracts.cycles import contract, plan, situation

START = date(2026, 3, 10)
TODAY = date(2026, 3, 1)
A_YEAR = Period(12, PeriodUnit.MONTH)


def yearly(name: str = "A", **fields: Any) -> VisitPlan:
    """Inspected every year, and within a year of the last inspection."""
    given: dict[str, Any] = {"unit": Unit.YEAR, "latest_after": A_YEAR, "basis": "NEN 3140"}
    return plan(name, **(given | fields))


def inspected(*plans: VisitPlan, **fields: Any) -> Contract:
    given: dict[str, Any] = {"start": START}
    return contract(*(plans or (yearly(),)), **(given | fields))


def done(day: date, on: date | None = None, *, state: VisitState = VisitState.COMPLETED, **fields: Any) -> LedgerVisit:
    key = VisitKey("1042", fields.pop("plan", "A"), day, fields.pop("object", ""))
    return LedgerVisit(key, day, day, day, state, workorder_no=f"C-{key}", completed_on=on, **fields)


def next_of(about: ContractSituation, today: date = TODAY) -> LatestDate:
    (found,) = latest_dates(about, today)
    return found


def passes(
    before: ContractSituation | None, after: ContractSituation, today: date = TODAY
) -> list[tuple[str, date, date | None]]:
    return [(each.object, each.day, each.comes_on) for each in newly_passed(before, after, today)]


def test_it_counts_from_the_last_completion_however_long_ago() -> None:
    rows = [done(date(2027, 3, 10), date(2027, 3, 22)), done(START, date(2026, 4, 2))]
    latest = next_of(situation(inspected(), rows), date(2028, 3, 1))
    assert (latest.day, latest.done, latest.basis) == (date(2028, 3, 22), True, "NEN 3140")


def test_until_one_was_done_it_counts_from_the_anchor_of_the_object_else_from_the_start() -> None:
    of = inspected(yearly(anchors=(("CV-1", date(2025, 9, 1)),)), objects=("CV-1", "CV-2"), order_per_object=True)
    days = {each.object: (each.day, each.done) for each in latest_dates(situation(of), TODAY)}
    assert days == {"CV-1": (date(2026, 9, 1), False), "CV-2": (date(2027, 3, 10), False)}


def test_a_skipped_or_removed_visit_is_no_completion() -> None:
    rows = [
        done(START, date(2026, 3, 12)),
        done(date(2027, 3, 10), state=VisitState.WITHHELD, reason=Reason.SKIPPED),
        done(date(2028, 3, 10), state=VisitState.REMOVED),
    ]
    assert next_of(situation(inspected(), rows), date(2028, 3, 1)).day == date(2027, 3, 12)


def test_a_smaller_visit_that_a_larger_one_replaced_is_done_with_it() -> None:
    of = inspected(yearly(rank=1), plan("B", unit=Unit.YEAR, every=2, rank=2))
    rows = [done(START, state=VisitState.WITHHELD, reason=Reason.COVERED), done(START, date(2026, 3, 15), plan="B")]
    assert next_of(situation(of, rows), date(2026, 4, 1)).day == date(2027, 3, 15)


def test_a_moved_visit_that_passes_it_says_the_day() -> None:
    before = situation(inspected(), [done(START, date(2026, 3, 12))])
    key = VisitKey("1042", "A", date(2027, 3, 10))
    moved = LedgerVisit(key, date(2027, 3, 20), date(2027, 3, 20), date(2027, 3, 20), VisitState.PLANNED, pinned=True)
    after = replace(before, ledger={**before.ledger, key: moved})
    assert passes(before, after, date(2026, 12, 1)) == [("", date(2027, 3, 12), date(2027, 3, 20))]
    in_time = replace(moved, planned_date=date(2027, 3, 12))
    assert passes(before, replace(before, ledger={**before.ledger, key: in_time}), date(2026, 12, 1)) == []


def test_what_was_passed_already_is_not_told_of_a_press_that_changes_nothing_about_it() -> None:
    before = situation(inspected(yearly(every=2)), [done(START, date(2026, 3, 12))])
    assert next_of(before, date(2026, 12, 1)).is_passed
    after = replace(before, contract=replace(before.contract, name="Another name"))
    assert passes(before, after, date(2026, 12, 1)) == []


def test_a_new_contract_says_what_its_own_rule_passes() -> None:
    assert passes(None, situation(inspected())) == []
    every_other_year = situation(inspected(yearly(every=2)))
    assert passes(None, every_other_year) == [("", date(2027, 3, 10), date(2028, 3, 10))]


def test_a_visit_far_ahead_that_is_moved_counts_from_the_one_before_it() -> None:
    before = situation(inspected(), [done(START, date(2026, 3, 10))])
    key = VisitKey("1042", "A", date(2030, 3, 10))
    moved = LedgerVisit(key, date(2030, 6, 1), date(2030, 6, 1), date(2030, 6, 1), VisitState.PLANNED, pinned=True)
    found = passes(before, replace(before, ledger={**before.ledger, key: moved}), date(2026, 12, 1))
    assert found[0] == ("", date(2030, 3, 10), date(2030, 6, 1))


def test_a_pause_passes_it() -> None:
    before = situation(inspected(), [done(START, date(2026, 3, 10))])
    paused = replace(before.contract, pauses=(Pause(date(2027, 2, 1), date(2027, 4, 1)),))
    found = passes(before, replace(before, contract=paused), date(2026, 12, 1))
    assert found == [("", date(2027, 3, 10), date(2028, 3, 10))]


@pytest.mark.parametrize(
    ("last_day", "told"), [(date(2027, 3, 1), [("", date(2027, 3, 10), None)]), (date(2027, 3, 10), [])]
)
def test_an_early_end_tells_the_visit_that_would_have_been_in_time(
    last_day: date, told: list[tuple[str, date, date | None]]
) -> None:
    """With the last day after it the visit is done; the next one is told, which does not come any more."""
    before = situation(inspected(), [done(START, date(2026, 3, 10))])
    ended = replace(before.contract, termination=Termination(last_day, None))
    found = passes(before, replace(before, contract=ended), date(2026, 12, 1))
    assert found == told or (not told and [each[1] for each in found] == [date(2028, 3, 10)])


def test_an_agreed_end_asks_for_no_visit_after_it() -> None:
    assert passes(None, situation(inspected(end=date(2027, 3, 9)))) == []


def test_an_object_that_leaves_the_contract_is_told() -> None:
    of = inspected(objects=("CV-1", "CV-2"), order_per_object=True)
    before = situation(of, [done(START, START, object=code) for code in of.objects])
    after = replace(before, contract=replace(of, objects=("CV-1",)))
    assert next(each[:2] for each in passes(before, after, date(2026, 12, 1))) == ("CV-2", date(2027, 3, 10))


def test_who_takes_the_latest_date_off_is_not_asked() -> None:
    before = situation(inspected(), [done(START, START)])
    after = replace(before, contract=replace(before.contract, plans=(yearly(latest_after=None, every=9),)))
    assert passes(before, after, date(2026, 12, 1)) == []


@pytest.mark.parametrize(
    ("today", "state", "needed"),
    [
        (date(2027, 1, 8), VisitState.PLANNED, False),  # 61 days before
        (date(2027, 1, 9), VisitState.PLANNED, True),
        (date(2027, 1, 9), VisitState.ORDERED, False),
        (date(2027, 3, 10), VisitState.IN_PROGRESS, False),
        (date(2027, 3, 11), VisitState.ORDERED, True),  # it is passed, and the order is not done
    ],
)
def test_without_an_order_within_60_days_it_needs_a_person(today: date, state: VisitState, needed: bool) -> None:
    rows = [done(START, START)]
    if state is not VisitState.PLANNED:
        rows.append(done(date(2027, 3, 10), state=state))
    about = situation(inspected(), rows)
    assert needs_person(next_of(about, today), about, today) is needed


def test_what_has_ended_by_then_needs_nobody() -> None:
    about = situation(inspected(termination=Termination(date(2027, 3, 1), None)), [done(START, START)])
    today = date(2027, 2, 1)
    assert not needs_person(next_of(about, today), about, today)


def test_an_order_for_all_objects_counts_for_each_of_them() -> None:
    of = inspected(objects=("CV-1",), order_per_object=True)
    assert next_of(situation(of, [done(START, START + timedelta(days=3))])).day == date(2027, 3, 13)


def test_an_object_that_came_in_the_place_of_another_counts_from_what_was_done_there() -> None:
    of = inspected(objects=("CV-1", "CV-9"), replaced=(ReplacedObject("CV-1", "CV-9", TODAY),), order_per_object=True)
    of = replace(of, start=date(2020, 3, 10), entered_on=date(2020, 3, 10), settled_through=date(2026, 2, 28))
    latest = next_of(situation(of, [done(date(2025, 3, 10), date(2025, 3, 20), object="CV-1")]))
    assert (latest.object, latest.day, latest.comes_on) == ("CV-9", date(2026, 3, 20), date(2026, 3, 10))
