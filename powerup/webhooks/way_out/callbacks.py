"""Sending the outbox: signed callbacks to hosts, ten tries over a day, each message under one id (webhooks page, 6).

Tenants take turns: each has one thread at most and some seconds of it, those that fail have threads of their own, and
what is held back after a failure is a moment in the rows, so that several processes keep to it alike.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

import requests
import structlog
from sqlalchemy import Connection

from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.tenants import Tenant, Tenants
from powerup.timing import Clock, Jitter, ListedWaits, shortened
from powerup.webhooks.kit.envelope import API_VERSION
from powerup.webhooks.kit.refusal import json_bytes
from powerup.webhooks.kit.signature import signed_headers
from powerup.webhooks.way_out.posting import Outcome, Posted, post

WAITS = ListedWaits(tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 8, 25, 60, 150, 300, 420, 470)))
"""Before the second try, the third, and so on; shortened by up to a fifth, so that callbacks do not come in waves."""

HELD_BACK = WAITS.after(1)
"""How long the other messages of a tenant wait after one of them failed."""

_TENANTS_AT_ONCE = 500
_MESSAGES_AT_ONCE = 100
_TURN = timedelta(seconds=10)
"""After this the next message of a tenant waits for its next turn; the one that is being sent has its own deadline."""

_HELD = timedelta(minutes=2)
"""How long a message that is being sent is nobody else's; a sender that died leaves it for the next after that."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Receiver:
    """Where the callbacks of a tenant go, and what they are signed with."""

    tenant: Tenant
    installation: Installation
    url: str
    keys: tuple[str, ...] = field(repr=False)


class Callbacks:
    """Sends the outbox by one session, in threads of its own until it is closed; clock gives aware moments.

    Several senders at once, also in several processes, do no harm: each message is taken by one of them before it is
    sent.
    """

    def __init__(
        self,
        database: Database,
        session: requests.Session,
        clock: Clock,
        jitter: Jitter,
        *,
        threads: int = 8,
        threads_for_failing: int = 4,
    ) -> None:
        self._database = database
        self._session = session
        self._clock = clock
        self._jitter = jitter
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="callbacks")
        self._pool_of_failing = ThreadPoolExecutor(threads_for_failing, thread_name_prefix="failing callbacks")
        self._sending: set[str] = set()
        self._lock = Lock()
        self._closing = Event()

    def begin_due(self) -> list[Future[int]]:
        """Begin a turn of every tenant that has callbacks whose time has come, and none under way in this process.

        Each future gives how many of its tenant were delivered. Raises StoreUnavailableError.
        """
        with self._database.read() as connection:
            due = Outbox(connection).tenants_due(self._clock(), _TENANTS_AT_ONCE)
        begun = [each for each in due if self._begins(each.tenant_id)]
        pools = ((self._pool_of_failing if each.failing else self._pool, each.tenant_id) for each in begun)
        return [pool.submit(self._turn_of, tenant_id) for pool, tenant_id in pools]

    def deliver_due(self) -> int:
        """Begin those turns and wait until all have ended; gives how many callbacks were delivered."""
        return sum(turn.result() for turn in self.begin_due())

    def close(self) -> None:
        """Begin nothing more, and wait for what is being sent."""
        self._closing.set()
        for pool in (self._pool, self._pool_of_failing):
            pool.shutdown(wait=True, cancel_futures=True)

    def _begins(self, tenant_id: str) -> bool:
        with self._lock:
            begins = tenant_id not in self._sending
            self._sending.add(tenant_id)
        return begins

    def _turn_of(self, tenant_id: str) -> int:
        try:
            return self._sent_in_turn(tenant_id)
        except StoreUnavailableError as error:
            _log.warning("callbacks_wait", tenant=tenant_id, reason=str(error))
            return 0
        finally:
            with self._lock:
                self._sending.discard(tenant_id)

    def _sent_in_turn(self, tenant_id: str) -> int:
        """Send until one fails, the turn is over, or nothing is left; gives how many were delivered."""
        until = self._clock() + _TURN
        with self._database.read() as connection:
            due = Outbox(connection).due_of(tenant_id, self._clock(), _MESSAGES_AT_ONCE)
        delivered = 0
        for message in due:
            if self._closing.is_set() or self._clock() >= until:
                break
            match self._deliver(message):
                case Outcome.DELIVERED:
                    delivered += 1
                case Outcome.FAILED:
                    break
                case Outcome.GONE | None:
                    pass
        return delivered

    def _deliver(self, message: OutgoingMessage) -> Outcome | None:
        """How the try ended; None when there was none."""
        now = self._clock()
        held = replace(message, attempts=message.attempts + 1, next_attempt_at=now + _HELD)
        with self._database.write() as connection:
            if not Outbox(connection).save(held, message.attempts):
                return None  # another sender was quicker, or the tenant was erased
            receiver = _receiver(connection, message.tenant_id, now)
            if receiver is None:
                Outbox(connection).save(_dead(held, "the power-up is not installed any more"), held.attempts)
                return None
        posted = _posted(self._session, held, receiver, now)
        self._keep(held, posted)
        told = {"id": held.id, "type": held.type, "tenant": held.tenant_id, "tries": held.attempts}
        _log.info("callback_sent", **told, outcome=posted.words)
        return posted.outcome

    def _keep(self, message: OutgoingMessage, posted: Posted) -> None:
        """Write how the try ended; after a failure the tenant's other messages wait, too."""
        now = self._clock()
        with self._database.write() as connection:
            outbox = Outbox(connection)
            if posted.outcome is Outcome.FAILED:
                outbox.hold_back(message.tenant_id, now + max(HELD_BACK, posted.retry_after))
            outbox.save(_after(message, posted, now, self._jitter), message.attempts)


