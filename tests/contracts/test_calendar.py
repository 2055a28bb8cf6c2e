"""Working days of a tenant (rules: Recurrence)."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from powerup.contracts.calendar import WEEKEND, Calendar, CalendarError, CalendarRules
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.every_year import comes_back, time_after

DUTCH = Calendar(CalendarRules())
SATURDAY_BEFORE_EASTER = date(2026, 4, 4)
EASTER_MONDAY = date(2026, 4, 6)


def test_weekdays_are_worked_and_weekends_are_not() -> None:
    assert DUTCH.is_working_day(date(2026, 4, 7))
    assert DUTCH.reason_closed(date(2026, 4, 7)) is None
    assert not DUTCH.is_working_day(date(2026, 4, 11))
    assert DUTCH.reason_closed(date(2026, 4, 11)) == WEEKEND


def test_a_public_holiday_is_closed_and_says_its_name_in_the_language_asked_for() -> None:
    assert not DUTCH.is_working_day(EASTER_MONDAY)
    assert DUTCH.reason_closed(EASTER_MONDAY) == "Tweede paasdag"
    assert Calendar(CalendarRules(), "en").reason_closed(EASTER_MONDAY) == "Easter Monday"


def test_kings_day_on_a_sunday_is_kept_on_the_saturday_before() -> None:
    assert DUTCH.reason_closed(date(2025, 4, 26)) == "Koningsdag"


def test_good_friday_is_worked_in_the_netherlands_unless_the_tenant_says_otherwise() -> None:
    good_friday = date(2026, 4, 3)
    assert DUTCH.is_working_day(good_friday)
    assert Calendar(CalendarRules(good_friday=True)).reason_closed(good_friday) == "Goede vrijdag"


@pytest.mark.parametrize(
    ("setting", "closed_years"),
    [("every_fifth_year", [2030, 2035]), ("always", list(range(2026, 2036))), ("never", [])],
)
def test_5_may_is_a_holiday_as_the_tenant_has_it(setting: str, closed_years: list[int]) -> None:
    calendar = Calendar(CalendarRules(liberation_day=setting))
    years = [year for year in range(2026, 2036) if date(year, 5, 5) in calendar.holidays_of(year)]
    assert years == closed_years
    assert all(calendar.holidays_of(year)[date(year, 5, 5)] == "Bevrijdingsdag" for year in closed_years)


def test_ascension_day_on_5_may_stays_a_holiday_when_liberation_day_never_is_one() -> None:
    assert date(2016, 5, 5) in Calendar(CalendarRules(liberation_day="never")).holidays_of(2016)


def test_the_dutch_settings_leave_other_countries_alone() -> None:
    german = Calendar(CalendarRules(country="DE", liberation_day="always"))
    assert not german.is_working_day(date(2026, 4, 3))
    assert german.is_working_day(date(2026, 5, 5))


def test_a_region_adds_its_own_holidays() -> None:
    corpus_christi = date(2026, 6, 4)
    assert Calendar(CalendarRules(country="DE", region="BY")).reason_closed(corpus_christi) is not None
    assert Calendar(CalendarRules(country="DE", region="BE")).is_working_day(corpus_christi)


def test_the_tenants_own_closed_day_is_closed_under_its_own_name_and_no_public_holiday() -> None:
    calendar = Calendar(CalendarRules(closed_days=(ClosedDay(date(2027, 12, 27), "Kerstsluiting"),)))
    assert calendar.reason_closed(date(2027, 12, 27)) == "Kerstsluiting"
    assert date(2027, 12, 27) not in calendar.holidays_of(2027)


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 300))
@settings(deadline=None, max_examples=10)
def test_a_time_of_every_year_is_the_same_as_one_that_is_entered_each_year(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    assume(comes_back(first, last))
    times = (time_after(first, last, years) for years in range(8))
    each_year = tuple(ClosedDay(begins, "Dicht", ends) for begins, ends in times)
    one, several = (
        Calendar(CalendarRules(closed_days=closed))
        for closed in ((ClosedDay(first, "Dicht", last, every_year=True),), each_year)
    )
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(6 * 365)]
    assert [one.reason_closed(day) for day in days] == [several.reason_closed(day) for day in days]


def test_a_closing_over_new_year_comes_back_every_year() -> None:
    calendar = Calendar(CalendarRules(closed_days=(ClosedDay(date(2026, 12, 24), "Winter", date(2027, 1, 2), True),)))
    closed = [day for day in (date(2026, 1, 2), date(2028, 12, 27), date(2029, 1, 2), date(2029, 1, 3))
              if calendar.reason_closed(day) == "Winter"]  # fmt: skip
    assert closed == [date(2028, 12, 27), date(2029, 1, 2)]


def test_the_nearest_working_days_may_be_the_day_itself() -> None:
    tuesday = date(2026, 4, 7)
    assert DUTCH.next_working_day(tuesday) == DUTCH.previous_working_day(tuesday) == tuesday
    assert DUTCH.next_working_day(SATURDAY_BEFORE_EASTER) == tuesday
    assert DUTCH.previous_working_day(EASTER_MONDAY) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        (date(2026, 4, 2), 1, date(2026, 4, 3)),
        (date(2026, 4, 3), 1, date(2026, 4, 7)),
        (SATURDAY_BEFORE_EASTER, 1, date(2026, 4, 7)),
        (SATURDAY_BEFORE_EASTER, 0, SATURDAY_BEFORE_EASTER),
        (SATURDAY_BEFORE_EASTER, -1, date(2026, 4, 3)),
        (date(2026, 4, 7), -1, date(2026, 4, 3)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2027, 1, 4), -1, date(2026, 12, 31)),
    ],
)
def test_working_days_are_added_over_weekends_holidays_and_years(day: date, number: int, expected: date) -> None:
    assert DUTCH.add_working_days(day, number) == expected


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-600, 600).filter(bool))
def test_adding_working_days_counts_each_of_them_once(day: date, number: int) -> None:
    step = timedelta(days=1 if number > 0 else -1)
    counted, reached = 0, day
    while counted < abs(number):
        reached += step
        counted += DUTCH.is_working_day(reached)
    assert DUTCH.add_working_days(day, number) == reached


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 1500))
def test_the_index_rises_by_one_over_each_working_day(day: date, length: int) -> None:
    later = day + timedelta(days=length)
    worked = sum(DUTCH.is_working_day(day + timedelta(days=passed)) for passed in range(length))
    assert DUTCH.working_day_index(later) - DUTCH.working_day_index(day) == worked


def test_the_working_days_of_a_month_are_those_of_the_calendar_in_order() -> None:
    april = [date(2026, 4, day) for day in range(1, 31)]
    assert DUTCH.working_days_of_month(2026, 4) == tuple(day for day in april if DUTCH.is_working_day(day))
    assert len(DUTCH.working_days_of_month(2026, 4)) == 20


def test_a_whole_closed_year_is_stepped_over() -> None:
    days = [date(2027, 1, 1) + timedelta(days=passed) for passed in range(365)]
    calendar = Calendar(CalendarRules(closed_days=tuple(ClosedDay(day, "Verbouwing") for day in days)))
    assert calendar.add_working_days(date(2026, 12, 31), 1) == date(2028, 1, 3)
    assert calendar.add_working_days(date(2028, 1, 3), -1) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("rules", "field", "reason"),
    [
        ({"country": "XX"}, "country", "unknown_country"),
        ({"country": "Netherlands"}, "country", "unknown_country"),
        ({"country": "__name__"}, "country", "unknown_country"),
        ({"country": "DE", "region": "ZZ"}, "region", "unknown_region"),
        ({"liberation_day": "sometimes"}, "liberation_day", "unknown_choice"),
        ({"working_weekdays": ()}, "working_weekdays", "no_working_day"),
        ({"working_weekdays": (0, 7)}, "working_weekdays", "unknown_weekday"),
        ({"works_from": time(17), "works_until": time(8)}, "works_until", "not_after_works_from"),
        ({"works_from": time(8), "works_until": time(8)}, "works_until", "not_after_works_from"),
    ],
)
def test_rules_that_cannot_be_worked_by_are_refused_with_field_and_reason(
    rules: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(CalendarError) as refused:
        Calendar(CalendarRules(**rules))
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_the_refusal_of_a_region_names_those_there_are() -> None:
    with pytest.raises(CalendarError, match=r"one of these: .*BY"):
        Calendar(CalendarRules(country="DE", region="ZZ"))


def test_a_tenant_may_work_every_day_of_the_week() -> None:
    seven_days = Calendar(CalendarRules(working_weekdays=tuple(range(7))))
    assert seven_days.is_working_day(date(2026, 4, 11))
    assert not seven_days.is_working_day(EASTER_MONDAY)


def test_weekdays_that_are_holidays_all_year_are_refused() -> None:
    rules = CalendarRules(working_weekdays=(6,))
    assert Calendar(rules).next_working_day(date(2026, 7, 1)) == date(2026, 7, 5)

    class EveryDayIsAHoliday(Calendar):
        def holidays_of(self, year: int) -> dict[date, str]:
            return {date(year, 1, 1) + timedelta(days=passed): "feest" for passed in range(366)}

    with pytest.raises(CalendarError, match="no_working_day"):
        EveryDayIsAHoliday(rules)
