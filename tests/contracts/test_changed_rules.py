"""From when a changed rule counts, and what stays on its day (rules: Settle, then change)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.contracts.changed_rules import counts_from
from powerup.contracts.contract import Shift, VisitPlan
from powerup.contracts.effects import EffectKind
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.periods import period_start
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due, visits
from powerup.contracts.settling import after_settling
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from tests.contracts.cycles import (
    after_an_edit,
    contract,
    dates,
    days_in_advance,
    moved,
    ordered,
    plan,
    planned_dates,
    rule_of,
    run,
    situation,
    written,
)

NEW_YEAR = date(2026, 1, 1)


YEAR = (NEW_YEAR, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("rule", "last", "expected"),
    [
        (plan(unit=Unit.DAY, every=10), "2026-03-10", "2026-03-11"),
        (plan(unit=Unit.WORKDAY, every=10), "2026-03-10", "2026-03-11"),
        (plan(unit=Unit.WEEK), "2026-03-10", "2026-03-16"),
        (plan(unit=Unit.WEEK), "2026-03-15", "2026-03-16"),
        (plan(), "2026-03-10", "2026-04-01"),
        (plan(every=3), "2026-12-31", "2027-01-01"),
        (plan(unit=Unit.YEAR), "2026-03-10", "2027-01-01"),
        (plan(unit=Unit.YEAR, months=(4, 10)), "2026-04-20", "2026-10-01"),
        (plan(unit=Unit.YEAR, months=(4, 10)), "2026-10-20", "2027-04-01"),
        (plan(unit=Unit.YEAR, months=(4,)), "2026-04-20", "2027-01-01"),
    ],
)
def test_a_changed_rule_counts_from_the_period_after_the_last_visit(rule: VisitPlan, last: str, expected: str) -> None:
    assert counts_from(rule, date.fromisoformat(last), date(2026, 3, 5)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (plan(unit=Unit.DAY), "2026-03-11", "2026-03-11"),
        (plan(unit=Unit.WEEK), "2026-03-09", "2026-03-09"),
        (plan(unit=Unit.WEEK), "2026-03-15", "2026-03-09"),
        (plan(), "2026-03-31", "2026-03-01"),
        (plan(unit=Unit.YEAR), "2026-03-31", "2026-01-01"),
        (plan(unit=Unit.YEAR, months=(4, 10)), "2026-04-01", "2026-04-01"),
        (plan(unit=Unit.YEAR, months=(4, 10)), "2026-12-31", "2026-10-01"),
        (plan(unit=Unit.YEAR, months=(4, 10)), "2026-03-31", "2025-10-01"),
    ],
)
def test_the_period_of_a_visit(rule: VisitPlan, day: str, expected: str) -> None:
    assert period_start(rule.recurrence, date.fromisoformat(day)) == date.fromisoformat(expected)


def test_a_changed_rule_never_counts_from_before_today() -> None:
    today = date(2026, 9, 9)
    assert counts_from(plan(), date(2026, 3, 10), today) == today
    assert counts_from(plan(), None, today) == today


def test_a_visit_skipped_on_the_very_day_from_which_a_rule_counts_keeps_its_period() -> None:
    skipped = written(date(2026, 4, 1), VisitState.WITHHELD, reason=Reason.SKIPPED)
    changed = plan(month_day=20, counts_from=date(2026, 4, 1))
    now = situation(contract(changed, start=NEW_YEAR), [skipped])
    assert planned_dates(visits(now, date(2026, 4, 1), date(2026, 6, 30), date(2026, 3, 12))) == dates(
        "2026-05-20", "2026-06-20"
    )


def test_an_edit_makes_no_second_visit_of_a_month() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR))
    now = run(now, NEW_YEAR, date(2026, 3, 12))
    after = after_an_edit(now, date(2026, 3, 12), recurrence=rule_of(month_day=20))
    assert planned_dates(visits(after, date(2026, 3, 1), date(2026, 5, 31), date(2026, 3, 12))) == dates(
        "2026-03-10", "2026-04-20", "2026-05-20"
    )


def test_an_edit_before_the_visit_of_the_month_takes_its_place() -> None:
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, date(2026, 3, 5))
    after = after_an_edit(now, date(2026, 3, 5), recurrence=rule_of(month_day=20))
    assert planned_dates(visits(after, date(2026, 3, 1), date(2026, 4, 30), date(2026, 3, 5))) == dates(
        "2026-03-20", "2026-04-20"
    )


def test_an_edit_does_not_open_the_past_again() -> None:
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, date(2026, 3, 5))
    after = after_an_edit(now, date(2026, 3, 5), recurrence=rule_of(unit=Unit.WEEK))
    assert all(row.planned_date >= date(2026, 3, 5) for row in due(after, date(2026, 3, 20)))


def test_editing_one_plan_leaves_the_others_alone() -> None:
    of = contract(plan("A", month_day=10), plan("B", month_day=15, rank=1), start=NEW_YEAR, lead=days_in_advance(20))
    now = run(situation(of), NEW_YEAR, date(2026, 3, 5))
    after = after_an_edit(now, date(2026, 3, 5), recurrence=rule_of(month_day=25))

    def of_b(which: ContractSituation) -> list[Any]:
        return [visit for visit in visits(which, *YEAR, date(2026, 3, 5)) if visit.key.plan == "B"]

    assert of_b(after) == of_b(now)


@pytest.mark.parametrize(
    "ahead",
    [
        written(date(2026, 5, 10), VisitState.WITHHELD, reason=Reason.SKIPPED),
        moved(date(2026, 5, 10), date(2026, 5, 13)),
        written(date(2026, 5, 10), VisitState.ORDERED),
    ],
    ids=["skipped", "moved", "ordered now"],
)
def test_what_a_person_did_ahead_is_kept_and_gets_no_second_visit_beside_it(ahead: LedgerVisit) -> None:
    today = date(2026, 3, 12)
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, today)
    changed = after_an_edit(now, today, recurrence=rule_of(month_day=20))
    changed = replace(changed, ledger={**now.ledger, ahead.key: ahead})
    found = visits(changed, date(2026, 4, 1), date(2026, 6, 30), today)
    assert [visit.key.nominal_date for visit in found] == dates("2026-04-20", "2026-05-10", "2026-06-20")
    assert found[1].written == ahead


@pytest.mark.parametrize("pinned", [True, False])
def test_an_order_of_an_older_rule_that_comes_back_is_ordered_again_on_its_day(pinned: bool) -> None:
    today = date(2026, 3, 12)
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, today)
    changed = after_an_edit(now, today, recurrence=rule_of(month_day=20))
    back = written(date(2026, 5, 10), VisitState.PLANNED, pinned=pinned, try_number=2)
    changed = replace(changed, ledger={**changed.ledger, back.key: back})
    found = visits(changed, date(2026, 5, 1), date(2026, 5, 31), today)
    assert [(visit.planned_date, visit.reason) for visit in found] == [(date(2026, 5, 10), None)]


def test_an_order_that_was_taken_back_because_a_person_moved_it_is_ordered_for_its_new_day() -> None:
    today = date(2026, 3, 12)
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, today)
    changed = after_an_edit(now, today, recurrence=rule_of(month_day=20))
    moved_order = replace(moved(date(2026, 5, 10), date(2026, 5, 13)), state=VisitState.WITHHELD, attempts=1)
    moved_order = replace(moved_order, reason=Reason.CHANGED)
    for of in (now, changed):
        with_it = replace(of, ledger={**of.ledger, moved_order.key: moved_order})
        found = visits(with_it, date(2026, 5, 1), date(2026, 5, 31), today)
        assert planned_dates(found) == dates("2026-05-13")
        (row,) = [row for row in due(with_it, date(2026, 5, 13)) if row.key == moved_order.key]
        assert row.workorder_no == "C1042-A-20260510-ALL.r2"


def test_what_an_edit_took_back_leaves_its_period_to_the_new_rule() -> None:
    today = date(2026, 3, 12)
    taken_back = written(date(2026, 5, 10), VisitState.WITHHELD, reason=Reason.CHANGED)
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, today)
    changed = after_an_edit(now, today, recurrence=rule_of(month_day=20))
    changed = replace(changed, ledger={**changed.ledger, taken_back.key: taken_back})
    assert planned_dates(visits(changed, date(2026, 5, 1), date(2026, 5, 31), today)) == dates("2026-05-20")


def test_another_shift_moves_what_has_no_order_yet() -> None:
    today = date(2026, 2, 20)
    now = run(situation(contract(plan(month_day=28), start=NEW_YEAR)), NEW_YEAR, today)
    after = replace(now, contract=replace(now.contract, plans=(plan(month_day=28, shift=Shift.NEXT_WORKING_DAY),)))
    effects = effects_of(now, after, today)
    assert [(e.kind, e.planned_date) for e in effects.listed][:1] == [(EffectKind.MOVED, date(2026, 3, 2))]


@pytest.mark.parametrize(("nominal_day", "today"), [(28, "2026-02-28"), (1, "2026-03-01")])
def test_a_shift_to_before_the_day_of_the_edit_is_caught_up_and_not_lost(nominal_day: int, today: str) -> None:
    edited_on = date.fromisoformat(today)  # a Saturday, a Sunday
    now = situation(contract(plan(month_day=nominal_day), start=NEW_YEAR))
    now = after_settling(run(now, NEW_YEAR, edited_on - timedelta(days=1)), [], edited_on)
    shifted = plan(month_day=nominal_day, shift=Shift.PREVIOUS_WORKING_DAY)
    after = replace(now, contract=replace(now.contract, plans=(shifted,)))
    assert ordered(due(after, edited_on)) == dates("2026-02-27")