def _receiver(connection: Connection, tenant_id: str, now: datetime) -> _Receiver | None:
    """Where to send, signed with each key that is valid now; None when the power-up was uninstalled."""
    installation = next(iter(Installations(connection).of_tenant(tenant_id)), None)
    if installation is None or installation.callback_url is None:
        return None
    if installation.state is InstallationState.UNINSTALLED:
        return None
    tenant = Tenants(connection).get(tenant_id)
    valid = tuple(each.key.reveal() for each in installation.keys if each.is_valid(now))
    return _Receiver(tenant, installation, installation.callback_url, valid)


def _posted(session: requests.Session, message: OutgoingMessage, receiver: _Receiver, now: datetime) -> Posted:
    installation = receiver.installation
    body = json_bytes(
        {
            "type": message.type,
            "api_version": API_VERSION,
            "sent_at": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "audience": receiver.url,
            "environment": receiver.tenant.environment.value,
            "installation": {"id": installation.id, "generation": installation.generation},
            "tenant": {"id": receiver.tenant.host_tenant_id},
            "data": message.data,
        }
    )
    headers = signed_headers(receiver.keys, message.id, installation.id, body, now)
    return post(session, receiver.url, headers, body, now)


def _after(message: OutgoingMessage, posted: Posted, now: datetime, jitter: Jitter) -> OutgoingMessage:
    """How far the message is after a try; after the last one it is kept, dead."""
    match posted.outcome:
        case Outcome.DELIVERED:
            return replace(message, state=OutgoingState.SENT, next_attempt_at=None, last_failure=None)
        case Outcome.FAILED if message.attempts <= len(WAITS.waits):
            wait = max(shortened(WAITS.after(message.attempts), 0.2, jitter), posted.retry_after)
            return replace(message, next_attempt_at=now + wait, last_failure=posted.words)
        case Outcome.FAILED | Outcome.GONE:
            return _dead(message, posted.words)


def _dead(message: OutgoingMessage, words: str) -> OutgoingMessage:
    return replace(message, state=OutgoingState.DEAD, next_attempt_at=None, last_failure=words)
