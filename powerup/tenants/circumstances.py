"""The tenant as actions meet it, read for whichever entrance somebody comes by."""

from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.calendar import calendar_of
from powerup.contracts.configuration import TenantConfiguration
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.tenants.standstill import standstill
from powerup.tenants.today import moment_of, today_of


def circumstances_of(
    connection: Connection, tenant: Tenant, now: datetime, as_of: date | None = None
) -> TenantCircumstances:
    """The tenant's circumstances now (aware), or as if today were another day. Raises UnknownTenantError."""
    return _circumstances(tenant, Tenants(connection).configuration(tenant.id), now, as_of)


def tenant_in_circumstances(
    connection: Connection, tenant_id: str, now: datetime, *, open_tokens: bool = True
) -> tuple[Tenant, TenantCircumstances]:
    """The tenant as `Tenants.get` gives it, and its circumstances now (aware). Raises UnknownTenantError."""
    tenant, configuration = Tenants(connection).configured(tenant_id, open_tokens=open_tokens)
    return tenant, _circumstances(tenant, configuration, now)


def _circumstances(
    tenant: Tenant, configuration: TenantConfiguration, now: datetime, as_of: date | None = None
) -> TenantCircumstances:
    return TenantCircumstances(
        tenant_id=tenant.id,
        today=as_of or today_of(tenant, now),
        configuration=configuration,
        calendar=calendar_of(configuration.calendar),
        suspended=tenant.state is not TenantState.ACTIVE,
        notes=tuple(standstill(tenant, configuration.settings.mode, now)),
        moment=moment_of(tenant, now),
    )
