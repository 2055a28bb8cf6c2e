"""When a visit plan recurs: the rule itself, and the nominal dates it yields (rules: Recurrence)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """What the interval of a recurrence counts."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class ShortMonth(StrEnum):
    """What a fixed day does in a month that is too short for it."""

    LAST_DAY = "last_day"
    SKIP = "skip"


WORKDAY_MOMENT = "workday"


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the month such as the third Friday or the last workday.

    ordinal is 1 to 4, or -1 for the last; day is a weekday (Monday is 0) or None for any working day.
    """

    ordinal: int
    weekday: int | None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The rule of one visit plan, in the terms of RFC 5545 where it has them.

    weekdays (Monday is 0) belong to the unit week; month_day or moment, never both, to month and year. months is
    a season for every unit but year, where it names the months of the year that are visited.
    """

    unit: Unit
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    moment: Moment | None = None
    at_short_month: ShortMonth = ShortMonth.LAST_DAY
    months: tuple[int, ...] = ()
    extra_dates: tuple[date, ...] = ()
    excluded_dates: tuple[date, ...] = ()
