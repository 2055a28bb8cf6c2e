"""When things are done again: the next cycle, the waits after failures (architecture: How a work order comes to be)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from powerup.contracts.days import A_DAY
from powerup.store.tenants import Tenant
from powerup.timing import GrowingWaits

AFTER_FAILURES = GrowingWaits(timedelta(seconds=30), timedelta(hours=1))
"""How long a tenant rests after so many failed cycles in a row."""

NIGHT = time(2)
"""From then on, in the tenant's zone, the first comparison of a day looks at what grows for ever, too."""


ATTEMPT_HOLDS = timedelta(seconds=5)
"""An attempt is committed for many calls at once; a call is made no later than this after it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how patiently cycles work.

    host_timeout_seconds is that of one call.
    """

    reconcile_every: timedelta = timedelta(minutes=30)
    lease_seconds: float = 60.0
    host_timeout_seconds: float = 15.0

    @property
    def look_up_after(self) -> timedelta:
        """How long after its attempt an order with an unknown outcome is looked up: twice the time-out after the call.

        What arrives at the host later than that is found by reconcile as a second order.
        """
        return ATTEMPT_HOLDS + timedelta(seconds=2 * self.host_timeout_seconds)


def next_midnight(tenant: Tenant, now: datetime) -> datetime:
    """The moment (UTC) at which the tenant's next day begins."""
    zone = tenant.zone
    tomorrow = now.astimezone(zone).date() + A_DAY
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)


def compares_completed(tenant: Tenant, now: datetime) -> bool:
    """Whether what waits at the host to be settled is to be compared now: once a day, from 02:00 of the tenant on."""
    last = tenant.completed_compared_at
    return last is None or last < _latest(NIGHT, tenant, now)


def _latest(moment: time, tenant: Tenant, now: datetime) -> datetime:
    """The last time (UTC) that clocks of the tenant showed this."""
    zone = tenant.zone
    today = now.astimezone(zone).date()
    at = datetime.combine(today, moment, zone).astimezone(UTC)
    return at if at <= now else datetime.combine(today - A_DAY, moment, zone).astimezone(UTC)
