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


MOST_NUMBER = 9999
"""The largest number of an SLA time that is accepted: above it a typing error is likelier than a wish."""


def problems(policy: SlaPolicy) -> list[tuple[str, str]]:
    """What is wrong with a policy, as pairs of field and reason code; empty when it can be used."""
    found = [(field, "required") for field in ("code", "name") if not getattr(policy, field).strip()]
    found += [(field, "required") for field in ("response_statuses", "resolved_statuses") if not getattr(policy, field)]
    if not policy.priorities:
        found.append(("priorities", "required"))
    codes = [priority.priority for priority in policy.priorities]
    for place, priority in enumerate(policy.priorities):
        if priority.priority in codes[:place]:
            found.append((f"priorities/{place}/priority", "named_twice"))
        if priority.response is None and priority.resolution is None:
            found.append((f"priorities/{place}", "response_or_resolution_required"))
        for field, length in (("response", priority.response), ("resolution", priority.resolution)):
            if length is not None and not 1 <= length.number <= MOST_NUMBER:
                found.append((f"priorities/{place}/{field}", "must_be_1_to_9999"))
    return found
