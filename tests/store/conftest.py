"""A migrated database, opened, and a tenant in it; each on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.tenants import Environment, Tenant, Tenants

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def tenant(tenant_id: str = "t_1", name: str = "Voorbeeld Installatietechniek") -> Tenant:
    return Tenant(
        id=tenant_id,
        name=name,
        environment=Environment.PRODUCTION,
        timezone="Europe/Amsterdam",
        api_url="https://host.example/openapi/8/",
        token=Secret("token-of-" + tenant_id),
        software_token=Secret("software-token-of-" + tenant_id),
        next_cycle_at=NOON,
    )


@pytest.fixture(scope="session")
def cipher() -> Cipher:
    return Cipher([Fernet.generate_key().decode()])


@pytest.fixture
def database(database_url: str, cipher: Cipher) -> Iterator[Database]:
    """A database with two tenants, t_1 and t_2."""
    opened = Database(database_url, cipher)
    with opened.write() as connection:
        Tenants(connection).add(tenant("t_1"))
        Tenants(connection).add(tenant("t_2", "Tweede Voorbeeld BV"))
    yield opened
    opened.dispose()
