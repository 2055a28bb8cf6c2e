"""People of a tenant who sign in here, with a password of their own for each tenant.

An admin of one tenant may give out a new link to a user; with one password for all tenants that would open the others.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from powerup.store.database import cipher_of
from powerup.store.encryption import Secret
from powerup.store.sign_in_tables import sessions, users


@dataclass(frozen=True, slots=True)
class User:
    """A user of a tenant.

    email is in small letters; role is that of actions; locale a tag such as nl. password_hash is None until an
    invitation was taken up; of an invitation, its token's hash and until when (UTC) it is good. code_key is what the
    codes of a second factor are made with, and code_used the last thirty seconds (counted since 1970) whose code was
    taken.
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
        """Write what has changed of a user."""
        which = (users.c.tenant_id == self._tenant_id) & (users.c.id == user.id)
        self._connection.execute(update(users).where(which).values(self._values(user)))

    def remove(self, user_id: str) -> None:
        """Remove a user with the sessions; the audit trail keeps what the user did."""
        self._connection.execute(
            delete(sessions).where(sessions.c.tenant_id == self._tenant_id, sessions.c.user_id == user_id)
        )
        self._connection.execute(delete(users).where(users.c.tenant_id == self._tenant_id, users.c.id == user_id))

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


def _read(connection: Connection, query: Select[Any]) -> list[User]:
    return [_user(connection, row) for row in connection.execute(query)]


def _user(connection: Connection, row: Row[Any]) -> User:
    sealed = row.code_key
    return User(**{**row._mapping, "code_key": cipher_of(connection).open(sealed) if sealed else None})
