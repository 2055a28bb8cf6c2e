"""Running the cycle of one tenant for a timer or a worker: whatever goes wrong is logged, counted, and ends there."""

from dataclasses import dataclass

import structlog

from powerup.store.errors import LeaseLostError, StoreError
from powerup.sync.kit.context import Wish
from powerup.sync.kit.lease import TenantBusyError
from powerup.sync.kit.report import CycleReport
from powerup.sync.process.clock_watch import ClockWatch
from powerup.sync.process.cycle import Cycles
from powerup.sync.process.measures import Measures

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs cycles that nobody waits for, while the clock that watch looks at agrees; several threads may share it."""

    cycles: Cycles
    measures: Measures
    watch: ClockWatch | None = None

    def run(self, tenant_id: str) -> CycleReport | None:
        """One cycle of the tenant: its report, or None where it could not be run, which the log tells."""
        if self.watch and not self.watch.agrees():
            return None
        with structlog.contextvars.bound_contextvars(tenant=tenant_id):
            try:
                report = self.cycles.run(tenant_id, Wish())
            except TenantBusyError:
                return None  # another one was quicker
            except (LeaseLostError, StoreError) as error:
                if isinstance(error, LeaseLostError):
                    self.measures.lease_lost()
                self.measures.cycle_broken_off(type(error).__name__)
                _log.warning("cycle_broken_off", reason=str(error))
                return None
            except Exception as error:  # noqa: BLE001 - whatever breaks in one tenant, the others go on
                self.measures.cycle_broken_off(type(error).__name__)
                _log.error("cycle_failed", exc_info=error)
                return None
        self.measures.cycle_ended(report)
        _log_report(report)
        return report


def _log_report(report: CycleReport) -> None:
    _log.info(
        "cycle_ended",
        tenant=report.tenant_id,
        cycle=report.fence,
        ordered=report.ordered,
        withheld=dict(report.withheld),
        failed=report.failed,
        retracted=report.retracted,
        status_changes=report.status_changes,
        calls=report.calls,
        seconds=round(report.seconds, 3),
        ended_early=report.ended_early,
    )
