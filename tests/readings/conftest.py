"""A database with one tenant, whose contracts are read."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.tenants import Environment, Tenant, Tenants


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    with opened.write() as connection:
        Tenants(connection).add(
            Tenant("ten_1", "Voorbeeld", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
        )
    yield opened
    opened.dispose()
