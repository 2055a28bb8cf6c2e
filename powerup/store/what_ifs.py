"""What ifs: presses that a person collects, and what a year would be like with them.

A step is a bulk run or an import that waits, or a change of the configuration. What was found out of all of them is
kept by contract and by visit until a step is added or taken away, or until it is forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, tuple_, update

from powerup.store.batches import batches
from powerup.store.bulk_runs import BulkRuns
from powerup.store.tables import tenants
from powerup.store.tenants import Environment
from powerup.store.what_if_tables import what_if_contracts, what_if_steps, what_if_visits, what_ifs


class WhatIfState(StrEnum):
    """How far a what if is.

    Looking: it is found out what the year would be like. Wrong: that could not be found out, and the message says why.
    Shown: it waits for a person's word. Working: its steps are carried out one after the other. Done, and stopped, are
    over.
    """

    LOOKING = "looking"
    WRONG = "wrong"
    SHOWN = "shown"
    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"


WHAT_IFS_AT_WORK = (WhatIfState.LOOKING, WhatIfState.WORKING)
"""States in which something is left to be done without a person."""

OPEN_WHAT_IFS = (WhatIfState.LOOKING, WhatIfState.WRONG, WhatIfState.SHOWN)
"""States in which steps can be added, and none was carried out."""


class StepKind(StrEnum):
    """What a step is."""

    BULK = "bulk"
    IMPORT = "import"
    CONFIGURATION = "configuration"


class StepState(StrEnum):
    """How far a step is: it waits, is being carried out, or is over."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


STEPS_LEFT = (StepState.WAITING, StepState.WORKING)
"""States of steps that are not over."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One what if. Moments are in UTC; since is the first day of the year that is shown.

    actor_id, actor_name, role and entrance are whose it is. behind is the last contract that was looked at, done of
    total are contracts, and figures what all of them come to.
    """

    id: str
    name: str
    actor_id: str
    actor_name: str
    role: str
    entrance: str
    locale: str
    created_at: datetime
    changed_at: datetime
    state: WhatIfState = WhatIfState.LOOKING
    since: date | None = None
    looked_at: datetime | None = None
    ended_at: datetime | None = None
    behind: str | None = None
    done: int = 0
    total: int = 0
    figures: Mapping[str, Any] | None = None
    message: str = ""
    turns: int = 0
    next_turn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WhatIfStep:
    """One step. run_id is the bulk run or the import that it is; document what a change of the configuration is, or
    what is said of an import. called is in the words of whoever added it; message what is to be known of it."""

    place: int
    kind: StepKind
    run_id: str = ""
    document: Mapping[str, Any] | None = None
    called: str = ""
    state: StepState = StepState.WAITING
    message: str = ""


@dataclass(frozen=True, slots=True)
class ContractOfWhatIf:
    """A contract that has another year with all steps than without; document is what both come to."""

    contract: str
    is_new: bool
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VisitOfWhatIf:
    """A visit that is another one with all steps than without, on the sooner of its days; was or will is None where it
    is none. visit names it within its contract."""

    contract: str
    day: date
    visit: str
    was: Mapping[str, Any] | None
    will: Mapping[str, Any] | None


