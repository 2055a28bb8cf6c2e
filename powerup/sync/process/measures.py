"""What the cycles of this process did, counted for `/metrics` (operations page). Never by tenant: the log has that."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from powerup.sync.kit.report import CycleReport

DAYS_LATE = (0, 1, 2, 3, 7, 14, 30, 90)
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)


class Measures:
    """The counters of one process, in a registry of their own; safe for several threads."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._cycles = Counter("powerup_cycles", "Cycles by how they ended.", ["outcome"], registry=registry)
        self._failures = Counter(
            "powerup_cycle_failures", "Cycles that failed, by type of error.", ["reason"], registry=registry
        )
        self._seconds = Histogram("powerup_cycle_seconds", "How long cycles took.", buckets=SECONDS, registry=registry)
        self._visits = Counter("powerup_visits", "Visits by what cycles made of them.", ["outcome"], registry=registry)
        self._withheld = Counter(
            "powerup_visits_withheld", "Visits withheld, by reason.", ["reason"], registry=registry
        )
        self._late = Histogram(
            "powerup_order_lag_days",
            "Days from the generation date to the day on which the work order was made.",
            buckets=DAYS_LATE,
            registry=registry,
        )
        self._leases_lost = Counter("powerup_leases_lost", "Leases that another worker took over.", registry=registry)
        self._calls = Counter(
            "powerup_host_calls", "Calls to hosts by how they ended.", ["endpoint", "outcome"], registry=registry
        )

    def cycle_ended(self, report: CycleReport) -> None:
        """A cycle came to its end, or to what the host allowed."""
        self._cycles.labels("ended_early" if report.ended_early else "done").inc()
        if report.failure:
            self._failures.labels(report.failure).inc()
        self._seconds.observe(report.seconds)
        for outcome in ("ordered", "failed", "retracted", "status_changes"):
            self._visits.labels(outcome).inc(getattr(report, outcome))
        for reason, number in report.withheld.items():
            self._withheld.labels(reason).inc(number)
        for days, number in report.days_late.items():
            for _ in range(number):
                self._late.observe(days)

    def cycle_broken_off(self, reason: str) -> None:
        """A cycle could not be run, or not to its end; reason is the name of a type of error."""
        self._cycles.labels("broken_off").inc()
        self._failures.labels(reason).inc()

    def lease_lost(self) -> None:
        """A cycle found that another worker had taken its tenant over."""
        self._leases_lost.inc()

    def host_called(self, endpoint: str, outcome: str) -> None:
        """A call to a host ended: ok, or the name of a type of error."""
        self._calls.labels(endpoint, outcome).inc()
