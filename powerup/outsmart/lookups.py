"""Asking for the addresses of a name, within a time: what the system offers for it waits for as long as its name
servers take, and cannot be told to stop.
"""

import socket
from concurrent.futures import Future
from threading import Lock, Thread

_AT_ONCE = 16
"""So many names may be asked for at the same time; what is asked is of the few hosts that the operator allows."""


class Lookups:
    """The look-ups of a process. Whoever asks for a name that is being asked for waits for that answer, so that a name
    whose servers are silent takes one thread, however many ask."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._at_once = at_once
        self._under_way: dict[tuple[str, int], Future[list[str]]] = {}
        self._lock = Lock()

    def addresses(self, name: str, port: int, within_seconds: float) -> list[str]:
        """The numeric addresses of a name, or of a number itself, best first.

        Raises TimeoutError when they are not known in time, or too many others are being asked for, and OSError
        (socket.gaierror) when there are none.
        """
        return self._asked(name, port).result(max(within_seconds, 0.0))

    def _asked(self, name: str, port: int) -> Future[list[str]]:
        key = name, port
        with self._lock:
            if (under_way := self._under_way.get(key)) is not None:
                return under_way
            if len(self._under_way) >= self._at_once:
                raise TimeoutError("too many names are being looked up")
            asked = self._under_way[key] = Future[list[str]]()
        # A daemon, which keeps no process from ending: the question goes on for as long as the system wants.
        Thread(target=self._ask, args=(name, port, asked), name="name look-up", daemon=True).start()
        return asked

    def _ask(self, name: str, port: int, asked: Future[list[str]]) -> None:
        try:
            found = _addresses(name, port)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for who asked, and not for this thread
            self._forget(name, port)
            asked.set_exception(error)
        else:
            self._forget(name, port)
            asked.set_result(found)

    def _forget(self, name: str, port: int) -> None:
        """From now on the name is asked for anew: how long an answer lasts is the system's affair."""
        with self._lock:
            del self._under_way[name, port]


def _addresses(name: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "a part of the name is empty or too long") from error
    return [*dict.fromkeys(str(address[0]) for *_, address in found)]


LOOKUPS = Lookups()
"""Those of this process."""
