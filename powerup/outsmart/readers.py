"""Who reads hosts beside the cycles, and who waits for it: one tenant's host that hangs keeps no other tenant waiting.

All of it is of this process alone, and forgotten with it.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from powerup.threads import begin_all

_Result = TypeVar("_Result")


class TooManyWait(Exception):
    """So many wait for hosts already that one more would leave nobody to answer others."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """all, of one tenant, of one whose host was slow the last time, and of all of those together."""

    all: int
    of_one: int
    of_a_slow_one: int
    of_slow_ones: int


_CALLS = _Limits(all=24, of_one=6, of_a_slow_one=2, of_slow_ones=8)
"""Six are what creating a contract asks for, at once."""

_WAITING = _Limits(all=12, of_one=8, of_a_slow_one=1, of_slow_ones=6)
"""The web has sixteen threads (`commands/kit/web_server.py`): four always are there for what needs no host."""


class _Counted:
    """How many there are of each tenant."""

    def __init__(self, limits: _Limits) -> None:
        self._limits = limits
        self._of = Counter[str]()

    def has_room(self, tenant_id: str, slow: set[str]) -> bool:
        if self._of.total() >= self._limits.all:
            return False
        if tenant_id not in slow:
            return self._of[tenant_id] < self._limits.of_one
        of_slow_ones = sum(number for each, number in self._of.items() if each in slow)
        return self._of[tenant_id] < self._limits.of_a_slow_one and of_slow_ones < self._limits.of_slow_ones

    def add(self, tenant_id: str) -> None:
        self._of[tenant_id] += 1

    def remove(self, tenant_id: str) -> None:
        self._of[tenant_id] -= 1
        if not self._of[tenant_id]:
            del self._of[tenant_id]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that waits for its turn."""

    tenant_id: str
    future: Future[Any]
    read: Callable[..., Any]
    which: tuple[object, ...]


class HostReaders:
    """The threads in which hosts are read for presses and pages: a fixed number of them, turn by turn of the tenants.

    A tenant whose host was slow has fewer of them until it was quick once. Used by several threads at once.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_CALLS.all, "host-reading")
        self._lock = Lock()
        self._slow: set[str] = set()
        self._under_way = _Counted(_CALLS)
        self._waiting = _Counted(_WAITING)
        self._queues: dict[str, deque[_Call]] = {}

    def begin_threads(self) -> None:
        """Have all threads from now on, for a process that runs on."""
        begin_all(self._threads, _CALLS.all)

    def read(self, tenant_id: str, read: Callable[..., _Result], *which: object) -> "Future[_Result]":
        """Have something read of the tenant's host as soon as its turn comes; it may be cancelled until then."""
        call = _Call(tenant_id, Future(), read, which)
        with self._lock:
            self._queues.setdefault(tenant_id, deque()).append(call)
            self._begin()
        return call.future

    @contextmanager
    def waiting(self, tenant_id: str) -> Iterator[None]:
        """Around what waits for the tenant's host in a thread that others need. Raises TooManyWait."""
        with self._lock:
            if not self._waiting.has_room(tenant_id, self._slow):
                raise TooManyWait
            self._waiting.add(tenant_id)
        try:
            yield
        finally:
            with self._lock:
                self._waiting.remove(tenant_id)

    def was_slow(self, tenant_id: str) -> None:
        """The tenant's host did not answer in time, or not at all."""
        with self._lock:
            self._slow.add(tenant_id)

    def was_quick(self, tenant_id: str) -> None:
        """The tenant's host answered in time."""
        with self._lock:
            self._slow.discard(tenant_id)

    def close(self) -> None:
        """Begin no more; what is under way ends by its deadline."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> None:
        """Begin what there is room for; who had a turn goes behind those who wait. Under the lock."""
        while (tenant_id := self._next()) is not None:
            queue = self._queues.pop(tenant_id)
            self._under_way.add(tenant_id)
            self._threads.submit(self._carry_out, queue.popleft())
            if queue:
                self._queues[tenant_id] = queue

    def _next(self) -> str | None:
        return next((each for each in self._queues if self._under_way.has_room(each, self._slow)), None)

    def _carry_out(self, call: _Call) -> None:
        try:
            if call.future.set_running_or_notify_cancel():
                call.future.set_result(call.read(*call.which))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for who asked, and not for this thread
            call.future.set_exception(error)
        finally:
            with self._lock:
                self._under_way.remove(call.tenant_id)
                self._begin()
