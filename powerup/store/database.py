"""One database, opened: transactions for writing and reading, on SQLite and PostgreSQL alike; and its migrations."""

import json
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache, partial
from pkgutil import iter_modules
from sqlite3 import Connection as SqliteConnection
from sqlite3 import connect
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import LRUCache

from powerup.store.encryption import Cipher
from powerup.store.errors import StoreUnavailableError
from powerup.store.migrations import versions
from powerup.store.queue import make_queue

BUSY_TIMEOUT_MILLISECONDS = 10_000
"""How long a writer on SQLite waits for another one before it gives up."""

_KEPT_CONNECTIONS = 20
"""Opening one takes longer than most uses of it, and a process has up to so many threads at work."""

_MORE_CONNECTIONS = 25
"""Beyond those that are kept open: a cycle takes one, and another one now and then for its lease."""

_CONNECTS_WITHIN_SECONDS = 10
"""To PostgreSQL, each of its addresses; its driver would wait for more than two minutes where nothing answers."""

_MIGRATION_LOCK = 4_200_701
_DISK_FULL = "53100"
"""PostgreSQL's code (SQLSTATE class 53, insufficient resources)."""

_NOT_THERE = {"42P01", "42703"}
"""PostgreSQL's codes of a table and of a column that are not there."""
_NOT_THERE_IN_SQLITE = ("no such table", "no such column", "has no column named")

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")

_WRITES = "powerup_writes"
_CIPHER = "powerup_cipher"
_BY_INDEXES = "powerup_by_indexes"


