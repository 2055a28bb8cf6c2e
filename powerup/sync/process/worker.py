"""A worker: takes hints from the queue and runs the cycles of their tenants (architecture: Many machines).

The queue says who may be due, the tenant's row says who is, and the lease says who works on it. A hint that is lost is
made up for by the sweep, which every worker does: it looks for due tenants by their index.
"""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import structlog
from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url

from powerup.store.database import Database
from powerup.store.errors import StoreError
from powerup.store.queue import QUEUE, TASK, hint
from powerup.store.tenants import Environment, Tenants
from powerup.sync.process.cycle_runner import Runner
from powerup.sync.process.timer import tell_workers
from powerup.timing import Clock

MOST_DUE = 2000
"""Tenants that one sweep tells of."""

SWEEPS_PER_LEASE = 6
"""So that the tenants of a worker that died are found soon after their lease has run out."""

RECONNECT_SECONDS = 2.0
_QUEUE_CONNECTIONS = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Worker:
    """Works on several tenants at once, one cycle in each thread. address is that of a PostgreSQL database."""

    database: Database
    runner: Runner
    environment: Environment
    clock: Clock
    address: str
    concurrency: int
    sweep_seconds: float

    def run(self, told_to_stop: Callable[[], None]) -> None:
        """Work until SIGTERM or Ctrl-C, call told_to_stop then, and finish the cycles that run.

        In the main thread of its process.
        """
        with ThreadPoolExecutor(self.concurrency, thread_name_prefix="cycle") as threads:
            asyncio.run(self._work(threads, told_to_stop))

    def sweep(self) -> None:
        """Tell the queue of every tenant that is due. A database out of reach is told in the log."""
        try:
            with self.database.read() as connection:
                due = Tenants(connection).due_tenants(self.clock(), self.environment, MOST_DUE)
            tell_workers(self.database, due)
        except StoreError as error:
            _log.warning("sweep_missed", reason=str(error))

    def take(self, tenant_id: str) -> None:
        """Run the tenant's cycle if it is due; one that was woken meanwhile is put into the queue again."""
        try:
            with self.database.write() as connection:
                if not Tenants(connection).is_due(tenant_id, self.clock(), self.environment):
                    return
            if self.runner.run(tenant_id) is None:
                return
            with self.database.write() as connection:
                if Tenants(connection).is_due(tenant_id, self.clock(), self.environment):
                    hint(connection, tenant_id)
        except StoreError as error:
            _log.warning("hint_dropped", tenant=tenant_id, reason=str(error))

    async def _work(self, threads: ThreadPoolExecutor, told_to_stop: Callable[[], None]) -> None:
        stop = _stop_event(told_to_stop)
        sweeping = asyncio.create_task(_again_and_again(self.sweep, self.sweep_seconds))
        while not stop.is_set():
            await self._take_jobs(threads, stop)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RECONNECT_SECONDS)
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)

    async def _take_jobs(self, threads: ThreadPoolExecutor, stop: asyncio.Event) -> None:
        """Take jobs until told to stop, or until the database is out of reach."""
        working = asyncio.create_task(self._queue(threads))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        working.cancel()  # takes no further job, and waits for those that run
        (outcome,) = await asyncio.gather(working, return_exceptions=True)
        if isinstance(outcome, Exception):
            _log.warning("queue_out_of_reach", reason=f"{type(outcome).__name__}: {outcome}")

    async def _queue(self, threads: ThreadPoolExecutor) -> None:
        async with self._app(threads).open_async() as app:
            await app.run_worker_async(
                queues=[QUEUE], concurrency=self.concurrency, delete_jobs="always", install_signal_handlers=False
            )

    def _app(self, threads: ThreadPoolExecutor) -> App:
        app = App(connector=PsycopgConnector(conninfo=_plain(self.address), min_size=1, max_size=_QUEUE_CONNECTIONS))

        @app.task(name=TASK, queue=QUEUE)
        async def cycle(tenant_id: str) -> None:
            await asyncio.get_running_loop().run_in_executor(threads, self.take, tenant_id)

        return app


def _stop_event(told_to_stop: Callable[[], None]) -> asyncio.Event:
    stop = asyncio.Event()

    def tell() -> None:
        told_to_stop()
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, tell)
    return stop


async def _again_and_again(work: Callable[[], None], seconds: float) -> None:
    while True:
        await asyncio.to_thread(work)
        await asyncio.sleep(seconds)


def _plain(address: str) -> str:
    """The address without the name of SQLAlchemy's driver."""
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
