"""How many calls a tenant makes in a minute, where its settings limit them. Counted in this process alone
(decision 9)."""

import threading
import time
from collections import deque
from collections.abc import Callable

from powerup.timing import Stopwatch

WINDOW_SECONDS = 60.0


class CallLimits:
    """The latest calls of each tenant that has a limit; shared by the threads of a process."""

    def __init__(self, clock: Stopwatch = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._calls: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allow(self, tenant_id: str, per_minute: int) -> None:
        """Let the tenant make so many calls in any minute; 0 is no limit."""
        with self._lock:
            calls = self._calls.pop(tenant_id, deque())
            if per_minute:
                self._calls[tenant_id] = deque(calls, maxlen=per_minute)

    def wait(self, tenant_id: str) -> None:
        """Sleep until the tenant may make a call."""
        while seconds := self._seconds_to_wait(tenant_id):
            self._sleep(seconds)

    def take(self, tenant_id: str) -> None:
        """Count a call that is made now, in its turn or not."""
        with self._lock:
            if tenant_id in self._calls:
                self._calls[tenant_id].append(self._clock())

    def _seconds_to_wait(self, tenant_id: str) -> float:
        with self._lock:
            calls = self._calls.get(tenant_id)
            if calls is None or len(calls) < (calls.maxlen or 0):
                return 0.0
            return max(calls[0] + WINDOW_SECONDS - self._clock(), 0.0)
