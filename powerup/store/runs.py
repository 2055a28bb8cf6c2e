"""Runs: actions that were accepted and end when the sync has done their part at the host."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from powerup.store.traffic_tables import runs


class RunState(StrEnum):
    """Whether something of a run is still to be done."""

    WAITING = "waiting"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Run:
    """One accepted action. answer is its answer as JSON: at first what was promised, in the end what came of it.

    contract is the number of the contract it is about; locale the language of its texts; moments are in UTC.
    """

    id: str
    action: str
    contract: str | None
    locale: str
    answer: Mapping[str, Any]
    created_at: datetime
    state: RunState = RunState.WAITING
    finished_at: datetime | None = None


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
        """The runs that are not finished, the oldest first."""
        query = self._all().where(runs.c.state == RunState.WAITING.value).order_by(runs.c.created_at, runs.c.id)
        return [_run(row) for row in self._connection.execute(query)]

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
            },
        )

    def promise(self, run_id: str, answer: Mapping[str, Any]) -> None:
        """Write what a run that waits promises now."""
        self._connection.execute(update(runs).where(*self._waiting(run_id)).values(answer=dict(answer)))

    def finish(self, run_id: str, answer: Mapping[str, Any], now: datetime) -> bool:
        """Write what came of a run, once; says whether it was still waiting. now is aware."""
        done = {"state": RunState.FINISHED.value, "answer": dict(answer), "finished_at": now}
        return self._connection.execute(update(runs).where(*self._waiting(run_id)).values(done)).rowcount == 1

    def _waiting(self, run_id: str) -> tuple[ColumnElement[bool], ...]:
        columns = runs.c
        return columns.tenant_id == self._tenant_id, columns.id == run_id, columns.state == RunState.WAITING.value

    def _all(self) -> Any:
        return select(runs).where(runs.c.tenant_id == self._tenant_id)


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
    )
