"""The sandbox host and the power-up, talking over real HTTP: the whole way, and what only a connection can do."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.fernet import Fernet
from flask import Flask
from waitress.server import create_server
from werkzeug.serving import WSGIRequestHandler, make_server

from powerup.app import create_app
from powerup.outsmart.public_session import host_session
from powerup.parts import Parts, build_parts, now_in_utc
from powerup.sandbox.buttons import Press, ask_for_cards, confirm, press
from powerup.sandbox.deliveries import RetryPolicy
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.installation import VIEWER
from powerup.sandbox.server import SandboxServer
from powerup.settings import read_settings
from powerup.store.contracts import Contracts
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.tenants.tell_host import tell_host
from tests.full_disk import room_for
from tests.webhooks.messages.test_invoking import CREATE, RELATION, TERMINATE
from tests.webhooks.signed_messages import LISTING_KEY


@dataclass
class Talking:
    """A host and a power-up, each listening on a port of its own."""

    sandbox: SandboxServer
    parts: Parts
    url: str

    def tenants(self) -> list[Tenant]:
        with self.parts.database.read() as connection:
            return Tenants(connection).all()

    def contract_numbers(self) -> list[str]:
        with self.parts.database.read() as connection:
            return [each.number for each in Contracts(connection, self.tenants()[0].id).all()]


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def talking(database_url: str, tmp_path: Path) -> Iterator[Talking]:
    sandbox = SandboxServer(tmp_path / "sandbox", listing_key=LISTING_KEY, retries=RetryPolicy(waits=()))
    fill_with_example(sandbox.host)
    # The port is known only when the server listens, and the power-up has to know its own address.
    app = Flask(__name__)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
    settings = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(tmp_path / "powerup"),
        "POWERUP_DATABASE_URL": database_url,
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_LISTING_KEYS": LISTING_KEY,
        "POWERUP_HOST_API_URLS": sandbox.api_url,
        "POWERUP_HOST_ORIGINS": sandbox.url,
        "PORT": str(server.server_port),
    }
    parts = build_parts(read_settings(settings))
    server.app = create_app(parts)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    with sandbox:
        yield Talking(sandbox, parts, f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()
    parts.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a power-up on waitress, as `serve` runs it; what is sent to it gets no further than its checks."""
    settings = {"POWERUP_ENVIRONMENT": "sandbox", "POWERUP_DATA_DIR": str(tmp_path_factory.mktemp("powerup"))}
    parts = build_parts(read_settings(settings))
    server = create_server(create_app(parts), host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()
    thread.join()
    parts.close()


def answer_of(attempt: Any) -> dict[str, Any]:
    assert attempt is not None
    assert attempt.status == 200, attempt
    return dict(attempt.answer)


def test_the_whole_way_from_installing_to_restoring(talking: Talking) -> None:
    marketplace = talking.sandbox.marketplace
    assert marketplace.install(talking.url).state == "active"
    marketplace.set_today(date(2026, 12, 28))

    created = answer_of(press(marketplace, Press("contract.create", RELATION, CREATE)))
    assert created["status"] == "succeeded"
    button = Press("contract.terminate", created["target"], TERMINATE)
    shown = press(marketplace, button)
    assert answer_of(shown)["status"] == "needs_confirmation"
    assert answer_of(confirm(marketplace, button, shown))["status"] == "succeeded"  # type: ignore[arg-type]  # it came
    denied = press(marketplace, Press("contract.restart", created["target"], actor=VIEWER))
    assert answer_of(denied)["status"] == "denied"
    assert answer_of(ask_for_cards(marketplace, RELATION))["cards"][0]["id"] == created["target"]["id"]

    assert answer_of(marketplace.suspend())["status"] == "succeeded"
    assert answer_of(marketplace.resume())["status"] == "succeeded"
    assert answer_of(marketplace.rotate_key())["status"] == "succeeded"
    assert answer_of(marketplace.change_credentials())["status"] == "succeeded"
    assert answer_of(marketplace.update_firm(name="Nieuwe naam"))["status"] == "succeeded"
    assert talking.tenants()[0].name == "Nieuwe naam"

    assert answer_of(marketplace.uninstall())["status"] == "succeeded"
    assert talking.tenants()[0].state is TenantState.UNINSTALLED
    assert marketplace.install(talking.url).state == "active"
    assert talking.contract_numbers() == [created["target"]["id"]]
    marketplace.uninstall()
    assert answer_of(marketplace.erase())["status"] == "succeeded"
    assert talking.tenants() == []


def test_a_press_sent_three_times_late_and_out_of_order_does_its_work_once(talking: Talking) -> None:
    marketplace, deliveries = talking.sandbox.marketplace, talking.sandbox.deliveries
    marketplace.install(talking.url)
    press(marketplace, Press("contract.create", RELATION, CREATE))
    press(marketplace, Press("contract.create", RELATION, CREATE | {"objects": ["AC-1"]}))
    first, second = deliveries.log.messages("action.invoked")
    deliveries.redeliver(second.number)
    deliveries.redeliver(first.number)
    at_once = deliveries.redeliver_at_once(first.number, 3)
    answers = {attempt.answer_body for attempt in [*deliveries.log.attempts(first.number), *at_once]}
    assert len(answers) == 1
    assert len(talking.contract_numbers()) == 2


def test_messages_held_and_released_in_another_order_end_the_same(talking: Talking) -> None:
    marketplace, deliveries = talking.sandbox.marketplace, talking.sandbox.deliveries
    marketplace.install(talking.url)
    deliveries.holding = True
    marketplace.uninstall()
    deliveries.holding = False
    assert marketplace.install(talking.url).state == "active"
    [late] = deliveries.log.never_tried()
    assert answer_of(deliveries.redeliver(late.number))["status"] == "ignored"
    assert talking.tenants()[0].state is TenantState.ACTIVE


def test_an_altered_message_is_not_let_in(talking: Talking) -> None:
    marketplace, deliveries = talking.sandbox.marketplace, talking.sandbox.deliveries
    marketplace.install(talking.url)
    marketplace.suspend()
    marketplace.resume()
    message = deliveries.log.messages("installation.suspended")[0]
    assert deliveries.redeliver_altered(message.number).status == 401
    assert deliveries.redeliver_altered(message.number, message.body[:-1]).status == 401
    assert talking.tenants()[0].state is TenantState.ACTIVE


def test_an_event_of_the_host_wakes_the_sync(talking: Talking) -> None:
    marketplace = talking.sandbox.marketplace
    marketplace.install(talking.url)
    with talking.parts.database.write() as connection:
        Tenants(connection).stop_cycles(talking.tenants()[0].id)
    talking.sandbox.host.change_switches(events=True)
    talking.sandbox.host.tell("work_order.changed", ["1"])
    talking.sandbox.events.wait_until_sent()
    assert talking.tenants()[0].next_cycle_at is not None


def test_a_callback_arrives_at_the_host(talking: Talking) -> None:
    talking.sandbox.marketplace.install(talking.url)
    with talking.parts.database.write() as connection:
        tell_host(connection, talking.tenants()[0].id, "cards.changed", {"targets": [RELATION]}, now_in_utc())
    with host_session(public_only=False) as session, closing(talking.parts.callbacks(session)) as callbacks:
        assert callbacks.deliver_due() == 1
    [callback] = talking.sandbox.callbacks.listed("cards.changed")
    assert callback.envelope["data"] == {"targets": [RELATION]}


def test_a_body_in_pieces_without_a_length_is_read_to_its_limit(served: str) -> None:
    def pieces(number: int) -> Iterator[bytes]:
        return (b" " * 1024 for _ in range(number))

    headers = {"content-type": "application/json"}
    statuses = [
        requests.post(f"{served}webhooks", data=pieces(number), headers=headers, timeout=10).status_code
        for number in (256, 257)
    ]
    assert statuses == [401, 413]


def test_a_body_that_ends_early_does_no_harm(served: str) -> None:
    where = urlsplit(served)
    connection = http.client.HTTPConnection(where.hostname or "", where.port or 0, timeout=5)
    connection.putrequest("POST", "/webhooks")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b'{"type":')
    connection.close()
    assert requests.get(f"{served}health/live", timeout=5).status_code == 200


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999"])
def test_a_length_that_is_none_is_refused(served: str, length: str) -> None:
    where = urlsplit(served)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as connection:
        connection.sendall(
            b"POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: " + length.encode() + b"\r\nConnection: close\r\n\r\n"
        )
        status = connection.recv(1024).split(b" ")[1]
    assert status in (b"400", b"401", b"413")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_loses_no_webhook_that_was_answered(talking: Talking) -> None:
    marketplace, answered = talking.sandbox.marketplace, []
    marketplace.install(talking.url)
    with room_for(2, talking.parts.database):
        while (attempt := press(marketplace, Press("contract.create", RELATION, CREATE))) and attempt.status == 200:
            answered.append(answer_of(attempt)["target"]["id"])
    assert attempt is not None
    assert attempt.status == 503
    assert talking.contract_numbers() == answered
    assert answered
    again = answer_of(marketplace.deliveries.redeliver(attempt.message_number))
    assert talking.contract_numbers() == [*answered, again["target"]["id"]]
