"""What stood in the way at the host when a cycle last looked, kept so that reads say what cycles decide (rules:
Generation): customers that are inactive or gone, objects that are gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, insert, literal, select

from powerup.contracts.contract import Contract
from powerup.contracts.situation import Facts
from powerup.store.marks import Marked, MarkKind, Marks, facts_from, marked
from powerup.store.service_tables import host_facts, marks


class FactKind(StrEnum):
    """What the host says of a record."""

    CUSTOMER_INACTIVE = "customer_inactive"
    CUSTOMER_MISSING = "customer_missing"
    OBJECT_MISSING = "object_missing"


_IS_BLOCKED = (marks.c.kind == MarkKind.CUSTOMER_BLOCKED.value) & (marks.c.code == bindparam("customer"))
_IS_RETIRED = (marks.c.kind == MarkKind.OBJECT_RETIRED.value) & marks.c.code.in_(bindparam("objects", expanding=True))
_OF_ONE_CONTRACT = (
    select(marks.c.kind, marks.c.code)
    .where(marks.c.tenant_id == bindparam("tenant"), _IS_BLOCKED | _IS_RETIRED)
    .union_all(
        select(literal(MarkKind.CUSTOMER_BLOCKED.value), host_facts.c.code).where(
            host_facts.c.tenant_id == bindparam("tenant"),
            host_facts.c.kind == FactKind.CUSTOMER_INACTIVE.value,
            host_facts.c.code == bindparam("customer"),
        )
    )
)


@dataclass(frozen=True, slots=True)
class HostFact:
    """One thing that stands in the way. code is a debtor number or an object code, name what the host calls it, empty
    where it has it no more. since is the tenant's day on which a cycle first saw it, seen_at (UTC) when the last one
    did."""

    kind: FactKind
    code: str
    name: str
    since: date
    seen_at: datetime


class KeptHostFacts:
    """What is kept for one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def all(self) -> list[HostFact]:
        """Everything, by kind and code."""
        table = host_facts.c
        query = select(host_facts).where(table.tenant_id == self._tenant_id).order_by(table.kind, table.code)
        return [
            HostFact(FactKind(row.kind), row.code, row.name, row.since, row.seen_at)
            for row in self._connection.execute(query)
        ]

    def save(self, facts: Iterable[HostFact]) -> None:
        """Write facts, each in the place of an earlier one of its kind on the same record."""
        facts = list(facts)
        self.remove(facts)
        rows = [
            {
                "tenant_id": self._tenant_id,
                "kind": fact.kind.value,
                "code": fact.code,
                "name": fact.name,
                "since": fact.since,
                "seen_at": fact.seen_at,
            }
            for fact in facts
        ]
        if rows:
            self._connection.execute(insert(host_facts), rows)

    def remove(self, facts: Iterable[HostFact]) -> None:
        """Forget what is so no more."""
        of_tenant = host_facts.c.tenant_id == self._tenant_id
        for fact in facts:
            same = (host_facts.c.kind == fact.kind.value) & (host_facts.c.code == fact.code)
            self._connection.execute(delete(host_facts).where(of_tenant, same))


def known_hindrances(connection: Connection, tenant_id: str) -> Marked:
    """What decides about visits as far as it is known without asking the host: the marks made here, and the customers
    that were inactive there when a cycle last looked."""
    return with_host_facts(marked(Marks(connection, tenant_id).all()), KeptHostFacts(connection, tenant_id).all())


def facts_of(connection: Connection, tenant_id: str, contract: Contract) -> Facts:
    """The same of one contract, in one query, however much the tenant has marked."""
    named = {"tenant": tenant_id, "customer": contract.customer, "objects": list(contract.objects)}
    found = {(MarkKind(kind), code) for kind, code in connection.execute(_OF_ONE_CONTRACT, named)}
    return facts_from(frozenset(found), contract)


def with_host_facts(marks: Marked, facts: Iterable[HostFact]) -> Marked:
    """The marks, and beside them the customers that are inactive at the host as if they were marked as blocked."""
    inactive = [fact.code for fact in facts if fact.kind is FactKind.CUSTOMER_INACTIVE]
    return marks.union((MarkKind.CUSTOMER_BLOCKED, code) for code in inactive)
