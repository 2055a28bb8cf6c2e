"""Messages that are to be sent to hosts, and to a tenant's own addresses: written with what causes them, sent later
(webhooks page, section 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from powerup.store.traffic_tables import outbox


class OutgoingState(StrEnum):
    """How far a message is. Dead: given up, kept, and sent again only when a person wants it."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message. id is the same on every attempt; moments are in UTC. address_id is the tenant's own address that it
    goes to; without one it is a callback, for the host that installed the power-up."""

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
    address_id: str | None = None


@dataclass(frozen=True, slots=True)
class TurnDue:
    """Receivers of one tenant that messages are due for, by the ids of its own addresses, None for its host; failing:
    one of each receiver's was tried before."""

    tenant_id: str
    failing: bool
    receivers: tuple[str | None, ...]


class Outbox:
    """Reads and writes outgoing messages, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: OutgoingMessage) -> None:
        """Write a message that is to be sent."""
        self.add_all([message])

    def add_all(self, messages: Sequence[OutgoingMessage]) -> None:
        """Write messages that are to be sent."""
        if messages:
            self._connection.execute(insert(outbox), [_row(message) for message in messages])

    def turns_due(self, now: datetime, limit: int) -> list[TurnDue]:
        """The receivers with messages whose next attempt has come, of each tenant those that fail apart from the
        others, the longest waiting first; now is aware. Of at most so many receivers."""
        query = (
            select(outbox.c.tenant_id, outbox.c.address_id, func.max(outbox.c.attempts).label("attempts"))
            .where(outbox.c.next_attempt_at <= now)
            .group_by(outbox.c.tenant_id, outbox.c.address_id)
            .order_by(func.min(outbox.c.next_attempt_at), outbox.c.tenant_id, outbox.c.address_id)
            .limit(limit)
        )
        found: dict[tuple[str, bool], list[str | None]] = {}
        for row in self._connection.execute(query):
            found.setdefault((row.tenant_id, row.attempts > 0), []).append(row.address_id)
        return [TurnDue(tenant, failing, tuple(receivers)) for (tenant, failing), receivers in found.items()]

    def due_in(self, turn: TurnDue, now: datetime, limit: int) -> list[OutgoingMessage]:
        """The messages of a turn whose next attempt has come, the longest waiting first; now is aware."""
        query = (
            select(outbox)
            .where(_of_receivers(turn.tenant_id, turn.receivers), outbox.c.next_attempt_at <= now)
            .order_by(outbox.c.next_attempt_at, outbox.c.created_at, outbox.c.id)
            .limit(limit)
        )
        return [_message(row) for row in self._connection.execute(query)]

    def hold_back(self, tenant_id: str, receiver: str | None, until: datetime) -> None:
        """No message to that address of the tenant, or to its host (None), is tried before a moment; until is aware."""
        which = _of_receivers(tenant_id, (receiver,)) & (outbox.c.next_attempt_at < until)
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
        """Give up all that is waiting of a tenant: nobody is told of it any more."""
        which = (outbox.c.tenant_id == tenant_id) & (outbox.c.state == OutgoingState.WAITING.value)
        self._connection.execute(update(outbox).where(which).values(_STOPPED))

    def stop_address(self, tenant_id: str, address_id: str, why: str) -> None:
        """Give up what waits for an address of the tenant that is used no longer; why is for people to see."""
        which = _of_receivers(tenant_id, (address_id,)) & (outbox.c.state == OutgoingState.WAITING.value)
        self._connection.execute(update(outbox).where(which).values(_STOPPED | {"last_failure": why}))

    def forget_address(self, tenant_id: str, address_id: str) -> None:
        """Remove the messages to an address of the tenant that is no more."""
        self._connection.execute(delete(outbox).where(_of_receivers(tenant_id, (address_id,))))

    def newest_of_address(self, tenant_id: str, address_id: str, message_type: str) -> OutgoingMessage | None:
        """The newest message of that type to an address of the tenant, or None."""
        query = select(outbox).where(_of_receivers(tenant_id, (address_id,)), outbox.c.type == message_type)
        newest = query.order_by(outbox.c.created_at.desc(), outbox.c.id.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return _message(row) if row else None


_STOPPED = {"state": OutgoingState.DEAD.value, "next_attempt_at": None}


def _of_receivers(tenant_id: str, receivers: Sequence[str | None]) -> ColumnElement[bool]:
    addresses = outbox.c.address_id.in_([each for each in receivers if each is not None])
    to_them = or_(addresses, outbox.c.address_id.is_(None)) if None in receivers else addresses
    return and_(outbox.c.tenant_id == tenant_id, to_them)


def _row(message: OutgoingMessage) -> dict[str, Any]:
    return {
        "tenant_id": message.tenant_id,
        "id": message.id,
        "installation_id": message.installation_id,
        "type": message.type,
        "data": dict(message.data),
        "created_at": message.created_at,
        "address_id": message.address_id,
    } | _progress(message)


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
        address_id=row.address_id,
    )
