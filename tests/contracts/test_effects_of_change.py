"""What a change does, as people confirm it (rules: Actions; webhooks page, section 9)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.contracts.contract import Lead, Pause, Termination
from powerup.contracts.effects import STARTED, Effect, EffectKind, Effects, in_order
from powerup.contracts.effects_of_change import effects_of, of_existing
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import visits
from powerup.contracts.shown_schedule import shown_schedule
from powerup.contracts.situation import ContractSituation
from powerup.contracts.transitions import planned_again
from powerup.contracts.visit import Reason, VisitState
from tests.contracts.cycles import (
    after_an_edit,
    contract,
    dates,
    days_in_advance,
    key,
    one_cycle,
    plan,
    reasons,
    rule_of,
    run,
    situation,
    written,
)

NEW_YEAR = date(2026, 1, 1)


def test_what_is_shown_of_a_press_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = situation(contract(plan(every=1, unit=Unit.DAY), start=NEW_YEAR, entered_on=NEW_YEAR))
    coming = effects_of(None, made, NEW_YEAR, to_show=True).coming
    as_alone = shown_schedule(made, NEW_YEAR)
    monkeypatch.delattr("powerup.contracts.shown_schedule.visits")
    assert as_alone.total == 365
    assert shown_schedule(made, NEW_YEAR, coming) == as_alone
    with pytest.raises(NameError):  # of another situation nothing is known
        shown_schedule(replace(made, awaiting_release=True), NEW_YEAR, coming)


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

    def test_creating_names_8_of_24_created_and_counts_22_before_entry(self) -> None:
        effects = effects_of(None, self._created(), self.today)
        assert effects.counts() == {"created": 24, "withheld": {"before_entry": 22}}
        assert (len(effects.listed), effects.counted_until) == (8, date(2027, 12, 27))
        first, second, *_ = effects.listed
        assert first == Effect(
            EffectKind.CREATED,
            key(date(2026, 12, 31), object_code="CV-1"),
            date(2026, 12, 31),
            "C1042-A-20261231-CV-1",
            VisitState.PLANNED,
        )
        assert second.workorder_no == "C1042-A-20261231-CV-2"

    def test_terminating_shows_3_retracted_1_kept_and_20_withheld(self) -> None:
        now, rows = one_cycle(self._created(), self.today)
        orders = [replace(row, state=VisitState.ORDERED) for row in rows if row.state is VisitState.ORDERING]
        started, *others = orders
        existing = [of_existing(replace(started, state=VisitState.IN_PROGRESS), EffectKind.KEPT, STARTED)]
        existing += [of_existing(row, EffectKind.RETRACTED, Reason.TERMINATED) for row in others]
        retracting = [replace(row, state=VisitState.RETRACTING) for row in others]
        now = replace(now, ledger={**now.ledger, **{row.key: row for row in orders}})
        ended = replace(now.contract, termination=Termination(date(2026, 12, 30), "MOVED"))
        after = replace(now, contract=ended, ledger={**now.ledger, **{row.key: row for row in retracting}})
        effects = effects_of(now, after, self.today, existing, date(2026, 12, 31))
        assert effects.counts() == {"retracted": 3, "kept": 1, "withheld": {"terminated": 20}}
        assert (len(effects.listed), effects.counted_until) == (8, date(2027, 12, 30))
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
        (EffectKind.WITHHELD, date(2026, 2, 10), "contract_ended"),
    ]


def test_dates_that_a_new_rule_has_no_more_are_named_as_changed() -> None:
    today = date(2026, 1, 2)
    now, _ = one_cycle(situation(contract(plan(month_day=10), start=NEW_YEAR)), today)
    after = after_an_edit(now, today, recurrence=rule_of(month_day=20))
    effects = effects_of(now, after, today)
    assert effects.counts() == {"created": 12, "withheld": {"changed": 12}}


def test_fewer_days_in_advance_take_nothing_away() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(60)))
    after = replace(now, contract=replace(now.contract, lead=Lead(0)))
    assert "withheld" not in effects_of(now, after, NEW_YEAR).counts()


def test_a_pause_says_what_it_withholds() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR))
    after = replace(now, contract=replace(now.contract, pauses=(Pause(date(2026, 2, 1), None),)))
    assert effects_of(now, after, NEW_YEAR).counts() == {"withheld": {"paused": 11}}


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
    removed = replace(failed, state=VisitState.REMOVED, refusal=None)
    of = contract(plan(month_day=10), start=NEW_YEAR)
    effects = effects_of(situation(of, [removed]), situation(of, [planned_again(failed)]), NEW_YEAR)
    assert [e.workorder_no for e in effects.listed] == ["C1042-A-20260110-ALL.r2"]


def test_an_overdue_visit_that_is_caught_up_and_the_missed_are_named() -> None:
    of = replace(contract(plan(month_day=10), start=NEW_YEAR), settled_through=date(2025, 12, 31))
    effects = effects_of(None, situation(of), date(2026, 3, 20))
    assert effects.counts() == {"created": 13, "withheld": {"missed": 2}}
    assert [(e.planned_date, e.reason) for e in effects.listed][:3] == [
        (date(2026, 1, 10), "missed"),
        (date(2026, 2, 10), "missed"),
        (date(2026, 3, 10), None),
    ]


def test_the_same_effects_come_in_the_same_order() -> None:
    lines = list(effects_of(None, situation(contract(plan("B"), plan("A"), start=NEW_YEAR)), NEW_YEAR).listed)
    assert in_order(reversed(lines)) == in_order(lines)
    assert [line.key.plan for line in in_order(lines)][:2] == ["A", "B"]


def test_no_effects_count_nothing() -> None:
    assert Effects().counts() == {}


def test_reasons_beyond_the_list_are_added_to_those_in_it() -> None:
    line = Effect(EffectKind.WITHHELD, key(NEW_YEAR), NEW_YEAR, None, VisitState.WITHHELD, "paused")
    beyond = {(EffectKind.WITHHELD, "paused"): 2, (EffectKind.WITHHELD, "missed"): 1, (EffectKind.CREATED, None): 4}
    assert Effects((line,), beyond).counts() == {"created": 4, "withheld": {"missed": 1, "paused": 3}}


def test_a_changed_plan_keeps_reasons_of_the_past() -> None:
    today = date(2026, 3, 12)
    of = contract(plan(month_day=10), start=NEW_YEAR, pauses=(Pause(date(2026, 2, 1), date(2026, 2, 28)),))
    now = run(situation(of), NEW_YEAR, today)
    after = after_an_edit(now, today, recurrence=rule_of(month_day=20))
    assert reasons(visits(after, NEW_YEAR, date(2026, 3, 31), today)) == {
        date(2026, 1, 10): None,
        date(2026, 2, 10): "paused",
        date(2026, 3, 10): None,
    }
