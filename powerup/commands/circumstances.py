"""The tenant as actions and rules meet it, read for a command."""

from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.request import Actor, Role
from powerup.actions.scene import Circumstances
from powerup.contracts.calendar import Calendar
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.sync.pace import today_of

OPERATOR = Actor("operator", "Operator", Role.ADMIN, "command")
"""Who the audit trail says did what a command did."""


def circumstances_of(connection: Connection, tenant: Tenant, now: datetime, as_of: date | None = None) -> Circumstances:
    """The tenant's circumstances now (aware), or as if today were another day."""
    configuration = Tenants(connection).configuration(tenant.id)
    return Circumstances(
        tenant_id=tenant.id,
        today=as_of or today_of(tenant, now),
        configuration=configuration,
        calendar=Calendar(configuration.calendar),
        suspended=tenant.state is not TenantState.ACTIVE,
    )
