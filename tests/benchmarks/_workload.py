"""Databases, tenants and contracts for benchmarks."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from cryptography.fernet import Fernet

from powerup.contracts.contract import Contract, ContractType, Lead, Template, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.outsmart.host import Host
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher, Secret
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.sync.kit.pace import Pace
from powerup.sync.process.cycle import Cycles
from tests.postgres import PostgresServer

TENANT = "t_1"
NOW = datetime(2027, 1, 1, 8, tzinfo=UTC)
TODAY = date(2027, 1, 1)
TEMPLATE = Template("Onderhoud", "op rekening", "Onderhoudsbeurt {visit}", duration_minutes=60)
MONTHLY = VisitPlan("A", Recurrence(Unit.MONTH, month_day=31))


@contextmanager
def databases() -> Iterator[dict[str, Database]]:
    """A migrated database of each kind, thrown away in the end."""
    with tempfile.TemporaryDirectory() as directory, PostgresServer() as server:
        addresses = {"sqlite": f"sqlite:///{Path(directory) / 'powerup.db'}", "postgresql": server.create_database()}
        cipher = Cipher([Fernet.generate_key().decode()])
        opened = {}
        for name, address in addresses.items():
            upgrade(address)
            opened[name] = Database(address, cipher)
        try:
            yield opened
        finally:
            for database in opened.values():
                database.dispose()


def add_tenant(database: Database, api_url: str = "https://host.example/", **fields: Any) -> None:
    """A tenant of the sandbox environment, whose next cycle is due, and its comparison is not."""
    tenant = Tenant(
        id=fields.pop("tenant_id", TENANT),
        name="Voorbeeld Installatietechniek",
        environment=Environment.SANDBOX,
        timezone="Europe/Amsterdam",
        api_url=api_url,
        token=fields.pop("token", Secret("token")),
        software_token=fields.pop("software_token", Secret("software token")),
        next_cycle_at=NOW,
        reconciled_at=NOW,
    )
    with database.write() as connection:
        Tenants(connection).add(tenant)


def contract_of(place: int, customer: str) -> Contract:
    """The contract at that place: twelve monthly visits, all of them due at once."""
    return Contract(
        number=str(1001 + place),
        name=f"Contract {place}",
        type=ContractType.PREVENTIVE,
        customer=customer,
        start=TODAY,
        entered_on=TODAY,
        template=TEMPLATE,
        end=date(2027, 12, 31),
        lead=Lead(366),
        plans=(MONTHLY,),
    )


def add_contracts(database: Database, number: int, customer_of: Callable[[int], str], tenant_id: str = TENANT) -> None:
    """So many contracts, each with twelve visits due; a cycle has seen them before, so that they are no change."""
    with database.write() as connection:
        contracts = Contracts(connection, tenant_id)
        for place in range(number):
            contracts.add(contract_of(place, customer_of(place)))
        contracts.release([str(1001 + place) for place in range(number)])


def cycles_with(database: Database, host: object) -> Cycles:
    """Cycles of a worker with that host; its clock stands still."""

    def open_host(_: Tenant) -> AbstractContextManager[Host]:
        return nullcontext(cast(Host, host))

    return Cycles(database.by_indexes(), open_host, "benchmark", lambda: NOW, lambda: 0.5, Pace())
