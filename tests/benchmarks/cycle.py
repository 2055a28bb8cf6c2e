"""How fast one cycle takes visits from the contracts to work orders: plan, ledger, attempt, outcome.

10,000 contracts with 12 due visits each, in one process, with a host double inside it; and 200 of them over HTTP to the
sandbox. SQLite writes through to the disk; the PostgreSQL of the tests does not.
"""

import tempfile
from pathlib import Path
from time import perf_counter

from powerup.outsmart.client import OutsmartClient
from powerup.parts import set_loaded_code_aside
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.sync.kit.context import Wish
from tests.benchmarks._host_double import HostDouble
from tests.benchmarks._workload import TENANT, add_contracts, add_tenant, cycles_with, databases

CONTRACTS = 10_000
CONTRACTS_OVER_HTTP = 200
VISITS_EACH = 12


def run() -> dict[str, object]:
    """Visits per second from contract to recorded work order, per database and way to the host."""
    set_loaded_code_aside()  # as the processes that run cycles do
    figures: dict[str, object] = {"contracts": CONTRACTS, "visits": CONTRACTS * VISITS_EACH}
    with databases() as opened:
        for name, database in opened.items():
            figures[f"{name}_visits_per_second"] = _in_process(database)
    with databases() as opened:
        for name, database in opened.items():
            figures[f"{name}_visits_per_second_over_http"] = _over_http(database)
    return figures


def _in_process(database: Database) -> int:
    customers = [str(number) for number in range(1001, 2001)]
    add_tenant(database)
    add_contracts(database, CONTRACTS, lambda place: customers[place % len(customers)])
    host = HostDouble(customers)
    return _measured(database, host, CONTRACTS)


def _over_http(database: Database) -> int:
    with tempfile.TemporaryDirectory() as directory, SandboxServer(Path(directory)) as server:
        fill_with_example(server.host)
        token, software_token = server.credentials.token, server.credentials.software_token
        add_tenant(database, server.api_url, token=Secret(token), software_token=Secret(software_token))
        add_contracts(database, CONTRACTS_OVER_HTTP, lambda place: str(1001 + place % 12))
        with OutsmartClient(server.api_url, token, software_token) as client:
            return _measured(database, client, CONTRACTS_OVER_HTTP)


def _measured(database: Database, host: object, contracts: int) -> int:
    cycles = cycles_with(database, host)
    begun = perf_counter()
    report = cycles.run(TENANT, Wish())
    seconds = perf_counter() - begun
    if report.ordered != contracts * VISITS_EACH or report.ended_early:
        raise RuntimeError(f"Expected {contracts * VISITS_EACH} work orders, got {report}.")
    return round(report.ordered / seconds)
