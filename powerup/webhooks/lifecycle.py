"""What becomes of an installation after it was made (webhooks page, section 3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.new_tenant import claim_account
from powerup.documents.errors import DocumentError
from powerup.store.accounts import AccountTakenError
from powerup.store.encryption import Secret
from powerup.store.erasure import erase_tenant
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.sync.pace import today_of
from powerup.texts import text
from powerup.webhooks.admission import KEYS_AT_ONCE
from powerup.webhooks.answers import done, failed, ignored, invalid
from powerup.webhooks.changes import end_installation, stop_at_once, write_audit_line
from powerup.webhooks.entrance import Answered, Delivery, Entrance, Work, answering
from powerup.webhooks.messages import HostTenant, KeyRotated, Updated
from powerup.webhooks.signature import TOLERANCE

OLD_KEY_LASTS = timedelta(hours=72)

Change = Callable[[Connection, Installation, Delivery], Installation | None]
"""What a message changes of an installation; None where it came too late to change anything."""


def suspended(_: Entrance, delivery: Delivery, __: Installation) -> Work:
    """installation.suspended: generation stops, reading stays possible."""
    return _changing(delivery, _unless_overtaken(_suspend))


def resumed(_: Entrance, delivery: Delivery, __: Installation) -> Work:
    """installation.resumed: generation goes on by the catch-up policy."""
    change = _changing(delivery, _unless_overtaken(_resume))

    def resume(connection: Connection, current: Installation) -> Answered:
        try:
            return change(connection, current)
        except AccountTakenError as taken:
            return Answered(failed(text("{words}", words=str(taken))))

    return resume


def key_rotated(_: Entrance, delivery: Delivery, __: Installation) -> Work:
    """installation.key_rotated: the new key counts at once, the old one for 72 hours more."""
    return _changing(delivery, _rotate)


def uninstalled(_: Entrance, delivery: Delivery, __: Installation) -> Work:
    """installation.uninstalled: stops at once; nothing is deleted at the host, and data is kept for 30 days."""
    return _changing(delivery, lambda connection, current, _: end_installation(connection, current, delivery.now))


def erased(_: Entrance, delivery: Delivery, __: Installation) -> Work:
    """installation.erased: everything of the tenant goes, also what an earlier installing left unreachable."""

    def erase(connection: Connection, current: Installation) -> Answered:
        left: Installation | None = current
        while left is not None:
            stop_at_once(connection, Tenants(connection).get(left.tenant_id))
            erase_tenant(connection, left.tenant_id, delivery.now)
            left = Installations(connection).find(current.id)
        return Answered(done())

    return erase


def updated(entrance: Entrance, delivery: Delivery, _: Installation) -> Work:
    """installation.updated: name, locale, time zone, origins, and the sandbox's today."""
    data: Updated = delivery.data
    problems = entrance.addresses.problems_of_origins(data.origins or ())
    if data.today is not None and entrance.environment is not Environment.SANDBOX:
        problems.append(DocumentError("/today", "not_in_production", "Only a sandbox has a today of its own."))
    if data.tenant.id not in (None, delivery.envelope.tenant_id):
        problems.append(DocumentError("/tenant/id", "differs", "The envelope names another tenant."))
    return answering(invalid(problems)) if problems else _changing(delivery, _unless_overtaken(_update))


def described(tenant: Tenant, told: HostTenant) -> Tenant:
    """The tenant with what the host told of it; what is None stays."""
    return replace(
        tenant,
        name=told.name or tenant.name,
        locale=told.locale or tenant.locale,
        timezone=told.timezone or tenant.timezone,
    )


def _changing(delivery: Delivery, change: Change) -> Work:
    def work(connection: Connection, current: Installation) -> Answered:
        changed = change(connection, current, delivery)
        if changed is None:
            return Answered(ignored(text("A later message has overtaken this one; nothing was done.")))
        write_audit_line(connection, changed, delivery, _told(delivery.data))
        return Answered(done())

    return work


def _unless_overtaken(change: Change) -> Change:
    """The change, unless a message that the host sent later has already said how things are."""

    def in_order(connection: Connection, current: Installation, delivery: Delivery) -> Installation | None:
        # A host whose clock once ran far ahead would else be ignored until that day has come.
        sent_at = min(delivery.envelope.sent_at, delivery.now + TOLERANCE)
        if current.told_at is not None and sent_at < current.told_at:
            return None
        return change(connection, replace(current, told_at=sent_at), delivery)

    return in_order


def _told(data: Any) -> dict[str, Any]:
    """What an update said, for the audit line; no other message says anything that may be kept open."""
    if not isinstance(data, Updated):
        return {}
    tenant = data.tenant
    told = {"name": tenant.name, "locale": tenant.locale, "timezone": tenant.timezone, "today": data.today}
    return {name: str(value) for name, value in told.items() if value is not None}


def _suspend(connection: Connection, current: Installation, _: Delivery) -> Installation:
    tenant = Tenants(connection).get(current.tenant_id)
    Tenants(connection).save(replace(tenant, state=TenantState.SUSPENDED))
    stop_at_once(connection, tenant)
    return _saved(connection, replace(current, state=InstallationState.SUSPENDED))


def _resume(connection: Connection, current: Installation, delivery: Delivery) -> Installation:
    tenant = Tenants(connection).get(current.tenant_id)
    claim_account(connection, tenant, besides_suspended=True)
    Tenants(connection).save(replace(tenant, state=TenantState.ACTIVE))
    Tenants(connection).restart_cycles(tenant.id, delivery.now)
    return _saved(connection, replace(current, state=InstallationState.ACTIVE))


def _rotate(connection: Connection, current: Installation, delivery: Delivery) -> Installation:
    data: KeyRotated = delivery.data
    present = current.keys[0]
    if present.key == Secret(data.key):
        return current
    old = replace(present, until=delivery.now + OLD_KEY_LASTS)
    return _saved(connection, replace(current, keys=(InstallationKey(Secret(data.key)), old)[:KEYS_AT_ONCE]))


def _update(connection: Connection, current: Installation, delivery: Delivery) -> Installation:
    data: Updated = delivery.data
    tenants = Tenants(connection)
    tenant = described(tenants.get(current.tenant_id), data.tenant)
    tenants.save(replace(tenant, sandbox_today=data.today or tenant.sandbox_today))
    is_sandbox = tenant.environment is Environment.SANDBOX
    if is_sandbox and data.today and data.today > today_of(tenant, delivery.now):
        # The waits before another try are hours of the real clock: where days pass in seconds, none would ever end.
        Ledger(connection, tenant.id).retry_failed(delivery.now)
    if tenant.state is TenantState.ACTIVE:
        tenants.wake(tenant.id, delivery.now)
    return _saved(connection, replace(current, origins=data.origins or current.origins))


def _saved(connection: Connection, installation: Installation) -> Installation:
    Installations(connection).save(installation)
    return installation
