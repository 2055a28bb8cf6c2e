"""Hosts that hang, and a web that has to answer everybody else: a real server, real sockets (webhooks page, 2)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
import requests

from powerup.app import create_app
from powerup.commands.kit.listening import Bind
from powerup.commands.kit.web_server import listening, web_server
from powerup.presses import press
from powerup.sandbox.faults import Fault, FaultName
from powerup.webhooks.messages import installing
from tests.webhooks.installed import House
from tests.webhooks.messages.test_invoking import CREATE, RELATION
from tests.webhooks.signed_messages import body_of, envelope, headers_for

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PRESSES = 20
HANGS = Fault(FaultName.DELAY, rate=1.0, seconds=60.0)
"""Until a test lets it answer."""


@dataclass
class Web:
    """The web of a power-up on a socket, whose host hangs until it is let."""

    house: House
    address: str
    host_answers: Event

    def send(self, message: tuple[bytes, dict[str, str]]) -> requests.Response:
        body, headers = message
        return requests.post(f"{self.address}/webhooks", data=body, headers=headers, timeout=60)

    def signed(self, message_type: str, data: Any) -> tuple[bytes, dict[str, str]]:
        house = self.house
        message = envelope(message_type, data, installation={"id": "ins_7Q", "generation": house.generation})
        body = body_of(message)
        return body, headers_for(body, keys=(house.key,), message_id=f"msg_{next(house.numbers)}", at=house.clock())


@pytest.fixture
def web(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr(press, "READ_WITHIN_SECONDS", 60.0)
    monkeypatch.setattr(installing, "_TRIED_WITHIN_SECONDS", 60.0)
    assert house.install()["status"] == "succeeded"
    listens, host_answers = listening(Bind("127.0.0.1", 0)), Event()
    server = web_server(create_app(house.parts), listens)
    Thread(target=server.run, daemon=True).start()
    monkeypatch.setattr(house.sandbox.host.stopping, "wait", host_answers.wait)
    house.sandbox.host.faults.set(HANGS)
    yield Web(house, f"http://127.0.0.1:{listens.getsockname()[1]}", host_answers)
    host_answers.set()
    for channel in list(server.active_channels.values()):
        channel.close()
    server.close()
    server.task_dispatcher.shutdown()


def answers_to(web: Web, messages: list[tuple[bytes, dict[str, str]]]) -> tuple[list[requests.Response], int]:
    """The answers to messages that come at the same moment, and how many of them wait for the host, while the web
    answers everybody else."""
    with ThreadPoolExecutor(len(messages)) as host:
        sent = [host.submit(web.send, each) for each in messages]
        for _ in zip(range(len(sent) - _WAIT), as_completed(sent), strict=False):
            pass  # those that do not wait for the host
        assert requests.get(f"{web.address}/health/live", timeout=60).status_code == 200
        waiting = sum(not each.done() for each in sent)
        assert sum(each.name.startswith("host-reading") for each in enumerate_threads()) <= 24
        web.host_answers.set()
        return [each.result() for each in sent], waiting


_WAIT = 8
"""So many of one tenant may wait for its host."""


def test_a_flood_of_presses_at_a_host_that_hangs_keeps_nobody_waiting(web: Web) -> None:
    press_of = web.house.press
    messages = [web.signed("action.invoked", press_of("contract.create", RELATION, CREATE)) for _ in range(PRESSES)]
    answers, waiting = answers_to(web, messages)
    assert waiting == _WAIT
    told = Counter(each.json()["status"] for each in answers)
    assert told == {"accepted": PRESSES - _WAIT, "succeeded": _WAIT}


def test_a_flood_of_new_tokens_for_a_host_that_hangs_keeps_nobody_waiting(web: Web) -> None:
    data = {"api": web.house.created()["api"]}
    messages = [web.signed("installation.credentials_changed", data) for _ in range(20)]
    answers, waiting = answers_to(web, messages)
    assert waiting == _WAIT
    assert Counter(each.status_code for each in answers) == {200: _WAIT, 429: 20 - _WAIT}
    assert {each.headers["Retry-After"] for each in answers if each.status_code == 429} == {"5"}
