"""Every place at which a worker can die or fall asleep: around each commit and around each call to the host."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection

from powerup.outsmart.host import Host
from powerup.store.database import Database


class KilledError(BaseException):
    """The worker was killed; like a real kill it is no Exception that anybody could catch."""


class Boundaries:
    """Counts the boundaries that a cycle passes, and strikes at one of them, counted from 1."""

    for_death = False
    """Only who dies does so inside a transaction, where a sleeper keeps the others out, or with a call on its lips,
    where nothing can tell a sleeper that it was overtaken: the order made then is a second one for reconcile."""

    def __init__(self, strikes_at: int, strike: Callable[[], None]) -> None:
        self._strikes_at = strikes_at
        self._strike = strike
        self._passed = 0

    @property
    def struck(self) -> bool:
        """Whether the boundary was reached."""
        return self._passed >= self._strikes_at

    def cross(self) -> None:
        self._passed += 1
        if self._passed == self._strikes_at:
            self._strike()


class Death(Boundaries):
    """The worker is killed at the boundary: nothing it does after that has any effect."""

    for_death = True

    def __init__(self, strikes_at: int) -> None:
        super().__init__(strikes_at, self.cross)

    def cross(self) -> None:
        self._passed += 1
        if self.struck:
            raise KilledError


class WatchedDatabase:
    """A database whose commits are boundaries."""

    def __init__(self, database: Database, boundaries: Boundaries) -> None:
        self._database = database
        self._boundaries = boundaries

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._database.read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._database.write() as connection:
            yield connection
            if self._boundaries.for_death:
                self._boundaries.cross()
        self._boundaries.cross()


class _WatchedHost:
    def __init__(self, host: Host, boundaries: Boundaries) -> None:
        self._host = host
        self._boundaries = boundaries

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._host, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            if self._boundaries.for_death:
                self._boundaries.cross()
            answer = found(*arguments, **named)
            self._boundaries.cross()
            return answer

        return call


def watched_host(host: Host, boundaries: Boundaries) -> Host:
    """A host whose calls are boundaries."""
    return cast(Host, _WatchedHost(host, boundaries))


def watched_database(database: Database, boundaries: Boundaries) -> Database:
    """A database whose commits are boundaries."""
    return cast(Database, WatchedDatabase(database, boundaries))
