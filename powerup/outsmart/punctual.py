"""HTTP whose headers have come before the time is over: the libraries' time-out is that of one silence, so that headers
which come byte by byte would hold a cycle for hours (architecture: long lists)."""

from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import socket
from time import monotonic
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection


class PunctualAdapter(HTTPAdapter):
    """Sends requests so that the time-out for reading counts for all headers together, and for each read after them."""

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
    """What a connection brings; until the moment given, if any, which the library's own reader knows nothing of."""

    def __init__(self, connection: socket, reader: RawIOBase) -> None:
        self.until: float | None = None
        self._connection = connection
        self._reader = reader

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.until is not None:
            left = self.until - monotonic()
            if left <= 0:
                raise TimeoutError("the headers did not come in time")
            self._connection.settimeout(left)
        return self._reader.readinto(buffer)

    def close(self) -> None:
        self._reader.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self._connection = sock
        self._reader = _Reader(sock, self.fp.detach())
        self.fp = BufferedReader(self._reader)

    def begin(self) -> None:
        """Read the headers."""
        silence = self._connection.gettimeout()
        self._reader.until = None if silence is None else monotonic() + silence
        super().begin()
        self._reader.until = None
        self._connection.settimeout(silence)


class PunctualConnection(HTTPConnection):
    """A connection whose answers have a deadline for their headers."""

    response_class = _Response


class PunctualSecureConnection(HTTPSConnection):
    """The same, encrypted."""

    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = PunctualConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = PunctualSecureConnection


def _make_punctual(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
