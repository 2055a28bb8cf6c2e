"""What a cycle has done, for the panel, the command line and the next one (architecture: What others may rely on)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from powerup.contracts.held_back import Waits
from powerup.contracts.visit import LedgerVisit
from powerup.store.cycle_reports import KeptReport
from powerup.store.tenants import Tenant
from powerup.sync.kit.context import Tally
from powerup.texts import Reader


@dataclass(frozen=True, slots=True)
class CycleReport:
    """Counts of one cycle. started_at is in UTC, seconds by the clock that the cycle was given.

    withheld is by reason; calls are those made to the host. rows only in a dry run: the visits as they would be
    written. ended_early says why a cycle did nothing or not all, in words for people; attention what else a person
    should look at. fence is the number of the cycle's lease, failure the name of the type of error that ended it early;
    days_late says how many orders were made how many days after their generation date. released is what had waited for
    a person's word until this cycle, of released_contracts.
    """

    tenant_id: str
    today: date
    started_at: datetime
    seconds: float
    calls: int = 0
    ordered: int = 0
    withheld: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    retracted: int = 0
    status_changes: int = 0
    ended_early: str | None = None
    attention: tuple[str, ...] = ()
    fence: int | None = None
    failure: str | None = None
    days_late: Mapping[int, int] = field(default_factory=dict)
    rows: tuple[LedgerVisit, ...] = ()
    released: Waits = field(default_factory=Waits)
    released_contracts: int = 0


def report_of(tally: Tally, tenant: Tenant, ended_at: datetime, fence: int | None) -> CycleReport:
    """The report of a cycle that has come to its end, in the tenant's language; fence is None in a dry run."""
    reader = Reader(tenant.locale)
    return CycleReport(
        tenant_id=tenant.id,
        today=tally.today,
        started_at=tally.started_at,
        seconds=(ended_at - tally.started_at).total_seconds(),
        calls=tally.calls,
        ordered=tally.ordered,
        withheld=dict(sorted(tally.withheld.items())),
        failed=len(tally.failed),
        retracted=tally.retracted,
        status_changes=tally.status_changes,
        ended_early=reader.say(tally.ended_early) if tally.ended_early else None,
        attention=tuple(reader.say(each) for each in (*tally.attention, *tally.told)),
        fence=fence,
        failure=tally.failure,
        days_late=dict(sorted(tally.days_late.items())),
        rows=tuple(tally.rows),
        released=tally.released,
        released_contracts=tally.released_contracts,
    )


def kept_report(report: CycleReport, fence: int) -> KeptReport:
    """The report as the store keeps it, under the number of the lease that the cycle ran with."""
    return KeptReport(
        fence=fence,
        today=report.today,
        started_at=report.started_at,
        seconds=report.seconds,
        calls=report.calls,
        ordered=report.ordered,
        withheld=report.withheld,
        failed=report.failed,
        retracted=report.retracted,
        status_changes=report.status_changes,
        ended_early=report.ended_early,
        attention=report.attention,
    )
