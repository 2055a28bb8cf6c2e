"""People of a tenant who sign in here, with a password of their own for each tenant.

An admin of one tenant may give out a new link to a user; with one password for all tenants that would open the others.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, insert, select, update

from powerup.store.database import cipher_of
from powerup.store.encryption import Secret
from powerup.store.sign_in_tables import sessions, users
from powerup.store.tables import tenants
from powerup.store.tenants import Environment, TenantState


@dataclass(frozen=True, slots=True)
class User:
    """A user of a tenant.

    email is in small letters; role is that of actions; locale a tag such as nl. password_hash is None until an
    invitation was taken up; of an invitation, its token's hash and until when (UTC) it is good. code_key is what the
    codes of a second factor are made with, and code_used the last thirty seconds (counted since 1970) whose code was
    taken. digest_at is when the next mail of the day is due (UTC), None where none is wanted.
    """

    tenant_id: str
    id: str
    email: str
    name: str
    role: str
    locale: str
    added_at: datetime
    password_hash: str | None = field(default=None, repr=False)
    invitation_hash: str | None = field(default=None, repr=False)
    invitation_until: datetime | None = None
    code_key: Secret | None = None
    code_used: int | None = None
    digest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A user whose mail of the day is due since a moment (UTC)."""

    tenant_id: str
    user_id: str
    due_at: datetime


class Users:
    """The users of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def all(self) -> list[User]:
        """Every user, by e-mail."""
        return _read(self._connection, self._mine().order_by(users.c.email))

    def get(self, user_id: str, *, lock: bool = False) -> User | None:
        """The user of that id, or None; lock keeps others from changing it meanwhile."""
        query = self._mine().where(users.c.id == user_id)
        return next(iter(_read(self._connection, query.with_for_update() if lock else query)), None)

    def of_email(self, email: str) -> User | None:
        """The user with that e-mail, in small letters; or None."""
        return next(iter(_read(self._connection, self._mine().where(users.c.email == email))), None)

    def add(self, user: User) -> None:
        """Write a new user."""
        self._connection.execute(insert(users), self._values(user))

    def save(self, user: User) -> None:
        """Write what has changed of a user, but for when a mail is due: who read the user before one was sent would
        have it sent again."""
        values = self._values(user)
        del values["digest_at"]
        self._connection.execute(update(users).where(self._is(user.id)).values(values))

    def want_digest(self, user_id: str, at: datetime | None) -> None:
        """Let the next mail of the day be due at a moment (aware), or None be wanted."""
        self._connection.execute(update(users).where(self._is(user_id)).values(digest_at=at))

    def put_off_digest(self, user_id: str, due_at: datetime, until: datetime) -> bool:
        """Let the mail that is due since a moment be due later (both aware).

        False where it is not due since then any more: another sender has taken it, or it is not wanted any longer.
        """
        still = self._is(user_id) & (users.c.digest_at == due_at)
        return self._connection.execute(update(users).where(still).values(digest_at=until)).rowcount == 1

    def remove(self, user_id: str) -> None:
        """Remove a user with the sessions; the audit trail keeps what the user did."""
        self._connection.execute(
            delete(sessions).where(sessions.c.tenant_id == self._tenant_id, sessions.c.user_id == user_id)
        )
        self._connection.execute(delete(users).where(self._is(user_id)))

    def _is(self, user_id: str) -> ColumnElement[bool]:
        return (users.c.tenant_id == self._tenant_id) & (users.c.id == user_id)

    def _mine(self) -> Select[Any]:
        return select(users).where(users.c.tenant_id == self._tenant_id)

    def _values(self, user: User) -> dict[str, Any]:
        seal = cipher_of(self._connection).seal
        sealed = {"code_key": seal(user.code_key) if user.code_key else None}
        return asdict(replace(user, code_key=None)) | sealed | {"tenant_id": self._tenant_id}


def users_of_email(connection: Connection, email: str) -> list[User]:
    """Whoever has that e-mail (in small letters), at whichever tenant, by the tenant's id."""
    return _read(connection, select(users).where(users.c.email == email).order_by(users.c.tenant_id))


def user_of_invitation(connection: Connection, invitation_hash: str) -> User | None:
    """Whose invitation has that hash, at whichever tenant; or None."""
    return next(iter(_read(connection, select(users).where(users.c.invitation_hash == invitation_hash))), None)


def digests_due(connection: Connection, environment: Environment, now: datetime, limit: int) -> list[DueDigest]:
    """Whose mail of the day is due by now (aware), at whichever tenant of the environment, the longest due first.

    Who was invited anew and has not joined again gets none, and nobody of a tenant that is gone.
    """
    query = (
        select(users.c.tenant_id, users.c.id, users.c.digest_at)
        .join(tenants, tenants.c.id == users.c.tenant_id)
        .where(
            users.c.digest_at <= now,
            users.c.password_hash.is_not(None),
            tenants.c.environment == environment.value,
            tenants.c.state != TenantState.UNINSTALLED.value,
        )
        .order_by(users.c.digest_at, users.c.tenant_id, users.c.id)
        .limit(limit)
    )
    return [DueDigest(row.tenant_id, row.id, row.digest_at) for row in connection.execute(query)]


def _read(connection: Connection, query: Select[Any]) -> list[User]:
    return [_user(connection, row) for row in connection.execute(query)]


def _user(connection: Connection, row: Row[Any]) -> User:
    sealed = row.code_key
    return User(**{**row._mapping, "code_key": cipher_of(connection).open(sealed) if sealed else None})
