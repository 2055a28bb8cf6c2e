"""Which day it is for a tenant."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from powerup.store.tenants import Environment, Tenant


def today_of(tenant: Tenant, now: datetime) -> date:
    """The date that counts for the tenant's contracts: in its time zone, or its sandbox's own."""
    if tenant.environment is Environment.SANDBOX and tenant.sandbox_today:
        return tenant.sandbox_today
    return now.astimezone(ZoneInfo(tenant.timezone)).date()
