"""Moving the sandbox's today on, day by day, at a pace at which the power-up can do its work of each day."""

import threading
from dataclasses import dataclass
from datetime import timedelta

from powerup.sandbox.installation import RUNNING
from powerup.sandbox.marketplace import Marketplace

LONGEST_WALK = 366
"""Days that one walk may take."""

_LONGEST_WAIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk has come, in days."""

    done: int
    total: int
    running: bool
    no_answer: bool = False


class Walk:
    """One walk through time at a time, in a thread of its own.

    A jump of a month would be a stand-still of a month to the power-up, with everything overdue; so each day is told.

    Args:
        marketplace: tells the power-up of each day.
        seconds_per_day: least time between two days; a day lasts longer while the power-up calls the API.
    """

    def __init__(self, marketplace: Marketplace, seconds_per_day: float) -> None:
        self._marketplace = marketplace
        self._seconds_per_day = seconds_per_day
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.progress: Progress | None = None

    @property
    def is_running(self) -> bool:
        """Whether time goes on at this moment."""
        return self.progress is not None and self.progress.running

    def start(self, days: int) -> bool:
        """Set out; returns at once. False while another walk is going on, which then goes on."""
        with self._lock:
            if self.is_running:
                return False
            self._stop.clear()
            self.progress = Progress(0, min(days, LONGEST_WALK), running=True)
            self._thread = threading.Thread(target=self._go, name="sandbox time", daemon=True)
            self._thread.start()
            return True

    def stop(self) -> None:
        """End the walk after the day that it has come to; returns when it has ended."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _go(self) -> None:
        progress = self.progress or Progress(0, 0, running=True)
        answered = True
        done = 0
        try:
            while answered and done < progress.total and not self._stop.is_set():
                answered = self._next_day()
                done += 1
                self.progress = Progress(done, progress.total, running=True)
        finally:
            self.progress = Progress(done, progress.total, running=False, no_answer=not answered)

    def _next_day(self) -> bool:
        """Tell the next day and let the power-up work. Returns whether it answered (or nobody is installed)."""
        host = self._marketplace.host
        attempt = self._marketplace.set_today(host.calendar.today() + timedelta(days=1))
        installation = self._marketplace.book.find()
        if installation is None or installation.state not in RUNNING:
            return True
        self._wait_while_calls_come()
        return attempt is None or attempt.got_through

    def _wait_while_calls_come(self) -> None:
        calls = self._marketplace.host.calls
        waited = 0.0
        seen = -1
        while seen != calls.last_number and waited <= _LONGEST_WAIT_SECONDS:
            seen = calls.last_number
            if self._stop.wait(self._seconds_per_day):
                return
            waited += max(self._seconds_per_day, 0.01)
