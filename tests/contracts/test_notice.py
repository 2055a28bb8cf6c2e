"""The days on which terms have something to do: reminders before the last notice date, the renewal after it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.contracts.contract import Contract, ContractType, Template, Termination
from powerup.contracts.notice import due_reminder, notice_until, regular_last_day, renews_on, terms_wake_on
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms

YEAR, MONTH, QUARTER = Period(1, PeriodUnit.YEAR), Period(1, PeriodUnit.MONTH), Period(3, PeriodUnit.MONTH)
STANDARD = Terms(
    "STD",
    "Standaard",
    duration=YEAR,
    renewal=Renewal.AUTOMATIC,
    renewal_period=YEAR,
    notice_before_end=QUARTER,
    notice_after_renewal=MONTH,
)
UNTIL = date(2026, 9, 30)
DAYS = (90, 60, 30)


def contract(**fields: Any) -> Contract:
    """A year from 1 January 2026, notice until 30 September."""
    plain = Contract(
        number="1001",
        name="CV-ketel",
        type=ContractType.PREVENTIVE,
        customer="1001",
        start=date(2026, 1, 1),
        entered_on=date(2026, 1, 1),
        template=Template("Onderhoud", "op rekening"),
        end=date(2026, 12, 31),
        terms=STANDARD,
    )
    return replace(plain, **fields)


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [(91, None), (90, 90), (89, 90), (61, 90), (60, 60), (31, 60), (30, 30), (1, 30), (0, 30), (-1, None)],
)
def test_the_latest_reminder_whose_day_has_come_is_due_until_the_last_notice_date(
    days_before: int, expected: int | None
) -> None:
    assert due_reminder(contract(), DAYS, UNTIL - timedelta(days=days_before)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"terms": None},
        {"end": None},
        {"deleted_on": date(2026, 2, 1)},
        {"termination": Termination(date(2026, 8, 1), None)},
    ],
)
def test_nobody_is_reminded_of_what_has_no_notice_date_or_was_ended(fields: dict[str, Any]) -> None:
    assert due_reminder(contract(**fields), DAYS, UNTIL) is None


def test_reminders_from_before_the_period_are_left_out() -> None:
    monthly = Terms("M", "Per maand", duration=MONTH, renewal=Renewal.AUTOMATIC, renewal_period=MONTH)
    first = contract(terms=monthly, end=date(2026, 1, 31))
    assert due_reminder(first, DAYS, date(2026, 1, 1)) == 30
    renewed = replace(first, end=date(2026, 2, 28), renewals=1)
    assert due_reminder(renewed, DAYS, date(2026, 2, 1)) is None


def test_after_a_renewal_the_notice_period_of_renewals_counts() -> None:
    assert notice_until(contract(end=date(2027, 12, 31), renewals=1)) == date(2027, 11, 30)


def test_a_contract_renews_on_the_day_after_the_last_notice_date() -> None:
    assert renews_on(contract()) == date(2026, 10, 1)


def test_notice_in_time_stops_the_renewal_and_notice_too_late_that_of_the_next_period() -> None:
    assert renews_on(contract(termination=Termination(date(2026, 12, 31), None))) is None
    assert renews_on(contract(termination=Termination(date(2027, 12, 31), None))) == date(2026, 10, 1)


@pytest.mark.parametrize("renewal", [Renewal.NONE, Renewal.BY_HAND])
def test_other_terms_do_not_renew_by_themselves(renewal: Renewal) -> None:
    assert renews_on(contract(terms=replace(STANDARD, renewal=renewal))) is None


def test_a_contract_wakes_on_each_reminder_and_on_the_renewal() -> None:
    woken = []
    day: date | None = date(2026, 1, 1)
    while day is not None and day < date(2026, 10, 1):
        day = terms_wake_on(contract(), DAYS, day)
        woken.append(day)
    expected = [UNTIL - timedelta(days=days) for days in DAYS]
    assert woken == [*expected, date(2026, 10, 1)]


def test_a_renewal_that_could_not_be_done_wakes_the_contract_on_the_next_day() -> None:
    assert terms_wake_on(contract(), DAYS, date(2026, 11, 1)) == date(2026, 11, 2)


def test_without_terms_nothing_wakes_the_contract() -> None:
    assert terms_wake_on(contract(terms=None), DAYS, date(2026, 1, 1)) is None


def test_indefinite_terms_have_a_last_notice_date_for_their_first_end_alone() -> None:
    indefinite = replace(STANDARD, renewal=Renewal.INDEFINITE)
    first = contract(terms=indefinite)
    assert (notice_until(first), renews_on(first)) == (UNTIL, UNTIL + timedelta(days=1))
    gone_on = contract(terms=indefinite, end=None, renewals=1)
    assert (notice_until(gone_on), renews_on(gone_on)) == (None, None)
    assert terms_wake_on(gone_on, DAYS, date(2027, 1, 1)) is None
    assert regular_last_day(gone_on, date(2027, 6, 15)) == date(2027, 7, 15)
