"""The tenant as an action meets it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.texts import Text


@dataclass(frozen=True, slots=True)
class TenantCircumstances:
    """The tenant as an action meets it. today is the date in the tenant's zone, or the sandbox's.

    moment is what time it is there, aware, in the tenant's zone; without one it is the beginning of today in UTC.
    notes are what whoever reads what is planned has to know of the tenant's cycles.
    """

    tenant_id: str
    today: date
    configuration: TenantConfiguration
    calendar: Calendar
    suspended: bool = False
    notes: tuple[Text, ...] = ()
    moment: datetime | None = None

    @property
    def now(self) -> datetime:
        """What time it is for the tenant, aware, in its zone."""
        return self.moment or datetime.combine(self.today, time(), UTC)

    @property
    def zone(self) -> tzinfo:
        """The tenant's time zone."""
        return self.now.tzinfo or UTC
