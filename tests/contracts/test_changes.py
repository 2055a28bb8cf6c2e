"""Settle, then change: what an edit does to what was, is and comes (rules: Settle, then change; Actions)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.contracts.changed_rules import counts_from
from powerup.contracts.contract import Lead, Pause, Shift, Termination, VisitPlan
from powerup.contracts.effects import STARTED, Effect, EffectKind, Effects, in_order
from powerup.contracts.effects_of_change import effects_of, of_existing
from powerup.contracts.periods import period_start
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due, visits
from powerup.contracts.settling import after_settling, settled
from powerup.contracts.situation import ContractSituation
from powerup.contracts.transitions import planned_again
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from tests.contracts.cycles import (
    contract,
    dates,
    days_in_advance,
    key,
    moved,
    one_cycle,
    ordered,
    plan,
    planned_dates,
    reasons,
    run,
    situation,
    written,
)

NEW_YEAR = date(2026, 1, 1)
YEAR = (NEW_YEAR, date(2026, 12, 31))


def _changed(now: ContractSituation, today: date, **fields: Any) -> ContractSituation:
    """The situation after an edit of its first plan: settled, and counting from where the rules say."""
    now = after_settling(now, settled(now, today, unseen=False), today)
    first, *others = now.contract.plans
    new = replace(first, **fields)
    last = max((row.nominal_date for row in now.ledger if row.plan == first.name), default=None)
    new = replace(new, counts_from=counts_from(new, last, today))
    return replace(now, contract=replace(now.contract, plans=(new, *others)))


def _rule(**fields: Any) -> Any:
    return plan(**fields).recurrence


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
    after = _changed(now, date(2026, 3, 12), recurrence=_rule(month_day=20))
    assert planned_dates(visits(after, date(2026, 3, 1), date(2026, 5, 31), date(2026, 3, 12))) == dates(
        "2026-03-10", "2026-04-20", "2026-05-20"
    )


def test_an_edit_before_the_visit_of_the_month_takes_its_place() -> None:
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, date(2026, 3, 5))
    after = _changed(now, date(2026, 3, 5), recurrence=_rule(month_day=20))
    assert planned_dates(visits(after, date(2026, 3, 1), date(2026, 4, 30), date(2026, 3, 5))) == dates(
        "2026-03-20", "2026-04-20"
    )


def test_an_edit_does_not_open_the_past_again() -> None:
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, date(2026, 3, 5))
    after = _changed(now, date(2026, 3, 5), recurrence=_rule(unit=Unit.WEEK))
    assert all(row.planned_date >= date(2026, 3, 5) for row in due(after, date(2026, 3, 20)))


def test_what_is_due_is_written_under_the_old_rule_first() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(14)))
    now = run(now, NEW_YEAR, date(2026, 2, 20))
    today = date(2026, 3, 1)
    assert ordered(settled(now, today, unseen=False)) == dates("2026-03-10")
    after = _changed(now, today, recurrence=_rule(month_day=20))
    assert planned_dates(visits(after, date(2026, 3, 1), date(2026, 4, 30), today)) == dates("2026-03-10", "2026-04-20")


def test_a_contract_that_no_cycle_has_seen_orders_nothing_while_it_is_corrected() -> None:
    entered = date(2026, 3, 5)
    now = situation(contract(plan(month_day=10), start=NEW_YEAR, entered_on=entered, lead=days_in_advance(14)))
    rows = settled(now, entered, unseen=True)
    assert {row.reason for row in rows} == {Reason.BEFORE_ENTRY}
    assert len(rows) == 2


def test_editing_one_plan_leaves_the_others_alone() -> None:
    of = contract(plan("A", month_day=10), plan("B", month_day=15, rank=1), start=NEW_YEAR, lead=days_in_advance(20))
    now = run(situation(of), NEW_YEAR, date(2026, 3, 5))
    after = _changed(now, date(2026, 3, 5), recurrence=_rule(month_day=25))

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
    changed = replace(_changed(now, today, recurrence=_rule(month_day=20)), ledger={**now.ledger, ahead.key: ahead})
    found = visits(changed, date(2026, 4, 1), date(2026, 6, 30), today)
    assert [visit.key.nominal_date for visit in found] == dates("2026-04-20", "2026-05-10", "2026-06-20")
    assert found[1].written == ahead


@pytest.mark.parametrize("pinned", [True, False])
def test_an_order_of_an_older_rule_that_comes_back_is_ordered_again_on_its_day(pinned: bool) -> None:
    today = date(2026, 3, 12)
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, today)
    changed = _changed(now, today, recurrence=_rule(month_day=20))
    back = written(date(2026, 5, 10), VisitState.PLANNED, pinned=pinned, try_number=2)
    changed = replace(changed, ledger={**changed.ledger, back.key: back})
    found = visits(changed, date(2026, 5, 1), date(2026, 5, 31), today)
    assert [(visit.planned_date, visit.reason) for visit in found] == [(date(2026, 5, 10), None)]


def test_an_order_that_was_taken_back_because_a_person_moved_it_is_ordered_for_its_new_day() -> None:
    today = date(2026, 3, 12)
    now = run(situation(contract(plan(month_day=10), start=NEW_YEAR)), NEW_YEAR, today)
    changed = _changed(now, today, recurrence=_rule(month_day=20))
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
    changed = _changed(now, today, recurrence=_rule(month_day=20))
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


def test_settling_twice_writes_nothing_more() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR))
    now, _ = one_cycle(now, date(2026, 3, 10))
    assert settled(now, date(2026, 3, 10), unseen=False) == []


def test_the_ledger_is_complete_through_yesterday_but_never_past_the_last_day() -> None:
    open_ended = situation(contract(plan(), start=NEW_YEAR))
    assert after_settling(open_ended, [], date(2026, 3, 10)).contract.settled_through == date(2026, 3, 9)
    ended = situation(contract(plan(), start=NEW_YEAR, end=date(2026, 2, 28)))
    assert after_settling(ended, [], date(2026, 3, 10)).contract.settled_through == date(2026, 2, 28)


class TestTheExampleOfTheWebhooksPage:
    """Section 9: creating a contract with a past, and ending it early."""

    today = date(2026, 12, 28)

    def _created(self) -> ContractSituation:
        of = contract(
            plan(month_day=31),
            start=date(2026, 1, 31),
            entered_on=self.today,
            objects=("CV-1", "CV-2"),
            order_per_object=True,
            lead=days_in_advance(60),
        )
        return situation(of)

    def test_creating_shows_8_created_and_22_before_entry(self) -> None:
        effects = effects_of(None, self._created(), self.today)
        assert effects.counts() == {"created": 8, "withheld": {"before_entry": 22}}
        first, second, *_ = effects.listed
        assert first == Effect(
            EffectKind.CREATED,
            key(date(2026, 12, 31), object_code="CV-1"),
            date(2026, 12, 31),
            "C1042-A-20261231-CV-1",
            VisitState.PLANNED,
        )
        assert second.workorder_no == "C1042-A-20261231-CV-2"

    def test_terminating_shows_3_retracted_1_kept_and_4_withheld(self) -> None:
        now, rows = one_cycle(self._created(), self.today)
        orders = [replace(row, state=VisitState.ORDERED) for row in rows if row.state is VisitState.ORDERING]
        started, *others = orders
        existing = [of_existing(replace(started, state=VisitState.IN_PROGRESS), EffectKind.KEPT, STARTED)]
        existing += [of_existing(row, EffectKind.RETRACTED, Reason.TERMINATED) for row in others]
        retracting = [replace(row, state=VisitState.RETRACTING) for row in others]
        now = replace(now, ledger={**now.ledger, **{row.key: row for row in orders}})
        ended = replace(now.contract, termination=Termination(date(2026, 12, 30), "MOVED"))
        after = replace(now, contract=ended, ledger={**now.ledger, **{row.key: row for row in retracting}})
        effects = effects_of(now, after, self.today, existing)
        assert effects.counts() == {"retracted": 3, "kept": 1, "withheld": {"terminated": 4}}
        assert len(effects.retracted_keys()) == 3


def test_visits_with_a_generation_date_in_the_next_60_days_are_named() -> None:
    of = situation(contract(plan(unit=Unit.DAY), start=date(2026, 3, 1)))
    named = effects_of(None, of, date(2026, 3, 1)).listed
    assert [named[0].planned_date, named[-1].planned_date] == dates("2026-03-01", "2026-04-30")


def test_an_end_that_is_pulled_forward_says_which_visits_it_cuts_off() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR))
    after = replace(now, contract=replace(now.contract, end=date(2026, 1, 31)))
    effects = effects_of(now, after, NEW_YEAR)
    assert [(e.kind, e.planned_date, e.reason) for e in effects.listed] == [
        (EffectKind.CREATED, date(2026, 1, 10), None),
        (EffectKind.WITHHELD, date(2026, 2, 10), "contract_ended"),
    ]


def test_dates_that_a_new_rule_has_no_more_are_named_as_changed() -> None:
    today = date(2026, 1, 2)
    now, _ = one_cycle(situation(contract(plan(month_day=10), start=NEW_YEAR)), today)
    after = _changed(now, today, recurrence=_rule(month_day=20))
    effects = effects_of(now, after, today)
    assert effects.counts() == {"created": 2, "withheld": {"changed": 2}}


def test_fewer_days_in_advance_take_nothing_away() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(60)))
    after = replace(now, contract=replace(now.contract, lead=Lead(0)))
    assert "withheld" not in effects_of(now, after, NEW_YEAR).counts()


def test_a_pause_says_what_it_withholds() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR))
    after = replace(now, contract=replace(now.contract, pauses=(Pause(date(2026, 2, 1), None),)))
    assert effects_of(now, after, NEW_YEAR).counts() == {"created": 1, "withheld": {"paused": 1}}


def test_an_order_that_is_taken_back_and_made_again_is_named_twice() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(30))
    order = written(date(2026, 1, 10), workorder_no="C1042-A-20260110-ALL", attempts=1)
    before = situation(of, [order])
    again = replace(order, state=VisitState.WITHHELD, reason=Reason.CHANGED)
    effects = effects_of(
        before, situation(of, [again]), NEW_YEAR, [of_existing(order, EffectKind.RETRACTED, Reason.CHANGED)]
    )
    assert [(e.kind, e.workorder_no) for e in effects.listed if e.key == order.key] == [
        (EffectKind.RETRACTED, "C1042-A-20260110-ALL"),
        (EffectKind.CREATED, "C1042-A-20260110-ALL.r2"),
    ]


def test_a_visit_back_in_the_plan_is_shown_with_the_number_it_will_get() -> None:
    failed = written(date(2026, 1, 10), VisitState.FAILED, attempts=1, refusal="Onbekende relatie")
    after = situation(contract(plan(month_day=10), start=NEW_YEAR), [planned_again(failed)])
    numbers = [e.workorder_no for e in effects_of(after, after, NEW_YEAR).listed]
    assert numbers == ["C1042-A-20260110-ALL.r2", "C1042-A-20260210-ALL"]


def test_an_overdue_visit_that_is_caught_up_is_named_and_the_missed_are_counted() -> None:
    of = replace(contract(plan(month_day=10), start=NEW_YEAR), settled_through=date(2025, 12, 31))
    effects = effects_of(None, situation(of), date(2026, 3, 20))
    assert effects.counts() == {"created": 3, "withheld": {"missed": 2}}
    assert effects.listed[0].planned_date == date(2026, 3, 10)


def test_the_same_effects_come_in_the_same_order() -> None:
    lines = list(effects_of(None, situation(contract(plan("B"), plan("A"), start=NEW_YEAR)), NEW_YEAR).listed)
    assert in_order(reversed(lines)) == in_order(lines)
    assert [line.key.plan for line in in_order(lines)][:2] == ["A", "B"]


def test_no_effects_count_nothing() -> None:
    assert Effects().counts() == {}


def test_reasons_beyond_the_list_are_added_to_those_in_it() -> None:
    line = Effect(EffectKind.WITHHELD, key(NEW_YEAR), NEW_YEAR, None, VisitState.WITHHELD, "paused")
    assert Effects((line,), {Reason.PAUSED: 2, Reason.MISSED: 1}).counts() == {"withheld": {"missed": 1, "paused": 3}}


def test_a_changed_plan_keeps_reasons_of_the_past() -> None:
    today = date(2026, 3, 12)
    of = contract(plan(month_day=10), start=NEW_YEAR, pauses=(Pause(date(2026, 2, 1), date(2026, 2, 28)),))
    now = run(situation(of), NEW_YEAR, today)
    after = _changed(now, today, recurrence=_rule(month_day=20))
    assert reasons(visits(after, NEW_YEAR, date(2026, 3, 31), today)) == {
        date(2026, 1, 10): None,
        date(2026, 2, 10): "paused",
        date(2026, 3, 10): None,
    }
