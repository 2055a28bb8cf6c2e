"""What goes on beside the answering of messages and pages: deferred presses are carried out, bulk runs, imports and
what ifs are worked on, callbacks and mails of the day go out, planned work is worked out for the planning, and what is
over is forgotten."""

from datetime import timedelta
from threading import Event

import structlog

from powerup.mail.digests import Digests
from powerup.presses.bulk import BulkWork
from powerup.presses.deferred import DeferredPresses
from powerup.presses.importing import ImportWork
from powerup.presses.what_if_work import WhatIfWork
from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.sync.ahead.plan_ahead import PlanningAhead
from powerup.sync.process.scheduling import scheduler
from powerup.timing import Clock
from powerup.webhooks.background.housekeeping import forget_what_is_over
from powerup.webhooks.way_out.callbacks import Callbacks

PRESSES_SECONDS = 1.0
"""Between two looks for deferred presses: somebody waits for them."""

_PRESSES_AT_ONCE = 4
"""So many slow hosts may be waited for at the same time."""

_BULKS_AT_ONCE = 2
"""So many tenants' bulk runs are worked on at the same time."""

_LOOKS_AHEAD_SECONDS = 3600.0
"""Between two looks whether a new year has begun for a tenant."""

_FORGETS_EVERY = timedelta(days=1)

_log = structlog.get_logger(__name__)


class BackgroundWork:
    """Does it in threads of its own until it is stopped. Two of them at once do no harm."""

    def __init__(
        self,
        database: Database,
        callbacks: Callbacks,
        presses: DeferredPresses,
        bulks: BulkWork,
        planning: PlanningAhead,
        imports: ImportWork,
        digests: Digests | None,
        what_ifs: WhatIfWork,
        clock: Clock,
        *,
        every_seconds: float,
        tick_seconds: float,
    ) -> None:
        """every_seconds is the wait between two looks for callbacks, tick_seconds that between two for mails, which
        digests sends; None where no mail is sent."""
        self._database = database
        self._callbacks = callbacks
        self._clock = clock
        self._presses = presses
        self._bulks = bulks
        self._planning = planning
        self._imports = imports
        self._digests = digests
        self._what_ifs = what_ifs
        self._stopping = Event()
        jobs = (
            (self._send, every_seconds, 1),
            (self._forget, _FORGETS_EVERY.total_seconds(), 1),
            (self._look_ahead, _LOOKS_AHEAD_SECONDS, 1),
            (self._plan, PRESSES_SECONDS, 1),
            (self._mail, tick_seconds, 1),
            (self._work_on_imports, PRESSES_SECONDS, 1),
            (self._work_on_what_ifs, PRESSES_SECONDS, 1),
            (self._work_on_bulks, PRESSES_SECONDS, _BULKS_AT_ONCE),
            (self._carry_out, PRESSES_SECONDS, _PRESSES_AT_ONCE),
        )
        self._scheduler = scheduler(sum(at_once for _, _, at_once in jobs), "background")  # no job waits for another
        for work, seconds, at_once in jobs:
            self._scheduler.add_job(work, "interval", seconds=seconds, max_instances=at_once, coalesce=True)

    def start(self) -> None:
        """Look once now, and then every so many seconds."""
        self._callbacks.begin_threads()
        self._send()
        self._forget()
        self._look_ahead()
        self._scheduler.start()

    def stop(self) -> None:
        """Look no more, and wait for what is under way."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        self._callbacks.close()

    def _carry_out(self) -> None:
        try:
            while not self._stopping.is_set() and self._presses.carry_out_next():
                self._send()  # who waits for it should not wait for the next round, too
        except StoreUnavailableError as error:
            _log.warning("deferred_presses_wait", reason=str(error))

    def _work_on_bulks(self) -> None:
        try:
            while not self._stopping.is_set() and self._bulks.take_turn():
                pass
        except StoreUnavailableError as error:
            _log.warning("bulk_runs_wait", reason=str(error))

    def _look_ahead(self) -> None:
        try:
            self._planning.look_ahead()
        except StoreUnavailableError as error:
            _log.warning("planning_waits", reason=str(error))

    def _plan(self) -> None:
        try:
            began = self._clock()
            while not self._stopping.is_set() and self._planning.take_turn():
                # Nobody waits for it, so cycles and callbacks have at least as much of the processor meanwhile.
                self._stopping.wait((self._clock() - began).total_seconds())
                began = self._clock()
        except StoreUnavailableError as error:
            _log.warning("planning_waits", reason=str(error))

    def _work_on_imports(self) -> None:
        try:
            while not self._stopping.is_set() and self._imports.take_turn():
                pass
        except StoreUnavailableError as error:
            _log.warning("imports_wait", reason=str(error))

    def _mail(self) -> None:
        """In a thread of its own, so that a mail server that answers nothing keeps nothing else waiting."""
        try:
            if self._digests is not None:
                self._digests.send_due(self._stopping)
        except StoreUnavailableError as error:
            _log.warning("digests_wait", reason=str(error))

    def _work_on_what_ifs(self) -> None:
        try:
            while not self._stopping.is_set() and self._what_ifs.take_turn():
                pass
        except StoreUnavailableError as error:
            _log.warning("what_ifs_wait", reason=str(error))

    def _send(self) -> None:
        try:
            self._callbacks.begin_due()
        except StoreUnavailableError as error:
            _log.warning("callbacks_wait", reason=str(error))

    def _forget(self) -> None:
        try:
            forget_what_is_over(self._database, self._clock())
        except StoreUnavailableError as error:
            _log.warning("forgetting_waits", reason=str(error))
