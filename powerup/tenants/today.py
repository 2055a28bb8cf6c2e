"""Which day it is for a tenant, and what time."""

from datetime import date, datetime

from powerup.store.tenants import Environment, Tenant


def today_of(tenant: Tenant, now: datetime) -> date:
    """The date that counts for the tenant's contracts: in its time zone, or its sandbox's own."""
    if tenant.environment is Environment.SANDBOX and tenant.sandbox_today:
        return tenant.sandbox_today
    return now.astimezone(tenant.zone).date()


def moment_of(tenant: Tenant, now: datetime) -> datetime:
    """What time it is for the tenant, in its zone: in the sandbox its own today with the present time of day."""
    local = now.astimezone(tenant.zone)
    return datetime.combine(today_of(tenant, now), local.timetz())