class KeptWhatIfs:
    """The what ifs of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def add(self, what_if: WhatIf) -> bool:
        """Write one that begins; says whether it was not there yet."""
        if self.get(what_if.id) is not None:
            return False
        values = {field.name: getattr(what_if, field.name) for field in fields(what_if)}
        self._connection.execute(
            insert(what_ifs), values | {"state": what_if.state.value, "tenant_id": self._tenant_id}
        )
        return True

    def get(self, what_if_id: str) -> WhatIf | None:
        """The what if of that id, or None."""
        row = self._connection.execute(select(what_ifs).where(*self._one(what_if_id))).one_or_none()
        return _what_if(row) if row else None

    def latest(self, limit: int) -> list[WhatIf]:
        """Those that were changed last, the newest first."""
        columns = what_ifs.c
        query = select(what_ifs).where(columns.tenant_id == self._tenant_id)
        newest_first = query.order_by(columns.changed_at.desc(), columns.id.desc()).limit(limit)
        return [_what_if(row) for row in self._connection.execute(newest_first)]

    def steps(self, what_if_id: str) -> list[WhatIfStep]:
        """Its steps in their order."""
        query = select(what_if_steps).where(*self._of(what_if_steps, what_if_id)).order_by(what_if_steps.c.place)
        return [_step(row) for row in self._connection.execute(query)]

    def of_run(self, run_id: str) -> str | None:
        """The what if that a bulk run or an import is a step of, or None."""
        columns = what_if_steps.c
        query = select(columns.what_if_id).where(columns.tenant_id == self._tenant_id, columns.run_id == run_id)
        found: str | None = self._connection.scalar(query.limit(1))
        return found

    def add_step(self, what_if_id: str, step: WhatIfStep) -> WhatIfStep:
        """Write a step behind the others; gives it with its place."""
        highest = select(func.max(what_if_steps.c.place)).where(*self._of(what_if_steps, what_if_id))
        last = self._connection.scalar(highest)
        placed = WhatIfStep(
            0 if last is None else last + 1,
            step.kind,
            step.run_id,
            step.document,
            step.called,
            step.state,
            step.message,
        )
        whose = {"tenant_id": self._tenant_id, "what_if_id": what_if_id}
        self._connection.execute(insert(what_if_steps), whose | _values(placed))
        return placed

    def write_step(self, what_if_id: str, step: WhatIfStep) -> None:
        """Write how far a step is now."""
        which = (*self._of(what_if_steps, what_if_id), what_if_steps.c.place == step.place)
        self._connection.execute(update(what_if_steps).where(*which).values(_values(step)))

    def remove_step(self, what_if_id: str, place: int) -> None:
        """Take a step away; the others keep their places."""
        which = (*self._of(what_if_steps, what_if_id), what_if_steps.c.place == place)
        self._connection.execute(delete(what_if_steps).where(*which))

    def look_anew(self, what_if: WhatIf, now: datetime) -> bool:
        """Have it found out from the beginning what its year would be like; now is aware. Says whether it was as it is
        given."""
        anew = {"behind": None, "done": 0, "total": 0, "figures": None, "message": "", "looked_at": None}
        values = anew | {"state": WhatIfState.LOOKING.value, "changed_at": now, "next_turn_at": now}
        if not self._change(what_if, values | {"turns": what_if.turns + 1}):
            return False
        self._forget_found(what_if.id)
        return True

    def hold(self, what_if: WhatIf, until: datetime) -> bool:
        """Make it nobody else's until a moment (aware); says whether nobody was faster."""
        return self._change(what_if, {"turns": what_if.turns + 1, "next_turn_at": until})

    def is_held(self, what_if: WhatIf) -> bool:
        """Whether it still is as it was taken, and stays so until this transaction ends."""
        same = (what_ifs.c.state == what_if.state.value, what_ifs.c.turns == what_if.turns)
        query = select(what_ifs.c.id).where(*self._one(what_if.id), *same)
        return self._connection.scalar(query.with_for_update(key_share=True)) is not None

    def put_back(self, what_if: WhatIf, at: datetime, values: Mapping[str, Any] | None = None) -> bool:
        """Let it be taken up again at a moment (aware), with these members otherwise."""
        return self._change(what_if, dict(values or {}) | {"next_turn_at": at})

    def become(self, what_if: WhatIf, state: WhatIfState, values: Mapping[str, Any] | None = None) -> bool:
        """Write that it is in another state by now, with these members otherwise; says whether nobody was faster."""
        return self._change(what_if, {"next_turn_at": None} | dict(values or {}) | {"state": state.value})

    def keep_found(
        self, what_if_id: str, contracts: Iterable[ContractOfWhatIf], visits: Iterable[VisitOfWhatIf]
    ) -> None:
        """Write what was found out of some contracts, beside what is there of others."""
        whose = {"tenant_id": self._tenant_id, "what_if_id": what_if_id}
        for table, found in ((what_if_contracts, contracts), (what_if_visits, visits)):
            rows = [whose | {field.name: getattr(each, field.name) for field in fields(each)} for each in found]
            for some in batches(rows, 1_000):
                self._connection.execute(insert(table), list(some))

    def contracts(self, what_if_id: str, *, behind: str = "", limit: int) -> list[ContractOfWhatIf]:
        """The contracts that have another year, sorted by number, those behind one."""
        columns = what_if_contracts.c
        query = select(columns.contract, columns.is_new, columns.document).where(
            *self._of(what_if_contracts, what_if_id), columns.contract > behind
        )
        return [
            ContractOfWhatIf(*row) for row in self._connection.execute(query.order_by(columns.contract).limit(limit))
        ]

    def visits(
        self, what_if_id: str, *, contract: str = "", behind: tuple[str, date, str] | None = None, limit: int
    ) -> list[VisitOfWhatIf]:
        """The visits that are others, by contract and day, those behind one; of one contract where it is named."""
        columns = what_if_visits.c
        place = (columns.contract, columns.day, columns.visit)
        query = select(*place, columns.was, columns.will).where(*self._of(what_if_visits, what_if_id))
        if contract:
            query = query.where(columns.contract == contract)
        if behind is not None:
            query = query.where(tuple_(*place) > behind)
        return [VisitOfWhatIf(*row) for row in self._connection.execute(query.order_by(*place).limit(limit))]

    def drop(self, what_if_id: str, now: datetime) -> None:
        """Remove it with all that was found out, and stop the bulk runs that were not begun; now is aware."""
        for step in self.steps(what_if_id):
            if step.kind is StepKind.BULK and step.state is StepState.WAITING:
                BulkRuns(self._connection, self._tenant_id).stop(step.run_id, now)
        self._forget_found(what_if_id)
        self._connection.execute(delete(what_if_steps).where(*self._of(what_if_steps, what_if_id)))
        self._connection.execute(delete(what_ifs).where(*self._one(what_if_id)))

    def _forget_found(self, what_if_id: str) -> None:
        for table in (what_if_contracts, what_if_visits):
            self._connection.execute(delete(table).where(*self._of(table, what_if_id)))

    def _change(self, what_if: WhatIf, values: Mapping[str, Any]) -> bool:
        same = (what_ifs.c.state == what_if.state.value, what_ifs.c.turns == what_if.turns)
        which = update(what_ifs).where(*self._one(what_if.id), *same)
        return self._connection.execute(which.values(dict(values))).rowcount == 1

    def _one(self, what_if_id: str) -> tuple[ColumnElement[bool], ...]:
        return what_ifs.c.tenant_id == self._tenant_id, what_ifs.c.id == what_if_id

    def _of(self, table: Any, what_if_id: str) -> tuple[ColumnElement[bool], ...]:
        return table.c.tenant_id == self._tenant_id, table.c.what_if_id == what_if_id


