"""A power-up and the host that installs it, on both databases; time stands still until a test moves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from tests.webhooks.installed import Clock, House


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[SandboxServer]:
    """The host's API, with the example firm's records."""
    with SandboxServer(tmp_path / "sandbox", clock=clock) as running:
        fill_with_example(running.host)
        yield running


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: Clock, sandbox: SandboxServer) -> Iterator[House]:
    """A sandbox power-up, nothing installed yet."""
    built = House.build(database_url, tmp_path / "powerup", clock, sandbox)
    yield built
    built.parts.close()
