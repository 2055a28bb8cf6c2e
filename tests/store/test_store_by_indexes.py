"""On PostgreSQL cycles keep to indexes whatever a table's size, and nobody else has to (scaling page)."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, text

from powerup.store.database import Database
from powerup.store.encryption import Cipher

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

OF_A_CYCLE = text("EXPLAIN UPDATE visits SET attempts = 1 WHERE tenant_id = 't_1' AND workorder_no = 'C1'")
OF_A_LIST = text("EXPLAIN SELECT count(*) FROM visits WHERE employee = '1'")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    yield opened
    opened.dispose()


def plan_of(connection: Connection, statement: object) -> str:
    return "\n".join(connection.scalars(statement))  # type: ignore[call-overload]  # a text


def test_a_cycle_goes_by_an_index_though_the_table_is_empty(database: Database) -> None:
    with database.by_indexes().write() as connection:
        assert "Index Scan" in plan_of(connection, OF_A_CYCLE)


def test_what_has_no_index_is_read_whole_by_everybody_else(database: Database) -> None:
    """A page that asks for most of a table is quicker so, and the connection that a cycle had is theirs next."""
    for _ in range(2):
        with database.by_indexes().read() as connection:
            assert connection.scalar(text("SHOW enable_seqscan")) == "off"
        for transaction in (database.read, database.write):
            with transaction() as connection:
                assert connection.scalar(text("SHOW enable_seqscan")) == "on"
                assert "Seq Scan" in plan_of(connection, OF_A_LIST)
