"""Runs: actions that were accepted, and end when the host has answered and the sync has done their part there.

One whose host was slow begins with a press that is deferred, and kept with it until it is carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, exists, insert, select, update

from powerup.store.tables import tenants
from powerup.store.tenants import Environment
from powerup.store.traffic_tables import runs


class RunState(StrEnum):
    """Whether something of a run is still to be done. Deferred: nothing was changed yet, as the host was slow."""

    DEFERRED = "deferred"
    WAITING = "waiting"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Run:
    """One accepted action. answer is its answer as JSON: at first what was promised, in the end what came of it.

    contract is the number of the contract it is about; locale the language of its texts; moments are in UTC. entrance
    and actor_id say who may read what came of it; None where that was not kept yet. press is what was asked for, as
    JSON, where the run began with a host that was slow; it stays with a run that ended before anything was to be done
    at the host. attempts and next_attempt_at are of carrying it out.
    """

    id: str
    action: str
    contract: str | None
    locale: str
    answer: Mapping[str, Any]
    created_at: datetime
    state: RunState = RunState.WAITING
    finished_at: datetime | None = None
    press: Mapping[str, Any] | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    entrance: str | None = None
    actor_id: str | None = None


_WAITING = (
    select(runs)
    .where(runs.c.tenant_id == bindparam("tenant"), runs.c.state == RunState.WAITING.value)
    .order_by(runs.c.created_at, runs.c.id)
)


class Runs:
    """The runs of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def get(self, run_id: str) -> Run | None:
        """The run of that id, or None."""
        row = self._connection.execute(self._all().where(runs.c.id == run_id)).one_or_none()
        return _run(row) if row else None

    def waiting(self) -> list[Run]:
        """The runs that the sync has to do something for, the oldest first."""
        return [_run(row) for row in self._connection.execute(_WAITING, {"tenant": self._tenant_id})]

    def add(self, run: Run) -> None:
        """Write a run that begins."""
        self._connection.execute(
            insert(runs),
            {
                "tenant_id": self._tenant_id,
                "id": run.id,
                "action": run.action,
                "contract": run.contract,
                "locale": run.locale,
                "state": run.state.value,
                "answer": dict(run.answer),
                "created_at": run.created_at,
                "finished_at": run.finished_at,
                "press": run.press,
                "attempts": run.attempts,
                "next_attempt_at": run.next_attempt_at,
                "entrance": run.entrance,
                "actor_id": run.actor_id,
            },
        )

    def promise(self, run_id: str, answer: Mapping[str, Any]) -> None:
        """Write what a run that waits promises now."""
        self._connection.execute(update(runs).where(*self._waiting(run_id)).values(answer=dict(answer)))

    def hold(self, run: Run, until: datetime) -> bool:
        """Make a deferred press nobody else's until a moment (aware); says whether nobody was faster."""
        held = {"attempts": run.attempts + 1, "next_attempt_at": until}
        return self._update_deferred(run, held)

    def put_off(self, run: Run, until: datetime) -> bool:
        """Have a deferred press that is held tried again at a moment (aware); says whether it still is held."""
        return self._update_deferred(run, {"next_attempt_at": until})

    def begin(self, run: Run) -> bool:
        """Carry a deferred press that is held out in this transaction; says whether it still is held, and so may be."""
        return self._update_deferred(run, {"state": RunState.WAITING.value, "next_attempt_at": None})

    def go_on(self, run_id: str, contract: str | None, answer: Mapping[str, Any]) -> None:
        """Let a run whose press was deferred go on as any other: it has had its change, and waits for the sync."""
        promised = {"contract": contract, "answer": dict(answer), "press": None}
        self._connection.execute(update(runs).where(*self._waiting(run_id)).values(promised))

    def finish(self, run_id: str, answer: Mapping[str, Any], now: datetime) -> bool:
        """Write what came of a run, once; says whether it was still waiting. now is aware."""
        done = {"state": RunState.FINISHED.value, "answer": dict(answer), "finished_at": now}
        return self._connection.execute(update(runs).where(*self._waiting(run_id)).values(done)).rowcount == 1

    def _waiting(self, run_id: str) -> tuple[ColumnElement[bool], ...]:
        columns = runs.c
        return columns.tenant_id == self._tenant_id, columns.id == run_id, columns.state == RunState.WAITING.value

    def _update_deferred(self, run: Run, values: Mapping[str, Any]) -> bool:
        which = (
            (runs.c.tenant_id == self._tenant_id)
            & (runs.c.id == run.id)
            & (runs.c.state == RunState.DEFERRED.value)
            & (runs.c.attempts == run.attempts)
        )
        return self._connection.execute(update(runs).where(which).values(values)).rowcount == 1

    def _all(self) -> Any:
        return select(runs).where(runs.c.tenant_id == self._tenant_id)


def due_presses(
    connection: Connection, now: datetime, held_beyond: datetime, environment: Environment, limit: int
) -> list[tuple[str, Run]]:
    """Runs of all tenants whose deferred press is to be carried out now, each with its tenant's id, the longest waiting
    first; none of a tenant that has one with a next attempt later than held_beyond, as it is being carried out.

    Both moments are aware.
    """
    held = runs.alias("held")
    being_carried_out = exists().where(
        held.c.tenant_id == runs.c.tenant_id,
        held.c.state == RunState.DEFERRED.value,
        held.c.next_attempt_at > held_beyond,
    )
    query = (
        select(runs)
        .join(tenants, tenants.c.id == runs.c.tenant_id)
        .where(
            runs.c.next_attempt_at <= now,
            runs.c.state == RunState.DEFERRED.value,
            tenants.c.environment == environment.value,
            ~being_carried_out,
        )
        .order_by(runs.c.next_attempt_at)
        .limit(limit)
    )
    return [(row.tenant_id, _run(row)) for row in connection.execute(query)]


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        action=row.action,
        contract=row.contract,
        locale=row.locale,
        answer=row.answer,
        created_at=row.created_at,
        state=RunState(row.state),
        finished_at=row.finished_at,
        press=row.press,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        entrance=row.entrance,
        actor_id=row.actor_id,
    )
