"""What comparing with a host of very many work orders costs: 200,000 open and 300,000 completed ones, of which an
ordinary tenant has 3,000 and 5,000; some of them were picked up, settled or deleted since.

Three cycles: one that compares, the first of a day, which compares what waits to be settled, too, and one that compares
nothing; and an audit. Each in a process of its own, on SQLite, and the host in another: processor seconds, the most
memory that was ever resident, and the calls.
"""

import json
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from cryptography.fernet import Fernet

from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.circuits import Circuits
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.gate import TenantGate
from powerup.outsmart.host import Host
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from powerup.store.ledger import Ledger
from powerup.store.tables import tenants
from powerup.store.tenants import Tenants
from powerup.sync.kit.context import Wish
from powerup.sync.proof.audit import audit
from tests.benchmarks._long_lists_host import (
    COMPLETED_ORDERS,
    OPEN_ORDERS,
    OUR_OPEN,
    OUR_WAITING,
    REMOVED,
    SETTLED,
    STARTED,
    number_of,
)
from tests.benchmarks._workload import NOW, TENANT, TODAY, add_tenant, contract_of, cycles_with

LONG_AGO = NOW - timedelta(days=2)
AN_HOUR_AGO = NOW - timedelta(hours=1)
CASES: dict[str, dict[str, Any]] = {
    "comparing": {"reconciled_at": AN_HOUR_AGO, "completed_compared_at": AN_HOUR_AGO},
    "daily": {"reconciled_at": AN_HOUR_AGO, "completed_compared_at": LONG_AGO},
    "quiet": {"reconciled_at": NOW, "completed_compared_at": NOW},
}
STATUS_CHANGES = {"comparing": STARTED + REMOVED, "daily": STARTED + REMOVED + SETTLED, "quiet": 0}
MEGABYTE = 1024 * 1024


def run() -> dict[str, object]:
    """Figures of each of the three cycles, and of the audit."""
    figures: dict[str, object] = {"open_orders": OPEN_ORDERS, "completed_orders": COMPLETED_ORDERS}
    with _host() as api_url:
        for case, moments in CASES.items():
            found = _measured("run_cycle", api_url, moments)
            if found.pop("found") != STATUS_CHANGES[case]:
                raise RuntimeError(f"The cycle did not find what had changed: {case}, {found}.")
            figures |= {f"{case}_{name}": value for name, value in found.items()}
        found = _measured("run_audit", api_url, CASES["quiet"])
        if found.pop("found") != REMOVED:
            raise RuntimeError(f"The audit did not find what was deleted at the host: {found}.")
    return figures | {f"audit_{name}": value for name, value in found.items()}


def run_cycle(address: str, key: str, api_url: str) -> None:
    """One cycle; writes what it cost, and how many visits had another state at the host."""

    def cycle(database: Database, host: Host) -> int:
        report = cycles_with(database, host).run(TENANT, Wish())
        if report.failure or report.ended_early:
            raise RuntimeError(f"The cycle failed: {report}")
        return report.status_changes

    _run(cycle, address, key, api_url)


def run_audit(address: str, key: str, api_url: str) -> None:
    """One audit; writes what it cost, and how many differences it found."""

    def look(database: Database, host: Host) -> int:
        with database.read() as connection:
            tenant = Tenants(connection).get(TENANT)
        return len(audit(database, host, tenant, TODAY).differences)

    _run(look, address, key, api_url)


def _run(work: Callable[[Database, Host], int], address: str, key: str, api_url: str) -> None:
    calls: Counter[str] = Counter()
    gate = TenantGate(
        TENANT, api_url, Circuits(lambda: 0.5), CallLimits(), lambda endpoint, _: calls.update([endpoint]), patient=True
    )
    database = Database(address, Cipher([key]))
    begun, worked = perf_counter(), process_time()
    try:
        with OutsmartClient(api_url, "token", "software token", gate=gate) as host:
            found = work(database, host)
    finally:
        database.dispose()
    figures = {
        "found": found,
        "processor_seconds": round(process_time() - worked, 2),
        "seconds": round(perf_counter() - begun, 2),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE),
        "lists": calls["GetWorkorders"],
        "single_reads": calls["GetWorkorder"],
    }
    json.dump(figures, sys.stdout)


@contextmanager
def _host() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks._long_lists_host"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _measured(work: str, api_url: str, moments: dict[str, Any]) -> dict[str, Any]:
    key = Fernet.generate_key().decode()
    with tempfile.TemporaryDirectory() as directory:
        address = f"sqlite:///{Path(directory) / 'powerup.db'}"
        upgrade(address)
        database = Database(address, Cipher([key]))
        try:
            _fill(database, moments)
        finally:
            database.dispose()
        program = f"from tests.benchmarks.backlog import {work}; {work}({address!r}, {key!r}, {api_url!r})"
        ended = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def _fill(database: Database, moments: dict[str, Any]) -> None:
    """The tenant's contracts, none of them due, and its visits as they were when they were last compared."""
    visits = [_visit(row_id) for row_id in range(1, 1 + OUR_OPEN + OUR_WAITING)]
    add_tenant(database)
    with database.write() as connection:
        connection.execute(tenants.update().values(**moments))
        contracts = Contracts(connection, TENANT)
        for place in range(len({visit.key.contract for visit in visits})):
            to_come = replace(contract_of(place, "1001"), start=date(2028, 2, 1), end=date(2029, 1, 31))
            contracts.add(to_come, wake_on=date(2028, 1, 1))
        contracts.release([str(1001 + place) for place in range(len({visit.key.contract for visit in visits}))])
        Ledger(connection, TENANT).add(visits)


def _visit(row_id: int) -> LedgerVisit:
    number = number_of(row_id)
    contract, plan, day, _ = number.removeprefix("C").split("-")
    nominal = date.fromisoformat(day)
    completed = row_id > OUR_OPEN
    return LedgerVisit(
        VisitKey(contract, plan, nominal),
        planned_date=nominal,
        generation_date=nominal,
        deadline=nominal,
        state=VisitState.COMPLETED if completed else VisitState.ORDERED,
        workorder_no=number,
        host_row_id=row_id,
        completed_on=date(2026, 11, 27) if completed else None,
        changed_at=LONG_AGO,
    )
