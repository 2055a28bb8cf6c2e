"""A power-up and the host that installs it, on both databases; time stands still until a test moves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from powerup.presses import press
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from tests.webhooks.installed import Clock, House


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def listening_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    """The host's API, with the example firm's records; these tests only read there."""
    with SandboxServer(tmp_path_factory.mktemp("sandbox")) as running:
        fill_with_example(running.host)
        yield running


@pytest.fixture
def sandbox(listening_sandbox: SandboxServer) -> Iterator[SandboxServer]:
    """The same, without the faults that another test set."""
    yield listening_sandbox
    listening_sandbox.host.faults.clear()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no slow host; tests that mean one say so."""
    monkeypatch.setattr(press, "READ_WITHIN_SECONDS", 30.0)


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: Clock, sandbox: SandboxServer) -> Iterator[House]:
    """A sandbox power-up, nothing installed yet."""
    built = House.build(database_url, tmp_path / "powerup", clock, sandbox)
    yield built
    built.parts.close()
