"""A workplace on SQLite and on PostgreSQL, with the example firm at the host."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from powerup.store.database import Database
from powerup.store.encryption import Cipher
from tests.sync.workplace import Workplace


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    yield opened
    opened.dispose()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SandboxServer]:
    with SandboxServer(tmp_path / "sandbox") as running:
        fill_with_example(running.host)
        yield running


@pytest.fixture
def place(database: Database, server: SandboxServer) -> Workplace:
    """A tenant without contracts, on New Year's day of 2027."""
    made = Workplace(database, server)
    made.set_up()
    return made
