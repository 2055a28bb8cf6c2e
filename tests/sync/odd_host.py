"""A host that answers some calls otherwise than the sandbox does."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from powerup.outsmart.host import Host

Instead = Callable[..., Any]
"""Is given the host beneath and the arguments of the call; gives what is answered."""


class _OddHost:
    def __init__(self, host: Host, instead: dict[str, Instead]) -> None:
        self._host = host
        self._instead = instead

    def __getattr__(self, name: str) -> Any:
        instead = self._instead.get(name)
        return partial(instead, self._host) if instead else getattr(self._host, name)


def odd_host(**instead: Instead) -> Callable[[Host], Host]:
    """Wraps a host so that the calls of these names are answered otherwise."""
    return lambda host: cast(Host, _OddHost(host, instead))
