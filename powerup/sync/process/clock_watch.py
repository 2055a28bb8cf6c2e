"""Looks now and then whether this machine's clock agrees with the database server's: leases and the waits before a
look-up are moments of the clocks of all machines, and hold only while these agree (decision 6)."""

import threading
from datetime import datetime, timedelta

import structlog

from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.store.server_clock import MOST_DIFFERENCE, clock_difference, is_too_far
from powerup.timing import Clock

LOOK_EVERY = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


class ClockWatch:
    """What was found at the last look; one per process, shared by its threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at: datetime | None = None
        self._agrees = True

    def agrees(self) -> bool:
        """Whether leases may be taken. A clock that was put forward or back is looked at anew at once."""
        with self._lock:
            now = self._clock()
            if self._looked_at is None or abs(now - self._looked_at) >= LOOK_EVERY:
                self._looked_at = now
                self._agrees = self._look()
            return self._agrees

    def _look(self) -> bool:
        try:
            difference = clock_difference(self._database, self._clock)
        except StoreUnavailableError:
            return self._agrees  # no lease can be taken either
        if difference is None or not is_too_far(difference):
            return True
        _log.warning(
            "clock_differs",
            seconds=round(difference.total_seconds(), 1),
            most=MOST_DIFFERENCE.total_seconds(),
            cure="set the clocks of this machine and of the database's server (NTP); no cycle begins before that",
        )
        return False
