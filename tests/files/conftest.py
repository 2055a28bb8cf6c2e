"""What the tests of files through the real plan of import share."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from powerup.store.database import Database
from powerup.store.encryption import Cipher


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Database:
    """One for all tests of a module, each of which has tenants of its own."""
    path = tmp_path_factory.mktemp("files") / "powerup.db"
    path.write_bytes(sqlite_template.read_bytes())
    return Database(f"sqlite:///{path}", Cipher([Fernet.generate_key().decode()]))
