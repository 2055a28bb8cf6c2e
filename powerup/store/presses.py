"""Presses that have ended, with the answer each got, so that the same press gets the same answer again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from powerup.store.traffic_tables import presses

ANYBODY = ""
"""The actor of a press from before it was kept whose it is; whoever sends it again gets its answer, as then."""

_ENDED = (
    select(presses.c.asked, presses.c.answer)
    .where(
        presses.c.tenant_id == bindparam("tenant"),
        presses.c.entrance == bindparam("entrance"),
        presses.c.intent_id == bindparam("intent"),
        presses.c.actor_id.in_((bindparam("actor"), ANYBODY)),
    )
    .order_by(presses.c.actor_id.desc())
    .limit(1)
)
_END = insert(presses)


@dataclass(frozen=True, slots=True)
class PressKey:
    """What a press of one tenant is known by: the entrance it came by, who pressed, and which press of theirs it is."""

    entrance: str
    actor_id: str
    intent_id: str


@dataclass(frozen=True, slots=True)
class EndedPress:
    """What a press asked for, as a hash, and its answer as JSON."""

    asked: str
    answer: Mapping[str, Any]


class EndedPresses:
    """The ended presses of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def find(self, key: PressKey) -> EndedPress | None:
        """The press with its answer, or None when it has not ended."""
        which = {
            "tenant": self._tenant_id,
            "entrance": key.entrance,
            "actor": key.actor_id,
            "intent": key.intent_id,
        }
        row = self._connection.execute(_ENDED, which).one_or_none()
        return EndedPress(row.asked, row.answer) if row else None

    def add(self, key: PressKey, press: EndedPress, now: datetime) -> None:
        """Write that a press has ended now (aware)."""
        row = {"tenant_id": self._tenant_id, "asked": press.asked, "answer": dict(press.answer), "ended_at": now}
        self._connection.execute(_END, row | asdict(key))

    def open_again(self, key: PressKey) -> None:
        """Let the press be decided anew when it is sent again: in the end it did nothing."""
        columns = presses.c
        which = (
            columns.tenant_id == self._tenant_id,
            columns.entrance == key.entrance,
            columns.actor_id == key.actor_id,
            columns.intent_id == key.intent_id,
        )
        self._connection.execute(delete(presses).where(*which))


def forget_presses(connection: Connection, before: datetime) -> int:
    """Remove the presses of all tenants that ended before a moment (aware); gives how many there were."""
    return connection.execute(delete(presses).where(presses.c.ended_at < before)).rowcount
