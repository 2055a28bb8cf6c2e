"""The timer: looks again and again which tenants are due, and runs a cycle of each (architecture: Parts).

It keeps no job store: when a tenant is due is a column. A tick twice, or two timers, does no harm because of the lease.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

import structlog

from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.store.queue import has_workers, hint_all
from powerup.store.tenants import Environment, Tenants
from powerup.store.timekeeping import Done, note_done
from powerup.sync.kit.report import CycleReport
from powerup.sync.process.clock_watch import ClockWatch
from powerup.sync.process.cycle import Cycles
from powerup.sync.process.cycle_runner import Runner
from powerup.sync.process.measures import Measures
from powerup.sync.process.scheduling import scheduler
from powerup.threads import begin_all
from powerup.timing import Clock

MOST_DUE = 200
"""Tenants that one tick takes up beside those that it has already; more are found by the next."""

_log = structlog.get_logger(__name__)


class Timer:
    """Runs cycles in a few threads, several tenants at once; one that is slow does not hold up the others.

    Tenants whose last cycle failed have threads of their own: a host that is dead costs a time-out with every try, and
    those whose hosts answer do not wait for it.
    """

    def __init__(
        self,
        database: Database,
        cycles: Cycles,
        environment: Environment,
        threads: int = 4,
        measures: Measures | None = None,
        threads_for_failing: int = 2,
        watch: ClockWatch | None = None,
    ) -> None:
        """environment is the kind of tenants that this server works for; no cycle begins while watch disagrees."""
        self._database = database
        self._runner = Runner(cycles, measures or Measures(), watch)
        self._environment = environment
        self._threads = threads, threads_for_failing
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="cycle")
        self._pool_of_failing = ThreadPoolExecutor(threads_for_failing, thread_name_prefix="failing cycle")
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def tick(self, now: datetime) -> list[Future[CycleReport | None]]:
        """Start a cycle of every tenant that is due and has none in this process; now is aware.

        Where workers are at work, they are told who is due instead. Returns the cycles that were started, each to end
        in its report, or None where it could not be run. Raises StoreUnavailableError.
        """
        most = MOST_DUE + len(self._running)  # those that wait for a thread are due still, and longest
        with self._database.read() as connection:
            due = Tenants(connection).due_tenants(now, self._environment, most)
            failing = Tenants(connection).failing(due) if due else frozenset()
            workers_do_it = has_workers(connection)
        if workers_do_it:
            tell_workers(self._database, due)
            return []
        begun = [tenant_id for tenant_id in due if self._begins(tenant_id)]
        pools = ((self._pool_of_failing if each in failing else self._pool, each) for each in begun)
        return [pool.submit(self._cycle, tenant_id) for pool, tenant_id in pools]

    def begin_threads(self) -> None:
        """Have all threads from now on, for a process that runs on."""
        for pool, threads in zip((self._pool, self._pool_of_failing), self._threads, strict=True):
            begin_all(pool, threads)

    def note_tick(self, now: datetime) -> None:
        """Write down that the timer ticked, for all processes to see; now is aware. Raises StoreUnavailableError."""
        with self._database.write() as connection:
            note_done(connection, Done.TICK, now)

    def close(self) -> None:
        """Wait for the cycles that run; those that have not begun are left for later."""
        for pool in (self._pool_of_failing, self._pool):
            pool.shutdown(wait=True, cancel_futures=True)

    def _begins(self, tenant_id: str) -> bool:
        with self._lock:
            begins = tenant_id not in self._running
            self._running.add(tenant_id)
        return begins

    def _cycle(self, tenant_id: str) -> CycleReport | None:
        try:
            return self._runner.run(tenant_id)
        finally:
            with self._lock:
                self._running.discard(tenant_id)


def tell_workers(database: Database, due: Sequence[str]) -> None:
    """Put the tenants that are due into the queue, unless they wait there already. Raises StoreUnavailableError."""
    if due:
        with database.write() as connection:
            hint_all(connection, due, failing=Tenants(connection).failing(due))


class RunningTimer:
    """A timer that ticks by itself, in a thread of its own, until it is stopped; it writes down when it ticked."""

    def __init__(self, timer: Timer, clock: Clock, tick_seconds: float) -> None:
        self._timer = timer
        self._clock = clock
        self._scheduler = scheduler(1, "tick")
        self._scheduler.add_job(self._tick, "interval", seconds=tick_seconds, max_instances=1, coalesce=True)

    def start(self) -> None:
        """Tick once now, and then every so many seconds."""
        self._timer.begin_threads()
        self._tick()
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more, and wait for the cycles that run."""
        self._scheduler.shutdown(wait=True)
        self._timer.close()

    def _tick(self) -> None:
        try:
            self._timer.tick(self._clock())
            self._timer.note_tick(self._clock())
        except StoreUnavailableError as error:
            _log.warning("tick_missed", reason=str(error))
