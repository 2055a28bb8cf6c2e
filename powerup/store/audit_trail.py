"""The audit trail: who changed what, when, what it was before and after. Lines are added, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from powerup.store.traffic_tables import audit_lines


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change. at is in UTC; before and after are documents of the target, None where it was not there.

    source is the entrance it came by: webhook, command, api, panel or timer.
    """

    id: str
    at: datetime
    actor_id: str
    actor_name: str
    role: str
    source: str
    action: str
    target_type: str
    target_id: str
    input: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    counts: Mapping[str, Any] | None = None


_COLUMNS = [column for column in audit_lines.c if column.name != "tenant_id"]


class AuditTrail:
    """The audit lines of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def add(self, line: AuditLine) -> None:
        """Write a line, in the transaction of the change that it tells of."""
        self.add_all([line])

    def add_all(self, lines: Iterable[AuditLine]) -> None:
        """Write lines, in the transaction of the changes that they tell of."""
        rows = [
            {"tenant_id": self._tenant_id} | {column.name: getattr(line, column.name) for column in _COLUMNS}
            for line in lines
        ]
        if rows:
            self._connection.execute(insert(audit_lines), rows)

    def of_target(self, target_type: str, target_id: str) -> list[AuditLine]:
        """The lines about one target, the oldest first."""
        query = self._all().where(audit_lines.c.target_type == target_type, audit_lines.c.target_id == target_id)
        return [AuditLine(**row._mapping) for row in self._connection.execute(query)]

    def latest(self, limit: int) -> list[AuditLine]:
        """The newest lines of the tenant, the newest first."""
        query = self._all().order_by(None).order_by(audit_lines.c.at.desc(), audit_lines.c.id.desc()).limit(limit)
        return [AuditLine(**row._mapping) for row in self._connection.execute(query)]

    def _all(self) -> Any:
        return (
            select(*_COLUMNS)
            .where(audit_lines.c.tenant_id == self._tenant_id)
            .order_by(audit_lines.c.at, audit_lines.c.id)
        )
