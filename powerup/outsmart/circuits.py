"""The circuit of a host's address: open while several tenants cannot connect to it, so that they do not all wait for
what does not come. One tenant's own trouble opens nothing. Known to this process alone.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

from powerup.outsmart.errors import HostUnreachable
from powerup.timing import GrowingWaits, Jitter, Stopwatch

SEVERAL = 3
"""So many different tenants have to fail to connect, and none to succeed in between."""

WAITS = GrowingWaits(timedelta(seconds=15), timedelta(minutes=5))
"""Before one call tries whether the host can be reached again."""


@dataclass(slots=True)
class _Circuit:
    unreached: set[str] = field(default_factory=set)
    tries: int = 0
    open_until: float = 0.0


class Circuits:
    """The circuits of all addresses; shared by the threads of a process."""

    def __init__(self, jitter: Jitter, clock: Stopwatch = time.monotonic) -> None:
        self._clock = clock
        self._jitter = jitter
        self._circuits: dict[str, _Circuit] = {}
        self._lock = threading.Lock()

    def enter(self, address: str, endpoint: str) -> None:
        """Before a call. Raises HostUnreachable while the circuit is open; when its wait is over, one call tries."""
        with self._lock:
            circuit = self._circuits.get(address)
            if circuit is None or len(circuit.unreached) < SEVERAL:
                return
            if self._clock() < circuit.open_until:
                raise HostUnreachable(endpoint, detail="several tenants could not connect to it; tried again soon")
            circuit.tries += 1
            circuit.open_until = self._clock() + self._wait(circuit)  # the others go on waiting for this one

    def leave(self, address: str, tenant_id: str, *, reached: bool) -> None:
        """After a call of a tenant: whether a connection was made, whatever was answered."""
        with self._lock:
            if reached:
                self._circuits.pop(address, None)
                return
            circuit = self._circuits.setdefault(address, _Circuit())
            circuit.unreached.add(tenant_id)
            circuit.open_until = self._clock() + self._wait(circuit)

    def _wait(self, circuit: _Circuit) -> float:
        return WAITS.after(circuit.tries + 1, self._jitter).total_seconds()
