"""Working days of a tenant: weekdays, public holidays, its own closed days (rules: Recurrence)."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which the tenant itself is closed."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """What makes a day a working day for one tenant; country and region are ISO 3166 codes."""

    country: str = "NL"
    region: str | None = None
    working_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    works_from: time = time(8, 0)
    works_until: time = time(17, 0)
    good_friday: bool = False
    liberation_day: str = "every_fifth_year"
    closed_days: tuple[ClosedDay, ...] = ()
