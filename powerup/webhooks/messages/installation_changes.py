"""Changes of an installation that several messages make: its audit line, and its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor, Role
from powerup.store import leases
from powerup.store.accounts import Accounts
from powerup.store.audit_trail import AuditTrail
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.outbox import Outbox
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.webhooks.kit.message_parts import SOURCE, Person
from powerup.webhooks.kit.prepared_message import Message

_THE_HOST = Actor("host", "Host", Role.ADMIN, SOURCE)


def write_audit_line(
    connection: Connection,
    installation: Installation,
    message: Message[object],
    person: Person | None = None,
    changed: Mapping[str, Any] | None = None,
) -> None:
    """The line of a lifecycle message: who (the host, where it names no person), when, and what of it may be known
    (never a key or token)."""
    actor = person.as_actor() if person else _THE_HOST
    after = {"generation": installation.generation, "state": installation.state.value, **(changed or {})}
    target = ("installation", installation.id)
    line = audit_line(actor, message.now, message.envelope.type, target, after=after)
    AuditTrail(connection, installation.tenant_id).add(line)


def end_installation(connection: Connection, installation: Installation, now: datetime) -> Installation:
    """Stop the tenant at once and destroy its tokens; its data and keys stay. now is aware."""
    Accounts(connection).lock()  # so that the token is marked before it is destroyed
    tenants = Tenants(connection)
    tenant = tenants.get(installation.tenant_id)
    tenants.save(replace(tenant, state=TenantState.UNINSTALLED, token=None, software_token=None))
    stop_at_once(connection, tenant)
    Outbox(connection).stop(tenant.id)
    ended = replace(
        installation, state=InstallationState.UNINSTALLED, uninstalled_at=installation.uninstalled_at or now
    )
    Installations(connection).save(ended)
    return ended


def stop_at_once(connection: Connection, tenant: Tenant) -> None:
    """No cycle from now on; one that runs drops what it has not committed and makes no further call that creates."""
    Tenants(connection).stop_cycles(tenant.id)
    leases.revoke(connection, tenant.id)
