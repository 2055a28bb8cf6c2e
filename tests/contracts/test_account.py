"""What became of all that was agreed for a year (rules: Account)."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.account import (
    AccountOutcome,
    SkipWish,
    account_visits,
    agreed_on,
    days_late,
    is_agreed,
    outcome_of,
    sum_of,
)
from powerup.contracts.contract import Pause, Schedule
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.schedule import due
from powerup.contracts.situation import ContractSituation, from_the_start
from powerup.contracts.transitions import left_out
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState
from tests.contracts.cycles import A_DAY, contract, done_on_its_day, one_cycle, plan, run, situation, written
from tests.contracts.generated_contracts import FIRST_DAY, LAST_DAY, situations

JANUARY_1, DECEMBER_31 = date(2026, 1, 1), date(2026, 12, 31)
MONTHLY = contract(plan(month_day=10), start=JANUARY_1, end=date(2027, 12, 31))


def of_year(found: ContractSituation, year: int, today: date) -> list[Visit]:
    return list(account_visits(found, date(year, 1, 1), date(year, 12, 31), today).agreed)


def outcomes(found: ContractSituation, year: int, today: date) -> dict[AccountOutcome, int]:
    return sum_of(outcome_of(visit, today) for visit in of_year(found, year, today))


def test_twelve_agreed_are_ten_done_one_skipped_and_one_paused() -> None:
    paused = replace(MONTHLY, pauses=(Pause(date(2026, 8, 1), date(2026, 8, 31), "vakantie"),))
    skipped = written(date(2026, 3, 10), VisitState.WITHHELD, reason=Reason.SKIPPED)
    after = run(situation(paused, [skipped]), JANUARY_1, DECEMBER_31, done_on_its_day)
    assert outcomes(after, 2026, DECEMBER_31) == {
        AccountOutcome.DONE: 10,
        AccountOutcome.SKIPPED: 1,
        AccountOutcome.PAUSED: 1,
    }


def test_a_year_that_runs_has_visits_to_come_and_those_of_a_year_ahead_are_all_to_come() -> None:
    after = run(situation(MONTHLY), JANUARY_1, date(2026, 6, 30), done_on_its_day)
    assert outcomes(after, 2026, date(2026, 6, 30)) == {AccountOutcome.DONE: 6, AccountOutcome.TO_COME: 6}
    assert outcomes(after, 2027, date(2026, 6, 30)) == {AccountOutcome.TO_COME: 12}


def test_an_order_that_is_open_past_its_deadline_is_not_done_yet() -> None:
    row = written(date(2026, 3, 10))
    assert outcome_of(as_shown(row), date(2026, 3, 10)) is AccountOutcome.TO_COME
    assert outcome_of(as_shown(row), date(2026, 3, 11)) is AccountOutcome.OVERDUE


def test_a_visit_moved_into_the_next_year_is_told_by_the_year_of_its_rule() -> None:
    row = written(
        date(2026, 12, 10),
        VisitState.COMPLETED,
        planned=date(2027, 2, 20),
        pinned=True,
        moved_from=date(2026, 12, 10),
        completed_on=date(2027, 2, 20),
    )
    found, today = situation(MONTHLY, [row]), date(2027, 3, 1)
    assert row.key in {visit.key for visit in of_year(found, 2026, today)}
    assert row.key not in {visit.key for visit in of_year(found, 2027, today)}
    (moved,) = account_visits(found, date(2027, 1, 1), date(2027, 12, 31), today).moved_in
    assert (moved.key, agreed_on(moved)) == (row.key, date(2026, 12, 10))


def test_days_late_are_counted_from_the_end_of_the_window() -> None:
    done = written(date(2026, 3, 10), VisitState.SETTLED, completed_on=date(2026, 3, 14))
    assert days_late(as_shown(replace(done, deadline=date(2026, 3, 12)))) == 2
    assert days_late(as_shown(replace(done, completed_on=None))) == 0


@pytest.mark.parametrize(
    ("state", "reason", "outcome"),
    [
        (VisitState.REMOVED, None, AccountOutcome.REMOVED),
        (VisitState.FAILED, None, AccountOutcome.OVERDUE),
        (VisitState.RETRACTING, Reason.CHANGED, AccountOutcome.OVERDUE),
        (VisitState.RETRACTING, Reason.SKIPPED, AccountOutcome.SKIPPED_AT_WISH),
        (VisitState.WITHHELD, Reason.NOT_A_WORKING_DAY, AccountOutcome.CLOSED),
        (VisitState.WITHHELD, Reason.OBJECT_RETIRED, AccountOutcome.OUT_OF_USE),
        (VisitState.WITHHELD, Reason.CUSTOMER_BLOCKED, AccountOutcome.HELD_BACK),
        (VisitState.WITHHELD, Reason.PREVIOUS_OPEN, AccountOutcome.MISSED),
        (VisitState.WITHHELD, Reason.COVERED, AccountOutcome.NOT_AGREED),
        (VisitState.WITHHELD, Reason.CHANGED, AccountOutcome.NOT_AGREED),
    ],
)
def test_each_state_and_reason_has_its_place(state: VisitState, reason: Reason | None, outcome: AccountOutcome) -> None:
    row = written(date(2026, 3, 10), state, reason=reason)
    assert outcome_of(as_shown(row), date(2026, 6, 1), SkipWish.CUSTOMER) is outcome


def test_what_lies_outside_of_the_contract_was_not_agreed() -> None:
    outside = {reason for reason in Reason if not is_agreed(reason)}
    assert outside >= AFTER_THE_END
    assert {Reason.SKIPPED, Reason.MISSED, Reason.PAUSED}.isdisjoint(outside)


@settings(max_examples=6, deadline=None)
@given(
    situations(st.sampled_from(Schedule)),
    st.dates(date(2026, 3, 1), date(2027, 3, 31)),
    st.data(),
)
def test_every_visit_counts_once_and_what_the_audit_finds_due_is_what_has_come(
    made: ContractSituation, today: date, data: st.DataObject
) -> None:
    after = run(made, FIRST_DAY, today - A_DAY, done_on_its_day, sleeping=True)
    if data.draw(st.booleans(), "some are skipped"):
        after = _skipped(after, today)
    after, _ = one_cycle(after, today)
    rows = after.ledger.values()
    years = {today.year, *(row.planned_date.year for row in rows), *(agreed_on(row).year for row in rows)}
    told = [visit for year in sorted(years) for visit in of_year(after, year, today)]
    assert Counter(visit.key for visit in told if visit.written) == Counter(after.ledger.keys())
    assert not due(from_the_start(after), today)
    unwritten = [visit for visit in told if visit.written is None and visit.planned_date < today]
    assert {visit.reason for visit in unwritten} <= {Reason.BEFORE_ENTRY}
    assert all(visit.planned_date < after.contract.entered_on for visit in unwritten)
    for year in years:
        visits = of_year(after, year, today)
        agreed = [visit for visit in visits if outcome_of(visit, today) is not AccountOutcome.NOT_AGREED]
        assert sum(outcomes(after, year, today).values()) == len(agreed)


def _skipped(found: ContractSituation, today: date) -> ContractSituation:
    """The next two visits are left out by a person."""
    ahead = account_visits(found, today + A_DAY, LAST_DAY, today).agreed
    coming = [visit for visit in ahead if visit.written is None and visit.state is VisitState.PLANNED]
    rows = {visit.key: left_out(visit, Reason.SKIPPED) for visit in coming[:2]}
    return replace(found, ledger={**found.ledger, **rows})


def as_shown(row: LedgerVisit) -> Visit:
    return Visit(row.key, row.planned_date, row.generation_date, row.deadline, row.state, row.reason, row)
