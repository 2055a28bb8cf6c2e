"""Removing tenants: all their rows, whatever table they are in; only a line that it happened stays."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from powerup.store.accounts import Accounts
from powerup.store.all_tables import tables_of_tenant
from powerup.store.installations import Installations
from powerup.store.tables import tenants
from powerup.store.traffic_tables import erasures, installations


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """All that stays of a tenant. host_tenant_mark and token_mark are HMACs (`powerup.store.accounts`), None where the
    host had no id or token for it."""

    tenant_id: str
    installation_id: str | None
    generation: int | None
    erased_at: datetime
    prefixes: tuple[str, ...]
    host_tenant_mark: str | None
    token_mark: str | None


def erase_tenant(connection: Connection, tenant_id: str, now: datetime) -> ErasureLine:
    """Remove everything of the tenant; now is aware. Gives the line that stays.

    The line that stays holds the moment, our ids, the number prefixes that it used, and marks of the host's tenant id
    and of its token, by which its account is known if it comes back; nothing about people (webhooks page, 3).
    """
    line = _line(connection, tenant_id, now)
    for table, owner in reversed(tables_of_tenant()):
        connection.execute(delete(table).where(owner == tenant_id))
    connection.execute(insert(erasures), asdict(line) | {"prefixes": list(line.prefixes)})
    return line


def _line(connection: Connection, tenant_id: str, now: datetime) -> ErasureLine:
    newest = next(iter(Installations(connection).of_tenant(tenant_id)), None)
    accounts = Accounts(connection)
    accounts.lock()
    query = select(tenants.c.prefixes, tenants.c.host_tenant_id, tenants.c.token_mark).where(tenants.c.id == tenant_id)
    row = connection.execute(query).one()
    return ErasureLine(
        tenant_id=tenant_id,
        installation_id=newest.id if newest else None,
        generation=newest.generation if newest else None,
        erased_at=now,
        prefixes=tuple(row.prefixes),
        host_tenant_mark=accounts.mark(row.host_tenant_id) if row.host_tenant_id else None,
        token_mark=row.token_mark,
    )


def uninstalled_before(connection: Connection, moment: datetime, limit: int) -> list[str]:
    """The ids of tenants whose installation ended before a moment (aware), and was not restored since."""
    query = select(installations.c.tenant_id).where(installations.c.uninstalled_at < moment).limit(limit)
    return list(connection.scalars(query))


def erased_generation(connection: Connection, installation_id: str) -> int | None:
    """The newest generation of an installation that was erased, or None."""
    query = select(func.max(erasures.c.generation)).where(erasures.c.installation_id == installation_id)
    newest: int | None = connection.scalar(query)
    return newest
