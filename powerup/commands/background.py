"""What goes on beside the web: the timer's ticks, and the callbacks to hosts that are due."""

import random

import requests
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from powerup.app import Parts
from powerup.commands.cycles import cycles_of
from powerup.store.errors import StoreUnavailableError
from powerup.store.tenants import Environment
from powerup.sync.timer import RunningTimer, Timer
from powerup.webhooks.callbacks import deliver_due
from powerup.webhooks.public_session import host_session

_CALLBACK_SECONDS = 5

_log = structlog.get_logger(__name__)


class Background:
    """Runs in threads of this process, until it is stopped. In several processes at once it does no harm."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        timer = Timer(parts.database, cycles_of(parts), parts.settings.environment)
        self._timer = RunningTimer(timer, parts.clock, parts.settings.tick_seconds)
        self._session = callback_session(parts)
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(self._call_back, "interval", seconds=_CALLBACK_SECONDS, max_instances=1, coalesce=True)

    def start(self) -> None:
        """Tick once now, and then again and again."""
        self._timer.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what runs."""
        self._scheduler.shutdown(wait=True)
        self._timer.stop()
        self._session.close()

    def _call_back(self) -> None:
        try:
            deliver_due(self._parts.database, self._session, self._parts.clock, random.random)
        except StoreUnavailableError as error:
            _log.warning("callbacks_missed", reason=str(error))


def callback_session(parts: Parts) -> requests.Session:
    """A session for callbacks, to be closed; in production it reaches no private address."""
    return host_session(public_only=parts.settings.environment is Environment.PRODUCTION)