def due_what_ifs(
    connection: Connection, now: datetime, environment: Environment, limit: int
) -> list[tuple[str, WhatIf]]:
    """What ifs of all tenants that have something to do now, each with its tenant's id, the longest waiting first.

    now is aware.
    """
    query = (
        select(what_ifs)
        .join(tenants, tenants.c.id == what_ifs.c.tenant_id)
        .where(
            what_ifs.c.next_turn_at <= now,
            what_ifs.c.state.in_([state.value for state in WHAT_IFS_AT_WORK]),
            tenants.c.environment == environment.value,
        )
        .order_by(what_ifs.c.next_turn_at, what_ifs.c.created_at)
        .limit(limit)
    )
    return [(row.tenant_id, _what_if(row)) for row in connection.execute(query)]


def forget_what_ifs(connection: Connection, before: datetime, now: datetime) -> None:
    """Remove the what ifs of all tenants that were changed last before a moment; both are aware. One that is being
    carried out stays until that is over."""
    query = select(what_ifs.c.tenant_id, what_ifs.c.id).where(
        what_ifs.c.changed_at < before, what_ifs.c.state != WhatIfState.WORKING.value
    )
    for tenant_id, what_if_id in connection.execute(query).all():
        KeptWhatIfs(connection, tenant_id).drop(what_if_id, now)


def _values(step: WhatIfStep) -> dict[str, Any]:
    values = {field.name: getattr(step, field.name) for field in fields(step)}
    return values | {"kind": step.kind.value, "state": step.state.value}


def _what_if(row: Row[Any]) -> WhatIf:
    values = dict(row._mapping)
    values.pop("tenant_id")
    return WhatIf(**values | {"state": WhatIfState(row.state)})


def _step(row: Row[Any]) -> WhatIfStep:
    values = dict(row._mapping)
    values.pop("tenant_id")
    values.pop("what_if_id")
    return WhatIfStep(**values | {"kind": StepKind(row.kind), "state": StepState(row.state)})


def steps_of(found: Sequence[WhatIfStep], kind: StepKind) -> list[WhatIfStep]:
    """Those of a kind, in their order."""
    return [step for step in found if step.kind is kind]
