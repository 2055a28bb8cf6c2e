"""Reports of cycles: a row each, for people to see what the timer did (architecture: How a work order comes to be)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, true

from powerup.store.traffic_tables import cycle_reports


@dataclass(frozen=True, slots=True)
class KeptReport:
    """What one cycle did. fence is the number of its lease; started_at is in UTC; withheld is by reason."""

    fence: int
    today: date
    started_at: datetime
    seconds: float
    calls: int
    ordered: int
    withheld: Mapping[str, int]
    failed: int
    retracted: int
    status_changes: int
    ended_early: str | None
    attention: tuple[str, ...]


class CycleReports:
    """The reports of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def add(self, report: KeptReport) -> None:
        """Keep the report of a cycle that has ended."""
        row = asdict(report) | {"withheld": dict(report.withheld), "attention": list(report.attention)}
        self._connection.execute(insert(cycle_reports), {"tenant_id": self._tenant_id} | row)

    def latest(self, limit: int, before: int | None = None) -> list[KeptReport]:
        """The newest reports, the newest first; of those with a lower number than before where it is given."""
        return self._newest(true() if before is None else cycle_reports.c.fence < before, limit)

    def numbered(self, fence: int) -> KeptReport | None:
        """The report of the cycle that had the lease of that number, or None."""
        return next(iter(self._newest(cycle_reports.c.fence == fence, 1)), None)

    def begun_by(self, moment: datetime) -> KeptReport | None:
        """The report of the last cycle that had begun by a moment (aware), or None."""
        return next(iter(self._newest(cycle_reports.c.started_at <= moment, 1)), None)

    def ordered_since(self, moment: datetime) -> int:
        """How many work orders the cycles made that began at a moment (aware) or later."""
        mine = cycle_reports.c.tenant_id == self._tenant_id
        query = select(func.sum(cycle_reports.c.ordered)).where(mine, cycle_reports.c.started_at >= moment)
        return self._connection.scalar(query) or 0

    def _newest(self, condition: ColumnElement[bool], limit: int) -> list[KeptReport]:
        columns = [column for column in cycle_reports.c if column.name != "tenant_id"]
        query = select(*columns).where(cycle_reports.c.tenant_id == self._tenant_id, condition)
        rows = self._connection.execute(query.order_by(cycle_reports.c.fence.desc()).limit(limit))
        return [KeptReport(**{**row._mapping, "attention": tuple(row.attention)}) for row in rows]
