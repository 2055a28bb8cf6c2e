"""Sending the outbox: signed messages to hosts and to tenants' own addresses, ten tries over a day, each message under
one id (webhooks page, 6).

Tenants take turns: each has one thread at most and some seconds of it, and another one for those of its receivers that
fail, in a pool of their own. What is held back after a failure is a moment in the rows, so that several processes keep
to it alike.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Lock

import requests
import structlog

from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState, TurnDue
from powerup.store.webhook_addresses import WEBHOOK_TEST
from powerup.threads import begin_all
from powerup.timing import Clock, Jitter, ListedWaits, shortened
from powerup.webhooks.way_out.addressing import NobodyToTell, addressed_message, note_outcome
from powerup.webhooks.way_out.posting import Outcome, Posted, post

WAITS = ListedWaits(tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 8, 25, 60, 150, 300, 420, 470)))
"""Before the second try, the third, and so on; shortened by up to a fifth, so that callbacks do not come in waves."""

HELD_BACK = WAITS.after(1)
"""How long the other messages to a receiver wait after one of them failed."""

_RECEIVERS_AT_ONCE = 500
_MESSAGES_AT_ONCE = 100
_TURN = timedelta(seconds=10)
"""After this the next message of a tenant waits for its next turn; the one that is being sent has its own deadline."""

_HELD = timedelta(minutes=2)
"""How long a message that is being sent is nobody else's; a sender that died leaves it for the next after that."""

_log = structlog.get_logger(__name__)


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
        self._threads = threads, threads_for_failing
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="callbacks")
        self._pool_of_failing = ThreadPoolExecutor(threads_for_failing, thread_name_prefix="failing callbacks")
        self._sending: set[tuple[str, bool]] = set()
        self._lock = Lock()
        self._closing = Event()

    def begin_threads(self) -> None:
        """Have all threads from now on, for a process that runs on."""
        for pool, threads in zip((self._pool, self._pool_of_failing), self._threads, strict=True):
            begin_all(pool, threads)

    def begin_due(self) -> list[Future[int]]:
        """Begin a turn of every tenant that has messages whose time has come, and none under way in this process.

        Each future gives how many of its turn were delivered. Raises StoreUnavailableError.
        """
        with self._database.read() as connection:
            due = Outbox(connection).turns_due(self._clock(), _RECEIVERS_AT_ONCE)
        begun = [each for each in due if self._begins(each)]
        pools = ((self._pool_of_failing if each.failing else self._pool, each) for each in begun)
        return [pool.submit(self._take_turn, turn) for pool, turn in pools]

    def deliver_due(self) -> int:
        """Begin those turns and wait until all have ended; gives how many callbacks were delivered."""
        return sum(turn.result() for turn in self.begin_due())

    def deliver(self, message: OutgoingMessage) -> Outcome | None:
        """Try one message now, because somebody waits for it; None where another sender was quicker, or where nobody is
        there any more to be told. Raises StoreUnavailableError."""
        now = self._clock()
        held = replace(message, attempts=message.attempts + 1, next_attempt_at=now + _HELD)
        with self._database.write() as connection:
            if not Outbox(connection).save(held, message.attempts):
                return None  # another sender was quicker, or the tenant was erased
            try:
                addressed = addressed_message(connection, held, now)
            except NobodyToTell as nobody:
                Outbox(connection).save(_dead(held, str(nobody)), held.attempts)
                return None
        posted = post(self._session, addressed.url, addressed.headers, addressed.body, now)
        self._keep(held, posted)
        told = {"id": held.id, "type": held.type, "tenant": held.tenant_id, "tries": held.attempts}
        _log.info("callback_sent", **told, outcome=posted.words)
        return posted.outcome

    def close(self) -> None:
        """Begin nothing more, and wait for what is being sent."""
        self._closing.set()
        for pool in (self._pool, self._pool_of_failing):
            pool.shutdown(wait=True, cancel_futures=True)

    def _begins(self, turn: TurnDue) -> bool:
        which = turn.tenant_id, turn.failing
        with self._lock:
            begins = which not in self._sending
            self._sending.add(which)
        return begins

    def _take_turn(self, turn: TurnDue) -> int:
        try:
            return self._sent_in_turn(turn)
        except StoreUnavailableError as error:
            _log.warning("callbacks_wait", tenant=turn.tenant_id, reason=str(error))
            return 0
        finally:
            with self._lock:
                self._sending.discard((turn.tenant_id, turn.failing))

    def _sent_in_turn(self, turn: TurnDue) -> int:
        """Send until the turn is over or nothing is left, to each receiver until one fails; gives how many were
        delivered."""
        until = self._clock() + _TURN
        with self._database.read() as connection:
            due = Outbox(connection).due_in(turn, self._clock(), _MESSAGES_AT_ONCE)
        delivered, failed = 0, set[str | None]()
        for message in due:
            if self._closing.is_set() or self._clock() >= until:
                break
            if message.address_id in failed:
                continue
            match self.deliver(message):
                case Outcome.DELIVERED:
                    delivered += 1
                case Outcome.FAILED:
                    failed.add(message.address_id)
                case Outcome.GONE | None:
                    pass
        return delivered

    def _keep(self, message: OutgoingMessage, posted: Posted) -> None:
        """Write how the try ended; after a failure the other messages to the same receiver wait, too."""
        now = self._clock()
        with self._database.write() as connection:
            outbox = Outbox(connection)
            if posted.outcome is Outcome.FAILED:
                until = now + max(HELD_BACK, posted.retry_after)
                outbox.hold_back(message.tenant_id, message.address_id, until)
            outbox.save(_after(message, posted, now, self._jitter), message.attempts)
            note_outcome(connection, message, posted, now)


def _after(message: OutgoingMessage, posted: Posted, now: datetime, jitter: Jitter) -> OutgoingMessage:
    """How far the message is after a try; after the last one it is kept, dead."""
    match posted.outcome:
        case Outcome.DELIVERED:
            return replace(message, state=OutgoingState.SENT, next_attempt_at=None, last_failure=None)
        case Outcome.FAILED if message.attempts <= len(WAITS.waits) and message.type != WEBHOOK_TEST:
            wait = max(shortened(WAITS.after(message.attempts), 0.2, jitter), posted.retry_after)
            return replace(message, next_attempt_at=now + wait, last_failure=posted.words)
        case Outcome.FAILED | Outcome.GONE:
            return _dead(message, posted.words)


def _dead(message: OutgoingMessage, words: str) -> OutgoingMessage:
    return replace(message, state=OutgoingState.DEAD, next_attempt_at=None, last_failure=words)
