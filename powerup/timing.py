"""What all rooms say of time alike: the clock that each is given, jitter, and the waits between tries.

Nothing here reads a clock or makes a number at random: both come from the entrances (architecture: Rooms).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC."""

Stopwatch = Callable[[], float]
"""Gives seconds that only go forward, whatever becomes of the clock; what they are counted from means nothing."""

Jitter = Callable[[], float]
"""Gives a number from 0 to 1, another one each time, so that waits that began together do not end together."""

_MOST_DOUBLINGS = 10


@cache
def time_zones() -> frozenset[str]:
    """The names of time zones that every machine knows, whatever else its system has: those of the tzdata package."""
    return frozenset((files("tzdata") / "zones").read_text().split())


def shortened(wait: timedelta, part: float, jitter: Jitter) -> timedelta:
    """The wait, less up to this part of it (0 to 1), by chance."""
    return wait * (1 - part * (1 - jitter()))


@dataclass(frozen=True, slots=True)
class GrowingWaits:
    """Waits that double from the first to the longest; each is shortened by up to a half."""

    first: timedelta
    longest: timedelta

    def after(self, failures: int, jitter: Jitter) -> timedelta:
        """How long to wait after so many failures in a row, from 1."""
        return shortened(min(self.first * 2 ** min(failures - 1, _MOST_DOUBLINGS), self.longest), 0.5, jitter)

    def after_waiting(self, waited: timedelta) -> timedelta:
        """How long to wait once more after a wait of this length, where nobody counts the tries."""
        return min(max(2 * waited, self.first), self.longest)


@dataclass(frozen=True, slots=True)
class ListedWaits:
    """A wait for each failure, the first one first; the last one counts for all that follow."""

    waits: tuple[timedelta, ...]

    def after(self, failures: int) -> timedelta:
        """How long to wait after so many failures in a row, from 1."""
        return self.waits[min(failures, len(self.waits)) - 1]
