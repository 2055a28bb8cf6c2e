"""From nominal to planned to generation date (rules: Recurrence, Generation; host page 1.7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.contract import Lead, LeadUnit, Shift
from powerup.contracts.open_days import OpenDays
from powerup.contracts.shift import generation_date, shifted
from tests.contracts.generated_recurrences import days

DUTCH = Calendar(CalendarRules())
START = date(2026, 1, 1)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 8, day) for day in (28, 29, 30, 31))
EASTER_SATURDAY, EASTER_SUNDAY = date(2026, 4, 4), date(2026, 4, 5)


@pytest.mark.parametrize(
    ("shift", "saturday_becomes", "sunday_becomes"),
    [
        (Shift.AS_IS, SATURDAY, SUNDAY),
        (Shift.PREVIOUS_WORKING_DAY, FRIDAY, FRIDAY),
        (Shift.NEXT_WORKING_DAY, MONDAY, MONDAY),
        (Shift.NEAREST, FRIDAY, MONDAY),
        (Shift.SKIP, None, None),
    ],
)
def test_each_policy_has_its_own_answer_to_a_closed_day(
    shift: Shift, saturday_becomes: date | None, sunday_becomes: date | None
) -> None:
    assert shifted(SATURDAY, shift, OpenDays(DUTCH), START, None) == saturday_becomes
    assert shifted(SUNDAY, shift, OpenDays(DUTCH), START, None) == sunday_becomes


@pytest.mark.parametrize("shift", Shift)
def test_a_working_day_stays_whatever_the_policy(shift: Shift) -> None:
    assert shifted(FRIDAY, shift, OpenDays(DUTCH), START, None) == FRIDAY


def test_equally_near_goes_to_the_earlier_working_day() -> None:
    kings_day_on_a_tuesday = date(2027, 4, 27)
    assert shifted(kings_day_on_a_tuesday, Shift.NEAREST, OpenDays(DUTCH), START, None) == date(2027, 4, 26)


def test_holidays_are_shifted_over_like_weekends() -> None:
    assert shifted(EASTER_SATURDAY, Shift.NEXT_WORKING_DAY, OpenDays(DUTCH), START, None) == date(2026, 4, 7)
    assert shifted(EASTER_SUNDAY, Shift.NEAREST, OpenDays(DUTCH), START, None) == date(2026, 4, 3)


def test_a_shift_that_would_leave_the_agreed_period_goes_the_other_way() -> None:
    assert shifted(SATURDAY, Shift.NEXT_WORKING_DAY, OpenDays(DUTCH), START, SUNDAY) == FRIDAY
    assert shifted(SATURDAY, Shift.PREVIOUS_WORKING_DAY, OpenDays(DUTCH), SATURDAY, None) == MONDAY
    assert shifted(SATURDAY, Shift.NEAREST, OpenDays(DUTCH), SATURDAY, None) == MONDAY


def test_the_first_and_the_last_day_are_inside_the_agreed_period() -> None:
    assert shifted(SATURDAY, Shift.NEXT_WORKING_DAY, OpenDays(DUTCH), START, MONDAY) == MONDAY
    assert shifted(SATURDAY, Shift.PREVIOUS_WORKING_DAY, OpenDays(DUTCH), FRIDAY, None) == FRIDAY


def test_a_date_stays_where_it_is_when_neither_side_lies_in_the_agreed_period() -> None:
    assert shifted(SATURDAY, Shift.NEAREST, OpenDays(DUTCH), SATURDAY, SUNDAY) == SATURDAY


@given(days, st.sampled_from(Shift), days, st.integers(0, 400))
def test_a_shift_never_leaves_the_agreed_period(nominal: date, shift: Shift, first_day: date, length: int) -> None:
    last_day = date.fromordinal(first_day.toordinal() + length)
    planned = shifted(min(max(nominal, first_day), last_day), shift, OpenDays(DUTCH), first_day, last_day)
    assert planned is None or first_day <= planned <= last_day


def test_31_august_with_30_days_in_advance_is_made_on_1_august() -> None:
    assert generation_date(date(2026, 8, 31), Lead(30), DUTCH) == date(2026, 8, 1)


@pytest.mark.parametrize("unit", LeadUnit)
def test_no_days_in_advance_is_the_same_day_even_when_it_is_closed(unit: LeadUnit) -> None:
    assert generation_date(EASTER_SUNDAY, Lead(0, unit), DUTCH) == EASTER_SUNDAY


@pytest.mark.parametrize(
    ("planned", "days_in_advance", "expected"),
    [
        (date(2026, 4, 7), 1, date(2026, 4, 3)),
        (EASTER_SUNDAY, 1, date(2026, 4, 3)),
        (date(2026, 4, 8), 5, date(2026, 3, 31)),
    ],
)
def test_days_in_advance_can_be_counted_in_working_days(planned: date, days_in_advance: int, expected: date) -> None:
    assert generation_date(planned, Lead(days_in_advance, LeadUnit.WORKING), DUTCH) == expected
