"""The work orders in the sandbox's file. What the API or a person may do with them is decided elsewhere."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from powerup.sandbox.errors import NotFoundError
from powerup.sandbox.records import Record
from powerup.sandbox.state import Store


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One work order as the host has it.

    Args:
        row_id: the host's own number, never used again; 0 before it is stored.
        workorder_no: the number of the outside system; several orders may have the same.
        order_no: the host's OrderNr, empty until it is given.
        status: Klaargezet, Opgehaald, Compleet or Afgehandeld.
        created: when it was posted, `Y-m-d H:i:s`.
        posted_in_call: number of the API call that posted it.
        fields: the posted fields and what people added, in the host's spelling.
        archived, deleted: whether a person archived it, whether it is gone (kept for the record only).
    """

    row_id: int
    workorder_no: str
    order_no: str
    status: str
    created: str
    posted_in_call: int
    fields: Record
    archived: bool = False
    deleted: bool = False

    def with_fields(self, **changes: Any) -> "WorkOrder":
        """The same order with some posted fields set otherwise."""
        return replace(self, fields={**self.fields, **changes})


@dataclass(frozen=True, slots=True)
class WorkOrders:
    """Reading and writing work orders."""

    store: Store

    def find(self, row_id: int) -> WorkOrder:
        """The order with this row id.

        Raises:
            NotFoundError: there is none, or it was deleted.
        """
        found = self.matching("row_id", str(row_id))
        if not found:
            raise NotFoundError(f"there is no work order with row id {row_id}")
        return found[0]

    def matching(self, column: str, value: str) -> list[WorkOrder]:
        """The orders, oldest first, whose `row_id`, `workorder_no` or `order_no` is this."""
        rows = self.store.read(
            f"SELECT * FROM work_order WHERE {column} = ? AND deleted = 0 ORDER BY row_id",  # noqa: S608 - a column of ours
            (value,),
        )
        return [_from_row(row) for row in rows]

    def all(self, statuses: Sequence[str] | None = None, with_deleted: bool = False) -> list[WorkOrder]:
        """The orders in these statuses (all by default), oldest first."""
        conditions, parameters = ["1" if with_deleted else "deleted = 0"], list(statuses or ())
        if statuses is not None:
            conditions.append(f"status IN ({','.join('?' * len(statuses))})")
        rows = self.store.read(
            f"SELECT * FROM work_order WHERE {' AND '.join(conditions)} ORDER BY row_id",  # noqa: S608 - only question marks
            parameters,
        )
        return [_from_row(row) for row in rows]

    def number_counts(self) -> dict[str, int]:
        """How many orders exist per WorkorderNo, deleted ones left out."""
        rows = self.store.read(
            "SELECT workorder_no, count(*) AS orders FROM work_order WHERE deleted = 0 GROUP BY workorder_no"
        )
        return {row["workorder_no"]: row["orders"] for row in rows}

    def save(self, orders: Iterable[WorkOrder]) -> None:
        """Store changed orders, all or none."""
        with self.store.transaction() as db:
            for order in orders:
                save_order(db, order)


def with_number(db: sqlite3.Connection, workorder_no: str, with_deleted: bool) -> WorkOrder | None:
    """Inside a transaction: the oldest order of this number."""
    row = db.execute(
        "SELECT * FROM work_order WHERE workorder_no = ? AND deleted <= ? ORDER BY deleted, row_id LIMIT 1",
        (workorder_no, int(with_deleted)),
    ).fetchone()
    return _from_row(row) if row else None


def insert_order(db: sqlite3.Connection, order: WorkOrder) -> int:
    """Inside a transaction: store a new order. Returns its row id."""
    cursor = db.execute(
        "INSERT INTO work_order (workorder_no, order_no, status, posted_in_call, created, fields)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            order.workorder_no,
            order.order_no,
            order.status,
            order.posted_in_call,
            order.created,
            json.dumps(order.fields),
        ),
    )
    return int(cursor.lastrowid or 0)


def save_order(db: sqlite3.Connection, order: WorkOrder) -> None:
    """Inside a transaction: store a changed order."""
    db.execute(
        "UPDATE work_order SET workorder_no = ?, order_no = ?, status = ?, archived = ?, deleted = ?, fields = ?"
        " WHERE row_id = ?",
        (
            order.workorder_no,
            order.order_no,
            order.status,
            order.archived,
            order.deleted,
            json.dumps(order.fields),
            order.row_id,
        ),
    )


def _from_row(row: sqlite3.Row) -> WorkOrder:
    return WorkOrder(
        row_id=row["row_id"],
        workorder_no=row["workorder_no"],
        order_no=row["order_no"],
        status=row["status"],
        created=row["created"],
        posted_in_call=row["posted_in_call"],
        fields=json.loads(row["fields"]),
        archived=bool(row["archived"]),
        deleted=bool(row["deleted"]),
    )
