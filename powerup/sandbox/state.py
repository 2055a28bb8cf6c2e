"""The sandbox's memory: one SQLite file, one connection, one lock."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from powerup.sandbox.errors import SandboxError

_HOST_DAY = "coalesce(nullif(fields ->> 'WorkDate', ''), fields ->> 'WorkDeadline', '')"
DAY_OF_ORDER = f"substr({_HOST_DAY}, 7, 4) || '-' || substr({_HOST_DAY}, 4, 2) || '-' || substr({_HOST_DAY}, 1, 2)"
"""SQL: where an order stands in time, the date it is planned on, else its deadline; Y-m-d, `--` without either."""

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS credential (
    token TEXT PRIMARY KEY,
    software_token TEXT NOT NULL,
    purpose TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS master_record (
    row_id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    fields TEXT NOT NULL,
    UNIQUE (kind, code)
);

-- Deleted orders stay as rows, so that a number can be remembered and a test can count what ever existed.
CREATE TABLE IF NOT EXISTS work_order (
    row_id INTEGER PRIMARY KEY AUTOINCREMENT,
    workorder_no TEXT NOT NULL,
    order_no TEXT NOT NULL,
    status TEXT NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    posted_in_call INTEGER NOT NULL,
    created TEXT NOT NULL,
    fields TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS work_order_by_number ON work_order (workorder_no);
CREATE INDEX IF NOT EXISTS work_order_by_order_no ON work_order (order_no);
CREATE INDEX IF NOT EXISTS work_order_by_status ON work_order (status, deleted);
-- The board asks every two seconds for the first orders of each status.
CREATE INDEX IF NOT EXISTS work_order_on_board ON work_order (status, {DAY_OF_ORDER}, row_id)
    WHERE deleted = 0 AND archived = 0;

CREATE TABLE IF NOT EXISTS call (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    method TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    parameters TEXT NOT NULL,
    workorder_nos TEXT NOT NULL,
    code INTEGER,
    faults TEXT NOT NULL,
    milliseconds REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS message (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    url TEXT NOT NULL,
    installation_id TEXT NOT NULL,
    keys TEXT NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS attempt (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    message_number INTEGER NOT NULL REFERENCES message (number),
    at TEXT NOT NULL,
    how TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    request_body BLOB NOT NULL,
    status INTEGER,
    answer_headers TEXT NOT NULL,
    answer_body BLOB NOT NULL,
    error TEXT NOT NULL,
    milliseconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_by_message ON attempt (message_number);

-- One row per id; a callback that comes again only raises its count.
CREATE TABLE IF NOT EXISTS callback (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1
);
"""


class Store:
    """Access to the sandbox's SQLite file, safe to use from several threads; no other process writes it meanwhile.

    Args:
        directory: where `sandbox.sqlite` is or will be; made when it is not there.

    Raises:
        SandboxError: the file that is there is not one of a sandbox, or is damaged.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        file = directory / "sandbox.sqlite"
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # The stand-in may lose its last moments in a power cut; it may not be slow.
        try:
            self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _SCHEMA)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise SandboxError(
                f"The stand-in host cannot use {file} ({error}): choose another directory, or remove this one."
            ) from error
        # Every page asks for some of them, and the board every two seconds.
        self._settings = {str(row["name"]): str(row["value"]) for row in self.read("SELECT * FROM setting")}

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody else reads or writes meanwhile: for reading a record and storing what became of it."""
        with self._lock:
            yield

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: committed at the end, rolled back when an error leaves the block. Do not nest."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def read(self, query: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(query, parameters).fetchall()

    def setting(self, name: str) -> str | None:
        """A stored setting, None when it was never set."""
        return self._settings.get(name)

    def keep_setting(self, name: str, value: str) -> None:
        """Store a setting in place of an earlier value."""
        with self.exclusive():
            with self.transaction() as db:
                db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))
            self._settings[name] = value

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._lock:
            self._connection.close()
