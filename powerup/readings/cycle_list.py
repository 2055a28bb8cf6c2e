"""What the last cycles of a tenant did, one line each or one in detail (architecture: How a work order comes to be)."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection

from powerup.store.cycle_reports import CycleReports, KeptReport
from powerup.store.tenants import Tenant

CYCLE_MEMBERS = (
    "cycle",
    "started_at",
    "today",
    "ordered",
    "withheld",
    "failed",
    "retracted",
    "status_changes",
    "calls",
    "seconds",
    "ended_early",
    "attention",
)
"""The members of a cycle's document, in their order."""


class CycleList:
    """The cycles of one tenant of the last 90 days, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant: Tenant) -> None:
        self._reports = CycleReports(connection, tenant.id)
        self._zone = tenant.zone

    def latest(self, limit: int, before: int | None = None) -> list[dict[str, Any]]:
        """The newest cycles as JSON values, the newest first; of those before a number where it is given."""
        return [self._document(report) for report in self._reports.latest(limit, before)]

    def numbered(self, number: int) -> dict[str, Any] | None:
        """The cycle of that number, or None."""
        report = self._reports.numbered(number)
        return self._document(report) if report else None

    def at(self, moment: datetime | date) -> dict[str, Any] | None:
        """The last cycle that had begun by the end of that second (without a zone it is in the tenant's), or of that
        day; None where none is kept of then."""
        if isinstance(moment, datetime):
            moment = moment.replace(microsecond=999_999)
        else:
            moment = datetime.combine(moment, time.max)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        report = self._reports.begun_by(moment)
        return self._document(report) if report else None

    def _document(self, report: KeptReport) -> dict[str, Any]:
        return {
            "cycle": report.fence,
            "started_at": report.started_at.astimezone(self._zone).isoformat(timespec="seconds"),
            "today": report.today.isoformat(),
            "ordered": report.ordered,
            "withheld": dict(report.withheld),
            "failed": report.failed,
            "retracted": report.retracted,
            "status_changes": report.status_changes,
            "calls": report.calls,
            "seconds": round(report.seconds, 3),
            "ended_early": report.ended_early,
            "attention": list(report.attention),
        }
