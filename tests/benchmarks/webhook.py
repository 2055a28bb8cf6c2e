"""How many signed deliveries a second are answered durably: `powerup serve` in two processes, eight clients beside it.

Events wake a tenant; actions change a contract (a pause of one day, which asks the host nothing). What counts is a
200 whose answer stands in the inbox afterwards. The latency is that of deliveries sent evenly at half the pace reached.
Clients take their share of the same processors; SQLite writes through to the disk, the PostgreSQL of the tests does
not.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from math import ceil
from pathlib import Path
from time import perf_counter, process_time, sleep

from cryptography.fernet import Fernet
from sqlalchemy import func, select
from standardwebhooks import Webhook

from powerup.contracts.contract import Lead
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher, Secret
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.store.traffic_tables import inbox
from tests.benchmarks._workload import contract_of
from tests.postgres import PostgresServer

INSTALLATIONS = 120
CLIENTS = 8
EVENTS = 1_000
ACTIONS = 400
KEY = "whsec_" + b64encode(b"k" * 32).decode()
HOST = "https://host.example/"
AUDIENCE = "https://powerup.example/"
TODAY = date(2027, 1, 1)
PLANNER = {"id": "u_1", "name": "B. Jacobs", "role": "planner"}


@dataclass(frozen=True, slots=True)
class _Delivery:
    body: bytes
    headers: Mapping[str, str]


def run() -> dict[str, object]:
    """Deliveries per second and their 99th percentile at half the pace, per database and kind of message."""
    figures: dict[str, object] = {"installations": INSTALLATIONS, "clients": CLIENTS, "web_processes": 2}
    with tempfile.TemporaryDirectory() as directory, PostgresServer() as server:
        addresses = {"sqlite": f"sqlite:///{Path(directory) / 'powerup.db'}", "postgresql": server.create_database()}
        for name, address in addresses.items():
            figures[name] = _of_database(address, directory)
    return figures | {"load_average": os.getloadavg()[0]}


def _of_database(address: str, directory: str) -> dict[str, object]:
    key = Fernet.generate_key().decode()
    upgrade(address)
    database = Database(address, Cipher([key]))
    figures: dict[str, object] = {}
    try:
        _add_installations(database)
        with _served(address, key, directory) as port:
            places = count()
            _sent(port, [_event(next(places)) for _ in range(100)])  # what is worked out once, is by now
            for kind, make, number in (("event", _event, EVENTS), ("action", _action, ACTIONS)):
                measured = _measured(port, make, places, number)
                figures |= {f"{kind}_{name}": value for name, value in measured.items()}
        with database.read() as connection:
            kept = connection.scalar(select(func.count()).select_from(inbox))
    finally:
        database.dispose()
    answered = next(places)
    if kept != answered:
        raise RuntimeError(f"Of {answered} deliveries that were answered, {kept} stand in the inbox.")
    return figures


def _measured(port: int, make: Callable[[int], _Delivery], places: Iterator[int], number: int) -> dict[str, object]:
    deliveries = [make(next(places)) for _ in range(number)]
    processor, begun = process_time(), perf_counter()
    _sent(port, deliveries)
    seconds = perf_counter() - begun
    clients = (process_time() - processor) / seconds
    pace = number / seconds
    waits = sorted(_sent(port, [make(next(places)) for _ in range(number // 2)], per_second=pace / 2))
    return {
        "deliveries_per_second": round(pace),
        "p99_milliseconds_at_half": round(waits[ceil(len(waits) * 0.99) - 1] * 1000, 1),
        "processors_taken_by_clients": round(clients, 2),
    }


def _sent(port: int, deliveries: Sequence[_Delivery], per_second: float | None = None) -> list[float]:
    """Send them by all clients, as fast as each is answered or evenly at that pace; the seconds that each took."""
    begun = perf_counter()

    def send_share(place: int) -> list[float]:
        waits = []
        for number in range(place, len(deliveries), CLIENTS):
            due = begun + number / per_second if per_second else perf_counter()
            sleep(max(due - perf_counter(), 0))
            _post(port, deliveries[number])
            waits.append(perf_counter() - due)
        return waits

    with ThreadPoolExecutor(CLIENTS) as clients:
        return [seconds for waits in clients.map(send_share, range(CLIENTS)) for seconds in waits]


def _post(port: int, delivery: _Delivery) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/webhooks", delivery.body, dict(delivery.headers))
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status != 200 or json.loads(answer)["status"] != "succeeded":
        raise RuntimeError(f"Expected 200 and succeeded, got {response.status}: {answer!r}")


def _event(place: int) -> _Delivery:
    return _delivery(place, "work_order.changed", {"ids": [str(place)]})


def _action(place: int) -> _Delivery:
    """A pause of one day, another one for each press."""
    day = (TODAY + timedelta(days=place // INSTALLATIONS)).isoformat()
    data = {
        "action": "contract.pause",
        "target": {"type": "contract", "id": "1001"},
        "input": {"from": day, "until": day},
        "actor": PLANNER,
        "intent_id": f"int_{place}",
    }
    return _delivery(place, "action.invoked", data)


def _delivery(place: int, message_type: str, data: Mapping[str, object]) -> _Delivery:
    number, now = place % INSTALLATIONS, datetime.now(UTC)
    message = {
        "type": message_type,
        "api_version": "1",
        "sent_at": now.isoformat(),
        "audience": AUDIENCE,
        "environment": "sandbox",
        "installation": {"id": f"ins_{number}", "generation": 1},
        "tenant": {"id": f"host_{number}"},
        "data": data,
    }
    body = json.dumps(message)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": f"msg_{place}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(KEY).sign(f"msg_{place}", now, body),
        "powerup-installation": f"ins_{number}",
    }
    return _Delivery(body.encode(), headers)


def _add_installations(database: Database) -> None:
    """Each is the one installation of a tenant with one monthly contract."""
    with database.write() as connection:
        for number in range(INSTALLATIONS):
            Tenants(connection).add(_tenant(number))
            keys = (InstallationKey(Secret(KEY)),)
            installation = Installation(f"t_{number}", f"ins_{number}", 1, InstallationState.ACTIVE, keys, (HOST,))
            Installations(connection).add(installation)
            Contracts(connection, f"t_{number}").add(replace(contract_of(0, "1001"), end=None, lead=Lead(7)))


def _tenant(number: int) -> Tenant:
    return Tenant(
        id=f"t_{number}",
        name=f"Voorbeeld {number}",
        environment=Environment.SANDBOX,
        timezone="Europe/Amsterdam",
        api_url=HOST,
        token=Secret("token"),
        software_token=Secret("software token"),
        host_tenant_id=f"host_{number}",
        sandbox_today=TODAY,
    )


@contextmanager
def _served(address: str, key: str, directory: str) -> Iterator[int]:
    """The power-up as its Procfile runs it, with two processes; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATABASE_URL": address,
        "POWERUP_DATA_DIR": directory,
        "POWERUP_ENCRYPTION_KEYS": key,
        "POWERUP_SECRET_KEY": "a-secret-of-the-benchmark-alone",
        "POWERUP_BASE_URL": AUDIENCE,
        "PORT": str(port),
    }
    options = ["--no-timer", "--processes", "2", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "powerup", "serve", *options]
    process = subprocess.Popen(command, env=dict(os.environ) | settings, stderr=subprocess.DEVNULL)
    try:
        _await_port(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _await_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = perf_counter() + 60
    while process.poll() is None and perf_counter() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.1)
    raise RuntimeError("The server did not come up.")
