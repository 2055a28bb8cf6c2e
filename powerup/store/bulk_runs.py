"""Bulk runs: many presses that one person asks for as one, and how far each of them is.

First it is found out what each would do, then a person sees all of it and says yes, then they are done. A bulk run is
worked on in turns, so that each tenant comes to its own however much another one asks for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, func, insert, select, update

from powerup.store.tables import tenants
from powerup.store.tenants import Environment
from powerup.store.traffic_tables import bulk_presses, bulk_runs

_FOUND = ("version", "state", "called", "input", "answer", "counts")
"""What is found out of a press."""


class BulkState(StrEnum):
    """How far a bulk run is: it finds out what would happen, waits for a person's word, does it, or is over."""

    LOOKING = "looking"
    SHOWN = "shown"
    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"


AT_WORK = (BulkState.LOOKING, BulkState.WORKING)
"""States in which something is left to be done without a person."""


class BulkPressState(StrEnum):
    """How far one press of a bulk run is.

    Waiting: nobody has looked yet. Shown: what it would do is known. Done, or going on at the host. Left out: its
    target was changed meanwhile, by somebody else or by itself. Failed: it is not possible, or the host refused.
    """

    WAITING = "waiting"
    SHOWN = "shown"
    DONE = "done"
    LEFT_OUT = "left_out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BulkRun:
    """Many presses as one. action is that of a bulk, input what was entered for all of them. Moments are in UTC.

    actor_id, actor_name, role and entrance are whose it is; turns and next_turn_at are of working on it.
    """

    id: str
    action: str
    input: Mapping[str, Any]
    actor_id: str
    actor_name: str
    role: str
    entrance: str
    locale: str
    created_at: datetime
    state: BulkState = BulkState.LOOKING
    shown_at: datetime | None = None
    ended_at: datetime | None = None
    turns: int = 0
    next_turn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkPress:
    """One of them. version is the one that its target was seen in, None where that is not known or it has none.

    called is the target by name; input what is entered for this one, and answer what it was answered last, with counts
    as its totals; each is empty until somebody has looked.
    """

    place: int
    target_id: str
    version: int | None = None
    state: BulkPressState = BulkPressState.WAITING
    called: str = ""
    input: Mapping[str, Any] | None = None
    answer: Mapping[str, Any] | None = None
    counts: Mapping[str, Any] | None = None


