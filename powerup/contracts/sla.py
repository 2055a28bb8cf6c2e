"""SLA policies of corrective contracts (rules: SLA)."""

from dataclasses import dataclass
from enum import StrEnum


class SlaClock(StrEnum):
    """Which time counts: the tenant's working hours, or every hour."""

    BUSINESS_HOURS = "business_hours"
    CALENDAR_HOURS = "calendar_hours"


class SlaUnit(StrEnum):
    """Unit of a response or resolution time."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class SlaTime:
    """A length of time of an SLA, such as four hours."""

    number: int
    unit: SlaUnit


@dataclass(frozen=True, slots=True)
class SlaPriority:
    """The times promised for one priority code of the host."""

    priority: str
    response: SlaTime | None = None
    resolution: SlaTime | None = None


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """What is promised, and which host statuses or work statuses count as response, as resolved, or stop the clock."""

    code: str
    name: str
    clock: SlaClock = SlaClock.BUSINESS_HOURS
    response_statuses: tuple[str, ...] = ("Opgehaald",)
    resolved_statuses: tuple[str, ...] = ("Compleet",)
    stopping_work_statuses: tuple[str, ...] = ()
    priorities: tuple[SlaPriority, ...] = ()
