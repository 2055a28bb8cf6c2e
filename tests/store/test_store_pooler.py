"""Behind a pooler that gives each transaction another server connection (operations page: Behind a pooler)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, make_url, text

from powerup.store.database import Database, check
from powerup.store.encryption import Cipher
from powerup.store.tenants import Tenants
from powerup.store.turns import take_turn
from tests.commands.conftest import CommandLine
from tests.store.pooler import TransactionPooler

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

SHOWN = text("SHOW enable_seqscan")
TRANSACTIONS = 30
"""A statement is prepared when it comes for the sixth time."""


@pytest.fixture
def pooled_url(database_url: str) -> Iterator[str]:
    url = make_url(database_url)
    pooler = TransactionPooler(f"{url.query['host']}/.s.PGSQL.{url.query['port']}")
    yield url.set(host="127.0.0.1", port=pooler.port, query={}).render_as_string(hide_password=False)
    pooler.close()


def work(connection: Connection, place: int) -> None:
    take_turn(connection, f"press {place}")
    assert Tenants(connection).all(open_tokens=False) == []
    connection.execute(text("SELECT :place"), {"place": place})


def use(database: Database) -> None:
    for place in range(TRANSACTIONS):
        with database.write() as connection:
            work(connection, place)
        with database.read() as connection:
            assert Tenants(connection).all(open_tokens=False) == []


def test_presses_and_reads_go_on_behind_a_pooler(pooled_url: str) -> None:
    database = Database(pooled_url, Cipher([Fernet.generate_key().decode()]), pooled=True)
    use(database)
    with database.read() as connection:
        assert connection.scalar(SHOWN) == "on"
    with database.by_indexes().read() as connection:
        assert connection.scalar(SHOWN) == "off"
    for _ in range(TRANSACTIONS):
        with database.read() as connection:
            assert connection.scalar(SHOWN) == "on", "nothing is left behind for whoever comes next"
    database.dispose()
    assert check(pooled_url, pooled=True).is_current


def test_without_the_setting_they_do_not(pooled_url: str) -> None:
    """So that this test would notice a pooler that is none."""
    database = Database(pooled_url, Cipher([Fernet.generate_key().decode()]))
    with pytest.raises(Exception, match="prepared statement"):
        use(database)
    database.dispose()


def test_workers_say_that_they_cannot_work_behind_a_pooler(database_url: str, tmp_path: Path) -> None:
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(tmp_path),
        "POWERUP_DATABASE_URL": database_url,
        "POWERUP_DATABASE_POOLER": "transaction",
    }
    assert "POWERUP_DATABASE_POOLER" in CommandLine(environ).error("worker", code=2)
