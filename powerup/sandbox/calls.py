"""The list of API calls the sandbox received, tokens blanked, for tests and for people who want to see."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from powerup.sandbox.state import Store

_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call of API 8.

    Args:
        number: counts from 1 and never starts anew.
        at: real time, UTC.
        parameters: of the query, tokens as `***`.
        workorder_nos: the WorkorderNo of each posted record.
        code: of the envelope that was made, whether it was sent or not; None when nothing was done.
        faults: names of the faults that struck.
        milliseconds: time the sandbox took, chosen delays left out.
    """

    number: int
    at: datetime
    method: str
    endpoint: str
    parameters: dict[str, str]
    workorder_nos: list[str]
    code: int | None
    faults: list[str]
    milliseconds: float


class Calls:
    """Counts and keeps calls (the latest hundred thousand)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._last = int(store.read("SELECT coalesce(max(number), 0) AS last FROM call")[0]["last"])

    @property
    def last_number(self) -> int:
        """The number of the newest call, 0 when there was none."""
        return self._last

    def next_number(self) -> int:
        """The number for a call that begins now."""
        with self._lock:
            self._last += 1
            return self._last

    def keep(self, call: Call) -> None:
        """Write a finished call down."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    call.number,
                    call.at.isoformat(),
                    call.method,
                    call.endpoint,
                    json.dumps(call.parameters),
                    json.dumps(call.workorder_nos),
                    call.code,
                    json.dumps(call.faults),
                    call.milliseconds,
                ),
            )
            db.execute("DELETE FROM call WHERE number <= ?", (call.number - _KEPT,))

    def listed(self, after: int = 0, endpoints: Sequence[str] = ()) -> list[Call]:
        """The calls numbered above `after`, oldest first; only of these endpoints when some are named."""
        rows = self._store.read("SELECT * FROM call WHERE number > ? ORDER BY number", (after,))
        return [
            Call(
                number=row["number"],
                at=datetime.fromisoformat(row["at"]),
                method=row["method"],
                endpoint=row["endpoint"],
                parameters=json.loads(row["parameters"]),
                workorder_nos=json.loads(row["workorder_nos"]),
                code=row["code"],
                faults=json.loads(row["faults"]),
                milliseconds=row["milliseconds"],
            )
            for row in rows
            if not endpoints or row["endpoint"] in endpoints
        ]
