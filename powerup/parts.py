"""The composition root: settings become the parts that web, timer, worker and commands share, and what runs on.

Clock and jitter come in here and go down from here. Nothing of the web is known here, and what a method puts together
is loaded in it: a command that asks the database alone has no need of what calls hosts or runs on.
"""

import ctypes
import gc
import os
import random
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from powerup.actions.kit.confirmation import Confirmations
from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.circuits import Circuits
from powerup.outsmart.gate import TenantGate
from powerup.outsmart.readers import HostReaders
from powerup.settings import Settings, make_data_dir
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.tenants import Environment, Tenant
from powerup.sync.process.measures import Measures
from powerup.timing import Clock, Jitter

if TYPE_CHECKING:
    import requests

    from powerup.mail.digests import Digests
    from powerup.outsmart.client import OutsmartClient
    from powerup.presses.bulk import BulkWork
    from powerup.presses.deferred import DeferredPresses
    from powerup.presses.importing import ImportWork
    from powerup.presses.press import Presses
    from powerup.presses.what_if_work import WhatIfWork
    from powerup.sync.ahead.plan_ahead import PlanningAhead
    from powerup.sync.process.clock_watch import ClockWatch
    from powerup.sync.process.cycle import Cycles
    from powerup.sync.process.timer import RunningTimer
    from powerup.sync.process.worker import Worker
    from powerup.visitors.open_sessions import OpenSessions
    from powerup.visitors.panels import Panels
    from powerup.visitors.signing_in import SigningIn
    from powerup.webhooks.background.background_work import BackgroundWork
    from powerup.webhooks.kit.webhook_parts import WebhookParts
    from powerup.webhooks.way_out.callbacks import Callbacks

_CALLBACKS_SECONDS = 1.0

_TURN_OF_A_THREAD_SECONDS = 0.0005
"""How long a thread that computes may go on while others wait to. A press asks the database some thirty times, and each
time it has to wait for that anew: with Python's own 5 ms it takes longer beside one large contract than by itself."""

_M_ARENA_MAX = -8
"""Of mallopt(3)."""

_HEAPS = 2

_READ_RETRIES = 2

_LENGTH_OF_KEYS = 180
"""Of the two keys of an installation as they are encrypted; for one that is not known the same is decrypted."""


