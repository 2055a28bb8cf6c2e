"""HTTP that ends when its time is over, whatever dribbles in. The libraries' time-out is that of one silence, so that a
host which sends a byte now and then, anywhere in its answer, would hold a thread for as long as it likes (architecture:
long lists).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import gaierror, socket
from time import monotonic
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from powerup.outsmart.lookups import LOOKUPS

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def ending_within(seconds: float) -> Iterator[None]:
    """What is done in here over punctual connections, of this thread, has ended after so many seconds or raises
    TimeoutError (as urllib3 and requests wrap it): looking up, connecting, headers, and each piece of a body.

    Around the reading of a body it takes the place of the time-out, which counts for body and headers together
    otherwise.
    """
    before = _ends_at.set(monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(before)


class PunctualAdapter(HTTPAdapter):
    """Sends requests so that the time-out for connecting counts for the look-up and all addresses together, and that
    for reading for the whole answer, unless `ending_within` says otherwise of its body."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Called by the library when it begins."""
        super().init_poolmanager(*arguments, **named)
        _make_punctual(self.poolmanager)

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> PoolManager:
        """Called by the library for each proxy."""
        manager: PoolManager = super().proxy_manager_for(*arguments, **named)
        _make_punctual(manager)
        return manager


class _Reader(RawIOBase):
    """What a connection brings until its moment, which the library's own reader knows nothing of."""

    def __init__(self, connection: socket, reader: RawIOBase) -> None:
        self.until: float | None = None
        self.in_body = False
        self._connection = connection
        self._reader = reader

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if (until := self._until()) is not None:
            left = until - monotonic()
            if left <= 0:
                raise TimeoutError("the answer did not come in time")
            self._connection.settimeout(left)
        return self._reader.readinto(buffer)

    def close(self) -> None:
        self._reader.close()
        super().close()

    def _until(self) -> float | None:
        told = _ends_at.get()
        if told is None or self.until is None or self.in_body:
            return told or self.until
        return min(told, self.until)


class _Response(HTTPResponse):
    def __init__(self, sock: socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self._connection = sock
        self._reader = _Reader(sock, self.fp.detach())
        self._begin_time()  # for the answer of a proxy, which the library reads in a way of its own
        self.fp = BufferedReader(self._reader)

    def begin(self) -> None:
        """Read the headers."""
        self._begin_time()
        super().begin()
        self._reader.in_body = True

    def _begin_time(self) -> None:
        silence = self._connection.gettimeout()
        self._reader.until = None if silence is None else monotonic() + silence


class PunctualConnection(HTTPConnection):
    """A connection whose making and whose answers have a deadline."""

    response_class = _Response

    def _new_conn(self) -> socket:
        return _connected(self)


class PunctualSecureConnection(HTTPSConnection):
    """The same, encrypted."""

    response_class = _Response

    def _new_conn(self) -> socket:
        return _connected(self)


class _Pool(HTTPConnectionPool):
    ConnectionCls = PunctualConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = PunctualSecureConnection


def _make_punctual(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def _connected(connection: HTTPConnection) -> socket:
    """A socket to the first address that takes it; no address may use up the time of those behind it. Raises as the
    library does, so that it knows that nothing was sent."""
    until = _connects_until(connection)
    try:
        name = connection._dns_host.strip("[]")
        addresses = LOOKUPS.addresses(name, connection.port, until - monotonic())
        return _first_connected(connection, addresses, until)
    except gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"Connecting to {connection.host} took too long: {error}") from error
    except OSError as error:
        raise NewConnectionError(connection, f"Failed to establish a new connection: {error}") from error


def _first_connected(connection: HTTPConnection, addresses: list[str], until: float) -> socket:
    failure = OSError("the name has no address")
    for place, address in enumerate(addresses):
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError("no address of it answered in time")
        try:
            connected = create_connection(
                (address, connection.port),
                left / (len(addresses) - place),
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            failure = error
        else:
            connected.settimeout(max(until - monotonic(), _SHORTEST_SECONDS))  # what is left for encrypting it
            return connected
    raise failure


_SHORTEST_SECONDS = 0.001
"""No time at all would mean to the system that a socket never waits."""


def _connects_until(connection: HTTPConnection) -> float:
    now, told = monotonic(), _ends_at.get()
    seconds = connection.timeout
    until = now + seconds if isinstance(seconds, int | float) else None
    return min(each for each in (until, told, now + _LONGEST_SECONDS) if each is not None)


_LONGEST_SECONDS = 60.0
"""Where whoever calls has set no time-out for connecting."""
