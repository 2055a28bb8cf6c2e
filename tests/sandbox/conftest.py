"""A sandbox over real HTTP, filled with the example firm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SandboxServer]:
    with SandboxServer(tmp_path / "sandbox") as running:
        fill_with_example(running.host)
        yield running


@pytest.fixture
def caller(server: SandboxServer) -> Iterator[Caller]:
    calling = Caller(server)
    yield calling
    calling.session.close()
