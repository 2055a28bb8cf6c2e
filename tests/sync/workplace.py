"""A tenant with a database, a sandbox host over HTTP and a clock that tests move; and contracts to put into it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, ContractType, Template, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.host import Host
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.server import SandboxServer
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.sync.kit.context import Wish
from powerup.sync.kit.pace import Pace
from powerup.sync.kit.report import CycleReport
from powerup.sync.process.cycle import Cycles

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For rules that do not depend on the kind of database."""

TENANT = "t_1"
NEW_YEAR = date(2027, 1, 1)
PACE = Pace(lease_seconds=60.0, host_timeout_seconds=2.0)
_PATIENCE_SECONDS = 60
"""Of real time: a host that is slow because the machine is busy has not failed. Time-outs are those of PACE."""


def moment(day: date, at: time = time(8)) -> datetime:
    """A moment on that day; in the Netherlands it is that day, too."""
    return datetime.combine(day, at, UTC)


@dataclass(slots=True)
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = datetime(2027, 1, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_to(self, day: date) -> None:
        self.now = max(self.now, moment(day))

    def go_on(self, **duration: float) -> None:
        self.now += timedelta(**duration)


def contract(number: str = "1001", **fields: Any) -> Contract:
    """Monthly on the 31st for one customer without objects, ordered on the day itself."""
    plain = Contract(
        number=number,
        name="CV-ketel",
        type=ContractType.PREVENTIVE,
        customer="1001",
        start=NEW_YEAR,
        entered_on=NEW_YEAR,
        template=Template("Onderhoud", "op rekening", "Beurt {visit}"),
        plans=(VisitPlan("A", Recurrence(Unit.MONTH, month_day=31)),),
    )
    return replace(plain, **fields)


@dataclass(slots=True)
class Workplace:
    """What a test of the sync works with. hosts wraps the client, databases the database, where a test wants it."""

    database: Database
    server: SandboxServer
    clock: Clock = field(default_factory=Clock)
    wrap_host: Callable[[Host], Host] = lambda host: host

    def set_up(self, tenant_id: str = TENANT, **fields: Any) -> None:
        """A tenant of the sandbox host, whose next cycle is due."""
        credentials = self.server.credentials
        tenant = Tenant(
            id=tenant_id,
            name="Voorbeeld Installatietechniek",
            environment=Environment.SANDBOX,
            timezone="Europe/Amsterdam",
            api_url=self.server.api_url,
            token=Secret(credentials.token),
            software_token=Secret(credentials.software_token),
            locale="en",
            next_cycle_at=self.clock(),
        )
        with self.database.write() as connection:
            Tenants(connection).add(replace(tenant, **fields))

    def configure(self, **settings: Any) -> None:
        """Settings that the tenant has otherwise than by default."""
        with self.database.write() as connection:
            configuration = TenantConfiguration(settings=TenantSettings(**settings))
            Tenants(connection).save_configuration(TENANT, configuration)

    @contextmanager
    def open_host(self, tenant: Tenant) -> Iterator[Host]:
        token, software_token = tenant.token, tenant.software_token
        assert token is not None
        assert software_token is not None
        with OutsmartClient(
            tenant.api_url, token.reveal(), software_token.reveal(), timeout_seconds=_PATIENCE_SECONDS, read_retries=0
        ) as client:
            yield self.wrap_host(client)

    def cycles(self, owner: str = "worker", database: Database | None = None) -> Cycles:
        open_host: Callable[[Tenant], AbstractContextManager[Host]] = self.open_host
        return Cycles(database or self.database, open_host, owner, self.clock, lambda: 0.5, PACE)

    def run(self, day: date | None = None, **wish: Any) -> CycleReport:
        """A cycle by the timer, on that day."""
        if day:
            self.clock.go_to(day)
        return self.cycles().run(TENANT, Wish(**wish))

    def run_through(self, last_day: date, every_days: int = 5) -> None:
        """A cycle now, on every so many days, and on the last."""
        day = self.clock.now.date()
        while day < last_day:
            self.run(day)
            day += timedelta(days=every_days)
        self.run(last_day)

    def add(self, *contracts: Contract, tenant_id: str = TENANT) -> None:
        with self.database.write() as connection:
            for each in contracts:
                Contracts(connection, tenant_id).add(each)

    def change(self, number: str, **fields: Any) -> None:
        """A person's change of a contract, without what an action would do besides."""
        with self.database.write() as connection:
            contracts = Contracts(connection, TENANT)
            present = contracts.get(number)
            assert present is not None
            contracts.save(replace(present, **fields), present.version)
            Tenants(connection).wake(TENANT, self.clock())

    def rewrite(self, visit: LedgerVisit, **fields: Any) -> LedgerVisit:
        """Write a visit otherwise than it is."""
        changed = replace(visit, **fields)
        with self.database.write() as connection:
            Ledger(connection, TENANT).update(changed, visit.state)
        return changed

    def ledger(self, *states: VisitState) -> list[LedgerVisit]:
        """The visits in these states, or all."""
        with self.database.read() as connection:
            return Ledger(connection, TENANT).in_states(states or tuple(VisitState), 100_000)

    def contract(self, number: str) -> Contract:
        with self.database.read() as connection:
            found = Contracts(connection, TENANT).get(number)
        assert found is not None
        return found

    def problems(self) -> dict[str, str]:
        with self.database.read() as connection:
            return Contracts(connection, TENANT).problems()

    def tenant(self, tenant_id: str = TENANT) -> Tenant:
        with self.database.read() as connection:
            return Tenants(connection).get(tenant_id)

    def numbers(self) -> list[str]:
        """The numbers of the work orders at the host, one per order."""
        return sorted(order.workorder_no for order in self.server.host.orders.all())

    def row_id(self, workorder_no: str) -> int:
        """The row id of the only order with that number."""
        (order,) = self.server.host.orders.matching("workorder_no", workorder_no)
        return order.row_id

    def calls(self, *endpoints: str) -> int:
        """How many calls of these endpoints the host has received."""
        return len(self.server.host.calls.listed(endpoints=endpoints))

    def fault(self, name: FaultName, **fields: Any) -> None:
        self.server.host.faults.set(Fault(name, **fields))
