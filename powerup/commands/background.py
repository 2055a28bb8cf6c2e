"""What goes on beside the web: the timer's ticks, and the errands of the webhooks."""

import requests

from powerup.commands.cycles import cycles_of
from powerup.outsmart.public_session import host_session
from powerup.parts import Parts
from powerup.store.tenants import Environment
from powerup.sync.clock_watch import ClockWatch
from powerup.sync.timer import RunningTimer, Timer
from powerup.webhooks.errands import RunningErrands
from powerup.webhooks.wishes import Wishes

_ERRANDS_SECONDS = 5.0


class Background:
    """Runs in threads of this process, until it is stopped. In several processes at once it does no harm."""

    def __init__(self, parts: Parts) -> None:
        timer = Timer(
            parts.database,
            cycles_of(parts),
            parts.settings.environment,
            measures=parts.measures,
            watch=ClockWatch(parts.database, parts.clock),
        )
        self._timer = RunningTimer(timer, parts.clock, parts.settings.tick_seconds)
        self._session = callback_session(parts)
        self._errands = RunningErrands(parts.database, self._session, parts.clock, _ERRANDS_SECONDS, wishes_of(parts))

    def start(self) -> None:
        """Look once now at what is due, and then again and again."""
        self._timer.start()
        self._errands.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what runs."""
        self._errands.stop()
        self._timer.stop()
        self._session.close()


def wishes_of(parts: Parts) -> Wishes:
    """What carries out the actions that were accepted because their host was slow."""
    return Wishes(parts.database, parts.open_host, parts.confirmations, parts.settings.environment, parts.clock)


def callback_session(parts: Parts) -> requests.Session:
    """A session for callbacks, to be closed; in production it reaches no private address."""
    return host_session(public_only=parts.settings.environment is Environment.PRODUCTION)
