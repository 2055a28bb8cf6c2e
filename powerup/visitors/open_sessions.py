"""Sessions as they are used: begun with a secret for the cookie, found by it, ended."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.errors import StoreUnavailableError
from powerup.store.identifiers import new_id
from powerup.store.installations import Installation
from powerup.store.sessions import KnownSession, Session, Sessions, session_of_secret
from powerup.store.tenants import Environment
from powerup.store.users import User
from powerup.visitors.tokens import LONGEST, derived, hash_of, new_token

IDLE = timedelta(hours=8)
LASTS = timedelta(days=30)
SENT_LASTS = timedelta(hours=8)
"""Of whom a host has sent."""

_SEEN_EVERY = timedelta(minutes=5)
"""Writing it down at each page would make readers wait for writers."""

_LONGEST_BROWSER = 200


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session whose secret somebody has shown; is_open is false for one that has ended, or counts no more.

    csrf_secret is what changing requests show that they know. It is the same in each session of one person, so that a
    page that was open meanwhile goes on to work when its reader has signed in again.
    """

    known: KnownSession
    is_open: bool
    csrf_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SentPerson:
    """Somebody whom a host has sent, as it says who that is."""

    installation: Installation
    actor_id: str
    name: str
    role: str
    locale: str


class OpenSessions:
    """The sessions of one server's tenants; moments are aware."""

    def __init__(self, database: Database, environment: Environment, secret_key: str) -> None:
        """Tenants of the environment alone are served; from secret_key those of persons are derived."""
        self._database = database
        self._environment = environment
        self._secret_key = secret_key

    def find(self, secret: str, now: datetime) -> FoundSession | None:
        """The session with this secret; None for one that is not, or no longer, kept."""
        if len(secret) > LONGEST:
            return None
        with self._database.read() as connection:
            known = session_of_secret(connection, hash_of(secret), self._environment)
        if known is None:
            return None
        is_open = known.counts and now < known.session.lasts_until and now - known.session.seen_at < IDLE
        if is_open and now - known.session.seen_at >= _SEEN_EVERY:
            self._note(known.session, now)
        whose = (known.session.tenant_id, known.session.installation_id or "", known.actor_id)
        return FoundSession(known, is_open, derived(self._secret_key, "csrf", *whose))

    def begin_of_user(self, connection: Connection, user: User, browser: str, now: datetime) -> Secret:
        """Begin a session of a user; gives the secret, which is kept as a hash alone. browser is what it says it is."""
        secret = new_token()
        session = Session(
            tenant_id=user.tenant_id,
            id=new_id("ses"),
            secret_hash=hash_of(secret.reveal()),
            browser=browser[:_LONGEST_BROWSER],
            begun_at=now,
            seen_at=now,
            lasts_until=now + LASTS,
            user_id=user.id,
        )
        Sessions(connection, user.tenant_id).begin(session)
        return secret

    def begin_of_host(self, connection: Connection, person: SentPerson, browser: str, now: datetime) -> Secret:
        """Begin a session of whom a host has sent; it ends with the installation in its present generation."""
        secret, installation = new_token(), person.installation
        session = Session(
            tenant_id=installation.tenant_id,
            id=new_id("ses"),
            secret_hash=hash_of(secret.reveal()),
            browser=browser[:_LONGEST_BROWSER],
            begun_at=now,
            seen_at=now,
            lasts_until=now + SENT_LASTS,
            installation_id=installation.id,
            generation=installation.generation,
            actor_id=person.actor_id,
            name=person.name,
            role=person.role,
            locale=person.locale,
        )
        Sessions(connection, installation.tenant_id).begin(session)
        return secret

    def end(self, secret: str) -> None:
        """End the session with this secret, where there is one."""
        with self._database.write() as connection:
            known = session_of_secret(connection, hash_of(secret), self._environment)
            if known is not None:
                Sessions(connection, known.session.tenant_id).end(known.session.id)

    def _note(self, session: Session, now: datetime) -> None:
        with suppress(StoreUnavailableError), self._database.write() as connection:
            Sessions(connection, session.tenant_id).seen(session.id, now)
