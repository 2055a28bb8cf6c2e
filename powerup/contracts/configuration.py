"""What belongs to the tenant rather than to a contract: settings, calendar, terms, reasons, SLA policies,
contract templates, and how files of other systems are read.

Every default is named in rules.md; the document form is in architecture.md (config show, config apply).
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from powerup.contracts.calendar import CalendarRules
from powerup.contracts.capacity import Capacity
from powerup.contracts.contract import CatchUp, Lead, LeadUnit
from powerup.contracts.contract_template import ContractTemplate
from powerup.contracts.file_mapping import FileMapping
from powerup.contracts.price_index import PriceIndex
from powerup.contracts.sla import SlaPolicy
from powerup.contracts.terms import Terms


class Mode(StrEnum):
    """How cycles act: for real, by saying only what they would do, or not at all."""

    LIVE = "live"
    DRY_RUN = "dry_run"
    STOPPED = "stopped"


class HostClock(StrEnum):
    """In which zone the host tells when a work order came in (host page, 4.5)."""

    FOUND = "found"  # as a probe of the host found it, that of the tenant until then
    TENANT = "tenant"
    UTC = "utc"


REFERENCE_FIELDS = ("Comment", "InternalWorkDescription", "ExternProjectNr")
"""The host's own fields of a work order that can carry a customer's reference; any other name is that of a free field
(rules: Generation)."""


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """The decisions of rules.md that a tenant may make otherwise.

    days_in_advance are those of contracts and plans that name none. change_cap counts work orders of new or changed
    contracts in one cycle; batch_size is records per call to the host; reminder_days are calendar days before the last
    notice date; calls_per_minute are those to the host of each process, 0 for no limit. host_clock is the zone of the
    moments at which the host says that work orders came in. reference_field is the field of a work order that has the
    reference of its contract: one of REFERENCE_FIELDS, or a free field of the tenant by its name. price_decimals are
    those of the prices of materials on work orders. cost_per_hour is what an hour of work costs the tenant, in euros,
    from which margins are computed; 0 for none.
    """

    days_in_advance: int = 14
    days_in_advance_unit: LeadUnit = LeadUnit.CALENDAR
    catch_up: CatchUp = CatchUp.LATEST
    reason_required: bool = True
    change_cap: int = 50
    batch_size: int = 25
    number_prefix: str = "C"
    mode: Mode = Mode.LIVE
    order_before_start: bool = False
    previous_open: bool = False
    reminder_days: tuple[int, ...] = (90, 60, 30)
    calls_per_minute: int = 0
    host_clock: HostClock = HostClock.FOUND
    reference_field: str = "Comment"
    price_decimals: int = 2
    cost_per_hour: Decimal = Decimal("0.00")

    @property
    def lead(self) -> Lead:
        """The days in advance of whatever names none of its own: number and unit from here."""
        return Lead(self.days_in_advance, self.days_in_advance_unit)

    def schedules_otherwise(self, other: "TenantSettings") -> bool:
        """Whether other settings may give contracts other visits, or orders at another time."""
        alike = {name: getattr(self, name) for name in _SCHEDULES_NOTHING}
        return replace(other, **alike) != self


_SCHEDULES_NOTHING = (
    "reason_required",
    "change_cap",
    "batch_size",
    "number_prefix",
    "mode",
    "reminder_days",
    "calls_per_minute",
    "host_clock",
    "reference_field",
    "price_decimals",
    "cost_per_hour",
)
"""Settings on which no visit and no day depends; of any other one it is taken that they do."""


@dataclass(frozen=True, slots=True)
class TerminationReason:
    """One entry of the tenant's list of reasons for an early end."""

    code: str
    name: str


DEFAULT_REASONS = (
    TerminationReason("MOVED", "Verhuisd"),
    TerminationReason("PRICE", "Prijs"),
    TerminationReason("SOLD", "Verkocht"),
    TerminationReason("CEASED", "Bedrijf gestopt"),
    TerminationReason("OTHER", "Anders"),
)
"""The list of a new tenant (webhooks page, section 9)."""


@dataclass(frozen=True, slots=True)
class TenantConfiguration:
    """Everything that a tenant has decided for all its contracts."""

    settings: TenantSettings = TenantSettings()
    calendar: CalendarRules = field(default_factory=CalendarRules)
    terms: tuple[Terms, ...] = ()
    reasons: tuple[TerminationReason, ...] = DEFAULT_REASONS
    sla_policies: tuple[SlaPolicy, ...] = ()
    mappings: tuple[FileMapping, ...] = ()
    indexes: tuple[PriceIndex, ...] = ()
    contract_templates: tuple[ContractTemplate, ...] = ()
    capacity: Capacity = field(default_factory=Capacity)

    def contract_template(self, code: str) -> ContractTemplate | None:
        """The template of that code, or None."""
        return next((each for each in self.contract_templates if each.code == code), None)

    def schedules_otherwise(self, other: "TenantConfiguration") -> bool:
        """Whether another configuration may give all contracts other visits, or orders at another time."""
        return self.calendar.for_all != other.calendar.for_all or self.settings.schedules_otherwise(other.settings)
