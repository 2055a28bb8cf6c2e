"""Stopping a tenant at once, and letting it go on (rules: Generation, Stopping)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor
from powerup.contracts.configuration import Mode
from powerup.store import leases
from powerup.store.audit_trail import AuditTrail
from powerup.store.tenants import Tenants


def set_mode(connection: Connection, tenant_id: str, mode: Mode, actor: Actor, now: datetime) -> bool:
    """Write the tenant's mode; says whether it was another one. now is aware. Raises UnknownTenantError.

    A cycle that runs loses its lease, so that it writes nothing more and ends before its next call that creates.
    """
    tenants = Tenants(connection)
    configuration = tenants.configuration(tenant_id)
    before = configuration.settings.mode
    if before is mode:
        return False
    settings = replace(configuration.settings, mode=mode)
    tenants.save_configuration(tenant_id, replace(configuration, settings=settings))
    leases.revoke(connection, tenant_id)
    tenants.wake(tenant_id, now)
    told = {"before": {"mode": before.value}, "after": {"mode": mode.value}}
    AuditTrail(connection, tenant_id).add(audit_line(actor, now, "tenant.mode", ("tenant", tenant_id), **told))
    return True
