"""Transactions and migrations, the same on SQLite and PostgreSQL."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, PrimaryKeyConstraint, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from powerup.store.database import Database, check, open_engine, upgrade
from powerup.store.encryption import Cipher
from powerup.store.errors import StoreUnavailableError, UnknownTenantError
from powerup.store.tables import metadata
from powerup.store.tenants import Tenants
from tests.store.conftest import tenant


def test_migrations_make_exactly_the_tables_that_the_code_uses(empty_database_url: str) -> None:
    assert check(empty_database_url).current is None
    upgrade(empty_database_url)
    upgrade(empty_database_url)
    revision = check(empty_database_url)
    assert revision.is_current
    engine = open_engine(empty_database_url)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
        assert compare_metadata(context, metadata) == []
        migrated = {table: _constraints_in(connection, table) for table in metadata.tables}
    engine.dispose()
    assert migrated == {
        table.name: {
            each.name for each in table.constraints if isinstance(each, CheckConstraint | PrimaryKeyConstraint)
        }
        for table in metadata.tables.values()
    }


def test_checks_and_partial_indexes_of_the_migrations_have_the_conditions_that_the_code_names(
    empty_database_url: str, cipher: Cipher
) -> None:
    upgrade(empty_database_url)
    database = Database(empty_database_url, cipher)
    with database.write() as connection:
        migrated = _conditions_in(connection)
        metadata.drop_all(connection)
        metadata.create_all(connection)
        named = _conditions_in(connection)
    database.dispose()
    assert migrated == named
    assert {"contracts_changed", "contracts_termination_whole"} <= migrated.keys()


def _conditions_in(connection: Connection) -> dict[str | None, str]:
    """Of which rows each index is, where it is not of all, and what each check demands, in the database's own words."""
    seen, partial = inspect(connection), f"{connection.dialect.name}_where"
    found = {}
    for table in metadata.tables:
        for index in seen.get_indexes(table):
            found[index["name"]] = str(index.get("dialect_options", {}).get(partial, ""))
        found |= {each["name"]: each["sqltext"] for each in seen.get_check_constraints(table)}
    return found


def _constraints_in(connection: Connection, table: str) -> set[str | None]:
    seen = inspect(connection)
    return {each["name"] for each in [*seen.get_check_constraints(table), seen.get_pk_constraint(table)]}


