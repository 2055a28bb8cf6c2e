"""Anyone can ask of any date "why?" and gets one line (rules: The two ideas)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.contracts.contract import (
    Contract,
    ContractType,
    Lead,
    Pause,
    Schedule,
    Shift,
    Spread,
    Termination,
    YearlyOrders,
)
from powerup.contracts.recurrence import Unit
from powerup.contracts.visit import Reason, VisitState
from powerup.contracts.why import Absence, Why, why
from tests.contracts.cycles import contract, days_in_advance, key, moved, plan, run, situation, written

NEW_YEAR = date(2026, 1, 1)
TODAY = date(2026, 3, 2)


def _absence(of: Contract, day: str) -> Why:
    (answer,) = why(situation(of), date.fromisoformat(day), TODAY)
    assert answer.visit is None
    return answer


def test_a_visit_tells_rule_shift_window_lead_and_state() -> None:
    rule = plan(month_day=28, shift=Shift.NEXT_WORKING_DAY, window_before=2, window_after=5)
    of = contract(rule, start=NEW_YEAR, lead=days_in_advance(14))
    (answer,) = why(situation(of), date(2026, 3, 28), TODAY)
    assert (answer.rule, answer.shift) == (rule.recurrence, Shift.NEXT_WORKING_DAY)
    assert (answer.window_before, answer.window_after, answer.lead) == (2, 5, Lead(14))
    assert answer.visit is not None
    assert (answer.visit.key.nominal_date, answer.visit.planned_date) == (date(2026, 3, 28), date(2026, 3, 30))
    assert (answer.visit.generation_date, answer.visit.deadline) == (date(2026, 3, 16), date(2026, 4, 4))
    assert (answer.visit.state, answer.visit.reason, answer.absence) == (VisitState.PLANNED, None, None)


@pytest.mark.parametrize("asked", [date(2026, 3, 28), date(2026, 3, 30)])
def test_the_date_may_be_the_nominal_or_the_planned_one(asked: date) -> None:
    of = contract(plan(month_day=28, shift=Shift.NEXT_WORKING_DAY), start=NEW_YEAR)
    (answer,) = why(situation(of), asked, TODAY)
    assert answer.visit is not None
    assert answer.visit.key == key(date(2026, 3, 28))


def test_a_moved_visit_is_found_on_both_its_dates() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    now = situation(of, [replace(moved(date(2026, 3, 10), date(2026, 4, 2)), moved_from=date(2026, 3, 10))])
    for asked in (date(2026, 3, 10), date(2026, 4, 2)):
        (answer,) = why(now, asked, TODAY)
        assert answer.moved
        assert answer.visit is not None
        assert answer.visit.planned_date == date(2026, 4, 2)


def test_a_written_visit_tells_its_order_and_the_hosts_own_words() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    row = written(
        date(2026, 3, 10), VisitState.FAILED, workorder_no="C1042-A-20260310-ALL", refusal="Onbekende relatie"
    )
    (answer,) = why(situation(of, [row]), date(2026, 3, 10), TODAY)
    assert answer.visit is not None
    assert answer.visit.written == row


def test_each_object_has_a_line_of_its_own() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR, objects=("CV-1", "CV-2"), order_per_object=True)
    answers = why(situation(of), date(2026, 3, 10), TODAY)
    assert [answer.visit and answer.visit.key.object for answer in answers] == ["CV-1", "CV-2"]


def test_a_paused_visit_names_its_pause() -> None:
    pause = Pause(date(2026, 3, 1), None, "Verbouwing")
    of = contract(plan(month_day=10), start=NEW_YEAR, pauses=(pause,))
    (answer,) = why(situation(of), date(2026, 3, 10), TODAY)
    assert answer.pause == pause


def test_a_covered_visit_names_the_larger_one() -> None:
    of = contract(plan("A", month_day=10, rank=1), plan("B", month_day=12, rank=2), start=NEW_YEAR, overlap_days=3)
    (answer,) = why(situation(of), date(2026, 3, 10), TODAY)
    assert answer.visit is not None
    assert (answer.visit.reason, answer.covered_by) == (Reason.COVERED, key(date(2026, 3, 12), "B"))


def test_a_covered_double_names_the_one_that_stays() -> None:
    of = contract(plan(unit=Unit.WEEK, weekdays=(5, 6), shift=Shift.NEXT_WORKING_DAY), start=NEW_YEAR)
    (answer,) = why(situation(of), date(2026, 3, 8), TODAY)
    assert answer.covered_by == key(date(2026, 3, 7))


def test_a_visit_after_the_last_day_says_terminated() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR, termination=Termination(date(2026, 3, 5), "MOVED"))
    (answer,) = why(situation(of), date(2026, 3, 10), TODAY)
    assert answer.visit is not None
    assert answer.visit.reason is Reason.TERMINATED
    assert _absence(of, "2026-03-11").absence is Absence.TERMINATED


def test_a_visit_of_an_older_rule_has_no_rule_any_more() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    now = run(situation(of), NEW_YEAR, date(2026, 2, 20))
    changed = replace(now.contract, plans=(plan(month_day=20, counts_from=date(2026, 3, 1)),))
    now = replace(now, contract=changed)
    (old,) = why(now, date(2026, 2, 10), TODAY)
    (new,) = why(now, date(2026, 3, 20), TODAY)
    assert (old.rule, new.rule) == (None, changed.plans[0].recurrence)


def test_a_visit_whose_plan_is_gone_is_still_told() -> None:
    now = situation(contract(plan("B"), start=NEW_YEAR), [written(date(2026, 2, 10))])
    (answer,) = why(now, date(2026, 2, 10), TODAY)
    assert (answer.rule, answer.shift) == (None, None)


def test_before_the_start_and_after_the_end_there_is_none() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR, end=date(2026, 12, 31))
    assert _absence(of, "2025-12-10").absence is Absence.NOT_STARTED
    assert _absence(of, "2027-01-10").absence is Absence.ENDED


def test_an_excluded_date_and_one_out_of_season_are_named() -> None:
    of = contract(plan(month_day=10, months=(3, 4), excluded_dates=(date(2026, 4, 10),)), start=NEW_YEAR)
    assert _absence(of, "2026-04-10").absence is Absence.EXCLUDED
    assert _absence(of, "2026-05-10").absence is Absence.OUT_OF_SEASON


def test_a_date_outside_of_the_series_tells_its_neighbours() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    answer = _absence(of, "2026-04-01")
    assert answer.absence is Absence.NOT_IN_SERIES
    assert (answer.before, answer.after) == (date(2026, 3, 10), date(2026, 4, 10))
    assert _absence(of, "2026-01-05").before is None


def test_of_several_plans_the_most_telling_absence_is_named() -> None:
    of = contract(plan("A", month_day=10), plan("B", month_day=12, excluded_dates=(date(2026, 3, 12),)), start=NEW_YEAR)
    assert _absence(of, "2026-03-12").absence is Absence.EXCLUDED


def test_a_date_before_the_present_rule_counts_belongs_to_the_older_one() -> None:
    of = contract(plan(month_day=20, counts_from=date(2026, 4, 1)), start=NEW_YEAR)
    assert _absence(of, "2026-03-20").absence is Absence.OLDER_RULE
    assert _absence(of, "2026-03-15").absence is Absence.OLDER_RULE
    floating = plan(schedule=Schedule.FLOATING, counts_from=date(2026, 4, 1))
    now = situation(contract(floating, start=NEW_YEAR), [written(date(2026, 2, 10))])
    (old,) = why(now, date(2026, 2, 10), TODAY)
    assert old.rule is None


def test_a_date_before_the_anchor_of_an_object_is_named() -> None:
    of = contract(plan(month_day=20, anchor=date(2026, 6, 1)), start=NEW_YEAR)
    assert _absence(of, "2026-03-20").absence is Absence.BEFORE_ANCHOR


@pytest.mark.parametrize(
    "of",
    [
        contract(start=NEW_YEAR),
        contract(start=NEW_YEAR, type=ContractType.CORRECTIVE),
        contract(plan("Y"), start=NEW_YEAR, type=ContractType.YEARLY, yearly=YearlyOrders(5, Spread.CALL_OFF)),
    ],
    ids=["no plans", "corrective", "call-off"],
)
def test_a_contract_without_a_schedule_has_visits_on_request_only(of: Contract) -> None:
    assert _absence(of, "2026-03-20").absence is Absence.ONLY_ON_REQUEST


def test_yearly_orders_and_floating_plans_know_only_their_own_dates() -> None:
    yearly = contract(plan("Y"), start=NEW_YEAR, type=ContractType.YEARLY, yearly=YearlyOrders(4))
    assert _absence(yearly, "2026-03-20").after == date(2026, 4, 1)
    (answer,) = why(situation(yearly), date(2026, 4, 1), TODAY)
    assert answer.rule == YearlyOrders(4)
    floating = contract(plan(schedule=Schedule.FLOATING), start=NEW_YEAR)
    assert _absence(floating, "2026-03-20").absence is Absence.NOT_IN_SERIES


def test_a_visit_that_was_called_off_has_its_number_a_year_as_its_rule() -> None:
    orders = YearlyOrders(5, Spread.CALL_OFF)
    of = contract(plan("Y"), start=NEW_YEAR, type=ContractType.YEARLY, yearly=orders)
    (answer,) = why(situation(of, [written(date(2026, 3, 10), plan_name="Y")]), date(2026, 3, 10), TODAY)
    assert answer.rule == orders


def test_a_visit_that_an_earlier_rule_gave_its_day_was_moved_by_nobody() -> None:
    """An edit holds what is ordered ahead on its day, so that the new rule makes no second one of its period."""
    of = contract(plan(month_day=10, counts_from=date(2026, 3, 1)), start=NEW_YEAR)
    held = moved(date(2026, 3, 20), date(2026, 3, 20))
    (answer,) = why(situation(of, [held]), date(2026, 3, 20), TODAY)
    assert (answer.rule, answer.moved) == (None, False)
