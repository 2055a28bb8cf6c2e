"""Work orders for the board: filtered, counted and cut in the database, since a firm has thousands of them."""

import dataclasses
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from powerup.sandbox.records import STATUSES
from powerup.sandbox.state import DAY_OF_ORDER, Store

_NO_DAY = "--"
_WORK_AHEAD = ("Klaargezet", "Opgehaald")

_LISTED = (
    f"row_id, workorder_no, status, {DAY_OF_ORDER} AS day,"  # noqa: S608 - an expression of ours
    " coalesce(fields ->> 'WorkDate', '') = '' AS is_deadline,"
    " fields ->> 'CustomerDebtorNr' AS customer, fields ->> 'CustomerName' AS customer_name,"
    " fields ->> 'CustomerCity' AS city, coalesce(fields ->> 'EmployeeNr', '') AS employee,"
    " (SELECT person.fields ->> 'firstname' || ' ' || (person.fields ->> 'lastname') FROM master_record AS person"
    " WHERE person.kind = 'employees' AND person.code = work_order.fields ->> 'EmployeeNr') AS employee_name,"
    " coalesce(nullif(fields ->> 'ShortWorkDescription', ''), fields ->> 'WorkDescription', '') AS description"
)
"""SQL: the columns of a listed order."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a person wants to see; empty means all.

    Args:
        customer: debtor number.
        employee: employee number, `-` for orders without one.
        month: `2027-01`.
        object_code: of an object that the order is for.
    """

    customer: str = ""
    employee: str = ""
    month: str = ""
    object_code: str = ""

    def condition(self) -> tuple[str, list[str]]:
        """The condition in SQL and its parameters."""
        parts, parameters = ["deleted = 0", "archived = 0"], []
        if self.customer:
            parts.append("fields ->> 'CustomerDebtorNr' = ?")
            parameters.append(self.customer)
        if self.employee:
            parts.append("coalesce(fields ->> 'EmployeeNr', '') = ?")
            parameters.append("" if self.employee == "-" else self.employee)
        if self.month:
            parts.append(f"substr({DAY_OF_ORDER}, 1, 7) = ?")
            parameters.append(self.month)
        if self.object_code:
            parts.append("EXISTS (SELECT 1 FROM json_each(fields, '$.WorkObjects') WHERE json_each.value = ?)")
            parameters.append(self.object_code)
        return " AND ".join(parts), parameters


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """One order as a list shows it. Day is `Y-m-d`, empty where there is none; is_deadline tells that no date was
    planned; employee_name is None where the employee is not known, or is none."""

    row_id: int
    workorder_no: str
    status: str
    day: str
    is_deadline: bool
    customer: str
    customer_name: str
    city: str
    employee: str
    employee_name: str | None
    description: str


def orders_by_status(store: Store, wanted: OrderFilter, most: int) -> list[tuple[str, int, list[ListedOrder]]]:
    """Each status with how many orders there are in it, and the first of them; all in one look at the store.

    Args:
        most: how many of a status at the utmost.
    """
    condition, parameters = wanted.condition()
    here = f"FROM work_order WHERE {condition} AND status = ?"
    parts = [
        f"SELECT * FROM (SELECT {_LISTED}, (SELECT count(*) {here}) AS orders {here} {_in_order([status])} LIMIT ?)"  # noqa: S608 - parts of ours, values as parameters
        for status in STATUSES
    ]
    given = [[*parameters, status, *parameters, status, most] for status in STATUSES]
    rows = store.read(" UNION ALL ".join(parts), [value for values in given for value in values])
    found: dict[str, list[sqlite3.Row]] = {status: [] for status in STATUSES}
    for row in rows:
        found[row["status"]].append(row)
    return [
        (status, rows[0]["orders"] if rows else 0, [_listed(row) for row in rows]) for status, rows in found.items()
    ]


def list_orders(store: Store, wanted: OrderFilter, statuses: Sequence[str], most: int) -> list[ListedOrder]:
    """The orders in these statuses: work ahead by its day, work done with the latest day first.

    Args:
        most: how many at the utmost.
    """
    condition, parameters = wanted.condition()
    rows = store.read(
        f"SELECT {_LISTED} FROM work_order WHERE {condition} AND status IN ({','.join('?' * len(statuses))})"  # noqa: S608 - parts of ours, values as parameters
        f" {_in_order(statuses)} LIMIT ?",
        [*parameters, *statuses, most],
    )
    return [_listed(row) for row in rows]


def _in_order(statuses: Sequence[str]) -> str:
    direction = "ASC" if set(statuses) <= set(_WORK_AHEAD) else "DESC"
    return f"ORDER BY day {direction}, row_id {direction}"


def _listed(row: sqlite3.Row) -> ListedOrder:
    fields = {field.name: row[field.name] for field in dataclasses.fields(ListedOrder)}
    if fields["day"] == _NO_DAY:
        fields["day"] = ""
    return ListedOrder(**{**fields, "is_deadline": bool(row["is_deadline"])})


def months_with_orders(store: Store) -> list[str]:
    """The months in which there are orders, as `2027-01`, the first one first."""
    condition, _ = OrderFilter().condition()
    rows = store.read(
        f"SELECT DISTINCT substr({DAY_OF_ORDER}, 1, 7) AS month FROM work_order"  # noqa: S608 - parts of ours
        f" WHERE {condition} ORDER BY month"
    )
    return [row["month"] for row in rows if row["month"] != _NO_DAY]
