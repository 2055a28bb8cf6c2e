"""Signing in: who has this e-mail and this password, at which tenants, and the session that begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from powerup.errors import PowerupError
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.tenants import Environment, Tenants, TenantState
from powerup.store.users import User, Users, users_of_email
from powerup.texts import text
from powerup.visitors import invitations
from powerup.visitors.codes import step_of
from powerup.visitors.open_sessions import OpenSessions
from powerup.visitors.passwords import Passwords
from powerup.visitors.throttle import Throttle
from powerup.visitors.tokens import hash_of

GOES_ON_WITHIN = timedelta(minutes=10)
"""Between the password, and the choice of a tenant or the code."""

_MOST_TENANTS = 10
"""Of one e-mail, at which a password is tried: each costs as much as all the rest."""


class NotSignedIn(PowerupError):
    """E-mail and password do not belong together; it is not said which of them is wrong."""

    def __init__(self) -> None:
        super().__init__(text("This e-mail and this password do not belong together."))


class WrongCode(PowerupError):
    """The code is not the one of this moment, or was used already."""

    def __init__(self) -> None:
        super().__init__(text("This code is not right, or was used already. Type the one that the app shows now."))


class TookTooLong(PowerupError):
    """Between password and code lay too much time."""

    def __init__(self) -> None:
        super().__init__(text("That took too long: sign in again."))


@dataclass(frozen=True, slots=True)
class Known:
    """A user whose password was right; still to be chosen where there are several, or asked for a code."""

    user: User
    tenant_name: str

    @property
    def needs_code(self) -> bool:
        """Whether a code of the app is asked for."""
        return self.user.code_key is not None


class SigningIn:
    """For the pages of one server; moments are aware."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        sessions: OpenSessions,
        environment: Environment,
        secret_key: str,
    ) -> None:
        """secret_key signs what goes on between two steps; tenants of the environment alone are served."""
        self._database = database
        self.passwords = passwords
        self._sessions = sessions
        self._environment = environment
        self.throttle = Throttle(secret_key)
        self._serializer = URLSafeSerializer(secret_key, salt="sign-in")

    def by_password(self, email: str, password: str, address: str, now: datetime) -> list[Known]:
        """Who has both, one for each tenant; address is that of the browser.

        An unknown e-mail costs the same work. Raises NotSignedIn, TooManyTries, TooManyAtOnce.
        """
        plain = email.strip().lower()
        with self._database.write() as connection:
            self.throttle.count(connection, plain, address, now)
        users = self._with_password(plain)
        fitting = [user for user in users if self.passwords.fits(user.password_hash, password)]
        if not users:
            self.passwords.fits(None, password)
        served = self._served(fitting)
        if not served:
            raise NotSignedIn
        return served

    def going_on(self, known: Sequence[Known], now: datetime) -> str:
        """What stands for them until they have chosen a tenant, or typed a code."""
        until = int((now + GOES_ON_WITHIN).timestamp())
        who = [[each.user.tenant_id, each.user.id, _proof(each.user)] for each in known]
        return str(self._serializer.dumps({"who": who, "until": until}))

    def known_by(self, going_on: str, now: datetime) -> list[Known]:
        """Those for whom it stands. Raises TookTooLong, also for what was not made here."""
        try:
            document = self._serializer.loads(going_on)
        except BadSignature:
            raise TookTooLong from None
        if now > datetime.fromtimestamp(document["until"], UTC):
            raise TookTooLong
        with self._database.read() as connection:
            users = [(Users(connection, tenant).get(user_id), proof) for tenant, user_id, proof in document["who"]]
        served = self._served([user for user, proof in users if user and user.password_hash and _proof(user) == proof])
        if not served:
            raise TookTooLong
        return served

    def take_code(self, user: User, code: str, address: str, now: datetime) -> None:
        """Use a code of the user's app, once. Raises WrongCode, TooManyTries."""
        with self._database.write() as connection:
            self.throttle.count(connection, user.email, address, now)
        with self._database.write() as connection:
            users = Users(connection, user.tenant_id)
            present = users.get(user.id, lock=True)
            if present is None or present.code_key is None:
                raise WrongCode
            step = step_of(present.code_key, code, now, present.code_used)
            if step is None:
                raise WrongCode
            users.save(replace(present, code_used=step))

    def begin(self, user: User, browser: str, address: str, now: datetime) -> Secret:
        """Begin a session of a user who has shown all that was asked for; its secret is for the cookie."""
        with self._database.write() as connection:
            self.throttle.forgive(connection, user.email, address)
            return self._sessions.begin_of_user(connection, user, browser, now)

    def invited(self, token: str, now: datetime) -> Known | None:
        """Whom a link invites, or None."""
        with self._database.read() as connection:
            user = invitations.invited(connection, token, self._environment, now)
        return next(iter(self._served([user])), None) if user else None

    def join(self, token: str, name: str, password: str, browser: str, now: datetime) -> Secret | None:
        """Take an invitation up and begin a session; None where it was used meanwhile. Raises TooManyAtOnce."""
        password_hash = self.passwords.hash(password)
        with self._database.write() as connection:
            user = invitations.invited(connection, token, self._environment, now)
            if user is None:
                return None
            joined = invitations.take_up(connection, user, name, password_hash, now)
            return self._sessions.begin_of_user(connection, joined, browser, now)

    def _with_password(self, email: str) -> list[User]:
        with self._database.read() as connection:
            found = users_of_email(connection, email)
        return [user for user in found if user.password_hash is not None][:_MOST_TENANTS]

    def _served(self, users: Sequence[User]) -> list[Known]:
        with self._database.read() as connection:
            tenants = {user.tenant_id: Tenants(connection).get(user.tenant_id, open_tokens=False) for user in users}
        return [
            Known(user, tenants[user.tenant_id].name)
            for user in users
            if tenants[user.tenant_id].environment is self._environment
            and tenants[user.tenant_id].state is not TenantState.UNINSTALLED
        ]


def _proof(user: User) -> str:
    """What changes with the password, and tells nothing of it."""
    return hash_of(user.password_hash or "")[:16]
