"""How many hours of a week a firm has for the work of its contracts, and how full a week is by it (rules: Planning)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.contracts.calendar import Calendar

MOST_HOURS = 10_000
"""So many hours a week, for whomever they are."""


@dataclass(frozen=True, slots=True)
class EmployeeHours:
    """The hours that one employee has in a week without a day off."""

    employee: str
    hours: int


@dataclass(frozen=True, slots=True)
class RegionHours:
    """The hours that there are for one region, by the first figures of its postal codes."""

    region: str
    hours: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """The hours of a week without a day off: in all, by employee, by region; each may be left unsaid."""

    hours: int | None = None
    employees: tuple[EmployeeHours, ...] = ()
    regions: tuple[RegionHours, ...] = ()

    @property
    def in_all(self) -> int | None:
        """The hours of all together: those that are said of all, else those of the employees, else of the regions."""
        if self.hours is not None:
            return self.hours
        of_employees = _sum(each.hours for each in self.employees)
        return of_employees if of_employees is not None else _sum(each.hours for each in self.regions)

    def of_employee(self, employee: str) -> int | None:
        """The hours of one employee, None where nothing is said of them."""
        return _sum(each.hours for each in self.employees if each.employee == employee)

    def of_region(self, figures: str) -> int | None:
        """The hours of the regions that begin with these figures, None where nothing is said of one."""
        return _sum(each.hours for each in self.regions if each.region.startswith(figures))


@dataclass(frozen=True, slots=True)
class Fullness:
    """The minutes that a week needs, and those that there are for it."""

    needed: int
    available: int

    @property
    def percent(self) -> int | None:
        """How full the week is; None where there are no hours in it at all."""
        return round(100 * self.needed / self.available) if self.available else None

    @property
    def is_over(self) -> bool:
        """Whether there is more work than hours for it."""
        return self.needed > self.available


def available_minutes(hours: int, monday: date, calendar: Calendar) -> int:
    """What is left of the hours of a week: the part of each working day, nothing of holidays and closed days."""
    week = (monday + timedelta(days=place) for place in range(7))
    worked = sum(calendar.is_working_day(day) for day in week)
    return round(hours * 60 * worked / len(set(calendar.rules.working_weekdays)))


def _sum(hours: Iterable[int]) -> int | None:
    said = list(hours)
    return sum(said) if said else None
