"""What becomes of an installation after it was made (webhooks page, section 3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from marshmallow import fields, validate
from sqlalchemy import Connection

from powerup.documents.errors import DocumentError
from powerup.documents.schema import Day, Truth
from powerup.store.accounts import AccountTakenError
from powerup.store.encryption import Secret
from powerup.store.erasure import erase_tenant
from powerup.store.installations import HostLinks, Installation, InstallationKey, Installations, InstallationState
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.tenants.new_tenant import claim_account
from powerup.tenants.today import today_of
from powerup.texts import text
from powerup.webhooks.kit.answers import AnswerDocument, done, failed, ignored, invalid
from powerup.webhooks.kit.keys import KEYS_AT_ONCE
from powerup.webhooks.kit.message_fields import Line, MessageSchema, SigningKey
from powerup.webhooks.kit.message_parts import (
    EXAMPLE_KEY,
    EXAMPLE_LINKS,
    EXAMPLE_PERSON,
    HostTenant,
    LinksSchema,
    Person,
    PersonSchema,
    TenantSchema,
)
from powerup.webhooks.kit.message_type import Changing
from powerup.webhooks.kit.prepared_message import Message, Prepared, PreparedAnswer
from powerup.webhooks.kit.signature import TOLERANCE
from powerup.webhooks.kit.webhook_parts import WebhookParts
from powerup.webhooks.messages.installation_changes import end_installation, stop_at_once, write_audit_line

OLD_KEY_LASTS = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class ByPerson:
    """Data of installation.suspended, .resumed, .uninstalled and .erased."""

    actor: Person | None = None


class ByPersonSchema(MessageSchema[ByPerson]):
    """A change of the installation that says only who made it."""

    makes = ByPerson

    actor = fields.Nested(PersonSchema)


@dataclass(frozen=True, slots=True)
class KeyRotated:
    """Data of installation.key_rotated; revoke_old: the old key ends at once."""

    key: str = field(repr=False)
    revoke_old: bool = False


class KeyRotatedSchema(MessageSchema[KeyRotated]):
    """installation.key_rotated."""

    makes = KeyRotated

    key = SigningKey(required=True)
    revoke_old = Truth()


@dataclass(frozen=True, slots=True)
class Updated:
    """Data of installation.updated; what is None stays. today is for the sandbox environment."""

    tenant: HostTenant = field(default_factory=HostTenant)
    origins: tuple[str, ...] | None = None
    links: HostLinks | None = None
    today: date | None = None


class UpdatedSchema(MessageSchema[Updated]):
    """installation.updated."""

    makes = Updated

    tenant = fields.Nested(lambda: TenantSchema(partial=True))
    origins = fields.List(Line(), validate=validate.Length(1, 20))
    links = fields.Nested(LinksSchema)
    today = Day()


Data = TypeVar("Data")

Change = Callable[[Connection, Installation, Message[Data]], Installation]
"""What a message changes of an installation, which it gives as it then is. May raise AccountTakenError."""


@dataclass(frozen=True, slots=True)
class InstallationChange(Generic[Data]):
    """What a message that changes its installation does: the change, and a line in the audit trail.

    person made it, where the message says so; told is what of the message may be kept open. in_order: only unless a
    message that the host sent later has already said how things are.
    """

    message: Message[Data]
    change: Change[Data]
    person: Person | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    in_order: bool = True

    def carry_out(self, connection: Connection, current: Installation) -> AnswerDocument:
        """Change it, unless this message was overtaken."""
        if self.in_order:
            # A host whose clock once ran far ahead would else be ignored until that day has come.
            sent_at = min(self.message.envelope.sent_at, self.message.now + TOLERANCE)
            if current.told_at is not None and sent_at < current.told_at:
                return ignored(text("A later message has overtaken this one; nothing was done."))
            current = replace(current, told_at=sent_at)
        try:
            changed = self.change(connection, current, self.message)
        except AccountTakenError as taken:
            return failed(text("{words}", words=str(taken)))
        write_audit_line(connection, changed, self.message, self.person, self.told)
        return done()


@dataclass(frozen=True, slots=True)
class _Erasure:
    """Everything of the tenant goes, also what an earlier installing left unreachable. now is aware."""

    now: datetime

    def carry_out(self, connection: Connection, current: Installation) -> AnswerDocument:
        left: Installation | None = current
        while left is not None:
            stop_at_once(connection, Tenants(connection).get(left.tenant_id))
            erase_tenant(connection, left.tenant_id, self.now)
            left = Installations(connection).find(current.id)
        return done()


def suspended(_: WebhookParts, message: Message[ByPerson], __: Installation) -> Prepared:
    """Generation stops, reading stays possible."""
    return InstallationChange(message, _suspend, message.data.actor)


def resumed(_: WebhookParts, message: Message[ByPerson], __: Installation) -> Prepared:
    """Generation goes on by the catch-up policy."""
    return InstallationChange(message, _resume, message.data.actor)


def key_rotated(_: WebhookParts, message: Message[KeyRotated], __: Installation) -> Prepared:
    """The new key counts at once; the old one for 72 hours more, or no longer where it is revoked."""
    return InstallationChange(message, _rotate, in_order=False)


def uninstalled(_: WebhookParts, message: Message[ByPerson], __: Installation) -> Prepared:
    """Stops at once; nothing is deleted at the host, and data is kept for 30 days."""
    return InstallationChange(message, _uninstall, message.data.actor, in_order=False)


def erased(_: WebhookParts, message: Message[ByPerson], __: Installation) -> Prepared:
    """Nothing is left but that it was erased."""
    return _Erasure(message.now)


def updated(parts: WebhookParts, message: Message[Updated], installation: Installation) -> Prepared:
    """Name, locale, time zone, origins, links, and the sandbox's today."""
    data = message.data
    addresses = parts.addresses_of(installation.listing)
    problems = addresses.problems_of_origins(data.origins or ())
    problems += addresses.problems_of_links(data.links or HostLinks(), data.origins or installation.origins)
    if data.today is not None and parts.environment is not Environment.SANDBOX:
        problems.append(DocumentError("/today", "not_in_production", "Only a sandbox has a today of its own."))
    if data.tenant.id not in (None, message.envelope.tenant_id):
        problems.append(DocumentError("/tenant/id", "differs", "The envelope names another tenant."))
    return PreparedAnswer(invalid(problems)) if problems else InstallationChange(message, _update, told=_told(data))


