"""What the tests of the host's API share."""

from collections.abc import Callable, Iterator

import pytest

from tests.outsmart.bad_host import BadHost, Dribble


@pytest.fixture
def bad_host() -> Iterator[Callable[..., BadHost]]:
    """A maker of bad hosts that are gone after the test."""
    hosts: list[BadHost] = []

    def make(*answers: bytes | Dribble | None) -> BadHost:
        hosts.append(BadHost(*answers))
        return hosts[-1]

    yield make
    for host in hosts:
        host.close()