@dataclass(frozen=True, slots=True)
class Background:
    """What goes on beside the web, in threads of this process: the timer's ticks, and what messages leave to be done.

    In several processes at once it does no harm.
    """

    timer: "RunningTimer"
    messages: "BackgroundWork"
    session: "requests.Session"

    def start(self) -> None:
        """Look once now at what is due, and then again and again."""
        self.timer.start()
        self.messages.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what runs."""
        self.messages.stop()
        self.timer.stop()
        self.session.close()


@dataclass(frozen=True, slots=True)
class Parts:
    """What every entrance is made of: web, timer, worker and commands alike. clock gives aware moments in UTC."""

    settings: Settings
    database: Database
    cipher: Cipher = field(repr=False)
    confirmations: Confirmations
    measures: Measures
    circuits: Circuits
    limits: CallLimits
    readers: HostReaders
    clock: Clock
    jitter: Jitter

    def open_patient_host(self, tenant: Tenant) -> "OutsmartClient":
        """A client for cycles: it awaits the tenant's turn where its calls are limited. Raises InvalidApiAddress."""
        return self.open_host(tenant, patient=True)

    def open_host(
        self, tenant: Tenant, within_seconds: float | None = None, *, patient: bool = False, repeats_reads: bool = True
    ) -> "OutsmartClient":
        """A client for the tenant's host, to be closed; within_seconds is what its calls have where somebody waits.

        Where calls are limited, those of a person do not wait, unless patient; they are counted. A read that failed is
        tried again, unless repeats_reads is false. Raises InvalidApiAddress. A tenant whose tokens were destroyed has
        none to send, and the host refuses.
        """
        from powerup.outsmart.client import OutsmartClient

        return OutsmartClient(
            tenant.api_url,
            tenant.token.reveal() if tenant.token else "",
            tenant.software_token.reveal() if tenant.software_token else "",
            session=self.host_session(),
            timeout_seconds=self.settings.host_timeout_seconds,
            read_retries=_READ_RETRIES if repeats_reads else 0,
            within_seconds=within_seconds,
            gate=TenantGate(
                tenant.id,
                tenant.api_url,
                self.circuits,
                self.limits,
                self.measures.host_called,
                patient=patient,
            ),
        )

    def host_session(self) -> "requests.Session":
        """A session for calls to hosts, to be closed; in production it reaches no private address."""
        from powerup.outsmart.public_session import host_session

        return host_session(
            public_only=self.settings.environment is Environment.PRODUCTION, way_out=self.settings.way_out
        )

    def cycles(self) -> "Cycles":
        """What runs cycles, in the name of this process."""
        from powerup.sync.kit.pace import Pace
        from powerup.sync.process.cycle import Cycles

        settings = self.settings
        return Cycles(
            database=self.database.by_indexes(),
            open_host=self.open_patient_host,
            owner=f"{socket.gethostname()}:{os.getpid()}",
            clock=self.clock,
            jitter=self.jitter,
            pace=Pace(
                reconcile_every=timedelta(minutes=settings.reconcile_minutes),
                lease_seconds=settings.lease_seconds,
                host_timeout_seconds=settings.host_timeout_seconds,
            ),
            limits=self.limits,
        )

    def presses(self) -> "Presses":
        """What presses are done by, whichever entrance they come by."""
        from powerup.presses.press import Presses

        return Presses(self.database, self.open_host, self.confirmations, self.readers)

    def open_sessions(self) -> "OpenSessions":
        """The sessions of people who look at pages."""
        from powerup.visitors.open_sessions import OpenSessions

        return OpenSessions(self.database, self.settings.environment, self.settings.secret_key)

    def panels(self) -> "Panels":
        """What lets people in whom a host sends."""
        from powerup.visitors.panels import Panels

        return Panels(self.database, self.open_sessions(), self.settings.environment, self.settings.base_url)

    def signing_in(self) -> "SigningIn":
        """What lets people in whose host does not send them."""
        from powerup.visitors.passwords import Passwords
        from powerup.visitors.signing_in import SigningIn

        settings = self.settings
        return SigningIn(self.database, Passwords(), self.open_sessions(), settings.environment, settings.secret_key)

    def deferred_presses(self) -> "DeferredPresses":
        """What carries out the presses that were accepted because their host was slow."""
        from powerup.api.entrance import API
        from powerup.pages.entrance import PANEL
        from powerup.presses.deferred import DeferredPresses
        from powerup.presses.entrance import COMMAND
        from powerup.webhooks.messages.presses_of_hosts import BY_HOSTS

        return DeferredPresses(
            self.database,
            self.open_host,
            self.confirmations,
            self.settings.environment,
            self.clock,
            {entrance.name: entrance for entrance in (BY_HOSTS, PANEL, API, COMMAND)},
            self.readers,
        )

    def bulk_work(self) -> "BulkWork":
        """What works on the many presses that people asked for as one."""
        from powerup.api.entrance import API
        from powerup.pages.entrance import PANEL
        from powerup.presses.bulk import BulkWork
        from powerup.presses.entrance import COMMAND

        entrances = {entrance.name: entrance for entrance in (PANEL, API, COMMAND)}
        return BulkWork(self.presses(), self.settings.environment, self.clock, entrances)

    def planning_ahead(self) -> "PlanningAhead":
        """What works out the planned work of contracts that are new or were changed."""
        from powerup.sync.ahead.plan_ahead import PlanningAhead

        return PlanningAhead(self.database, self.settings.environment, self.clock)

    def import_work(self) -> "ImportWork":
        """What works on the files that people import by pages and other software."""
        from powerup.api.entrance import API
        from powerup.pages.entrance import PANEL
        from powerup.presses.entrance import COMMAND
        from powerup.presses.importing import ImportWork

        entrances = {entrance.name: entrance for entrance in (PANEL, API, COMMAND)}
        owner = f"import:{socket.gethostname()}:{os.getpid()}"
        return ImportWork(self.presses(), self.settings.environment, self.clock, entrances, owner)

    def digests(self) -> "Digests | None":
        """What sends the mails of the day; None where this server sends no mail."""
        from powerup.mail.digests import Digests

        settings = self.settings
        if settings.post is None:
            return None
        return Digests(self.database, settings.post, settings.environment, settings.base_url, self.clock)

    def what_if_work(self) -> "WhatIfWork":
        """What finds out what a year would be like with the presses that people collect, and carries them out."""
        from powerup.api.entrance import API
        from powerup.pages.entrance import PANEL
        from powerup.presses.entrance import COMMAND
        from powerup.presses.what_if_work import WhatIfWork

        entrances = {entrance.name: entrance for entrance in (PANEL, API, COMMAND)}
        return WhatIfWork(self.presses(), self.settings.environment, self.clock, entrances)

    def callbacks(self, session: "requests.Session") -> "Callbacks":
        """What sends messages to hosts, by this session."""
        from powerup.webhooks.way_out.callbacks import Callbacks

        return Callbacks(self.database, session, self.clock, self.jitter)

    def background(self) -> Background:
        """What goes on beside the web, to be started and stopped."""
        from powerup.sync.process.timer import RunningTimer, Timer
        from powerup.webhooks.background.background_work import BackgroundWork

        settings, session = self.settings, self.host_session()
        timer = Timer(
            self.database, self.cycles(), settings.environment, measures=self.measures, watch=self._clock_watch()
        )
        messages = BackgroundWork(
            self.database,
            self.callbacks(session),
            self.deferred_presses(),
            self.bulk_work(),
            self.planning_ahead(),
            self.import_work(),
            self.digests(),
            self.what_if_work(),
            self.clock,
            every_seconds=_CALLBACKS_SECONDS,
            tick_seconds=settings.tick_seconds,
        )
        return Background(RunningTimer(timer, self.clock, settings.tick_seconds), messages, session)

    def worker(self, concurrency: int) -> "Worker":
        """A worker that runs so many cycles at once; for PostgreSQL."""
        from powerup.sync.process.cycle_runner import Runner
        from powerup.sync.process.worker import (  # its queue is there with the extra `postgres` alone
            SWEEPS_PER_LEASE,
            Worker,
        )

        settings = self.settings
        return Worker(
            database=self.database,
            runner=Runner(self.cycles(), self.measures, self._clock_watch()),
            environment=settings.environment,
            clock=self.clock,
            address=settings.database_url,
            concurrency=concurrency,
            sweep_seconds=min(settings.tick_seconds, settings.lease_seconds / SWEEPS_PER_LEASE),
        )

    def webhook_parts(self) -> "WebhookParts":
        """What the handling of messages from hosts needs."""
        from powerup.webhooks.kit.addresses import AddressLists
        from powerup.webhooks.kit.keys import ListingKey
        from powerup.webhooks.kit.signature import decoded_key
        from powerup.webhooks.kit.webhook_parts import WebhookParts

        settings, cipher = self.settings, self.cipher
        public_only = settings.environment is Environment.PRODUCTION
        decoy = cipher.seal(Secret("x" * _LENGTH_OF_KEYS))
        return WebhookParts(
            database=self.database,
            presses=self.presses(),
            open_host=self.open_host,
            readers=self.readers,
            addresses=AddressLists(settings.host_api_urls, settings.host_origins, public_only=public_only),
            addresses_by_listing={
                name: AddressLists(host.api_urls, host.origins, public_only=public_only)
                for name, host in settings.listing_hosts.items()
            },
            audience=settings.base_url,
            environment=settings.environment,
            listing_keys=tuple(ListingKey(name, decoded_key(key)) for name, key in settings.listing_keys),
            open_decoy=lambda: cipher.open(decoy),
        )

    def close(self) -> None:
        """End the threads that read hosts, and close the database's connections."""
        self.readers.close()
        self.database.dispose()

    def _clock_watch(self) -> "ClockWatch":
        from powerup.sync.process.clock_watch import ClockWatch

        return ClockWatch(self.database, self.clock)


