"""What the steps of one cycle share: who it is for, what day it is, what was asked, and what has come of it so far."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.held_back import Waits
from powerup.contracts.host_profile import HostProfile
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.host import Host
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from powerup.store.runs import Run
from powerup.store.tenants import Tenant
from powerup.sync.kit.facts import HostFacts
from powerup.sync.kit.lease import HeldLease
from powerup.sync.kit.open_orders import OpenOrders
from powerup.sync.kit.pace import Pace
from powerup.sync.kit.successors import tell_successors
from powerup.tenants.today import moment_of
from powerup.texts import Reader, Text
from powerup.timing import Clock

PAGE = 500
"""Visits that are read and worked on together."""


_OVER = (VisitState.WITHHELD, VisitState.COMPLETED, VisitState.SETTLED, VisitState.REMOVED)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a cycle was asked for. by_person: always reconciles, tries failed visits again, ignores back-off.

    release: orders that wait for a person's word go through. today: the day to work for, where not the tenant's own.
    """

    by_person: bool = False
    release: bool = False
    dry_run: bool = False
    today: date | None = None


@dataclass(slots=True)
class Tally:
    """What a cycle has done so far. rows are filled in a dry run only; followed are visits whose state at the host had
    changed. attention is what a person should look at; told is also for a person, but the host has had a message about
    it already, so that no second one is sent; found is what of both the comparison with the host gave.

    changed are the contracts whose cards look otherwise now. today is the day it works for; ended_early says why it
    did nothing or not all, and failure by the name of the type of error. days_late counts the orders that were made by
    how many days after their generation date. faults are the unusable answers in a row when single orders were asked
    for. woken: contracts were woken since all that are due were looked at. waits is what waits for a person's word of
    the contracts that were looked at, None where nothing does; newly_held: of some it did not before. released is what
    waited until now, of so many released_contracts. readings are the runs of people who want to know what has changed
    and asked before it began to read.
    """

    started_at: datetime
    today: date
    ordered: int = 0
    withheld: Counter[str] = field(default_factory=Counter)
    failed: set[VisitKey] = field(default_factory=set)
    failed_before: Mapping[VisitKey, str | None] = field(default_factory=dict)
    retracted: int = 0
    status_changes: int = 0
    changed: set[str] = field(default_factory=set)
    rows: list[LedgerVisit] = field(default_factory=list)
    followed: list[LedgerVisit] = field(default_factory=list)
    readings: tuple[Run, ...] = ()
    attention: list[Text] = field(default_factory=list)
    told: list[Text] = field(default_factory=list)
    found: list[Text] = field(default_factory=list)
    calls: int = 0
    reconciled_at: datetime | None = None
    completed_compared_at: datetime | None = None
    ended_early: Text | None = None
    failure: str | None = None
    days_late: Counter[int] = field(default_factory=Counter)
    faults: int = 0
    woken: bool = False
    waits: dict[str, Waits | None] = field(default_factory=dict)
    newly_held: bool = False
    released: Waits = field(default_factory=Waits)
    released_contracts: int = 0


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of one tenant. lease is None where the wish is a dry run, which writes nothing."""

    database: Database
    lease: HeldLease | None
    tenant: Tenant
    settings: TenantSettings
    profile: HostProfile
    calendar: Calendar
    host: Host
    facts: HostFacts
    open_orders: OpenOrders
    clock: Clock
    pace: Pace
    limits: CallLimits
    wish: Wish
    tally: Tally

    @property
    def moment(self) -> datetime:
        """What time it is for the tenant (UTC), to whom SLAs are counted: in the sandbox on its own today."""
        return moment_of(self.tenant, self.clock()).astimezone(UTC)

    @property
    def today(self) -> date:
        """The day this cycle works for."""
        return self.tally.today

    @property
    def looks_up_all(self) -> bool:
        """Whether the host may have orders that this database does not know of: it was restored from a backup."""
        return looks_up_all(self.tenant, self.clock())

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database."""
        with self.database.read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed only under the lease. Raises LeaseLostError."""
        if self.lease is None or self.wish.dry_run:
            raise RuntimeError("A dry run does not write.")
        with self.lease.write() as connection:
            yield connection

    def await_turn(self) -> None:
        """Wait until the tenant may make a call, where its settings limit them."""
        self.limits.wait(self.tenant.id)

    def before_change(self) -> None:
        """Right before a call that changes something at the host. Raises LeaseLostError."""
        self.await_turn()
        if self.lease:
            self.lease.ensure()

    def contracts(self, connection: Connection) -> Contracts:
        """The tenant's contracts."""
        return Contracts(connection, self.tenant.id)

    def ledger(self, connection: Connection) -> Ledger:
        """The tenant's ledger."""
        return Ledger(connection, self.tenant.id)

    def visits_in(self, *states: VisitState) -> Iterator[list[LedgerVisit]]:
        """The visits in these states sorted by key, page by page; each page is read when it is asked for."""
        last: VisitKey | None = None
        while True:
            with self.read() as connection:
                page = self.ledger(connection).in_states(states, PAGE, last)
            if not page:
                return
            last = page[-1].key
            yield page

    def wake_followers(self, connection: Connection, visits: Iterable[LedgerVisit]) -> None:
        """Have the contracts of visits that are over looked at again: others of their plan may have waited for them, or
        visits of the contract that theirs was restarted as."""
        over = [visit for visit in visits if visit.state in _OVER]
        if over:
            contracts = self.contracts(connection)
            contracts.wake(sorted({visit.key.contract for visit in over}))
            tell_successors(connection, self.ledger(connection), contracts, over, self.clock())
            self.tally.woken = True

    def say(self, sentence: Text) -> str:
        """The sentence in the tenant's language, to be kept."""
        return Reader(self.tenant.locale).say(sentence)

    def count(self, visits: Iterable[LedgerVisit]) -> None:
        """Count what visits have come to; in a dry run those that would be ordered count as such."""
        for visit in visits:
            self.tally.changed.add(visit.key.contract)
            if visit.state is VisitState.WITHHELD and visit.reason:
                self.tally.withheld[visit.reason.value] += 1
            elif visit.state is VisitState.FAILED:
                self.tally.failed.add(visit.key)
            elif visit.state is VisitState.ORDERED or (self.wish.dry_run and visit.state is VisitState.ORDERING):
                self.tally.ordered += 1
                self.tally.days_late[max((self.today - visit.generation_date).days, 0)] += 1

    def was_not_ordered(self, before: LedgerVisit, after: LedgerVisit) -> None:
        """Count no order for a visit after all: what the host said to have made for it is somebody else's."""
        if before.changed_at is not None and before.changed_at >= self.tally.started_at and self.tally.ordered:
            self.tally.ordered -= 1
            self.tally.days_late[max((self.today - before.generation_date).days, 0)] -= 1
        self.tally.woken |= after.state is VisitState.ORDERING  # under another number, it can go out at once
        self.count([after])

    def tell(self, visits: Iterable[LedgerVisit]) -> None:
        """In a dry run: count what would be written, and keep it to be shown."""
        visits = list(visits)
        self.count(visits)
        self.tally.rows += visits


def looks_up_all(tenant: Tenant, now: datetime) -> bool:
    """Whether the host may have orders of the tenant that this database does not know of."""
    return tenant.look_up_before is not None and now < tenant.look_up_before


def stamped(visits: Iterable[LedgerVisit], now: datetime) -> list[LedgerVisit]:
    """The visits as changed now, to be written."""
    return [replace(visit, changed_at=now) for visit in visits]