def test_two_processes_that_migrate_at_once_do_no_harm(empty_database_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(upgrade, [empty_database_url] * 2))
    assert check(empty_database_url).is_current


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    """The queue's tables are those of Procrastinate."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def test_every_key_starts_with_the_tenant() -> None:
    of_no_tenant = {"timekeeping": "what", "account_keys": "name", "sign_in_tries": "id"}
    for table in metadata.tables.values():
        expected = ({"tenants": "id"} | of_no_tenant).get(table.name, "tenant_id")
        assert next(iter(table.primary_key)).name == expected, table.name


def test_what_an_exception_leaves_is_rolled_back(database: Database) -> None:
    with pytest.raises(UnknownTenantError), database.write() as connection:
        _add_then_fail(connection)
    with database.read() as connection:
        assert [each.id for each in Tenants(connection).all()] == ["t_2", "t_1"]


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, StoreUnavailableError)), database.read() as connection:
        Tenants(connection).add(tenant("t_3"))
    with database.write() as connection:
        Tenants(connection).add(tenant("t_3"))


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        before = len(Tenants(reader).all())
        with database.write() as writer:
            Tenants(writer).add(tenant("t_3"))
        assert len(Tenants(reader).all()) == before


def test_a_failed_savepoint_leaves_the_rest_of_the_transaction(database: Database) -> None:
    with database.write() as connection:
        Tenants(connection).add(tenant("t_3"))
        with pytest.raises(UnknownTenantError), connection.begin_nested():
            _add_then_fail(connection)
    with database.read() as connection:
        assert {each.id for each in Tenants(connection).all()} == {"t_1", "t_2", "t_3"}


def _add_then_fail(connection: Connection) -> None:
    Tenants(connection).add(tenant("t_4"))
    Tenants(connection).save(tenant("nobody"))


def test_sqlite_waits_for_writers_keeps_foreign_keys_and_a_write_ahead_log(tmp_path: Path, cipher: Cipher) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}", cipher)
    with database.write() as connection:
        settings = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    database.dispose()
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 2}


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgres://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_reached_is_unavailable(url: str, cipher: Cipher) -> None:
    database = Database(url, cipher)
    with pytest.raises(StoreUnavailableError), database.read():
        pass
    with pytest.raises(StoreUnavailableError):
        check(url)
    database.dispose()


@pytest.mark.parametrize(("named", "seconds"), [("", 10), ("?connect_timeout=3", 3)])
def test_connecting_to_postgresql_has_a_deadline_that_the_address_may_name(named: str, seconds: int) -> None:
    engine = open_engine(f"postgresql://nobody@127.0.0.1:1/none{named}")
    given: list[Any] = []

    def note(_: object, __: object, ___: object, settings: dict[str, Any]) -> None:
        given.append(settings)

    event.listen(engine, "do_connect", note)
    with pytest.raises(OperationalError):
        engine.connect()
    (settings,) = given
    assert int(settings["connect_timeout"]) == seconds


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_in_the_middle_is_unavailable_whatever_is_asked_next(
    database_url: str, cipher: Cipher
) -> None:
    database = Database(database_url, cipher)
    with pytest.raises(StoreUnavailableError, match="lost"), database.write() as connection:
        _go_on_after_it_is_lost(connection)
    with database.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    database.dispose()


def _go_on_after_it_is_lost(connection: Connection) -> None:
    with suppress(OperationalError), connection.begin_nested():
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    connection.execute(text("SELECT 1"))


def test_a_full_disk_is_unavailable_and_nothing_is_half_written(
    sqlite_template: Path, tmp_path: Path, cipher: Cipher
) -> None:
    path = tmp_path / "full.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}", cipher)
    with database.write() as connection:
        connection.execute(text("PRAGMA max_page_count = 100"))
        Tenants(connection).add(tenant("t_1"))
    with pytest.raises(StoreUnavailableError, match="full"), database.write() as connection:
        Tenants(connection).save(tenant("t_1", "x" * 1_000_000))
    with database.read() as connection:
        assert Tenants(connection).all() == [tenant("t_1")]
    database.dispose()


def test_a_database_that_another_writer_holds_is_unavailable_after_a_while(
    sqlite_template: Path, tmp_path: Path, cipher: Cipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("powerup.store.database.BUSY_TIMEOUT_MILLISECONDS", 20)
    path = tmp_path / "busy.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}", cipher)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="locked"), database.write():
        pass
    with database.read() as connection:
        assert Tenants(connection).all() == []
    holder.close()
    database.dispose()


def test_writers_of_a_process_on_sqlite_wait_for_each_other_before_they_go_to_the_file(
    sqlite_template: Path, tmp_path: Path, cipher: Cipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "turns.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}", cipher)

    def write(number: int) -> None:
        with database.write() as connection:
            Tenants(connection).add(tenant(f"t_{number}"))

    with ThreadPoolExecutor(3) as pool:
        with database.write():
            monkeypatch.setattr("powerup.store.database.BUSY_TIMEOUT_MILLISECONDS", 20)
            with pytest.raises(StoreUnavailableError, match="busy"):  # SQLite itself would say locked
                pool.submit(write, 0).result()
            monkeypatch.setattr("powerup.store.database.BUSY_TIMEOUT_MILLISECONDS", 10_000)
            others = [pool.submit(write, number) for number in range(1, 4)]
        assert [other.result() for other in others] == [None] * 3
    database.dispose()


def test_a_wrong_statement_is_no_outage(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(text("SELECT * FORM tenants"))


@pytest.mark.parametrize("statement", ["SELECT * FROM there_is_no_such_table", "SELECT no_such_column FROM tenants"])
def test_a_database_that_was_not_migrated_is_unavailable_and_says_what_to_do(
    database: Database, statement: str
) -> None:
    with pytest.raises(StoreUnavailableError, match="powerup db upgrade"), database.read() as connection:
        connection.execute(text(statement))


def test_a_file_that_is_no_database_or_is_damaged_is_unavailable_and_says_what_to_do(
    tmp_path: Path, cipher: Cipher, sqlite_template: Path
) -> None:
    none, damaged = tmp_path / "none.db", tmp_path / "damaged.db"
    none.write_bytes(b"no database at all " * 500)
    whole = sqlite_template.read_bytes()
    damaged.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    for path in (none, damaged):
        database = Database(f"sqlite:///{path}", cipher)
        with pytest.raises(StoreUnavailableError, match="Restore a backup"), database.read() as connection:
            Tenants(connection).all()
        database.dispose()
    with pytest.raises(StoreUnavailableError, match="Restore a backup"):
        check(f"sqlite:///{none}")