def now_in_utc() -> datetime:
    """The real moment."""
    return datetime.now(UTC)


def build_parts(settings: Settings, clock: Clock = now_in_utc, jitter: Jitter = random.random) -> Parts:
    """The parts for these settings; nothing is connected yet. Raises EncryptionKeyError, SettingsError."""
    make_data_dir(settings.data_dir)
    cipher = Cipher(settings.encryption_keys)
    return Parts(
        settings=settings,
        database=Database(settings.database_url, cipher, pooled=settings.pooled),
        cipher=cipher,
        confirmations=Confirmations(settings.secret_key),
        measures=Measures(),
        circuits=Circuits(jitter),
        limits=CallLimits(),
        readers=HostReaders(),
        clock=clock,
        jitter=jitter,
    )


def begin_to_run_on() -> None:
    """What a process that runs on does when its work is put together and not begun yet. Once per process."""
    from powerup.monitoring.logs import configure_logging

    configure_logging()
    set_loaded_code_aside()
    sys.setswitchinterval(_TURN_OF_A_THREAD_SECONDS)
    keep_few_heaps()


def set_loaded_code_aside() -> None:
    """Keep what is loaded by now out of every collection of garbage.

    It stays until the process ends, and to look through it again and again takes a fifth of a cycle's time.
    """
    gc.collect()
    gc.freeze()


def keep_few_heaps() -> None:
    """Let threads share two heaps, where the system's C library can (glibc; no other has such heaps).

    By itself it gives nearly each thread one of its own, and each keeps what the largest work in it once took: of
    sixteen that answer requests one after the other comes to all that memory.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)
