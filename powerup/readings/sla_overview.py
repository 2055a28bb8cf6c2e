"""How open work orders stand with what their SLA promises, read without changing anything (rules: SLA)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.sla_clock import ServiceClock
from powerup.contracts.sla_order import Promise, SlaOrder, stands, urgent
from powerup.contracts.sla_standing import SlaProgress, SlaStage, SlaStanding
from powerup.store.sla_orders import SlaOrders

MOST_ON_CARD = 10
"""Promises that a card shows; of the others it says how many there are."""


class SlaOverview:
    """The open work orders of one tenant under its corrective contracts, on a connection that a transaction of Database
    has given. Moments are told in the tenant's zone."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._orders = SlaOrders(connection, around.tenant_id)
        self._around = around

    def rows(self) -> list[dict[str, Any]]:
        """A row per order as JSON values, the most urgent first."""
        return self._sorted(self._orders.open())

    def rows_of(self, *contracts: str) -> list[dict[str, Any]]:
        """The same of these contracts, by their numbers."""
        return self._sorted(self._orders.open_of(contracts))

    def _sorted(self, orders: Iterable[SlaOrder]) -> list[dict[str, Any]]:
        return sorted((sla_row(order, self._around) for order in orders), key=_urgency)


def sla_on_card(orders: Iterable[SlaOrder], around: TenantCircumstances) -> dict[str, Any]:
    """What is still promised for these work orders, the most urgent first, and how much more there is."""
    rows = [row for order in orders if order.closed_at is None for row in _open_promises(order, around)]
    rows.sort(key=lambda row: (row["minutes_left"], row["workorder_no"], row["measures"]))
    return {"rows": rows[:MOST_ON_CARD], "more": max(len(rows) - MOST_ON_CARD, 0)}


def _open_promises(order: SlaOrder, around: TenantCircumstances) -> Iterator[dict[str, Any]]:
    standing = _standing(order, around)
    for promise, progress in ((Promise.RESPONSE, standing.response), (Promise.RESOLUTION, standing.resolution)):
        if progress is not None and progress.met_at is None:
            yield {
                "workorder_no": order.workorder_no,
                "measures": promise.value,
                "due": _local(progress.due_at, around.zone),
                "minutes_left": _minutes_left(progress),
                "state": "warned" if progress.stage is SlaStage.WARNING else progress.stage.value,
            }


def _standing(order: SlaOrder, around: TenantCircumstances) -> SlaStanding:
    """How the work order stands now."""
    clock = ServiceClock(order.policy.clock, around.calendar, around.zone)
    return stands(order, clock, around.now.astimezone(UTC))


def sla_row(order: SlaOrder, around: TenantCircumstances) -> dict[str, Any]:
    """What was promised for a work order and how it stands, as JSON values."""
    standing, zone = _standing(order, around), around.zone
    counting = urgent(standing)
    return {
        "workorder_no": order.workorder_no,
        "row_id": order.row_id,
        "contract": order.contract,
        "sla_policy": order.policy.code,
        "priority": order.priority,
        "came_in_at": _local(order.came_in_at, zone),
        "state": counting.stage.value if counting else None,
        "time_left_minutes": _minutes_left(counting),
        **_promise("response", standing.response, zone),
        **_promise("resolution", standing.resolution, zone),
    }


def _promise(name: str, progress: SlaProgress | None, zone: tzinfo) -> dict[str, Any]:
    return {
        f"{name}_deadline": _local(progress.due_at, zone) if progress else None,
        f"{name}_state": progress.stage.value if progress else None,
        f"{name}_met_at": _local(progress.met_at, zone) if progress else None,
        f"{name}_time_left_minutes": _minutes_left(progress),
    }


def _minutes_left(progress: SlaProgress | None) -> int | None:
    """What the clock may still run, rounded down; negative by how long it ran over."""
    return int(progress.time_left.total_seconds() // 60) if progress else None


def _local(moment: datetime | None, zone: tzinfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _urgency(row: dict[str, Any]) -> tuple[bool, bool, int, int]:
    left = row["time_left_minutes"]
    met = row["state"] in (None, "met", "met_late")
    return met, left is None, left or 0, row["row_id"]
