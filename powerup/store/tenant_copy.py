"""A part of a tenant in a database of its own in memory, on which presses can be done that nobody means yet.

It has what presses look at: the tenant, what is known of its host, and the contracts that are named with their visits.
What tells others (outbox, webhook addresses, installations) is not in it, so that nothing of it is told to anybody.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select, Table, insert, select

from powerup.store.all_tables import METADATA
from powerup.store.batches import batches
from powerup.store.database import Database, cipher_of
from powerup.store.service_tables import host_facts, invoiced_lines, marks, reminders, sla_orders, work_order_links
from powerup.store.tables import contract_objects, contracts, tenants, visit_plans, visits

_OF_THE_TENANT = (marks, host_facts)

_OF_CONTRACTS = (contract_objects, visit_plans, visits, reminders, invoiced_lines, sla_orders, work_order_links)

_ROWS_AT_ONCE = 1_000

_NO_LEASE = {"lease_owner": None, "lease_until": None}
"""What a cycle holds at this moment is no part of what is supposed."""


@contextmanager
def copy_of_tenant(connection: Connection, tenant_id: str, numbers: Sequence[str]) -> Iterator[Database]:
    """The tenant with the contracts of these numbers, as they are on this connection; gone when it is left."""
    copy = Database.in_memory(cipher_of(connection))
    try:
        with copy.write() as written:
            METADATA.create_all(written)
            _copy_all(connection, written, tenant_id, numbers)
        yield copy
    finally:
        copy.dispose()


def _copy_all(connection: Connection, written: Connection, tenant_id: str, numbers: Sequence[str]) -> None:
    row = connection.execute(select(tenants).where(tenants.c.id == tenant_id)).one()
    written.execute(insert(tenants), dict(row._mapping) | _NO_LEASE)
    for table in _OF_THE_TENANT:
        _copy(connection, written, select(table).where(table.c.tenant_id == tenant_id), table)
    for some in batches(sorted(set(numbers))):
        named = contracts.c.number.in_(some)
        _copy(connection, written, select(contracts).where(contracts.c.tenant_id == tenant_id, named), contracts)
        for table in _OF_CONTRACTS:
            of_them = table.c.contract.in_(some)
            _copy(connection, written, select(table).where(table.c.tenant_id == tenant_id, of_them), table)


def _copy(connection: Connection, written: Connection, query: Select[Any], table: Table) -> None:
    rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
    for some in rows.mappings().partitions(_ROWS_AT_ONCE):
        written.execute(insert(table), [dict(row) for row in some])
