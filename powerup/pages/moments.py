"""Moments as the clocks of the tenant show them."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from powerup.store.database import Database
from powerup.store.tenants import Tenants


def in_zone_of(database: Database, tenant_id: str) -> Callable[[datetime], datetime]:
    """What turns an aware moment into one of the tenant's zone."""
    with database.read() as connection:
        zone = ZoneInfo(Tenants(connection).get(tenant_id, open_tokens=False).timezone)
    return lambda moment: moment.astimezone(zone)
