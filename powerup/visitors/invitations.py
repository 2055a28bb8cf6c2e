"""Users of a tenant: invited with a link that is shown once, reset with a new one, given another role, removed."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor, Role
from powerup.errors import PowerupError
from powerup.store.audit_trail import AuditTrail
from powerup.store.encryption import Secret
from powerup.store.identifiers import new_id
from powerup.store.sessions import Sessions
from powerup.store.tenants import Environment, Tenants, TenantState
from powerup.store.turns import take_turn
from powerup.store.users import User, Users, user_of_invitation
from powerup.texts import Text, text
from powerup.visitors.tokens import hash_of, new_token

LASTS = timedelta(days=7)

USER_IDS = "usr"
"""What the ids of users begin with, before an underscore; those of people whom a host sends are the host's own."""

_LONGEST_EMAIL = 254


class UserRefused(PowerupError):
    """A user cannot be added or changed in that way; made with the sentence that says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A user who may choose a password with this token until user.invitation_until; it cannot be read again."""

    user: User
    token: Secret = field(repr=False)

    def link(self, base_url: str) -> str:
        """What the user opens, at the address of the pages."""
        return f"{base_url}invitation/{self.token.reveal()}"


def plain_email(given: str) -> str:
    """An e-mail as it is kept and compared. Raises UserRefused for what can be none."""
    email = given.strip().lower()
    name, at, domain = email.rpartition("@")
    if not (at and name and domain and len(email) <= _LONGEST_EMAIL and email.isprintable()) or " " in email:
        raise UserRefused(text("{email} is no e-mail address.", email=repr(given)))
    return email


def invite(connection: Connection, tenant_id: str, email: str, role: Role, actor: Actor, now: datetime) -> Invitation:
    """Add a user to a tenant; now is aware. Raises UserRefused for what is no e-mail, or is there already."""
    users, plain = Users(connection, tenant_id), plain_email(email)
    take_turn(connection, f"users:{tenant_id}")
    if users.of_email(plain) is not None:
        raise UserRefused(text("{email} is a user already. A new link is made by a reset.", email=plain))
    locale = Tenants(connection).get(tenant_id, open_tokens=False).locale
    invitation = _with_invitation(User(tenant_id, new_id(USER_IDS), plain, "", role.value, locale, now), now)
    users.add(invitation.user)
    _write_down(connection, invitation.user, "user.invite", actor, now, after=_told(invitation.user))
    return invitation


def reset(connection: Connection, user: User, actor: Actor, now: datetime) -> Invitation:
    """Let a user choose a new password; the old one, the codes and all sessions end now (aware)."""
    invitation = _with_invitation(replace(user, password_hash=None, code_key=None, code_used=None), now)
    Users(connection, user.tenant_id).save(invitation.user)
    end_sessions(connection, user)
    _write_down(connection, user, "user.reset", actor, now)
    return invitation


def give_role(connection: Connection, user: User, role: Role, actor: Actor, now: datetime) -> None:
    """Let a user have another role from now on (aware). Raises UserRefused for the last admin."""
    take_turn(connection, f"users:{user.tenant_id}")
    if role is not Role.ADMIN:
        _keep_an_admin(connection, user)
    changed = replace(user, role=role.value)
    Users(connection, user.tenant_id).save(changed)
    _write_down(connection, user, "user.role", actor, now, before=_told(user), after=_told(changed))


def remove(connection: Connection, user: User, actor: Actor, now: datetime, *, last_too: bool = False) -> None:
    """Remove a user, who is signed out at once; now is aware.

    Raises UserRefused for the last admin, unless last_too.
    """
    take_turn(connection, f"users:{user.tenant_id}")
    if not last_too:
        _keep_an_admin(connection, user)
    Users(connection, user.tenant_id).remove(user.id)
    _write_down(connection, user, "user.remove", actor, now, before=_told(user))


def invited(connection: Connection, token: str, environment: Environment, now: datetime) -> User | None:
    """Whom a link invites; None for one that is used, lapsed, or none of this server's; now is aware."""
    user = user_of_invitation(connection, hash_of(token))
    if user is None or user.invitation_until is None or now >= user.invitation_until:
        return None
    tenant = Tenants(connection).get(user.tenant_id, open_tokens=False)
    served = tenant.environment is environment and tenant.state is not TenantState.UNINSTALLED
    return user if served else None


def take_up(connection: Connection, user: User, name: str, password_hash: str, now: datetime) -> User:
    """Let an invited user in with this name and password from now on (aware); the link is used up."""
    joined = replace(user, name=name, password_hash=password_hash, invitation_hash=None, invitation_until=None)
    Users(connection, user.tenant_id).save(joined)
    oneself = Actor(user.id, name, Role(user.role), "panel")
    _write_down(connection, joined, "user.join", oneself, now)
    return joined


def end_sessions(connection: Connection, user: User, but: str | None = None) -> None:
    """Sign a user out everywhere, or everywhere but in one session."""
    Sessions(connection, user.tenant_id).end_of_user(user.id, but)


def _with_invitation(user: User, now: datetime) -> Invitation:
    token = new_token()
    return Invitation(replace(user, invitation_hash=hash_of(token.reveal()), invitation_until=now + LASTS), token)


def _keep_an_admin(connection: Connection, user: User) -> None:
    """Somebody has to be left who can invite: an admin who has taken up the invitation."""
    others = [each for each in Users(connection, user.tenant_id).all() if each.id != user.id]
    is_admin = user.role == Role.ADMIN.value
    if is_admin and not any(each.role == Role.ADMIN.value and each.password_hash for each in others):
        raise UserRefused(
            text("{email} is the last admin who can sign in. Invite another one first.", email=user.email)
        )


def _told(user: User) -> dict[str, Any]:
    return {"email": user.email, "role": user.role}


def _write_down(connection: Connection, user: User, action: str, actor: Actor, now: datetime, **told: Any) -> None:
    AuditTrail(connection, user.tenant_id).add(audit_line(actor, now, action, ("user", user.id), **told))
