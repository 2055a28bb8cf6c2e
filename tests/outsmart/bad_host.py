"""A host that behaves badly below HTTP, where a mocked library would not show what is really sent."""

import contextlib
import socket
import threading
from collections.abc import Iterable


class Dribble:
    """An answer that comes piece by piece, with a pause before each."""

    def __init__(self, pieces: Iterable[bytes], pause_seconds: float) -> None:
        self.pieces = pieces
        self.pause_seconds = pause_seconds


class BadHost:
    """Answers each connection with the next of its bytes and then closes; None is: say nothing at all.

    The last one is repeated. requests holds the first line of each request that came.
    """

    def __init__(self, *answers: bytes | Dribble | None) -> None:
        self.requests: list[str] = []
        self._answers = list(answers)
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while not self._over.is_set():
                connection, _ = self._listener.accept()
                with connection:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        self.requests.append(_first_line(connection))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer is None:
            connection.settimeout(5)
            with contextlib.suppress(OSError):
                connection.recv(1)  # until the client gives up
        elif isinstance(answer, Dribble):
            with contextlib.suppress(OSError):  # the client may give up
                for piece in answer.pieces:
                    if self._over.wait(answer.pause_seconds):
                        return
                    connection.sendall(piece)
        else:
            with contextlib.suppress(OSError):
                connection.sendall(answer)


def _first_line(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65536)
    return head.split(b"\r\n")[0].decode()
