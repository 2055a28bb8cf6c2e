"""What `powerup forecast` and `powerup audit` cost for 10,000 contracts, each as a command of its own.

Contracts and history are those of the benchmark `forecast`: a year of visits that are done and settled. The audit reads
all their work orders, as real HTTP with records of the real shape and size. Processor time of the whole process from
start to end, the least of several, and the most memory that it ever had; on SQLite.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from powerup.contracts.visit import work_order_number
from powerup.outsmart.records import WorkOrderStatus
from powerup.settings import read_settings
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from powerup.store.ledger import Ledger
from tests.benchmarks._long_lists_host import TEMPLATE
from tests.benchmarks._workload import TENANT, add_tenant
from tests.benchmarks.forecast import HISTORY_FROM, YESTERDAY, contract_of, done, visits_of

CONTRACTS = 10_000
TIMES = 3
COMMANDS = {
    "forecast_of_a_month": ("forecast", TENANT, "--from", "2027-01-01", "--to", "2027-01-31", "--json"),
    "forecast_of_a_year": ("forecast", TENANT, "--from", "2027-01-01", "--to", "2027-12-31", "--json"),
    "audit": ("audit", TENANT, "--as-of", "2026-11-25", "--json"),
}
"""Whatever is due on the day of the audit, a month in advance, is in the ledger."""

_AT_ONCE = 500
_MEGABYTE = 1024 * 1024


def run() -> dict[str, object]:
    """Seconds of processor time and megabytes of each command."""
    figures: dict[str, object] = {"contracts": CONTRACTS}
    orders: list[str] = []
    with tempfile.TemporaryDirectory() as directory, _host_with(orders) as api_url:
        environ = {
            "POWERUP_ENVIRONMENT": "sandbox",
            "POWERUP_DATA_DIR": directory,
            "POWERUP_HOST_API_URLS": api_url,
        }
        orders += _fill(environ, api_url)
        figures["visits_in_the_ledger"] = len(orders)
        for name, arguments in COMMANDS.items():
            costs = [_cost(environ, arguments) for _ in range(TIMES)]
            figures[f"{name}_processor_seconds"] = round(min(seconds for seconds, _ in costs), 2)
            figures[f"{name}_megabytes"] = round(max(megabytes for _, megabytes in costs))
    return figures


def _fill(environ: Mapping[str, str], api_url: str) -> list[str]:
    """The numbers of the work orders, whose row ids are their places, counted from 1."""
    settings, numbers = read_settings(environ), list[str]()
    upgrade(settings.database_url)
    database = Database(settings.database_url, Cipher(settings.encryption_keys))
    add_tenant(database, api_url)
    for first in range(0, CONTRACTS, _AT_ONCE):
        some = [contract_of(place) for place in range(first, first + _AT_ONCE)]
        found = [done(visit) for each in some for visit in visits_of(each, HISTORY_FROM, YESTERDAY)]
        rows = [
            replace(row, host_row_id=len(numbers) + place, workorder_no=work_order_number("C", row.key, 1))
            for place, row in enumerate(found, 1)
        ]
        with database.write() as connection:
            Contracts(connection, TENANT).add_all([replace(each, settled_through=YESTERDAY) for each in some])
            Ledger(connection, TENANT).add(rows)
        numbers += [row.workorder_no or "" for row in rows]
    database.dispose()
    return numbers


def _cost(environ: Mapping[str, str], arguments: tuple[str, ...]) -> tuple[float, float]:
    command = [str(Path(sys.executable).with_name("powerup")), *arguments]
    process = subprocess.Popen(command, env=dict(environ), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}.")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / _MEGABYTE  # Linux counts in kilobytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    orders: ClassVar[list[str]]

    def do_GET(self) -> None:
        settled = parse_qs(urlsplit(self.path).query).get("status") == [WorkOrderStatus.AFGEHANDELD.value]
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        before = '{"code":200,"messages":[],"response":['
        for first in range(0, len(self.orders) if settled else 0, _AT_ONCE):
            some = enumerate(self.orders[first : first + _AT_ONCE], first + 1)
            records = [TEMPLATE.filled(row_id, number, WorkOrderStatus.AFGEHANDELD) for row_id, number in some]
            self._send(before + ",".join(records))
            before = ","
        self._send(("" if before == "," else before) + "]}")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, piece: str) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece.encode()), piece.encode()))


@contextmanager
def _host_with(orders: list[str]) -> Iterator[str]:
    handler = type("_Host", (_Handler,), {"orders": orders})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/openapi/8/"
        server.shutdown()
