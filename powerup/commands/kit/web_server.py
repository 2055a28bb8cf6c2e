"""The web server of `powerup serve`: waitress, with limits that strangers cannot wear out.

It reads requests in one thread and answers them in others, so that a request which is half sent holds no thread. What
waitress has no limit for is how long a request may take to arrive as a whole: each byte begins its time-out anew.
"""

import socket
from time import monotonic
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from powerup.commands.kit.listening import Bind

ARRIVES_WITHIN_SECONDS = 10.0
"""From the first byte of a request to its last."""

_SILENCE_SECONDS = 15
"""After this a connection on which nothing comes or goes is closed."""

_MOST_CONNECTIONS = 800
"""Most systems let a process have 1,024 files and connections open."""

_WAITING_CONNECTIONS = 1024

_THREADS = 16
"""Some of them may wait for hosts, never all (`outsmart/readers.py`)."""

_MOST_BODY_BYTES = 1024 * 1024
"""Beyond what any address takes, so that each can say itself what is too large."""


class PunctualChannel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection whose requests have a deadline for arriving; it is asked every second whether it wants to read."""

    _began: float | None = None

    def received(self, data: bytes) -> Any:
        """Called by the server with what has come."""
        if self._began is None:
            self._began = monotonic()
        taken = super().received(data)
        if self.request is None:
            self._began = None
        return taken

    def readable(self) -> Any:
        """Called by the server before it waits for more."""
        if self._began is not None and monotonic() - self._began > ARRIVES_WITHIN_SECONDS:
            self.will_close = True
        return super().readable()


def listening(where: Bind, *, shared: bool = False) -> socket.socket:
    """A socket that listens there. shared: other processes have one of their own there, too, and the system deals out
    the connections; of one socket for all, the first to wake would take most. Raises OSError.
    """
    family = socket.AF_INET6 if ":" in where.address else socket.AF_INET
    return socket.create_server(
        (where.address, where.port), family=family, backlog=_WAITING_CONNECTIONS, reuse_port=shared
    )


def web_server(app: Flask, listens: socket.socket) -> BaseWSGIServer:
    """A server on a socket that listens, to be run and closed."""
    server = create_server(
        app,
        sockets=[listens],
        threads=_THREADS,
        connection_limit=_MOST_CONNECTIONS,
        asyncore_use_poll=True,  # select, the default, ends with the 1,024th file
        channel_timeout=_SILENCE_SECONDS,
        cleanup_interval=2,
        max_request_body_size=_MOST_BODY_BYTES,
        ident=None,
    )
    server.channel_class = PunctualChannel
    return server
