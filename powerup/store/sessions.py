"""Sessions of people who look at pages: signed in here, or sent by a host. A cookie's secret is kept as a hash."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from powerup.store.installations import InstallationState
from powerup.store.sign_in_tables import sessions, users
from powerup.store.tables import tenants
from powerup.store.tenants import Environment, TenantState
from powerup.store.traffic_tables import installations


@dataclass(frozen=True, slots=True)
class Session:
    """One session. Moments are in UTC; lasts_until is its end, however much it is used.

    It has a user_id, or what a host said of whom it sent: installation_id with its generation, actor_id, name, role and
    locale.
    """

    tenant_id: str
    id: str
    secret_hash: str = field(repr=False)
    browser: str
    begun_at: datetime
    seen_at: datetime
    lasts_until: datetime
    user_id: str | None = None
    installation_id: str | None = None
    generation: int | None = None
    actor_id: str | None = None
    name: str | None = None
    role: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session as it is found by its secret, whether or not it has ended.

    Of a user, name, role, locale and email are those that the user has now; email is None for whom a host has sent, and
    origins are those of its installation. counts is false where the tenant, or the installation in this generation, is
    not here any more.
    """

    session: Session
    tenant_name: str
    actor_id: str
    name: str
    role: str
    locale: str
    email: str | None
    origins: tuple[str, ...]
    counts: bool


class Sessions:
    """The sessions of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def begin(self, session: Session) -> None:
        """Write a new session."""
        self._connection.execute(insert(sessions), asdict(session) | {"tenant_id": self._tenant_id})

    def of_user(self, user_id: str) -> list[Session]:
        """The sessions of a user, the last seen first."""
        query = select(sessions).where(sessions.c.tenant_id == self._tenant_id, sessions.c.user_id == user_id)
        rows = self._connection.execute(query.order_by(sessions.c.seen_at.desc(), sessions.c.id))
        return [Session(**row._mapping) for row in rows]

    def last_seen(self) -> dict[str, datetime]:
        """When each user was last seen (UTC), by id; who has no session is left out."""
        of_users = (sessions.c.tenant_id == self._tenant_id) & sessions.c.user_id.is_not(None)
        query = (
            select(sessions.c.user_id, func.max(sessions.c.seen_at).label("seen_at"))
            .where(of_users)
            .group_by(sessions.c.user_id)
        )
        return {row.user_id: row.seen_at for row in self._connection.execute(query)}

    def seen(self, session_id: str, now: datetime) -> None:
        """Write that somebody was here in that session; now is aware."""
        which = (sessions.c.tenant_id == self._tenant_id) & (sessions.c.id == session_id)
        self._connection.execute(update(sessions).where(which).values(seen_at=now))

    def end(self, session_id: str) -> None:
        """Remove a session."""
        which = (sessions.c.tenant_id == self._tenant_id) & (sessions.c.id == session_id)
        self._connection.execute(delete(sessions).where(which))

    def end_of_user(self, user_id: str, but: str | None = None) -> None:
        """Remove the sessions of a user, all or all but one."""
        which = (sessions.c.tenant_id == self._tenant_id) & (sessions.c.user_id == user_id)
        if but is not None:
            which &= sessions.c.id != but
        self._connection.execute(delete(sessions).where(which))


def session_of_secret(connection: Connection, secret_hash: str, environment: Environment) -> KnownSession | None:
    """The session whose secret has that hash, at whichever tenant of the kind that this server serves; or None."""
    of_user = and_(users.c.tenant_id == sessions.c.tenant_id, users.c.id == sessions.c.user_id)
    of_host = and_(installations.c.tenant_id == sessions.c.tenant_id, installations.c.id == sessions.c.installation_id)
    own = [column for column in sessions.c if column.name not in ("name", "role", "locale")]
    query = (
        select(
            *own,
            *(func.coalesce(users.c[name], sessions.c[name]).label(name) for name in ("name", "role", "locale")),
            users.c.email,
            installations.c.origins,
            installations.c.generation.label("present_generation"),
            installations.c.state.label("installation_state"),
            tenants.c.name.label("tenant_name"),
            tenants.c.state.label("tenant_state"),
        )
        .join(tenants, tenants.c.id == sessions.c.tenant_id)
        .outerjoin(users, of_user)
        .outerjoin(installations, of_host)
        .where(sessions.c.secret_hash == secret_hash, tenants.c.environment == environment.value)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    by_host = row.installation_id is not None
    installed = row.installation_state != InstallationState.UNINSTALLED and row.present_generation == row.generation
    return KnownSession(
        session=Session(**{column.name: getattr(row, column.name) for column in sessions.c}),
        tenant_name=row.tenant_name,
        actor_id=row.actor_id if by_host else row.user_id,
        name=row.name,
        role=row.role,
        locale=row.locale,
        email=row.email,
        origins=tuple(row.origins or ()),
        counts=row.tenant_state != TenantState.UNINSTALLED and (installed or not by_host),
    )


def forget_sessions(connection: Connection, before: datetime) -> int:
    """Remove the sessions of all tenants that ended, or were last seen, before a moment (aware); gives how many."""
    over = (sessions.c.lasts_until < before) | (sessions.c.seen_at < before)
    return connection.execute(delete(sessions).where(over)).rowcount
