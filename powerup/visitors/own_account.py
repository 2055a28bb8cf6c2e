"""What a user changes of themselves: name and language, password, codes of an app, and sessions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor
from powerup.errors import PowerupError
from powerup.store.audit_trail import AuditTrail
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.sessions import Session, Sessions
from powerup.store.users import User, Users
from powerup.texts import text
from powerup.visitors.codes import step_of
from powerup.visitors.passwords import Passwords
from powerup.visitors.signing_in import WrongCode
from powerup.visitors.throttle import Throttle


class WrongPassword(PowerupError):
    """The password of now, which every change of what opens the door asks for, is another one."""

    def __init__(self) -> None:
        super().__init__(text("That is not the password that you sign in with now."))


class OwnAccount:
    """Of one user of a tenant, in one of their sessions; moments are aware."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        throttle: Throttle,
        tenant_id: str,
        actor: Actor,
        session_id: str,
    ) -> None:
        """actor is the user; passwords are guessed here no further than where one signs in."""
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._tenant_id = tenant_id
        self._actor = actor
        self._session_id = session_id

    def user(self) -> User | None:
        """The user; None for whom a host has sent."""
        with self._database.read() as connection:
            return Users(connection, self._tenant_id).get(self._actor.id)

    def sessions(self) -> list[Session]:
        """Where the user is signed in, the last seen first."""
        with self._database.read() as connection:
            return Sessions(connection, self._tenant_id).of_user(self._actor.id)

    def call(self, name: str, locale: str) -> None:
        """Let the user be called so, and read this language."""
        with self._database.write() as connection:
            users = Users(connection, self._tenant_id)
            if user := users.get(self._actor.id, lock=True):
                users.save(replace(user, name=name, locale=locale))

    def want_digest(self, at: datetime | None) -> None:
        """Let the user's next mail of the day be due at a moment (aware), or none come any more."""
        with self._database.write() as connection:
            Users(connection, self._tenant_id).want_digest(self._actor.id, at)

    def change_password(self, present: str, new: str, address: str, now: datetime) -> None:
        """Let the user sign in with another password; other sessions end. Raises WrongPassword, TooManyTries."""
        self._prove(present, address, now)
        password_hash = self._passwords.hash(new)
        self._change("user.password", now, lambda user: replace(user, password_hash=password_hash))

    def ask_for_codes(self, key: Secret, code: str, present: str, address: str, now: datetime) -> None:
        """Let signing in ask for codes of an app that has this key, as a code of it shows; other sessions end.

        Raises WrongCode, WrongPassword, TooManyTries.
        """
        self._prove(present, address, now)
        step = step_of(key, code, now, None)
        if step is None:
            raise WrongCode
        self._change("user.code", now, lambda user: replace(user, code_key=key, code_used=step))

    def ask_for_no_codes(self, present: str, address: str, now: datetime) -> None:
        """Let the password be enough. Raises WrongPassword, TooManyTries."""
        self._prove(present, address, now)
        self._change("user.no_code", now, lambda user: replace(user, code_key=None, code_used=None))

    def end_session(self, session_id: str) -> None:
        """Sign out in one of the user's sessions; another one's is left alone."""
        with self._database.write() as connection:
            sessions = Sessions(connection, self._tenant_id)
            if any(each.id == session_id for each in sessions.of_user(self._actor.id)):
                sessions.end(session_id)

    def end_others(self) -> None:
        """Sign out everywhere but here."""
        with self._database.write() as connection:
            Sessions(connection, self._tenant_id).end_of_user(self._actor.id, self._session_id)

    def _prove(self, present: str, address: str, now: datetime) -> None:
        user = self.user()
        if user is None:
            raise WrongPassword
        with self._database.write() as connection:
            self._throttle.count(connection, user.email, address, now)
        if not self._passwords.fits(user.password_hash, present):
            raise WrongPassword
        with self._database.write() as connection:
            self._throttle.forgive(connection, user.email, address)

    def _change(self, action: str, now: datetime, change: Callable[[User], User]) -> None:
        with self._database.write() as connection:
            users = Users(connection, self._tenant_id)
            if user := users.get(self._actor.id, lock=True):
                users.save(change(user))
                Sessions(connection, self._tenant_id).end_of_user(user.id, self._session_id)
                line = audit_line(self._actor, now, action, ("user", user.id))
                AuditTrail(connection, self._tenant_id).add(line)
