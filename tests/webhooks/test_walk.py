"""The walk of the webhooks page, run as it stands there: a host installs the power-up and presses its buttons."""

import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from powerup.sandbox.server import SandboxServer
from tests.webhooks.installed import Clock, House
from tests.webhooks.signed_messages import LISTING_KEY

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


@dataclass
class RealClock(Clock):
    """The script signs with the time of the machine."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_walk_from_a_key_to_buttons_that_work(database_url: str, tmp_path: Path, sandbox: SandboxServer) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}/"
    house = House.build(database_url, tmp_path / "powerup", RealClock(), sandbox, POWERUP_BASE_URL=address)
    server.app = house.client.application
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tokens = sandbox.credentials
    api = {"base_url": sandbox.api_url, "token": tokens.token, "software_token": tokens.software_token}
    given: dict[str, Any] = {
        "POWERUP": address,
        "LISTING_KEY": LISTING_KEY,
        "ENVIRONMENT": "sandbox",
        "API": api,
        "ORIGIN": sandbox.url,
    }
    try:
        exec(compile(script, str(PAGE), "exec"), given)
    finally:
        server.shutdown()
        server.server_close()
        house.parts.close()
    assert given["installed"]["status"] == "succeeded"
    assert given["buttons"]["contract.create"]
    assert [given[name]["status"] for name in ("preview", "made", "asked", "ended")] == [
        "needs_confirmation",
        "succeeded",
        "needs_confirmation",
        "succeeded",
    ]
    (card,) = given["cards"]
    assert card["id"] == given["made"]["target"]["id"]
