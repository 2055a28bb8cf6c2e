"""The people of one tenant, as its admin sees and changes them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.request import Actor, Role
from powerup.store.database import Database
from powerup.store.sessions import Sessions
from powerup.store.users import User, Users
from powerup.visitors import invitations
from powerup.visitors.invitations import Invitation


class NoSuchUser(LookupError):
    """The tenant has no user of that id (any more)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user, and when somebody was last here in their name (UTC), None where nobody is signed in."""

    user: User
    seen_at: datetime | None

    @property
    def has_joined(self) -> bool:
        """Whether the invitation was taken up."""
        return self.user.password_hash is not None


class People:
    """For one admin's page; moments are aware."""

    def __init__(self, database: Database, tenant_id: str) -> None:
        self._database = database
        self._tenant_id = tenant_id

    def all(self) -> list[Person]:
        """Everybody, by e-mail."""
        with self._database.read() as connection:
            sessions = Sessions(connection, self._tenant_id)
            seen = sessions.last_seen()
            return [Person(user, seen.get(user.id)) for user in Users(connection, self._tenant_id).all()]

    def invite(self, email: str, role: Role, actor: Actor, now: datetime) -> Invitation:
        """Add somebody. Raises UserRefused."""
        with self._database.write() as connection:
            return invitations.invite(connection, self._tenant_id, email, role, actor, now)

    def reset(self, user_id: str, actor: Actor, now: datetime) -> Invitation:
        """Give out a new link. Raises NoSuchUser."""
        with self._database.write() as connection:
            return invitations.reset(connection, self._of(connection, user_id), actor, now)

    def give_role(self, user_id: str, role: Role, actor: Actor, now: datetime) -> User:
        """Let somebody have another role. Raises NoSuchUser, UserRefused."""
        with self._database.write() as connection:
            user = self._of(connection, user_id)
            invitations.give_role(connection, user, role, actor, now)
            return user

    def remove(self, user_id: str, actor: Actor, now: datetime) -> User:
        """Remove somebody. Raises NoSuchUser, UserRefused."""
        with self._database.write() as connection:
            user = self._of(connection, user_id)
            invitations.remove(connection, user, actor, now)
            return user

    def _of(self, connection: Connection, user_id: str) -> User:
        user = Users(connection, self._tenant_id).get(user_id, lock=True)
        if user is None:
            raise NoSuchUser(user_id)
        return user
