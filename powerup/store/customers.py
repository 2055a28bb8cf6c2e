"""Whose contracts they are."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from powerup.store.batches import batches
from powerup.store.tables import contracts


def customers_of(connection: Connection, tenant_id: str, numbers: Sequence[str]) -> list[str]:
    """The debtor numbers of the customers of these contracts of a tenant, each once, sorted."""
    found: set[str] = set()
    for some in batches(numbers):
        query = select(contracts.c.customer).where(contracts.c.tenant_id == tenant_id, contracts.c.number.in_(some))
        found.update(connection.scalars(query.distinct()))
    return sorted(found)