class BulkRuns:
    """The bulk runs of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def add(self, bulk: BulkRun, presses: Sequence[BulkPress]) -> bool:
        """Write a bulk run that begins, with its presses; says whether it was not there yet."""
        if self.get(bulk.id) is not None:
            return False
        values = {field.name: getattr(bulk, field.name) for field in fields(bulk)} | {"state": bulk.state.value}
        self._connection.execute(insert(bulk_runs), values | {"tenant_id": self._tenant_id})
        if presses:
            whose = {"tenant_id": self._tenant_id, "bulk_id": bulk.id}
            self._connection.execute(insert(bulk_presses), [whose | _values(press) for press in presses])
        return True

    def get(self, bulk_id: str) -> BulkRun | None:
        """The bulk run of that id, or None."""
        row = self._connection.execute(select(bulk_runs).where(*self._one(bulk_id))).one_or_none()
        return _bulk(row) if row else None

    def presses(
        self, bulk_id: str, states: Iterable[BulkPressState] = BulkPressState, *, behind: int = -1, limit: int
    ) -> list[BulkPress]:
        """Its presses in these states in their order, those behind a place."""
        columns, found = bulk_presses.c, []
        for state in states:
            query = select(bulk_presses).where(
                *self._presses(bulk_id), columns.state == state.value, columns.place > behind
            )
            found += [_press(row) for row in self._connection.execute(query.order_by(columns.place).limit(limit))]
        return sorted(found, key=lambda press: press.place)[:limit]

    def press(self, bulk_id: str, place: int) -> BulkPress | None:
        """The press at that place, or None."""
        row = self._connection.execute(
            select(bulk_presses).where(*self._presses(bulk_id), bulk_presses.c.place == place)
        ).one_or_none()
        return _press(row) if row else None

    def how_many(self, bulk_id: str) -> Mapping[BulkPressState, int]:
        """How many of its presses are in each state."""
        state = bulk_presses.c.state
        query = select(state, func.count()).where(*self._presses(bulk_id)).group_by(state)
        return Counter({BulkPressState(row[0]): row[1] for row in self._connection.execute(query)})

    def counts(self, bulk_id: str, state: BulkPressState) -> list[Mapping[str, Any]]:
        """The totals of each of its presses in a state."""
        query = select(bulk_presses.c.counts).where(*self._presses(bulk_id), bulk_presses.c.state == state.value)
        return [counts for counts in self._connection.scalars(query) if counts]

    def hold(self, bulk: BulkRun, until: datetime) -> bool:
        """Make a bulk run nobody else's until a moment (aware); says whether nobody was faster."""
        return self._change(bulk, {"turns": bulk.turns + 1, "next_turn_at": until})

    def is_held(self, bulk: BulkRun) -> bool:
        """Whether it still is as it was taken, and stays so until this transaction ends: nobody has stopped it, or
        taken it over."""
        same = (bulk_runs.c.state == bulk.state.value, bulk_runs.c.turns == bulk.turns)
        query = select(bulk_runs.c.id).where(*self._one(bulk.id), *same)
        return self._connection.scalar(query.with_for_update(key_share=True)) is not None

    def put_back(self, bulk: BulkRun, now: datetime) -> bool:
        """End a turn; whatever else of its tenant waits does so behind the others' from now (aware) on."""
        if not self._change(bulk, {"next_turn_at": now}):
            return False
        due = (bulk_runs.c.tenant_id == self._tenant_id) & (bulk_runs.c.next_turn_at <= now)
        self._connection.execute(update(bulk_runs).where(due).values(next_turn_at=now))
        return True

    def show(self, bulk: BulkRun, now: datetime) -> bool:
        """It is known what would happen, and waits for a person's word; now is aware."""
        return self._change(bulk, {"state": BulkState.SHOWN.value, "shown_at": now, "next_turn_at": None})

    def end(self, bulk: BulkRun, now: datetime) -> bool:
        """All was done that could be; now is aware."""
        return self._change(bulk, {"state": BulkState.DONE.value, "ended_at": now, "next_turn_at": None})

    def confirm(self, bulk: BulkRun, now: datetime) -> bool:
        """A person has said yes to what was shown; now is aware."""
        return self._change(bulk, {"state": BulkState.WORKING.value, "next_turn_at": now})

    def look_again(self, bulk: BulkRun, now: datetime) -> bool:
        """Find out anew what would happen, of what was shown too long ago; now is aware."""
        if not self._change(bulk, {"state": BulkState.LOOKING.value, "shown_at": None, "next_turn_at": now}):
            return False
        shown = bulk_presses.c.state == BulkPressState.SHOWN.value
        waiting = {"state": BulkPressState.WAITING.value}
        self._connection.execute(update(bulk_presses).where(*self._presses(bulk.id), shown).values(waiting))
        return True

    def set_aside(self, bulk: BulkRun) -> bool:
        """Let what was shown wait, not to be confirmed by itself: others find out what it does (`show_found`)."""
        return self._change(bulk, {"state": BulkState.LOOKING.value, "shown_at": None, "next_turn_at": None})

    def show_found(self, bulk: BulkRun, presses: Iterable[BulkPress], now: datetime) -> bool:
        """Write what others found out that each of its presses does; it waits for a person's word. now is aware."""
        if not self._change(bulk, {"state": BulkState.SHOWN.value, "shown_at": now, "next_turn_at": None}):
            return False
        statement = (
            update(bulk_presses)
            .where(*self._presses(bulk.id), bulk_presses.c.place == bindparam("at_place"))
            .values({name: bindparam(f"new_{name}") for name in _FOUND})
        )
        found = [_values(press) for press in presses]
        rows = [{"at_place": each["place"]} | {f"new_{name}": each[name] for name in _FOUND} for each in found]
        if rows:
            self._connection.execute(statement, rows)
        return True

    def stop(self, bulk_id: str, now: datetime) -> bool:
        """Begin nothing more of it; now is aware. Says whether it was not over yet."""
        over = (BulkState.DONE.value, BulkState.STOPPED.value)
        values = {"state": BulkState.STOPPED.value, "ended_at": now, "next_turn_at": None}
        which = update(bulk_runs).where(*self._one(bulk_id), bulk_runs.c.state.not_in(over))
        return self._connection.execute(which.values(values)).rowcount == 1

    def write(self, bulk_id: str, press: BulkPress, before: BulkPressState) -> bool:
        """Write how far a press is now, over the state that it was in; says whether it still was."""
        which = (
            *self._presses(bulk_id),
            bulk_presses.c.place == press.place,
            bulk_presses.c.state == before.value,
        )
        return self._connection.execute(update(bulk_presses).where(*which).values(_values(press))).rowcount == 1

    def _change(self, bulk: BulkRun, values: Mapping[str, Any]) -> bool:
        same = (bulk_runs.c.state == bulk.state.value, bulk_runs.c.turns == bulk.turns)
        return (
            self._connection.execute(update(bulk_runs).where(*self._one(bulk.id), *same).values(values)).rowcount == 1
        )

    def _one(self, bulk_id: str) -> tuple[ColumnElement[bool], ...]:
        return bulk_runs.c.tenant_id == self._tenant_id, bulk_runs.c.id == bulk_id

    def _presses(self, bulk_id: str) -> tuple[ColumnElement[bool], ...]:
        return bulk_presses.c.tenant_id == self._tenant_id, bulk_presses.c.bulk_id == bulk_id


