"""A disk that is full, for SQLite: needs no rights, and fails as SQLite does when a disk has no room for a page."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from powerup.store.database import Database


@contextmanager
def room_for(pages: int, database: Database) -> Iterator[None]:
    """The database's file may grow by so many pages, and no further, in all its connections."""
    with database.read() as connection:
        most = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + pages

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}")

    event.listen(Engine, "connect", limit)
    database.dispose()  # what is open already does not know the limit
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)
        database.dispose()
