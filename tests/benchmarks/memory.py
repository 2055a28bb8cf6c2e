"""How much memory the product takes: `serve` at rest, and a process that has run one cycle of 100,000 visits.

Each is measured in a process of its own, so that nothing of this one counts: the most that was ever resident.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import perf_counter, sleep

from cryptography.fernet import Fernet

from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from powerup.sync.kit.context import Wish
from tests.benchmarks._host_double import HostDouble
from tests.benchmarks._workload import TENANT, add_contracts, add_tenant, cycles_with

CONTRACTS = 8_334
VISITS = CONTRACTS * 12
CUSTOMERS = [str(number) for number in range(1001, 2001)]
REST_SECONDS = 5
MEGABYTE = 1024 * 1024


def run() -> dict[str, object]:
    """Megabytes resident, on SQLite."""
    with tempfile.TemporaryDirectory() as directory:
        at_rest = _serve_at_rest(Path(directory))
    with tempfile.TemporaryDirectory() as directory:
        most_of_cycle = _cycle_in_process_of_its_own(f"sqlite:///{Path(directory) / 'powerup.db'}")
    return {"serve_at_rest_megabytes": at_rest, "visits": VISITS, "cycle_megabytes": most_of_cycle}


def run_cycle(address: str, key: str) -> None:
    """One cycle of all visits; writes the most memory that this process ever had resident, in bytes."""
    database = Database(address, Cipher([key]))
    try:
        report = cycles_with(database, HostDouble(CUSTOMERS)).run(TENANT, Wish())
    finally:
        database.dispose()
    if report.ordered != VISITS:
        raise RuntimeError(f"Expected {VISITS} work orders, got {report}.")
    json.dump(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, sys.stdout)  # Linux counts in kilobytes


def _cycle_in_process_of_its_own(address: str) -> int:
    key = Fernet.generate_key().decode()
    upgrade(address)
    database = Database(address, Cipher([key]))
    try:
        add_tenant(database)
        add_contracts(database, CONTRACTS, lambda place: CUSTOMERS[place % len(CUSTOMERS)])
    finally:
        database.dispose()
    program = f"from tests.benchmarks.memory import run_cycle; run_cycle({address!r}, {key!r})"
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return round(int(ended.stdout) / MEGABYTE)


def _serve_at_rest(directory: Path) -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(directory),
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_SECRET_KEY": "a-secret-of-the-benchmark-alone",
    }
    command = [sys.executable, "-c", "from powerup.cli import main; main()", "serve", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, env=dict(os.environ) | settings, stderr=subprocess.DEVNULL)
    try:
        _await_port(port, process)
        sleep(REST_SECONDS)
        return round(_resident_bytes(process.pid) / MEGABYTE)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _await_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = perf_counter() + 60
    while process.poll() is None and perf_counter() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.1)
    raise RuntimeError("The server did not come up.")


def _resident_bytes(process_id: int) -> int:
    pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    return pages * resource.getpagesize()
