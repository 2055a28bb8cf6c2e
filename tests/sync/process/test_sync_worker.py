"""Workers: a job is a hint that a tenant is due; its row and its lease decide (architecture: Many machines)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, text

from powerup.contracts.contract import Lead
from powerup.contracts.visit import VisitState
from powerup.outsmart.host import Host
from powerup.sandbox.faults import FaultName
from powerup.sandbox.server import SandboxServer
from powerup.store import leases
from powerup.store.database import Database
from powerup.store.encryption import Cipher
from powerup.store.errors import UnknownTenantError
from powerup.store.queue import forget_finished_jobs, has_workers, waiting_hints
from powerup.store.tenants import CycleOutcome, Environment, Tenants
from powerup.sync.process.cycle_runner import Runner
from powerup.sync.process.measures import Measures
from powerup.sync.process.timer import Timer
from powerup.sync.process.worker import Worker
from tests.sync.workplace import NEW_YEAR, TENANT, Workplace, contract, only_sqlite

PROJECT = Path(__file__).parents[2]
KEY = Fernet.generate_key().decode()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([KEY]))
    yield opened
    opened.dispose()


def worker(place: Workplace) -> Worker:
    """A worker whose steps a test takes by hand."""
    runner = Runner(place.cycles(), Measures())
    return Worker(place.database, runner, Environment.SANDBOX, place.clock, "postgresql://unused", 1, 1.0)


def jobs(place: Workplace) -> list[tuple[str, int]]:
    """The tenants that wait in the queue, in the order in which they are taken, with their priority."""
    asked = text("SELECT args->>'tenant_id', priority FROM procrastinate_jobs ORDER BY priority DESC, id")
    with place.database.read() as connection:
        return [(row[0], row[1]) for row in connection.execute(asked)]


def change(place: Workplace, statement: str, **values: Any) -> None:
    with place.database.write() as connection:
        connection.execute(text(statement), values)


@only_postgresql
def test_what_wakes_a_tenant_puts_it_into_the_queue_or_nothing_of_both_is_there(place: Workplace) -> None:
    with pytest.raises(UnknownTenantError), place.database.write() as connection:
        _wake_both(connection, place)
    assert jobs(place) == []
    for _ in range(2):
        with place.database.write() as connection:
            Tenants(connection).wake(TENANT, place.clock())
    assert jobs(place) == [(TENANT, 0)]


def _wake_both(connection: Connection, place: Workplace) -> None:
    Tenants(connection).wake(TENANT, place.clock())
    Tenants(connection).wake("t_nobody", place.clock())


@only_sqlite
def test_on_sqlite_there_is_no_queue_and_nobody_misses_it(place: Workplace) -> None:
    with place.database.write() as connection:
        Tenants(connection).wake(TENANT, place.clock())
        forget_finished_jobs(connection)
        assert waiting_hints(connection) == 0
        assert not has_workers(connection)


@only_postgresql
def test_a_hint_runs_the_cycle_of_a_tenant_that_is_due_and_of_no_other(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    worker(place).take("t_nobody")
    worker(place).take(TENANT)
    assert len(place.numbers()) == 1
    calls = place.calls()
    worker(place).take(TENANT)
    assert place.calls() == calls


@only_postgresql
def test_a_tenant_that_is_woken_while_its_cycle_runs_comes_again(place: Workplace) -> None:
    def woken(host: Host) -> Host:
        with place.database.write() as connection:
            Tenants(connection).wake(TENANT, place.clock())
            connection.execute(text("DELETE FROM procrastinate_jobs"))  # another worker took it, and found us busy
        return host

    place.wrap_host = woken
    worker(place).take(TENANT)
    assert jobs(place) == [(TENANT, 0)]


@only_postgresql
def test_the_sweep_tells_of_all_that_are_due_those_that_failed_last(place: Workplace) -> None:
    for tenant_id in ("t_2", "t_3", "t_4"):
        place.set_up(tenant_id)
    with place.database.write() as connection:
        Tenants(connection).finish_cycle("t_2", CycleOutcome(LONG_AGO, consecutive_failures=1))
        Tenants(connection).finish_cycle("t_3", CycleOutcome(None))
        leases.acquire(connection, "t_4", "another worker", place.clock(), 60)
    worker(place).sweep()
    worker(place).sweep()
    assert jobs(place) == [(TENANT, 0), ("t_2", -1)]
    place.clock.go_on(seconds=61)
    worker(place).sweep()
    assert ("t_4", 0) in jobs(place)


@only_postgresql
def test_the_timer_leaves_cycles_to_workers_where_there_are_any(place: Workplace) -> None:
    timer = Timer(place.database, place.cycles(), Environment.SANDBOX)
    change(place, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert timer.tick(place.clock()) == []
    assert jobs(place) == [(TENANT, 0)]
    change(place, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert [cycle.result() is not None for cycle in timer.tick(place.clock())] == [True]
    timer.close()


@only_postgresql
def test_jobs_that_ended_and_those_of_dead_workers_are_removed(place: Workplace) -> None:
    for status in ("todo", "doing", "succeeded", "failed"):
        change(
            place,
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
            "VALUES ('cycles', 'powerup.cycle', jsonb_build_object('tenant_id', CAST(:status AS text)), "
            "CAST(:status AS procrastinate_job_status))",
            status=status,
        )
    with place.database.write() as connection:
        forget_finished_jobs(connection)
    assert [tenant_id for tenant_id, _ in jobs(place)] == ["todo"]


@contextmanager
def process(database_url: str, home: Path, **settings: object) -> Iterator["subprocess.Popen[str]"]:
    """A `powerup worker` that is at work."""
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATABASE_URL": database_url,
        "POWERUP_DATA_DIR": str(home),
        "POWERUP_ENCRYPTION_KEYS": KEY,
        "POWERUP_LEASE_SECONDS": "3",
        "POWERUP_HOST_TIMEOUT_SECONDS": "1",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
    }
    command = [sys.executable, "-c", "from powerup.cli import main; main()", "worker", "--concurrency", "2"]
    environ |= {name: str(value) for name, value in settings.items()}
    with subprocess.Popen(command, cwd=home, env=environ, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert "The worker runs" in running.stderr.readline()
        try:
            yield running
        finally:
            running.kill()
            running.stderr.read()


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        Event().wait(0.02)


@only_postgresql
def test_a_worker_killed_in_the_middle_is_taken_over_and_the_next_ends_well(
    database: Database, database_url: str, server: SandboxServer, tmp_path: Path
) -> None:
    place = Workplace(database, server)
    place.set_up(sandbox_today=NEW_YEAR, next_cycle_at=LONG_AGO)
    place.add(contract(lead=Lead(30)))
    place.fault(FaultName.DELAY, rate=1.0, endpoints=frozenset({"PostWorkorders"}), seconds=2.0)
    with process(database_url, tmp_path, POWERUP_HOST_TIMEOUT_SECONDS=10) as first:
        until(lambda: bool(place.numbers()))
        first.kill()
    assert [visit.state for visit in place.ledger()] == [VisitState.ORDERING]
    place.server.host.faults.clear()
    with process(database_url, tmp_path) as second:
        until(lambda: [visit.state for visit in place.ledger()] == [VisitState.ORDERED])
        second.send_signal(signal.SIGTERM)
        assert second.wait(90) == 0
    assert len(place.numbers()) == 1
    with database.read() as connection:
        assert leases.holder(connection, TENANT, datetime.now(UTC)) is None


@only_postgresql
def test_a_worker_told_to_stop_finishes_its_cycle(
    database: Database, database_url: str, server: SandboxServer, tmp_path: Path
) -> None:
    place = Workplace(database, server)
    place.set_up(sandbox_today=NEW_YEAR, next_cycle_at=LONG_AGO)
    place.add(contract(lead=Lead(30)))
    place.fault(FaultName.DELAY, calls=frozenset({1}), endpoints=frozenset({"PostWorkorders"}), seconds=0.5)
    with process(database_url, tmp_path, POWERUP_HOST_TIMEOUT_SECONDS=10) as running:
        until(lambda: bool(place.numbers()))
        running.send_signal(signal.SIGTERM)
        assert running.wait(90) == 0
    assert [visit.state for visit in place.ledger()] == [VisitState.ORDERED]
    with database.read() as connection:
        assert leases.holder(connection, TENANT, datetime.now(UTC)) is None


@only_postgresql
def test_a_worker_told_to_stop_leaves_a_host_that_hangs_and_looks_up_its_order_later(
    database: Database, database_url: str, server: SandboxServer, tmp_path: Path
) -> None:
    place = Workplace(database, server)
    place.set_up(sandbox_today=NEW_YEAR, next_cycle_at=LONG_AGO)
    place.add(contract(lead=Lead(30)))
    place.fault(FaultName.DELAY, rate=1.0, endpoints=frozenset({"PostWorkorders"}), seconds=50.0)
    with process(database_url, tmp_path, POWERUP_HOST_TIMEOUT_SECONDS=60) as first:
        until(lambda: bool(place.numbers()))
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
    assert [visit.state for visit in place.ledger()] == [VisitState.ORDERING]
    place.server.host.faults.clear()
    with process(database_url, tmp_path):
        until(lambda: [visit.state for visit in place.ledger()] == [VisitState.ORDERED])
    assert len(place.numbers()) == 1
