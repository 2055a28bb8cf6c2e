"""Days on which nobody is visited: those of the tenant, of a customer and of a contract (rules: Closed ranges)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from powerup.contracts.every_year import time_after, time_from


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A closed day, or the first of several through until, both inclusive. every_year: and again on the same days of
    each year that follows."""

    day: date
    name: str
    until: date | None = None
    every_year: bool = False

    @property
    def last_day(self) -> date:
        """The last of its days, of the first time."""
        return self.until or self.day

    def times_in(self, year: int) -> Iterator[tuple[date, date]]:
        """First and last day of each of its times that has days in a year."""
        first, last = self.day, self.last_day
        before = year - first.year
        later = (years for years in (before - 1, before) if years >= 0) if self.every_year else (0,)
        for begins, ends in (time_after(first, last, years) if years else (first, last) for years in later):
            if begins.year <= year <= ends.year:
                yield begins, ends

    def days_in(self, year: int) -> Iterator[date]:
        """Each of its days in a year."""
        for first, last in self.times_in(year):
            for day in range(max(first, date(year, 1, 1)).toordinal(), min(last, date(year, 12, 31)).toordinal() + 1):
                yield date.fromordinal(day)

    def coming(self, day: date) -> tuple[date, date] | None:
        """First and last day of the time that it is on a day, or comes next; None where it is over by then."""
        if self.every_year:
            return time_from(self.day, self.last_day, day)
        return (self.day, self.last_day) if day <= self.last_day else None

    def is_on(self, day: date) -> bool:
        """Whether a day is one of its days."""
        if day < self.day or not (self.every_year or day <= self.last_day):
            return False
        return any(first <= day <= last for first, last in self.times_in(day.year))


@dataclass(frozen=True, slots=True)
class ClosedAtCustomer:
    """A closed day, or several, of one customer, by its debtor number."""

    customer: str
    closed: ClosedDay


class ClosedFor(StrEnum):
    """Whose closed day keeps a visit away."""

    ALL = "all"
    CUSTOMER = "customer"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a day is closed: for whom, and what that is called."""

    by: ClosedFor
    name: str
