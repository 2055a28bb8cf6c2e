"""Rows of this version, as they stand in it and as an earlier revision has them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from powerup.store.tables import metadata

Rows = dict[str, list[dict[str, Any]]]

NEEDED_ONCE: dict[str, dict[str, Any]] = {"inbox": {"intent_ended": 1}}
"""Members that earlier revisions could not be without, and this one has no more."""


def present(connection: Connection, names: Collection[str]) -> Rows:
    """Every row of these tables."""
    tables = [table for table in metadata.sorted_tables if table.name in names]
    return {
        table.name: [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in tables
    }


def insert_as_it_was(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the rows as far as the revision has a place for them; gives what was written."""
    inspector = inspect(connection)
    if not inspector.has_table(table.name):
        return []
    columns = {column["name"] for column in inspector.get_columns(table.name)}
    known = [{name: value for name, value in row.items() if name in columns} for row in rows]
    once = {name: value for name, value in NEEDED_ONCE.get(table.name, {}).items() if name in columns}
    as_it_was = Table(table.name, MetaData(), autoload_with=connection) if once else table
    connection.execute(insert(as_it_was), [row | once for row in known])
    return known


def rows_of(fill: Callable[[Connection], object], migrated: Path, scratch: Path, cipher: Cipher) -> Rows:
    """The rows that this version writes; migrated is an SQLite file of it without any, scratch where a copy may lie."""
    database = Database(f"sqlite:///{copyfile(migrated, scratch / 'today.db')}", cipher)
    with database.write() as connection:
        fill(connection)
        rows = present(connection, list(metadata.tables))
    database.dispose()
    return rows


@contextmanager
def upgraded_from(revision: str, rows: Rows, database_url: str, cipher: Cipher) -> Iterator[Connection]:
    """An empty database that had these rows at that revision, and is of this version now."""
    upgrade(database_url, revision)
    database = Database(database_url, cipher)
    with database.write() as connection:
        for name, of_table in rows.items():
            if of_table:
                insert_as_it_was(connection, metadata.tables[name], of_table)
    upgrade(database_url)
    with database.read() as connection:
        yield connection
    database.dispose()
