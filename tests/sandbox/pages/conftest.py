"""The host's pages in Chromium, with a stand-in power-up behind them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from powerup.sandbox.deliveries import RetryPolicy
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from powerup.sandbox.signing import new_key
from tests.sandbox.pages.browsing import Person
from tests.sandbox.pages.stand_in import StandIn

TODAY = date(2027, 1, 1)


@pytest.fixture
def powerup() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def host(tmp_path: Path, powerup: StandIn) -> Iterator[SandboxServer]:
    with SandboxServer(
        tmp_path / "host",
        listing_key=new_key(),
        powerup_url=powerup.receiver.url,
        retries=RetryPolicy(waits=(), timeout=5),
        seconds_per_day=0.01,
    ) as running:
        fill_with_example(running.host)
        running.host.calendar.set_today(TODAY)
        yield running


@pytest.fixture
def person(browser: Browser, host: SandboxServer) -> Iterator[Person]:
    """Somebody at a wide screen who reads Dutch."""
    with Person(browser, host.url, language="nl") as somebody:
        yield somebody
