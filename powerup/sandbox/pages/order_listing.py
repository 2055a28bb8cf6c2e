"""Work orders for the board: filtered, counted and cut in the database, since a firm has thousands of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from powerup.sandbox.state import DAY_OF_ORDER, Store

_WORK_AHEAD = ("Klaargezet", "Opgehaald")


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
    """One order as a list shows it. Day is `Y-m-d`; is_deadline tells that no date was planned."""

    row_id: int
    workorder_no: str
    status: str
    day: str
    is_deadline: bool
    customer: str
    customer_name: str
    city: str
    employee: str
    description: str


def count_orders(store: Store, wanted: OrderFilter) -> dict[str, int]:
    """How many orders there are in each status."""
    condition, parameters = wanted.condition()
    rows = store.read(
        f"SELECT status, count(*) AS orders FROM work_order WHERE {condition} GROUP BY status",  # noqa: S608 - parts of ours, values as parameters
        parameters,
    )
    return {row["status"]: row["orders"] for row in rows}


def list_orders(store: Store, wanted: OrderFilter, statuses: Sequence[str], most: int) -> list[ListedOrder]:
    """The orders in these statuses: work ahead by its day, work done with the latest day first.

    Args:
        most: how many at the utmost.
    """
    condition, parameters = wanted.condition()
    order = "ASC" if set(statuses) <= set(_WORK_AHEAD) else "DESC"
    rows = store.read(
        f"SELECT row_id, workorder_no, status, {DAY_OF_ORDER} AS day,"  # noqa: S608 - parts of ours, values as parameters
        " coalesce(fields ->> 'WorkDate', '') = '' AS is_deadline,"
        " fields ->> 'CustomerDebtorNr' AS customer, fields ->> 'CustomerName' AS customer_name,"
        " fields ->> 'CustomerCity' AS city, coalesce(fields ->> 'EmployeeNr', '') AS employee,"
        " coalesce(nullif(fields ->> 'ShortWorkDescription', ''), fields ->> 'WorkDescription', '') AS description"
        f" FROM work_order WHERE {condition} AND status IN ({','.join('?' * len(statuses))})"
        f" ORDER BY day {order}, row_id {order} LIMIT ?",
        [*parameters, *statuses, most],
    )
    return [ListedOrder(**{**dict(row), "is_deadline": bool(row["is_deadline"])}) for row in rows]


def months_with_orders(store: Store) -> list[str]:
    """The months in which there are orders, as `2027-01`, the first one first."""
    condition, _ = OrderFilter().condition()
    rows = store.read(
        f"SELECT DISTINCT substr({DAY_OF_ORDER}, 1, 7) AS month FROM work_order"  # noqa: S608 - parts of ours
        f" WHERE {condition} ORDER BY month"
    )
    return [row["month"] for row in rows if row["month"] != "--"]
