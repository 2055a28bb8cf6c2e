"""Removing tenants: all their rows, whatever table they are in; only a line that it happened stays."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from powerup.store.all_tables import tables_of_tenant
from powerup.store.installations import Installations
from powerup.store.traffic_tables import erasures, installations


def erase_tenant(connection: Connection, tenant_id: str, now: datetime) -> None:
    """Remove everything of the tenant; now is aware. The line holds ids and the moment, and nothing about people."""
    newest = next(iter(Installations(connection).of_tenant(tenant_id)), None)
    line = {
        "tenant_id": tenant_id,
        "installation_id": newest.id if newest else None,
        "generation": newest.generation if newest else None,
        "erased_at": now,
    }
    for table, owner in reversed(tables_of_tenant()):
        connection.execute(delete(table).where(owner == tenant_id))
    connection.execute(insert(erasures), line)


def uninstalled_before(connection: Connection, moment: datetime, limit: int) -> list[str]:
    """The ids of tenants whose installation ended before a moment (aware), and was not restored since."""
    query = select(installations.c.tenant_id).where(installations.c.uninstalled_at < moment).limit(limit)
    return list(connection.scalars(query))


def erased_generation(connection: Connection, installation_id: str) -> int | None:
    """The newest generation of an installation that was erased, or None."""
    query = select(func.max(erasures.c.generation)).where(erasures.c.installation_id == installation_id)
    newest: int | None = connection.scalar(query)
    return newest
