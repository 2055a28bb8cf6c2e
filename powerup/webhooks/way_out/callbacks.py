"""Sending the outbox: signed callbacks to hosts, ten tries over a day, each message under one id (webhooks page, 6)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import requests
import structlog
from sqlalchemy import Connection

from powerup.store.database import Database
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.tenants import Tenant, Tenants
from powerup.timing import Clock, Jitter, ListedWaits, shortened
from powerup.webhooks.kit.envelope import API_VERSION
from powerup.webhooks.kit.refusal import json_bytes
from powerup.webhooks.kit.signature import signed_headers
from powerup.webhooks.way_out.posting import Outcome, post

WAITS = ListedWaits(tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 8, 25, 60, 150, 300, 420, 470)))
"""Before the second try, the third, and so on; shortened by up to a fifth, so that callbacks do not come in waves."""

_AT_ONCE = 100
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


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Sends the outbox by this session; clock gives aware moments."""

    database: Database
    session: requests.Session
    clock: Clock
    jitter: Jitter

    def deliver_due(self) -> int:
        """Try every callback whose time has come; gives how many were delivered. For the timer.

        Several senders at once do no harm: each message is taken by one of them before it is sent. After a failure the
        other messages of that tenant wait for the next round, so that one host does not hold up the others.
        """
        with self.database.read() as connection:
            due = Outbox(connection).due(self.clock(), _AT_ONCE)
        delivered = 0
        failing: set[str] = set()
        for message in due:
            if message.tenant_id in failing:
                continue
            match self._deliver(message):
                case Outcome.DELIVERED:
                    delivered += 1
                case Outcome.FAILED:
                    failing.add(message.tenant_id)
                case Outcome.GONE | None:
                    pass
        return delivered

    def _deliver(self, message: OutgoingMessage) -> Outcome | None:
        """How the try ended; None when there was none."""
        now = self.clock()
        held = replace(message, attempts=message.attempts + 1, next_attempt_at=now + _HELD)
        with self.database.write() as connection:
            if not Outbox(connection).save(held, message.attempts):
                return None  # another sender was quicker, or the tenant was erased
            receiver = _receiver(connection, message.tenant_id, now)
            if receiver is None:
                Outbox(connection).save(_dead(held, "the power-up is not installed any more"), held.attempts)
                return None
        outcome, words = _posted(self.session, held, receiver, now)
        with self.database.write() as connection:
            Outbox(connection).save(_after(held, outcome, words, self.clock(), self.jitter), held.attempts)
        _log.info(
            "callback_sent", id=held.id, type=held.type, tenant=held.tenant_id, tries=held.attempts, outcome=words
        )
        return outcome


def send_again(database: Database, message: OutgoingMessage, now: datetime) -> None:
    """Have a dead message tried anew, because a person wants it; now is aware."""
    with database.write() as connection:
        waiting = replace(message, state=OutgoingState.WAITING, attempts=0, next_attempt_at=now)
        Outbox(connection).save(waiting, message.attempts)


def _receiver(connection: Connection, tenant_id: str, now: datetime) -> _Receiver | None:
    """Where to send, signed with each key that is valid now; None when the power-up was uninstalled."""
    installation = next(iter(Installations(connection).of_tenant(tenant_id)), None)
    if installation is None or installation.callback_url is None:
        return None
    if installation.state is InstallationState.UNINSTALLED:
        return None
    tenant = Tenants(connection).get(tenant_id)
    valid = tuple(each.key.reveal() for each in installation.keys if each.until is None or now < each.until)
    return _Receiver(tenant, installation, installation.callback_url, valid)


def _posted(
    session: requests.Session, message: OutgoingMessage, receiver: _Receiver, now: datetime
) -> tuple[Outcome, str]:
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
    return post(session, receiver.url, headers, body)


def _after(message: OutgoingMessage, outcome: Outcome, words: str, now: datetime, jitter: Jitter) -> OutgoingMessage:
    """How far the message is after a try; after the last one it is kept, dead."""
    match outcome:
        case Outcome.DELIVERED:
            return replace(message, state=OutgoingState.SENT, next_attempt_at=None, last_failure=None)
        case Outcome.FAILED if message.attempts <= len(WAITS.waits):
            wait = shortened(WAITS.after(message.attempts), 0.2, jitter)
            return replace(message, next_attempt_at=now + wait, last_failure=words)
        case Outcome.FAILED | Outcome.GONE:
            return _dead(message, words)


def _dead(message: OutgoingMessage, words: str) -> OutgoingMessage:
    return replace(message, state=OutgoingState.DEAD, next_attempt_at=None, last_failure=words)
