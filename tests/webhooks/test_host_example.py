"""The example of a host, written from the pages alone: it installs the power-up, presses buttons, gets orders."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import requests
from werkzeug.serving import BaseWSGIServer, make_server

from powerup.sandbox.server import SandboxServer
from powerup.store.tenants import Tenants
from powerup.sync.kit.context import Wish
from tests.webhooks.installed import House
from tests.webhooks.signed_messages import LISTING_KEY
from tests.webhooks.test_walk import RealClock

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "host.py"


@contextmanager
def serving() -> Iterator[BaseWSGIServer]:
    """A server on a free port, whose application is given later."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def loaded(powerup: str, port: int, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in {"POWERUP": powerup, "LISTING_KEY": LISTING_KEY, "HOST_PORT": str(port)}.items():
        monkeypatch.setenv(name, value)
    spec = spec_from_file_location("example_host", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_host_of_two_hundred_lines_installs_the_powerup_and_presses_its_buttons(
    database_url: str, tmp_path: Path, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as at, serving() as hosting:
        address, origin = (f"http://127.0.0.1:{each.server_port}/" for each in (at, hosting))
        addresses = {"POWERUP_HOST_API_URLS": f"{origin}openapi/8/", "POWERUP_HOST_ORIGINS": origin.rstrip("/")}
        house = House.build(
            database_url, tmp_path / "data", RealClock(), sandbox, POWERUP_BASE_URL=address, **addresses
        )
        at.app = house.client.application
        host = loaded(address, hosting.server_port, monkeypatch)
        hosting.app = host.app
        host.install()
        person = host.app.test_client()

        def pressed(action: str, **entered: str) -> str:
            """Follow the button from the customer's page, and send its form as it is drawn, or with other input."""
            link, *_ = re.findall(rf'href="(/press\?action={action}&[^"]*)"', person.get("/").text)
            return sent(person.get(unescape(link)).text, **entered)

        def sent(page: str, **entered: str) -> str:
            form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
            form |= dict(re.findall(r'<textarea name="(input)"[^>]*>([^<]*)</textarea>', page))
            form = {name: unescape(value) for name, value in form.items()}
            return str(person.post("/press", data=form | entered).text)

        assert "<strong>succeeded</strong>" in pressed("contract.create")
        today = json.dumps(host.BEGUN | {"start": f"{house.clock().date()}"})
        assert "<strong>succeeded</strong>" in pressed("contract.create", input=today)
        with house.parts.database.read() as connection:
            (tenant,) = Tenants(connection).all()
        house.parts.cycles().run(tenant.id, Wish(by_person=True))
        assert {order["CustomerDebtorNr"] for order in host.orders.values()} == {host.CUSTOMER}
        shown = pressed("contract.terminate", input='{"last_day": "2040-01-01", "reason": "MOVED"}')
        assert "<strong>needs_confirmation</strong>" in shown
        assert "<strong>succeeded</strong>" in sent(shown)
        with requests.Session() as session:
            house.parts.callbacks(session).deliver_due()
        assert {each["type"] for each in host.told} >= {"cards.changed"}
        house.parts.close()
