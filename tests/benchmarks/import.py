# ruff: noqa: N999 - named by what is measured, as people call it
"""How long a firm's file takes by command: 10,000 contracts of 500 customers, and the memory of 100,000 rows.

Each import is a process of its own, with the stand-in host in this one; seconds that pass, seconds of processor time of
the command, and the most that it ever had resident. 100,000 rows are imported on SQLite alone.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from cryptography.fernet import Fernet

from powerup.sandbox.records import KINDS
from powerup.sandbox.server import SandboxServer
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher, Secret
from tests.benchmarks._workload import TENANT, add_tenant
from tests.postgres import PostgresServer

CONTRACTS = 10_000
ROWS = 100_000
CUSTOMERS = 500
OBJECTS = 2_000
MEGABYTE = 1024 * 1024

HEAD = (
    *("contract_no", "name", "type", "customer", "objects", "start", "type_of_work", "payment_method"),
    *("order_per_object", "plan", "unit", "every", "next_visit"),
)


def run() -> dict[str, object]:
    """Seconds and megabytes of each import."""
    with tempfile.TemporaryDirectory() as directory, SandboxServer(Path(directory) / "host") as host:
        fill(host)
        folder = Path(directory)
        many = file_of(folder / "many.csv", CONTRACTS)
        most = file_of(folder / "most.csv", ROWS)
        figures: dict[str, object] = {"contracts": CONTRACTS, "customers": CUSTOMERS, "objects": OBJECTS}
        figures["sqlite"] = _measured(host, f"sqlite:///{folder / 'powerup.db'}", many)
        figures[f"sqlite_{ROWS}"] = _measured(host, f"sqlite:///{folder / 'large.db'}", most)
        with PostgresServer() as server:
            figures["postgresql"] = _measured(host, server.create_database(), many)
        return figures


def fill(host: SandboxServer) -> None:
    """Let a host have what the files name."""
    save = host.host.masterdata.save
    numbers = [str(1001 + place) for place in range(CUSTOMERS)]
    address = {"street": "Voorbeeldstraat", "postal_code": "1000 AA", "city": "Voorbeeld", "active": "1"}
    save(KINDS["relations"], [{"debtor_number": each, "name": f"Voorbeeld {each}", **address} for each in numbers])
    codes = [(f"O-{place}", numbers[place % CUSTOMERS]) for place in range(OBJECTS)]
    machine = {"obj_description": "Voorbeeld", "obj_type": "Voorbeeld", "obj_brand": "Voorbeeld"}
    machines = [{"obj_code": code, "obj_debiteur_nummer": number, **machine} for code, number in codes]
    save(KINDS["objects"], machines)
    kind = {"wrt_name": "Onderhoud", "wrt_description": "Onderhoud", "wrt_default_minutes": "60", "wrt_active": "1"}
    save(KINDS["worktypes"], [kind])
    save(KINDS["paymentmethods"], [{"pmd_description": "op rekening"}])


def file_of(path: Path, rows: int) -> Path:
    """A file of so many contracts."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(_row(place) for place in range(rows))
    return path


def _row(place: int) -> tuple[object, ...]:
    coming = date(2030, 1, 1) + timedelta(days=place % 90)
    code = f"O-{place % OBJECTS}"
    return (
        *(5001 + place, f"Contract {place}", "preventive", 1001 + place % OBJECTS % CUSTOMERS, code, "2026-01-01"),
        *("Onderhoud", "op rekening", "yes", "A", "month", 3, coming),
    )


def _measured(host: SandboxServer, address: str, file: Path) -> Mapping[str, float]:
    key = Fernet.generate_key().decode()
    upgrade(address)
    database = Database(address, Cipher([key]))
    tokens = host.credentials
    add_tenant(database, host.api_url, token=Secret(tokens.token), software_token=Secret(tokens.software_token))
    database.dispose()
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATABASE_URL": address,
        "POWERUP_ENCRYPTION_KEYS": key,
        "POWERUP_DATA_DIR": str(file.parent),
    }
    program = (
        "import resource, sys; from powerup.cli import main\n"
        f"try: main(['contracts', 'import', {TENANT!r}, {str(file)!r}])\n"
        "finally: sys.stderr.write('\\n' + str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
    )
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", program], env=dict(os.environ) | environ, capture_output=True, text=True, check=False
    )
    passed, after = perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode != 0:
        raise RuntimeError(json.dumps({"out": ended.stdout[-2000:], "err": ended.stderr[-2000:]}))
    return {
        "seconds": round(passed, 2),
        "processor_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "megabytes": round(int(ended.stderr.split()[-1]) * 1024 / MEGABYTE),
    }