def due_bulk_runs(
    connection: Connection, now: datetime, environment: Environment, limit: int
) -> list[tuple[str, BulkRun]]:
    """Bulk runs of all tenants that have something to do now, each with its tenant's id, the longest waiting first;
    none of a tenant that has one which is being worked on. now is aware."""
    held = bulk_runs.alias("held")
    at_work = exists().where(held.c.tenant_id == bulk_runs.c.tenant_id, held.c.next_turn_at > now)
    query = (
        select(bulk_runs)
        .join(tenants, tenants.c.id == bulk_runs.c.tenant_id)
        .where(
            bulk_runs.c.next_turn_at <= now,
            bulk_runs.c.state.in_([state.value for state in AT_WORK]),
            tenants.c.environment == environment.value,
            ~at_work,
        )
        .order_by(bulk_runs.c.next_turn_at, bulk_runs.c.created_at)
        .limit(limit)
    )
    return [(row.tenant_id, _bulk(row)) for row in connection.execute(query)]


def forget_bulk_runs(connection: Connection, before: datetime) -> None:
    """Remove the bulk runs of all tenants that were begun before a moment (aware)."""
    old = select(bulk_runs.c.tenant_id, bulk_runs.c.id).where(bulk_runs.c.created_at < before).subquery()
    whose = (bulk_presses.c.tenant_id == old.c.tenant_id) & (bulk_presses.c.bulk_id == old.c.id)
    connection.execute(delete(bulk_presses).where(exists().where(whose)))
    connection.execute(delete(bulk_runs).where(bulk_runs.c.created_at < before))


def _bulk(row: Row[Any]) -> BulkRun:
    values = dict(row._mapping)
    values.pop("tenant_id")
    return BulkRun(**values | {"state": BulkState(row.state)})


def _press(row: Row[Any]) -> BulkPress:
    values = dict(row._mapping)
    values.pop("tenant_id")
    values.pop("bulk_id")
    return BulkPress(**values | {"state": BulkPressState(row.state)})


def _values(press: BulkPress) -> dict[str, Any]:
    return {field.name: getattr(press, field.name) for field in fields(press)} | {"state": press.state.value}
