"""What has to be done now and then for the webhooks: callbacks go out, and what is over is forgotten."""

import random
from datetime import timedelta

import requests
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.webhooks.callbacks import Clock, deliver_due
from powerup.webhooks.housekeeping import forget_what_is_over

_FORGETS_EVERY = timedelta(days=1)

_log = structlog.get_logger(__name__)


class RunningErrands:
    """Runs the errands in threads of its own until it is stopped. Two of them at once do no harm."""

    def __init__(self, database: Database, session: requests.Session, clock: Clock, every_seconds: float) -> None:
        """session sends the callbacks, and stays the caller's to close; every_seconds is the wait between two looks."""
        self._database = database
        self._session = session
        self._clock = clock
        self._scheduler = BackgroundScheduler(timezone="UTC")
        for errand, seconds in ((self._send, every_seconds), (self._forget, _FORGETS_EVERY.total_seconds())):
            self._scheduler.add_job(errand, "interval", seconds=seconds, max_instances=1, coalesce=True)

    def start(self) -> None:
        """Look once now, and then every so many seconds."""
        self._send()
        self._forget()
        self._scheduler.start()

    def stop(self) -> None:
        """Look no more, and wait for what is under way."""
        self._scheduler.shutdown(wait=True)

    def _send(self) -> None:
        try:
            deliver_due(self._database, self._session, self._clock, random.random)
        except StoreUnavailableError as error:
            _log.warning("callbacks_wait", reason=str(error))

    def _forget(self) -> None:
        try:
            forget_what_is_over(self._database, self._clock())
        except StoreUnavailableError as error:
            _log.warning("forgetting_waits", reason=str(error))
