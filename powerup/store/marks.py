"""Marks made here, whatever the host says: blocked customers and retired objects (rules: Generation)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from powerup.contracts.contract import Contract
from powerup.contracts.situation import Facts
from powerup.store.database import Database
from powerup.store.service_tables import marks


class MarkKind(StrEnum):
    """What a mark says, and of what."""

    CUSTOMER_BLOCKED = "customer_blocked"
    OBJECT_RETIRED = "object_retired"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark. code is a debtor number or an object code; marked_at is in UTC."""

    kind: MarkKind
    code: str
    remark: str
    marked_at: datetime


Marked = frozenset[tuple[MarkKind, str]]
"""What is marked, and as what; made once where many contracts are looked at."""


def marked(found: Iterable[Mark]) -> Marked:
    """What these marks are on."""
    return frozenset((mark.kind, mark.code) for mark in found)


def facts_from(known: Marked, contract: Contract) -> Facts:
    """What the marks say of a contract's customer and objects."""
    return Facts(
        customer_blocked=(MarkKind.CUSTOMER_BLOCKED, contract.customer) in known,
        retired_objects=frozenset(code for code in contract.objects if (MarkKind.OBJECT_RETIRED, code) in known),
    )


class Marks:
    """The marks of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._of_tenant = marks.c.tenant_id == tenant_id
        self._tenant_id = tenant_id

    def all(self) -> list[Mark]:
        """Every mark, by kind and code."""
        return self._read(self._of_tenant)

    def get(self, kind: MarkKind, code: str) -> Mark | None:
        """The mark of that kind on a customer or object, or None."""
        return next(iter(self._read(and_(self._of_tenant, _is(kind), marks.c.code == code))), None)

    def save(self, mark: Mark) -> None:
        """Write a mark, in the place of an earlier one of its kind on the same."""
        self.remove(mark.kind, mark.code)
        row = {"kind": mark.kind.value, "code": mark.code, "remark": mark.remark, "marked_at": mark.marked_at}
        self._connection.execute(insert(marks), {"tenant_id": self._tenant_id} | row)

    def remove(self, kind: MarkKind, code: str) -> None:
        """Take a mark away, where there is one."""
        self._connection.execute(delete(marks).where(self._of_tenant, _is(kind), marks.c.code == code))

    def _read(self, condition: ColumnElement[bool]) -> list[Mark]:
        query: Any = select(marks).where(condition).order_by(marks.c.kind, marks.c.code)
        return [
            Mark(MarkKind(row.kind), row.code, row.remark, row.marked_at) for row in self._connection.execute(query)
        ]


def _is(kind: MarkKind) -> ColumnElement[bool]:
    return marks.c.kind == kind.value


def marked_by(database: Database, tenant_id: str) -> Marked:
    """All that a tenant has marked, read in a transaction of its own."""
    with database.read() as connection:
        return marked(Marks(connection, tenant_id).all())