def described(tenant: Tenant, told: HostTenant) -> Tenant:
    """The tenant with what the host told of it; what is None stays."""
    return replace(
        tenant,
        name=told.name or tenant.name,
        locale=told.locale or tenant.locale,
        timezone=told.timezone or tenant.timezone,
    )


def _told(data: Updated) -> Mapping[str, str]:
    """What an update said, for the audit line; no other message says anything that may be kept open."""
    tenant = data.tenant
    told = {"name": tenant.name, "locale": tenant.locale, "timezone": tenant.timezone, "today": data.today}
    return {name: str(value) for name, value in told.items() if value is not None}


def _suspend(connection: Connection, current: Installation, _: Message[ByPerson]) -> Installation:
    tenant = Tenants(connection).get(current.tenant_id)
    Tenants(connection).save(replace(tenant, state=TenantState.SUSPENDED))
    stop_at_once(connection, tenant)
    return _saved(connection, replace(current, state=InstallationState.SUSPENDED))


def _resume(connection: Connection, current: Installation, message: Message[ByPerson]) -> Installation:
    tenant = Tenants(connection).get(current.tenant_id)
    claim_account(connection, tenant, besides_suspended=True)
    Tenants(connection).save(replace(tenant, state=TenantState.ACTIVE))
    Tenants(connection).restart_cycles(tenant.id, message.now)
    return _saved(connection, replace(current, state=InstallationState.ACTIVE))


def _rotate(connection: Connection, current: Installation, message: Message[KeyRotated]) -> Installation:
    data = message.data
    present, *older = current.keys
    lasts_until = message.now if data.revoke_old else message.now + OLD_KEY_LASTS
    if present.key == Secret(data.key):
        old = older if not data.revoke_old else [replace(key, until=lasts_until) for key in older]
    else:
        present, old = InstallationKey(Secret(data.key)), [replace(present, until=lasts_until)]
    return _saved(connection, replace(current, keys=(present, *old)[:KEYS_AT_ONCE]))


def _update(connection: Connection, current: Installation, message: Message[Updated]) -> Installation:
    data = message.data
    tenants = Tenants(connection)
    tenant = described(tenants.get(current.tenant_id), data.tenant)
    tenants.save(replace(tenant, sandbox_today=data.today or tenant.sandbox_today))
    is_sandbox = tenant.environment is Environment.SANDBOX
    if is_sandbox and data.today and data.today > today_of(tenant, message.now):
        # The waits before another try are hours of the real clock: where days pass in seconds, none would ever end.
        Ledger(connection, tenant.id).retry_failed(message.now)
    if tenant.state is TenantState.ACTIVE:
        tenants.wake(tenant.id, message.now)
    return _saved(connection, replace(current, origins=data.origins or current.origins, links=_links(current, data)))


def _links(current: Installation, data: Updated) -> HostLinks:
    """Those that are told; those of before lead to origins of before, and go with them."""
    if data.links is not None:
        return data.links
    return current.links if data.origins in (None, current.origins) else HostLinks()


def _uninstall(connection: Connection, current: Installation, message: Message[ByPerson]) -> Installation:
    return end_installation(connection, current, message.now)


def _saved(connection: Connection, installation: Installation) -> Installation:
    Installations(connection).save(installation)
    return installation


_BY_PERSON: Mapping[str, Any] = {"actor": EXAMPLE_PERSON}

SUSPENDED = Changing("installation.suspended", ByPersonSchema, _BY_PERSON, suspended)

RESUMED = Changing("installation.resumed", ByPersonSchema, _BY_PERSON, resumed)

KEY_ROTATED = Changing(
    "installation.key_rotated", KeyRotatedSchema, {"key": EXAMPLE_KEY}, key_rotated, with_present_key=True
)

UPDATED = Changing(
    "installation.updated",
    UpdatedSchema,
    {
        "tenant": {"name": "Jansen BV"},
        "origins": ["https://app.out-smart.com"],
        "links": EXAMPLE_LINKS,
        "today": "2027-01-01",
    },
    updated,
)

UNINSTALLED = Changing(
    "installation.uninstalled", ByPersonSchema, _BY_PERSON, uninstalled, after_the_end=True, with_present_key=True
)

ERASED = Changing(
    "installation.erased",
    ByPersonSchema,
    _BY_PERSON,
    erased,
    after_the_end=True,
    changes_hands=True,
    with_present_key=True,
)
