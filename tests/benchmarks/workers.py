"""What a second worker process brings, and what two more do: 200 tenants that are due at once, each with two contracts
of 12 visits and its comparison with the host, which takes 50 ms for every answer.

Real `powerup worker --concurrency 1` processes on PostgreSQL. Counted beside the seconds: cycles beyond one per tenant,
calls of one tenant that overlap, and work orders that were made twice; none of them may be there.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep

from cryptography.fernet import Fernet
from sqlalchemy import func, select, text

from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher, Secret
from powerup.store.tables import tenants
from powerup.store.tenants import Tenants
from powerup.store.traffic_tables import cycle_reports
from tests.benchmarks._slow_host import ANSWER_SECONDS, SlowHost, slow_host
from tests.benchmarks._workload import TODAY, add_contracts, add_tenant
from tests.postgres import PostgresServer

TENANTS, CONTRACTS_EACH, VISITS_EACH = 200, 2, 12
WORKERS = (1, 2, 4)
WITHIN_SECONDS = 300


def run() -> dict[str, object]:
    """Seconds until every tenant has had its cycle, by number of workers, and how much quicker more of them are."""
    seconds: dict[int, float] = {}
    figures: dict[str, object] = {"tenants": TENANTS, "answer_seconds": ANSWER_SECONDS, "processors": os.cpu_count()}
    for number in WORKERS:
        with PostgresServer() as server, slow_host() as host:
            seconds[number], found = _measured(server.create_database(), host, number)
        figures[f"seconds_with_{number}"] = round(seconds[number], 2)
        figures |= {f"{name}_with_{number}": count for name, count in found.items()}
    return figures | {f"times_with_{number}": round(seconds[1] / seconds[number], 2) for number in WORKERS[1:]}


def _measured(address: str, host: SlowHost, workers: int) -> tuple[float, dict[str, int]]:
    key = Fernet.generate_key().decode()
    upgrade(address)
    database = Database(address, Cipher([key]))
    try:
        for number in range(TENANTS):
            tenant_id = f"t_{number}"
            add_tenant(database, host.api_url, tenant_id=tenant_id, token=Secret(tenant_id))
            add_contracts(database, CONTRACTS_EACH, lambda _: "1001", tenant_id)
        with database.write() as connection:
            connection.execute(tenants.update().values(sandbox_today=TODAY, reconciled_at=None, next_cycle_at=None))
        with _workers(address, key, host, workers):
            _wait_for(database, "SELECT count(*) FROM procrastinate_workers", workers)
            begun = perf_counter()
            with database.write() as connection:
                for number in range(TENANTS):
                    Tenants(connection).wake(f"t_{number}", datetime.now(UTC))
            _wait_for(database, "SELECT count(*) FROM tenants WHERE reconciled_at IS NOT NULL", TENANTS)
            seconds = perf_counter() - begun
        return seconds, _wrong(database, host)
    finally:
        database.dispose()


def _wrong(database: Database, host: SlowHost) -> dict[str, int]:
    """What must be 0. Raises RuntimeError when the work was not done."""
    if len(host.orders) != TENANTS * CONTRACTS_EACH * VISITS_EACH:
        raise RuntimeError(f"Expected {TENANTS * CONTRACTS_EACH * VISITS_EACH} work orders, got {len(host.orders)}.")
    with database.read() as connection:
        cycles = connection.scalar(select(func.count()).select_from(cycle_reports))
    return {
        "more_cycles": int(cycles or 0) - TENANTS,
        "overlaps": host.overlaps,
        "made_twice": sum(times > 1 for times in host.orders.values()),
    }


@contextmanager
def _workers(address: str, key: str, host: SlowHost, number: int) -> Iterator[None]:
    """So many worker processes, ended in the end."""
    with tempfile.TemporaryDirectory() as directory:
        settings = {
            "POWERUP_ENVIRONMENT": "sandbox",
            "POWERUP_DATABASE_URL": address,
            "POWERUP_DATA_DIR": directory,
            "POWERUP_ENCRYPTION_KEYS": key,
            "POWERUP_SECRET_KEY": "a-secret-of-the-benchmark-alone",
            "POWERUP_HOST_API_URLS": host.api_url,
        }
        command = [sys.executable, "-c", "from powerup.cli import main; main()", "worker", "--concurrency", "1"]
        with (Path(directory) / "worker.log").open("wb") as log:
            environ = dict(os.environ) | settings
            begun = [subprocess.Popen(command, env=environ, stdout=log, stderr=log) for _ in range(number)]
            try:
                yield
            finally:
                for process in begun:
                    process.terminate()
                for process in begun:
                    process.wait(60)


def _wait_for(database: Database, query: str, number: int) -> None:
    until = perf_counter() + WITHIN_SECONDS
    while perf_counter() < until:
        with database.read() as connection:
            if connection.scalar(text(query)) == number:
                return
        sleep(0.02)
    raise RuntimeError(f"Waited {WITHIN_SECONDS} seconds for {number}: {query}")
