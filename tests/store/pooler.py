"""A pooler before PostgreSQL that does what one in transaction mode may do at any time: it gives each transaction the
next one of its server connections, which it keeps for all clients. Several transactions at once are no matter of it.
"""

import contextlib
import socket
import struct
from threading import Lock, Thread

_SSL_REQUEST, _CANCEL_REQUEST = 80877103, 80877102
_READY, _IDLE = b"Z", b"I"


class TransactionPooler:
    """Listens until it is closed. server is the socket in the file system of one that trusts who comes by it."""

    def __init__(self, server: str, connections: int = 3) -> None:
        self._server = server
        self._number = connections
        self._servers: list[socket.socket] = []
        self._next = 0
        self._turn = Lock()
        self._greeting = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        for each in (self._listener, *self._servers):
            each.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError), client:
            startup = _startup(client)
            with self._turn:
                if not self._servers:
                    self._servers = [self._connected(startup) for _ in range(self._number)]
            client.sendall(self._greeting)
            while True:
                first = _message(client)
                if first[:1] == b"X":
                    return
                with self._turn:
                    self._transaction(client, first)

    def _connected(self, startup: bytes) -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        server.sendall(startup)
        self._greeting, message = b"", b""
        while message[:1] != _READY:  # by the message: a process number may have the same byte at its place
            message = _message(server)
            self._greeting += message
        return server

    def _transaction(self, client: socket.socket, first: bytes) -> None:
        """Pass on what comes until the server says that no transaction is open any more."""
        server = self._servers[self._next % len(self._servers)]
        self._next += 1
        message = first
        while True:
            server.sendall(message)
            if message[:1] in (b"S", b"Q"):  # the ends of what a client says before it waits
                while True:
                    answer = _message(server)
                    client.sendall(answer)
                    if answer[:1] == _READY:
                        break
                if answer[5:6] == _IDLE:
                    return
            message = _message(client)


def _startup(client: socket.socket) -> bytes:
    while True:
        length = _exactly(client, 4)
        content = _exactly(client, struct.unpack("!I", length)[0] - 4)
        if struct.unpack("!I", content[:4])[0] not in (_SSL_REQUEST, _CANCEL_REQUEST):
            return length + content
        client.sendall(b"N")


def _message(connection: socket.socket) -> bytes:
    head = _exactly(connection, 5)
    return head + _exactly(connection, struct.unpack("!I", head[1:])[0] - 4)


def _exactly(connection: socket.socket, number: int) -> bytes:
    received = b""
    while len(received) < number:
        piece = connection.recv(number - len(received))
        if not piece:
            raise EOFError
        received += piece
    return received
