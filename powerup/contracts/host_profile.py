"""What a tenant's host was seen to do, as far as work is done otherwise by it (host page 7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from powerup.contracts.configuration import REFERENCE_FIELDS, HostClock, TenantSettings


@dataclass(frozen=True, slots=True)
class HostProfile:
    """What was seen, by the names of assumptions; what is not there is taken as it is assumed."""

    seen: Mapping[str, str | int | bool] = field(default_factory=dict)

    def clock(self, settings: TenantSettings) -> HostClock:
        """Whose clock the host's moments are on, TENANT or UTC: a person's own setting counts before what was seen."""
        if settings.host_clock is not HostClock.FOUND:
            return settings.host_clock
        return HostClock.UTC if self.seen.get("creation_date_zone") == "utc" else HostClock.TENANT

    def loses_reference(self, settings: TenantSettings) -> bool:
        """Whether the field that is to have a customer's reference is a free one, and the host keeps none."""
        return settings.reference_field not in REFERENCE_FIELDS and self.seen.get("free_fields_kept") is False
