"""Work orders under an SLA as the office sees them: open ones by urgency, and how a month went (rules: SLA)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.sla_order import Promise, was_kept
from powerup.contracts.sla_standing import SlaStage
from powerup.readings.sla_overview import SlaOverview
from powerup.store.batches import batches
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostNames
from powerup.store.sla_orders import SlaOrders, SlaPromises
from powerup.store.tables import contracts

_Key = tuple[str, ...]

AT_RISK = (SlaStage.WARNING.value, SlaStage.BREACHED.value)
"""States in which a promise is broken, or will be soon."""


@dataclass(frozen=True, slots=True)
class FaultFilter:
    """Which work orders are looked at; what is empty asks for nothing. at_risk is asked of open ones only."""

    customer: str = ""
    priority: str = ""
    at_risk: bool = False


@dataclass(frozen=True, slots=True)
class OpenFault:
    """An open work order: as the SLA overview has it, with its customer, and which promise counts now, None where
    nothing is promised any more."""

    row: Mapping[str, Any]
    customer: str
    customer_name: str
    counts: Promise | None

    @property
    def due(self) -> str | None:
        """By when what counts has to be done, in the tenant's zone; None while the clock stands still."""
        found: str | None = self.row[f"{self.counts.value}_deadline"] if self.counts else None
        return found


@dataclass(frozen=True, slots=True)
class Kept:
    """How many promises were kept, and how many were not."""

    kept: int = 0
    missed: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.kept + other.kept, self.missed + other.missed)

    @property
    def percent(self) -> int | None:
        """Of a hundred so many were kept, rounded down; None where none is decided."""
        decided = self.kept + self.missed
        return 100 * self.kept // decided if decided else None


@dataclass(frozen=True, slots=True)
class FaultFigures:
    """Work orders that came in, and their promises as far as they are decided."""

    orders: int = 0
    response: Kept = Kept()
    resolution: Kept = Kept()

    def __add__(self, other: "FaultFigures") -> "FaultFigures":
        return FaultFigures(
            self.orders + other.orders, self.response + other.response, self.resolution + other.resolution
        )


@dataclass(frozen=True, slots=True)
class MonthFault:
    """A work order of a month; response and resolution say whether they were kept, None while that is not decided."""

    promises: SlaPromises
    customer: str
    customer_name: str
    response: bool | None
    resolution: bool | None

    @property
    def figures(self) -> FaultFigures:
        """What it adds to those of the month."""
        return FaultFigures(1, _kept(self.response), _kept(self.resolution))


@dataclass(frozen=True, slots=True)
class FaultMonth:
    """How the work orders that came in in a month stand; first is its first day."""

    first: date
    faults: tuple[MonthFault, ...]

    @property
    def together(self) -> FaultFigures:
        """All of them."""
        return sum((each.figures for each in self.faults), FaultFigures())

    @property
    def by_priority(self) -> dict[_Key, FaultFigures]:
        """By priority, empty for none, in their order."""
        return _by(((each.promises.priority or "",), each) for each in self.faults)

    @property
    def by_customer(self) -> dict[_Key, FaultFigures]:
        """By name and debtor number, in the order of the names."""
        return _by(((each.customer_name, each.customer), each) for each in self.faults)


class Faults:
    """The work orders of one tenant under an SLA, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def open(self, wanted: FaultFilter) -> list[OpenFault]:
        """Those that are open, the most urgent first."""
        rows = SlaOverview(self._connection, self._around).rows()
        known = self._customers(row["contract"] for row in rows)
        found = [OpenFault(row, *known[row["contract"]], _counts(row)) for row in rows]
        return [each for each in found if _is_wanted(each, wanted)]

    def are_covered(self) -> bool:
        """Whether any contract promises something of faults."""
        return bool(Contracts(self._connection, self._around.tenant_id).customers_of_corrective())

    def month(self, first: date, wanted: FaultFilter) -> FaultMonth:
        """Those that came in in the month of that first day, in the tenant's zone, as they stand now."""
        around = self._around
        after = (first + timedelta(days=31)).replace(day=1)
        since, until = (datetime.combine(day, time(), around.zone) for day in (first, after))
        promises = SlaOrders(self._connection, around.tenant_id).came_in(since, until)
        known = self._customers(each.contract for each in promises)
        found = [_of_month(each, *known[each.contract], around.now) for each in promises]
        chosen = (each for each in found if wanted.customer in ("", each.customer))
        return FaultMonth(first, tuple(each for each in chosen if wanted.priority in ("", each.promises.priority)))

    def _customers(self, numbers: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Debtor number and name of the customer of each contract, by its number; the number where no name was read."""
        found: dict[str, str] = {}
        for some in batches(sorted(set(numbers))):
            of_these = contracts.c.tenant_id == self._around.tenant_id, contracts.c.number.in_(some)
            query = select(contracts.c.number, contracts.c.customer).where(*of_these)
            found |= {row.number: row.customer for row in self._connection.execute(query)}
        names = HostNames(self._connection, self._around.tenant_id).of_customers(set(found.values()))
        return {number: (customer, names.get(customer) or customer) for number, customer in found.items()}


def _counts(row: Mapping[str, Any]) -> Promise | None:
    """Of the promises that are not met yet the one that ends first."""
    left = [
        (row[f"{each.value}_time_left_minutes"], each)
        for each in Promise
        if row[f"{each.value}_state"] is not None and row[f"{each.value}_met_at"] is None
    ]
    return min(left)[1] if left else None


def _is_wanted(fault: OpenFault, wanted: FaultFilter) -> bool:
    return (
        wanted.customer in ("", fault.customer)
        and wanted.priority in ("", fault.row["priority"])
        and (not wanted.at_risk or fault.row["state"] in AT_RISK)
    )


def _of_month(promises: SlaPromises, customer: str, name: str, now: datetime) -> MonthFault:
    until = promises.closed_at or now
    return MonthFault(
        promises,
        customer,
        name,
        was_kept(promises.response_due_at, promises.responded_at, until),
        was_kept(promises.resolution_due_at, promises.resolved_at, until),
    )


def _kept(kept: bool | None) -> Kept:
    return Kept() if kept is None else Kept(int(kept), int(not kept))


def _by(found: Iterable[tuple[_Key, MonthFault]]) -> dict[_Key, FaultFigures]:
    sums: dict[_Key, FaultFigures] = {}
    for key, each in found:
        sums[key] = sums.get(key, FaultFigures()) + each.figures
    return {key: sums[key] for key in sorted(sums)}


def figures_document(figures: FaultFigures) -> dict[str, Any]:
    """Figures as JSON values."""
    return {
        "orders": figures.orders,
        "response_kept": figures.response.kept,
        "response_missed": figures.response.missed,
        "resolution_kept": figures.resolution.kept,
        "resolution_missed": figures.resolution.missed,
    }
