"""How full a week is: the hours that there are, less holidays and closed days (rules: Planning)."""

from datetime import date

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.capacity import Capacity, EmployeeHours, Fullness, RegionHours, available_minutes
from powerup.contracts.closed_days import ClosedDay

CALENDAR = Calendar(CalendarRules(closed_days=(ClosedDay(date(2027, 7, 26), "Bouwvak", date(2027, 8, 13)),)))


def test_an_ordinary_week_has_all_hours() -> None:
    assert available_minutes(40, date(2027, 3, 1), CALENDAR) == 40 * 60


def test_a_holiday_takes_its_part_of_the_week() -> None:
    assert available_minutes(40, date(2027, 3, 29), CALENDAR) == 32 * 60  # Easter Monday


def test_a_closed_week_has_no_hours_and_no_percent() -> None:
    assert available_minutes(40, date(2027, 8, 2), CALENDAR) == 0
    assert Fullness(60, 0).percent is None
    assert Fullness(60, 0).is_over
    assert not Fullness(0, 0).is_over


def test_a_firm_that_works_on_saturdays_too_loses_a_sixth_by_a_holiday() -> None:
    six_days = Calendar(CalendarRules(working_weekdays=(0, 1, 2, 3, 4, 5)))
    assert available_minutes(48, date(2027, 3, 29), six_days) == 40 * 60


def test_a_week_is_full_by_what_it_needs_of_what_there_is() -> None:
    assert Fullness(1704, 2400).percent == 71
    assert not Fullness(2400, 2400).is_over
    assert Fullness(2401, 2400).is_over


def test_hours_of_all_go_before_the_sum_of_employees_and_that_before_the_sum_of_regions() -> None:
    employees = (EmployeeHours("10", 24), EmployeeHours("11", 32))
    regions = (RegionHours("35", 16), RegionHours("36", 8))
    assert Capacity(40, employees, regions).in_all == 40
    assert Capacity(0, employees).in_all == 0
    assert Capacity(None, employees, regions).in_all == 56
    assert Capacity(None, (), regions).in_all == 24
    assert Capacity().in_all is None


def test_a_region_by_its_first_figure_has_the_hours_of_all_that_begin_with_it() -> None:
    capacity = Capacity(None, (), (RegionHours("35", 16), RegionHours("36", 8), RegionHours("72", 4)))
    assert [capacity.of_region(figures) for figures in ("3", "35", "7", "1")] == [24, 16, 4, None]
    assert capacity.of_employee("10") is None
