"""Faults of the host, by rate or by an exact plan, the same ones again for the same seed."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from powerup.sandbox.errors import SandboxError


class FaultName(StrEnum):
    """What may go wrong with a call of API 8, in the order in which it is looked at."""

    LOST_REQUEST = "lost_request"  # the connection is dropped and nothing was done
    LOST_ANSWER = "lost_answer"  # everything was done, then the connection is dropped
    DELAY = "delay"  # done, and answered `seconds` later
    HTML = "html"  # an HTML page with status 200 instead of the envelope
    HTTP_500 = "http_500"  # status 500 without an envelope
    CODE_1007 = "code_1007"  # the envelope of an uncaught server error
    REFUSE_RECORD = "refuse_record"  # one record of a posted batch is refused, and so the batch
    LIST_LAG = "list_lag"  # GetWorkorders does not know the newest orders


@dataclass(frozen=True, slots=True)
class Fault:
    """When one fault strikes.

    Args:
        name: which one.
        rate: share of the calls, 0 to 1.
        calls: exactly these calls, counted from 1 among the calls of `endpoints` since the fault was set.
        endpoints: only calls of these; empty means all of API 8.
        done: for html, http_500 and code_1007: the request is carried out before the answer is spoilt.
        seconds: for delay.
        matching: for refuse_record: strikes records whose WorkorderNo contains this; empty means any one.
        lag_calls: for list_lag: orders posted within this many calls are left out.
    """

    name: FaultName
    rate: float = 0.0
    calls: frozenset[int] = frozenset()
    endpoints: frozenset[str] = frozenset()
    done: bool = False
    seconds: float = 30.0
    matching: str = ""
    lag_calls: int = 25

    def __post_init__(self) -> None:
        if not isinstance(self.rate, (int, float)) or not 0 <= self.rate <= 1:
            words = f"the rate of {self.name} is a number from 0 to 1, not {self.rate!r}"
            raise SandboxError(words, "no_rate")


Strikes = Mapping[FaultName, Fault]


def parse_fault(text: str) -> Fault:
    """A fault as the command line names it, `NAME=RATE`.

    Raises:
        SandboxError: no such fault, or no rate from 0 to 1.
    """
    name, _, rate = text.partition("=")
    if name not in set(FaultName):
        raise SandboxError(f"no fault is called {name!r}; there are {', '.join(FaultName)}")
    try:
        return Fault(FaultName(name), rate=float(rate))
    except ValueError:
        raise SandboxError(f"a fault is NAME=RATE, for example {name}=0.1, not {text!r}") from None


@dataclass(slots=True)
class _Running:
    fault: Fault
    chance: random.Random
    seen: int = 0

    def strikes(self, endpoint: str, named_only: bool) -> bool:
        if endpoint not in self.fault.endpoints and (self.fault.endpoints or named_only):
            return False
        self.seen += 1
        return self.seen in self.fault.calls or self.chance.random() < self.fault.rate


@dataclass(slots=True)
class Faults:
    """The faults that are switched on. Each draws from a chance of its own, so they do not disturb each other.

    Args:
        seed: the same seed and the same order of calls give the same faults.
    """

    seed: int = 0
    _running: dict[FaultName, _Running] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self, fault: Fault) -> None:
        """Switch a fault on, in place of an earlier one of that name; its count starts anew."""
        chance = random.Random(f"{self.seed}:{fault.name}")  # noqa: S311 - repeatable chance, no secret
        with self._lock:
            self._running[fault.name] = _Running(fault, chance)

    def clear(self, name: FaultName | None = None) -> None:
        """Switch one fault off, or all."""
        with self._lock:
            if name is None:
                self._running.clear()
            else:
                self._running.pop(name, None)

    def listed(self) -> list[Fault]:
        """The faults that are on."""
        with self._lock:
            return [running.fault for running in self._running.values()]

    def strike(self, endpoint: str, named_only: bool = False) -> Strikes:
        """Which faults strike this call, by name. Counts the call.

        Args:
            endpoint: as in the address, for example `PostWorkorders`.
            named_only: only faults that name the endpoint; for addresses that are no part of API 8.
        """
        with self._lock:
            struck = [running for running in self._running.values() if running.strikes(endpoint, named_only)]
            return {running.fault.name: running.fault for running in struck}
