"""Answers to hosts whose installing was refused: they have no tenant yet, and so no inbox."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from powerup.store.inbox import TakenMessage
from powerup.store.traffic_tables import refused_installings


class RefusedInstallings:
    """The refused messages of one installation, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, host_tenant_id: str, installation_id: str) -> None:
        self._connection = connection
        self._host_tenant_id = host_tenant_id
        self._installation_id = installation_id

    def get(self, message_id: str) -> TakenMessage | None:
        """The message of that id, or None."""
        query = select(refused_installings).where(
            refused_installings.c.tenant_id == self._host_tenant_id,
            refused_installings.c.installation_id == self._installation_id,
            refused_installings.c.message_id == message_id,
        )
        row = self._connection.execute(query).one_or_none()
        return TakenMessage(row.message_id, row.body_hash, row.answer, row.received_at) if row else None

    def add(self, message: TakenMessage) -> None:
        """Keep a message and its answer."""
        self._connection.execute(
            insert(refused_installings),
            {
                "tenant_id": self._host_tenant_id,
                "installation_id": self._installation_id,
                "message_id": message.message_id,
                "body_hash": message.body_hash,
                "answer": message.answer,
                "received_at": message.received_at,
            },
        )


def forget_refusals(connection: Connection, before: datetime) -> int:
    """Remove what was received before a moment (aware); gives how many there were."""
    old = delete(refused_installings).where(refused_installings.c.received_at < before)
    return connection.execute(old).rowcount
