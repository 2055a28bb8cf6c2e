"""What was last read of a customer, object or employee at the host, so that a refresh can say what changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from powerup.store.traffic_tables import host_snapshots


class HostSnapshots:
    """The snapshots of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def get(self, kind: str, code: str) -> Mapping[str, Any] | None:
        """The record as it was last read, or None. kind is relation, object or employee."""
        document: Mapping[str, Any] | None = self._connection.scalar(
            select(host_snapshots.c.document).where(*self._of(kind, code))
        )
        return document

    def save(self, kind: str, code: str, document: Mapping[str, Any], now: datetime) -> None:
        """Keep the record as it was read now; now is aware."""
        self._connection.execute(delete(host_snapshots).where(*self._of(kind, code)))
        self._connection.execute(
            insert(host_snapshots),
            {
                "tenant_id": self._tenant_id,
                "kind": kind,
                "code": code,
                "document": dict(document),
                "read_at": now,
            },
        )

    def _of(self, kind: str, code: str) -> Any:
        columns = host_snapshots.c
        return columns.tenant_id == self._tenant_id, columns.kind == kind, columns.code == code
