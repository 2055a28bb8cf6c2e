"""A firm on both databases, and the host it has its records at; time stands still until a test moves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from powerup.presses import press
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from tests.api.calling import Firm
from tests.webhooks.installed import Clock, House


@pytest.fixture(scope="module")
def listening_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    """The host's API, with the example firm's records; these tests only read there."""
    with SandboxServer(tmp_path_factory.mktemp("sandbox")) as running:
        fill_with_example(running.host)
        yield running


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no slow host; tests that mean one say so."""
    monkeypatch.setattr(press, "READ_WITHIN_SECONDS", 30.0)


@pytest.fixture
def firm(database_url: str, tmp_path: Path, listening_sandbox: SandboxServer) -> Iterator[Firm]:
    house = House.build(database_url, tmp_path / "powerup", Clock(), listening_sandbox)
    assert house.install()["status"] == "succeeded"
    made = Firm(house)
    made.make_keys()
    yield made
    house.parts.close()
    listening_sandbox.host.faults.clear()
