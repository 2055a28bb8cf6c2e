"""Which contracts' planned work is to be worked out again: written with whatever changes what their visits are."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, literal, select

from powerup.store.batches import batches
from powerup.store.identifiers import new_id
from powerup.store.planning_tables import planning_wanted
from powerup.store.tables import contracts

_WANT = insert(planning_wanted)


def want_planning(connection: Connection, tenant_id: str, numbers: Iterable[str]) -> None:
    """Have the planned work of these contracts be worked out again."""
    mark = new_id("m")
    rows = [{"tenant_id": tenant_id, "contract": number, "mark": mark} for number in sorted(set(numbers))]
    if rows:
        connection.execute(_WANT, rows)


def want_planning_of_customers(connection: Connection, tenant_id: str, customers: Iterable[str]) -> None:
    """Have the planned work of all contracts of these customers be worked out again."""
    for some in batches(sorted(set(customers))):
        theirs = contracts.c.tenant_id == tenant_id, contracts.c.customer.in_(some)
        want_planning(connection, tenant_id, connection.scalars(select(contracts.c.number).where(*theirs)))


def want_all_planning(connection: Connection, tenant_id: str) -> None:
    """Have the planned work of all contracts be worked out again."""
    ours = select(contracts.c.tenant_id, contracts.c.number, literal(new_id("m")))
    names = ["tenant_id", "contract", "mark"]
    connection.execute(insert(planning_wanted).from_select(names, ours.where(contracts.c.tenant_id == tenant_id)))
