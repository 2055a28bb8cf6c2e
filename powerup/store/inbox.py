"""Messages that were taken, with the answer each got, so that the same message gets the same answer again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from powerup.store.errors import StoreError
from powerup.store.traffic_tables import inbox

_ONE = select(inbox).where(
    inbox.c.tenant_id == bindparam("tenant"),
    inbox.c.installation_id == bindparam("installation"),
    inbox.c.message_id == bindparam("message"),
)
_TAKE = insert(inbox)


class MessageTakenError(StoreError):
    """Another transaction has taken this message in the meantime; its answer can be read now."""

    def __init__(self, message_id: str) -> None:
        super().__init__(f"The message {message_id} was taken at the same moment by another request.")


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """A message and its answer. answer is the body as it was sent, byte for byte (UTF-8); received_at is in UTC."""

    message_id: str
    body_hash: str
    answer: str
    received_at: datetime


class Inbox:
    """The messages of one installation, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str, installation_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._installation_id = installation_id

    def get(self, message_id: str) -> TakenMessage | None:
        """The message of that id, or None when it was not taken yet."""
        which = {"tenant": self._tenant_id, "installation": self._installation_id, "message": message_id}
        row = self._connection.execute(_ONE, which).one_or_none()
        return _message(row) if row else None

    def add(self, message: TakenMessage) -> None:
        """Take a message. Raises MessageTakenError when another transaction took it first."""
        row = {
            "tenant_id": self._tenant_id,
            "installation_id": self._installation_id,
            "message_id": message.message_id,
            "body_hash": message.body_hash,
            "answer": message.answer,
            "received_at": message.received_at,
        }
        try:
            self._connection.execute(_TAKE, row)
        except IntegrityError as error:
            raise MessageTakenError(message.message_id) from error


def forget_messages(connection: Connection, before: datetime) -> int:
    """Remove the messages of all tenants that were received before a moment; gives how many there were."""
    return connection.execute(delete(inbox).where(inbox.c.received_at < before)).rowcount


def _message(row: Row[Any]) -> TakenMessage:
    return TakenMessage(
        message_id=row.message_id,
        body_hash=row.body_hash,
        answer=row.answer,
        received_at=row.received_at,
    )