class Database:
    """The way to a database; one per process, shared by its threads."""

    def __init__(self, url: str, cipher: Cipher, *, pooled: bool = False) -> None:
        """Take the address (`sqlite:///path`, `postgresql://…`) and what opens secrets; nothing is connected yet.

        pooled: a pooler stands before the server, and each transaction may be another server connection.
        """
        self._engine = open_engine(url, pooled=pooled).execution_options(**{_CIPHER: cipher})
        self._writing = self._engine.execution_options(**{_WRITES: True})
        self._reading = self._engine
        self._one_writes = Lock() if self._engine.dialect.name == "sqlite" else None
        if self._engine.dialect.name == "postgresql":
            self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @classmethod
    def in_memory(cls, cipher: Cipher) -> "Database":
        """An empty SQLite database that is nowhere but in this process, for one thread, until it is disposed of."""
        made = cls.__new__(cls)
        first = _first_in_memory()
        pool = StaticPool(partial(connect, ":memory:", check_same_thread=False), dialect=first.dialect)
        engine = Engine(pool, first.dialect, first.url, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        made._engine = engine.execution_options(**{_CIPHER: cipher, "compiled_cache": _COMPILED})
        made._writing = made._engine.execution_options(**{_WRITES: True})
        made._reading = made._engine
        made._one_writes = None  # nobody else is in it
        return made

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back when an exception leaves it.

        On SQLite it holds the only write lock from its start. Raises StoreUnavailableError when the database is out
        of reach, too busy or full.
        """
        with _told_in_our_words(), self._turn_to_write(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """On SQLite the threads of a process wait here for each other: at its lock they would sleep and look again, and
        who comes last is as likely to be the next as who has waited long."""
        if self._one_writes is None:
            yield
            return
        if not self._one_writes.acquire(timeout=BUSY_TIMEOUT_MILLISECONDS / 1000):
            raise StoreUnavailableError("the database is busy")
        try:
            yield
        finally:
            self._one_writes.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database and refuses to write. Raises StoreUnavailableError."""
        with _told_in_our_words(), self._reading.begin() as connection:
            yield connection

    def by_indexes(self) -> "Database":
        """The same database for cycles: on PostgreSQL none of their plans reads a whole table where an index serves.

        Their statements run again and again by one plan. One that was made while a table was nearly empty would read
        all of it for each visit, until the server has looked at the table again a minute later.
        """
        other = copy(self)
        other._writing = self._writing.execution_options(**{_BY_INDEXES: True})
        other._reading = self._reading.execution_options(**{_BY_INDEXES: True})
        return other

    def dispose(self) -> None:
        """Close what is open; the database can be used again afterwards."""
        self._engine.dispose()


def cipher_of(connection: Connection) -> Cipher:
    """The cipher that the connection's Database was given."""
    cipher: Cipher = connection.get_execution_options()[_CIPHER]
    return cipher


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a row was refused because one with its key or its unique value is there already."""
    names = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
    return getattr(error.orig, "sqlite_errorname", "") in names or getattr(error.orig, "sqlstate", "") == "23505"


@dataclass(frozen=True, slots=True)
class Revision:
    """Where the migrations of a database stand: current is None when it has none yet."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        """Whether this version of the product can work with the database."""
        return self.current == self.head


def upgrade(database_url: str, revision: str = "head", *, pooled: bool = False) -> None:
    """Bring the tables up to this version, or to an earlier revision, in one transaction; safe to run again.

    Raises StoreUnavailableError.
    """
    # Only here: every command looks where the migrations stand, and Alembic is a quarter of a second to load.
    from alembic import command
    from alembic.config import Config

    engine = open_engine(database_url, pooled=pooled)
    try:
        with _told_in_our_words(), engine.execution_options(**{_WRITES: True}).begin() as connection:
            if engine.dialect.name == "postgresql":
                # Of two processes that start at once, one migrates and the other waits, as on SQLite.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            settings = Config()
            settings.set_main_option("script_location", "powerup.store:migrations")
            settings.attributes["connection"] = connection
            command.upgrade(settings, revision)
            make_queue(connection)
    finally:
        engine.dispose()


def check(database_url: str, *, pooled: bool = False) -> Revision:
    """Which migration the database has, and which one this version needs. Raises StoreUnavailableError."""
    engine = open_engine(database_url, pooled=pooled)
    try:
        with _told_in_our_words(), engine.begin() as connection:
            current = _current(connection)
    finally:
        engine.dispose()
    return Revision(current, _head())


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _head() -> str:
    """The last revision by the numbers in the names of the migrations, none of which is loaded for it."""
    return max(module.name for module in iter_modules(versions.__path__))[1:5]


def open_engine(url: str, *, pooled: bool = False) -> Engine:
    """A SQLAlchemy engine as this product uses them; errors never show the values of a statement.

    pooled: nothing is kept in a server connection from one transaction to the next, neither prepared statements nor
    settings, because the next one may be another connection, and somebody else's before.
    """
    address = make_url(_with_driver(url))
    engine = create_engine(
        address,
        connect_args=_postgresql_settings(address, pooled=pooled) if address.drivername.startswith("postgres") else {},
        hide_parameters=True,
        json_serializer=_compact_json,
        json_deserializer=_from_json,
        pool_pre_ping=True,
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
        if not pooled:
            event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _postgresql_settings(address: URL, *, pooled: bool) -> dict[str, Any]:
    settings: dict[str, Any] = {"prepare_threshold": None} if pooled else {}
    if "connect_timeout" not in address.query:
        settings["connect_timeout"] = _CONNECTS_WITHIN_SECONDS
    return settings


@cache
def _first_in_memory() -> Engine:
    """What all databases in memory share: statements are compiled once for all of them, not for each."""
    engine = create_engine("sqlite://", json_serializer=_compact_json)
    engine.connect().close()
    return engine


_COMPILED: MutableMapping[Any, Any] = LRUCache(500)
"""By statement."""


def _with_driver(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else url


def _compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _from_json(text: str | bytes) -> Any:
    # Most lists of a contract and of its plans are empty, and a page of contracts has a thousand of them.
    return [] if text in ("[]", b"[]") else json.loads(text)


def _prepare_sqlite(connection: SqliteConnection, _: object) -> None:
    # sqlite3 would begin transactions by itself, late and deferred; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for setting in (
        f"busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}",
        "journal_mode = WAL",
        # What was answered must be there after a power cut, too.
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {setting}")


def _prepare_postgresql(connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    # For this transaction alone: the next one on the connection may be a page's, or behind a pooler anybody's.
    if connection.get_execution_options().get(_BY_INDEXES, False):
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that began to write halfway could be refused by SQLite at once, without waiting for the lock.
    writes = connection.get_execution_options().get(_WRITES, False)
    if connection.info.get(_WRITES) is not writes:  # kept with the connection, as the pragma is
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.info[_WRITES] = writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told_in_our_words() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as last:
        error = _that_counts(last)
        if _is_not_set_up(error.orig):
            raise StoreUnavailableError(_cause(error.orig)) from error
        if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":  # a wrong statement
            raise
        raise StoreUnavailableError(_cause(error.orig)) from error
    except PendingRollbackError as error:
        raise StoreUnavailableError("the connection was lost in the middle of a transaction") from error
    except PoolTimeoutError as error:
        raise StoreUnavailableError("all its connections are in use") from error
    except DatabaseError as error:
        if not _is_damaged(error.orig) and not _is_not_set_up(error.orig):  # what was wrong with one statement
            raise
        raise StoreUnavailableError(_cause(error.orig)) from error


def _that_counts(error: DBAPIError) -> DBAPIError:
    """The error that made SQLite roll back by itself, where this one only says that a savepoint is gone with it."""
    if "no such savepoint" in str(error.orig):
        before = error.__context__
        while before is not None:
            if isinstance(before, OperationalError) and "no such savepoint" not in str(before.orig):
                return before
            before = before.__context__
    return error


def _is_damaged(error: BaseException | None) -> bool:
    return str(getattr(error, "sqlite_errorname", "")).startswith(_DAMAGED)


def _is_not_set_up(error: BaseException | None) -> bool:
    """Whether a table or column is missing: the database was never migrated, or not to this version."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":
        return any(words in str(error) for words in _NOT_THERE_IN_SQLITE)
    return getattr(error, "sqlstate", "") in _NOT_THERE


def _cause(error: BaseException | None) -> str:
    """In the first words of the database, with the cure where a person has to do something."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(error, "sqlstate", "") == _DISK_FULL:
        return "the disk is full. Make room on the disk of the database"
    if _is_not_set_up(error):
        return "its tables are not those of this version. Run `powerup db upgrade`"
    if _is_damaged(error):
        return "its file is damaged, or is no SQLite database. Restore a backup, as the operations page says"
    return str(error).strip().partition("\n")[0]
