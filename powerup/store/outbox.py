"""Messages that are to be sent to hosts: written with what causes them, sent later (webhooks page, section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from powerup.store.traffic_tables import outbox


class OutgoingState(StrEnum):
    """How far a message is. Dead: given up, kept, and sent again only when a person wants it."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One callback. id is the same on every attempt; moments are in UTC."""

    tenant_id: str
    id: str
    installation_id: str
    type: str
    data: Mapping[str, Any]
    created_at: datetime
    next_attempt_at: datetime | None
    state: OutgoingState = OutgoingState.WAITING
    attempts: int = 0
    last_failure: str | None = None


@dataclass(frozen=True, slots=True)
class TenantDue:
    """A tenant with messages that are due; failing: one of them was tried before."""

    tenant_id: str
    failing: bool


class Outbox:
    """Reads and writes outgoing messages, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: OutgoingMessage) -> None:
        """Write a message that is to be sent."""
        self._connection.execute(
            insert(outbox),
            {
                "tenant_id": message.tenant_id,
                "id": message.id,
                "installation_id": message.installation_id,
                "type": message.type,
                "data": dict(message.data),
                "created_at": message.created_at,
            }
            | _progress(message),
        )

    def tenants_due(self, now: datetime, limit: int) -> list[TenantDue]:
        """The tenants with messages whose next attempt has come, the longest waiting first; now is aware."""
        query = (
            select(outbox.c.tenant_id, func.max(outbox.c.attempts).label("attempts"))
            .where(outbox.c.next_attempt_at <= now)
            .group_by(outbox.c.tenant_id)
            .order_by(func.min(outbox.c.next_attempt_at), outbox.c.tenant_id)
            .limit(limit)
        )
        return [TenantDue(row.tenant_id, row.attempts > 0) for row in self._connection.execute(query)]

    def due_of(self, tenant_id: str, now: datetime, limit: int) -> list[OutgoingMessage]:
        """The tenant's messages whose next attempt has come, the longest waiting first; now is aware."""
        query = (
            select(outbox)
            .where(outbox.c.tenant_id == tenant_id, outbox.c.next_attempt_at <= now)
            .order_by(outbox.c.next_attempt_at, outbox.c.created_at, outbox.c.id)
            .limit(limit)
        )
        return [_message(row) for row in self._connection.execute(query)]

    def hold_back(self, tenant_id: str, until: datetime) -> None:
        """No message of the tenant that waits is tried before that moment; until is aware."""
        which = (outbox.c.tenant_id == tenant_id) & (outbox.c.next_attempt_at < until)
        self._connection.execute(update(outbox).where(which).values(next_attempt_at=until))

    def of_tenant(self, tenant_id: str, state: OutgoingState) -> list[OutgoingMessage]:
        """The tenant's messages in that state, the oldest first."""
        query = select(outbox).where(outbox.c.tenant_id == tenant_id, outbox.c.state == state.value)
        return [_message(row) for row in self._connection.execute(query.order_by(outbox.c.created_at, outbox.c.id))]

    def save(self, message: OutgoingMessage, expected_attempts: int) -> bool:
        """Write how far a message is, if no other sender was faster; says whether it was written."""
        which = (
            (outbox.c.tenant_id == message.tenant_id)
            & (outbox.c.id == message.id)
            & (outbox.c.attempts == expected_attempts)
        )
        return self._connection.execute(update(outbox).where(which).values(_progress(message))).rowcount == 1

    def stop(self, tenant_id: str) -> None:
        """Give up all that is waiting of a tenant: its host takes no messages any more."""
        which = (outbox.c.tenant_id == tenant_id) & (outbox.c.state == OutgoingState.WAITING.value)
        stopped = {"state": OutgoingState.DEAD.value, "next_attempt_at": None}
        self._connection.execute(update(outbox).where(which).values(stopped))


def _progress(message: OutgoingMessage) -> dict[str, Any]:
    return {
        "state": message.state.value,
        "attempts": message.attempts,
        "next_attempt_at": message.next_attempt_at,
        "last_failure": message.last_failure,
    }


def _message(row: Row[Any]) -> OutgoingMessage:
    return OutgoingMessage(
        tenant_id=row.tenant_id,
        id=row.id,
        installation_id=row.installation_id,
        type=row.type,
        data=row.data,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        state=OutgoingState(row.state),
        attempts=row.attempts,
        last_failure=row.last_failure,
    )
