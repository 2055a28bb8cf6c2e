"""Moments as the clocks of the tenant show them."""

from collections.abc import Callable
from datetime import datetime

from powerup.store.database import Database
from powerup.store.tenants import Tenants


def in_zone_of(database: Database, tenant_id: str) -> Callable[[datetime], datetime]:
    """What turns an aware moment into one of the tenant's zone."""
    with database.read() as connection:
        zone = Tenants(connection).get(tenant_id, open_tokens=False).zone
    return lambda moment: moment.astimezone(zone)
