"""A power-up behind a proxy on a socket of its own, and the host that is played against it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from powerup.conformance.check import Result, tried
from powerup.conformance.exchange import Wire
from powerup.conformance.invented_host import InventedHost
from powerup.conformance.listener import Listener
from powerup.conformance.of_powerup import POWERUP_CHECKS
from powerup.conformance.playing_host import PlayedHost
from powerup.outsmart.public_session import host_session
from powerup.parts import now_in_utc
from powerup.presses import press
from powerup.rate import RateLimit
from tests.conformance.trials import Proxy, listening
from tests.conftest import _copy_of_sqlite
from tests.webhooks.installed import House
from tests.webhooks.signed_messages import LISTING_KEY

PATIENT_SECONDS, IMPATIENT_SECONDS = 30.0, 0.2
"""How long an action waits for its host: a busy machine is no slow host, but where a slow one is played."""


class HostOfTests(InventedHost):
    """Slow only where an action does not wait for it; what was put off meanwhile is done when it is quick again."""

    quick_again = threading.Event()

    def __setattr__(self, name: str, value: object) -> None:
        if name == "slow":
            if not value and self.__dict__.get("slow"):
                self.quick_again.set()
            press.READ_WITHIN_SECONDS = IMPATIENT_SECONDS if value else PATIENT_SECONDS
            value = 2 * IMPATIENT_SECONDS if value else 0.0
        super().__setattr__(name, value)


@dataclass
class Waits:
    """Waits that are asked for are over at once: the time by which messages are counted goes on instead."""

    seconds: float = 0.0

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Pair:
    """A power-up behind a proxy, and the host that is played against it."""

    host: PlayedHost
    proxy: Proxy
    house: House
    port_of_commands: int

    def results(self, *only: str) -> list[Result]:
        return [*tried([check for check in POWERUP_CHECKS if not only or check.id in only], self.host)]


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    directory, proxy, stopping, waits = tmp_path_factory.mktemp("powerup"), Proxy(), threading.Event(), Waits()
    database = f"sqlite:///{_copy_of_sqlite(sqlite_template, directory / 'powerup.db')}"
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "READ_WITHIN_SECONDS", PATIENT_SECONDS)
        patch.setattr(RateLimit, "_filled", _counting_on(waits))
        listener = stack.enter_context(Listener("127.0.0.1", 0))
        address = stack.enter_context(listening(proxy))
        port = _free_port()
        origins = (listener.url, f"http://127.0.0.1:{port}")
        stand_in: Any = SimpleNamespace(
            api_url=",".join(f"{each}/openapi/8/" for each in origins),
            url=",".join(origins),
            host=SimpleNamespace(calls=SimpleNamespace(listed=lambda _: [])),
        )
        house = House.build(database, directory, now_in_utc, stand_in, POWERUP_BASE_URL=address)  # type: ignore[arg-type]
        proxy.app = house.client.application
        stack.callback(house.parts.close)
        background = threading.Thread(target=_background, args=(house, stopping))
        background.start()
        stack.callback(background.join)
        stack.callback(HostOfTests.quick_again.set)
        stack.callback(stopping.set)
        host = PlayedHost(
            Wire(stack.enter_context(host_session(public_only=False)), waits),
            HostOfTests(listener),
            url=address,
            listing_key=LISTING_KEY,
            environment="sandbox",
            clock=now_in_utc,
            patience=30,
        )
        yield Pair(host, proxy, house, port)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _counting_on(waits: Waits) -> Callable[[RateLimit, str, float], Any]:
    """Messages are counted by a time that waits alone let go on: how busy the machine is makes no difference."""
    filled = RateLimit._filled
    return lambda limit, sender, _: filled(limit, sender, waits.seconds)


def _background(house: House, stopping: threading.Event) -> None:
    """Deferred presses and callbacks, as the timer's process does them."""
    deferred = house.deferred()
    HostOfTests.quick_again.clear()
    with host_session(public_only=False) as session:
        sending = house.parts.callbacks(session)
        while not stopping.is_set():
            HostOfTests.quick_again.wait()
            HostOfTests.quick_again.clear()
            while not stopping.is_set() and not deferred.carry_out_next():
                stopping.wait(0.02)
            sending.deliver_due()
        sending.close()


@pytest.fixture
def pair(running: Pair) -> Iterator[Pair]:
    """The same, whole and not installed after what another test did to it."""
    yield running
    running.proxy.before, running.proxy.after = Proxy().before, Proxy().after
    running.host.active, running.host._refused, running.host._manifest = False, None, None
