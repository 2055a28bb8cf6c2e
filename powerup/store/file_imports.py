"""Imports of files: the file for as long as it is looked at, what was understood of it, and how far each contract is.

First it is found out what the file would do, then a person sees it and says yes, then it is done in turns, and for a
while it can be undone. The file itself is kept until then, and a day at most.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, func, insert, select, update

from powerup.store.tables import tenants
from powerup.store.tenants import Environment
from powerup.store.traffic_tables import file_import_contracts, file_imports
from powerup.store.what_if_tables import what_if_steps


class ImportState(StrEnum):
    """How far an import is.

    Looking: it is found out what the file would do. Wrong: something in the file is to be corrected first. Shown: it
    waits for a person's word. Working, and undoing: it goes on in turns. Done, undone and dropped are over.
    """

    LOOKING = "looking"
    WRONG = "wrong"
    SHOWN = "shown"
    WORKING = "working"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"


IMPORTS_AT_WORK = (ImportState.LOOKING, ImportState.WORKING, ImportState.UNDOING)
"""States in which something is left to be done without a person."""


class ImportedState(StrEnum):
    """How far one contract of a file is. Left out: it was changed meanwhile, or looks the same as one that is there."""

    SHOWN = "shown"
    DONE = "done"
    LEFT_OUT = "left_out"
    FAILED = "failed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class FileImport:
    """One import. Moments are in UTC; content is not read along, and gone when nothing needs it any more.

    mapping is how the file is read (a document), None for one of our own columns; understood is what was found in it,
    problems what is wrong, by row and column; counts has also the weeks that become heavy by it. done of total are
    contracts. again: contracts that look the same as some that are there are made a second time. at_once: what the file
    does is not shown first. message tells why it ended where it was not done.
    """

    id: str
    file_name: str
    actor_id: str
    actor_name: str
    role: str
    entrance: str
    locale: str
    created_at: datetime
    mapping: Mapping[str, Any] | None = None
    state: ImportState = ImportState.LOOKING
    understood: Mapping[str, Any] | None = None
    problems: Sequence[Mapping[str, Any]] | None = None
    counts: Mapping[str, Any] | None = None
    again: bool = False
    at_once: bool = False
    message: str = ""
    done: int = 0
    total: int = 0
    ended_at: datetime | None = None
    turns: int = 0
    next_turn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportedContract:
    """One contract of the file. row is its first row there; number its own, or the one that it would get.

    result, orders, coming and warnings are what is told of it; same_as a contract that looks the same. seen is the
    version in which it was when that was found out, None for a new one; version the one that the import made. former is
    the contract as it was, as the file that import reads; orders_before is how many orders it had then.
    """

    place: int
    row: int
    number: str
    result: str
    state: ImportedState = ImportedState.SHOWN
    orders: int = 0
    coming: Sequence[str] = ()
    warnings: Sequence[str] = ()
    same_as: str | None = None
    seen: int | None = None
    version: int | None = None
    former: str | None = None
    orders_before: int = 0
    message: str = ""


_COLUMNS = [column for column in file_imports.c if column.name not in ("tenant_id", "content")]


class FileImports:
    """The imports of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def add(self, imported: FileImport, content: bytes | None) -> bool:
        """Write an import that begins, with its file; says whether it was not there yet."""
        if self.get(imported.id) is not None:
            return False
        values = _values(imported) | {"tenant_id": self._tenant_id, "content": content}
        self._connection.execute(insert(file_imports), values)
        return True

    def get(self, import_id: str) -> FileImport | None:
        """The import of that id, or None."""
        row = self._connection.execute(select(*_COLUMNS).where(*self._one(import_id))).one_or_none()
        return _import(row) if row else None

    def content(self, import_id: str) -> bytes | None:
        """Its file, None where it is not kept any more."""
        return self._connection.scalar(select(file_imports.c.content).where(*self._one(import_id)))

    def latest(self, limit: int) -> list[FileImport]:
        """The newest imports, the newest first."""
        columns = file_imports.c
        query = select(*_COLUMNS).where(columns.tenant_id == self._tenant_id)
        newest_first = query.order_by(columns.created_at.desc(), columns.id.desc()).limit(limit)
        return [_import(row) for row in self._connection.execute(newest_first)]

    def hold(self, imported: FileImport, until: datetime) -> bool:
        """Make an import nobody else's until a moment (aware); says whether nobody was faster."""
        return self._change(imported, {"turns": imported.turns + 1, "next_turn_at": until})

    def is_held(self, imported: FileImport) -> bool:
        """Whether it still is as it was taken, and stays so until this transaction ends."""
        same = (file_imports.c.state == imported.state.value, file_imports.c.turns == imported.turns)
        query = select(file_imports.c.id).where(*self._one(imported.id), *same)
        return self._connection.scalar(query.with_for_update(key_share=True)) is not None

    def go_on(self, imported: FileImport, done: int, until: datetime) -> bool:
        """Write how many contracts are through, and keep holding it until a moment (aware)."""
        return self._change(imported, {"done": done, "next_turn_at": until})

    def put_back(self, imported: FileImport, at: datetime) -> bool:
        """Let it be taken up again at a moment (aware)."""
        return self._change(imported, {"next_turn_at": at})

    def become(self, imported: FileImport, state: ImportState, values: Mapping[str, Any], *, keeps: bool) -> bool:
        """Write that it is in another state by now, with these members otherwise; without keeping its file unless it
        keeps it. Says whether nobody was faster."""
        gone = {} if keeps else {"content": None}
        return self._change(imported, {"next_turn_at": None} | dict(values) | gone | {"state": state.value})

    def save_contracts(self, import_id: str, contracts: Iterable[ImportedContract]) -> None:
        """Write what was found out of all its contracts, in the place of what was before."""
        self._connection.execute(delete(file_import_contracts).where(*self._contracts(import_id)))
        whose = {"tenant_id": self._tenant_id, "import_id": import_id}
        if rows := [whose | _values(each) for each in contracts]:
            self._connection.execute(insert(file_import_contracts), rows)

    def update_contracts(self, import_id: str, contracts: Iterable[ImportedContract]) -> None:
        """Write how far some of them are now."""
        names = [name for name in _values_of_contract if name not in ("place", "row")]
        statement = (
            update(file_import_contracts)
            .where(*self._contracts(import_id), file_import_contracts.c.place == bindparam("at_place"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        rows = [{"at_place": each.place} | {f"new_{name}": _values(each)[name] for name in names} for each in contracts]
        if rows:
            self._connection.execute(statement, rows)

    def contracts(
        self, import_id: str, states: Iterable[ImportedState] = ImportedState, *, behind: int = -1, limit: int
    ) -> list[ImportedContract]:
        """Its contracts in these states in the order of the file, those behind a place."""
        columns = file_import_contracts.c
        query = select(file_import_contracts).where(
            *self._contracts(import_id), columns.state.in_([each.value for each in states]), columns.place > behind
        )
        rows = self._connection.execute(query.order_by(columns.place).limit(limit))
        return [_contract(row) for row in rows]

    def how_many(self, import_id: str) -> Mapping[tuple[str, ImportedState], int]:
        """How many of its contracts there are of each result in each state."""
        columns = file_import_contracts.c
        query = select(columns.result, columns.state, func.count()).where(*self._contracts(import_id))
        rows = self._connection.execute(query.group_by(columns.result, columns.state))
        return {(row[0], ImportedState(row[1])): row[2] for row in rows}

    def _change(self, imported: FileImport, values: Mapping[str, Any]) -> bool:
        same = (file_imports.c.state == imported.state.value, file_imports.c.turns == imported.turns)
        which = update(file_imports).where(*self._one(imported.id), *same)
        return self._connection.execute(which.values(values)).rowcount == 1

    def _one(self, import_id: str) -> tuple[ColumnElement[bool], ...]:
        return file_imports.c.tenant_id == self._tenant_id, file_imports.c.id == import_id

    def _contracts(self, import_id: str) -> tuple[ColumnElement[bool], ...]:
        columns = file_import_contracts.c
        return columns.tenant_id == self._tenant_id, columns.import_id == import_id


def due_imports(
    connection: Connection, now: datetime, environment: Environment, limit: int
) -> list[tuple[str, FileImport]]:
    """Imports of all tenants that have something to do now, each with its tenant's id, the longest waiting first.

    now is aware.
    """
    query = (
        select(file_imports.c.tenant_id, *_COLUMNS)
        .join(tenants, tenants.c.id == file_imports.c.tenant_id)
        .where(
            file_imports.c.next_turn_at <= now,
            file_imports.c.state.in_([state.value for state in IMPORTS_AT_WORK]),
            tenants.c.environment == environment.value,
        )
        .order_by(file_imports.c.next_turn_at, file_imports.c.created_at)
        .limit(limit)
    )
    return [(row.tenant_id, _import(row)) for row in connection.execute(query)]


def forget_imports(connection: Connection, before: datetime) -> None:
    """Remove the imports of all tenants that were begun before a moment (aware)."""
    old = select(file_imports.c.tenant_id, file_imports.c.id).where(file_imports.c.created_at < before).subquery()
    columns = file_import_contracts.c
    whose = (columns.tenant_id == old.c.tenant_id) & (columns.import_id == old.c.id)
    connection.execute(delete(file_import_contracts).where(exists().where(whose)))
    connection.execute(delete(file_imports).where(file_imports.c.created_at < before))


def forget_files(connection: Connection, before: datetime) -> None:
    """Remove the files of all tenants that nobody said yes to since a moment (aware); what was found out stays. The
    files of what ifs are kept as long as those."""
    steps, columns = what_if_steps.c, file_imports.c
    collected = exists().where(steps.tenant_id == columns.tenant_id, steps.run_id == columns.id)
    waiting = file_imports.c.state.in_([ImportState.WRONG.value, ImportState.SHOWN.value])
    dropped = {"content": None, "state": ImportState.DROPPED.value}
    connection.execute(
        update(file_imports).where(file_imports.c.created_at < before, waiting, ~collected).values(dropped)
    )


_values_of_contract = tuple(each.name for each in fields(ImportedContract))


def _values(stored: FileImport | ImportedContract) -> dict[str, Any]:
    values = {field.name: getattr(stored, field.name) for field in fields(stored)}
    lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    return values | lists | {"state": stored.state.value}


def _import(row: Row[Any]) -> FileImport:
    values = dict(row._mapping)
    values.pop("tenant_id", None)
    return FileImport(**values | {"state": ImportState(row.state)})


def _contract(row: Row[Any]) -> ImportedContract:
    values = dict(row._mapping)
    values.pop("tenant_id")
    values.pop("import_id")
    return ImportedContract(**values | {"state": ImportedState(row.state)})
