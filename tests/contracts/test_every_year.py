"""Days that come back every year (rules: Actions, pause)."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import Pause
from powerup.contracts.every_year import comes_back, time_from, times_meet

DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))


def _holds(first: date, last: date, day: date) -> bool:
    """By the calendar alone: month and day lie between those of the first time, which may be over New Year."""
    end = (2, 29) if (last.month, last.day) == (2, 28) else (last.month, last.day)
    of_day, begin = (day.month, day.day), (first.month, first.day)
    inside = begin <= of_day <= end if begin <= end else of_day >= begin or of_day <= end
    return inside and day >= first


@settings(deadline=None, max_examples=80)
@given(DAYS, st.integers(0, 360), st.integers(-400, 4000))
def test_a_day_is_one_of_them_where_its_month_and_day_are(first: date, length: int, later: int) -> None:
    last, day = first + timedelta(days=length), first + timedelta(days=later)
    if comes_back(first, last):
        found = time_from(first, last, day)
        assert (found[0] <= day) == _holds(first, last, day)
        assert found[1] >= day


@settings(deadline=None, max_examples=80)
@given(DAYS, st.integers(0, 300), DAYS, st.integers(0, 300))
def test_two_meet_where_they_have_a_day_in_common(first: date, length: int, other: date, others: int) -> None:
    one, two = (first, first + timedelta(days=length)), (other, other + timedelta(days=others))
    if comes_back(*one) and comes_back(*two):
        days = [max(first, other) + timedelta(days=each) for each in range(1500)]
        assert times_meet(one, two) == any(_holds(*one, day) and _holds(*two, day) for day in days)


def test_the_end_of_february_is_that_of_each_year() -> None:
    winter = Pause(date(2026, 12, 1), date(2027, 2, 28), every_year=True)
    days = (date(2028, 1, 1), date(2029, 1, 1))
    assert [coming.until for day in days if (coming := winter.coming(day))] == [date(2028, 2, 29), date(2029, 2, 28)]
