"""How open work orders stand with what their SLA promises, read without changing anything (rules: SLA)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from powerup.actions.kit.scene import Circumstances
from powerup.contracts.sla_clock import ServiceClock
from powerup.contracts.sla_order import SlaOrder, stands, urgent
from powerup.contracts.sla_standing import SlaProgress
from powerup.store.sla_orders import SlaOrders


class SlaOverview:
    """The open work orders of one tenant under its corrective contracts, on a connection that a transaction of Database
    has given. timezone is the tenant's; moments are told in it."""

    def __init__(self, connection: Connection, around: Circumstances, timezone: str) -> None:
        self._orders = SlaOrders(connection, around.tenant_id)
        self._around = around
        self._zone = ZoneInfo(timezone)

    def rows(self, now: datetime) -> list[dict[str, Any]]:
        """A row per order as JSON values, the most urgent first; now is aware."""
        return sorted((_row(order, self._around, self._zone, now) for order in self._orders.open()), key=_urgency)


def _row(order: SlaOrder, around: Circumstances, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    standing = stands(order, ServiceClock(order.policy.clock, around.calendar, zone), now)
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


def _promise(name: str, progress: SlaProgress | None, zone: ZoneInfo) -> dict[str, Any]:
    return {
        f"{name}_deadline": _local(progress.due_at, zone) if progress else None,
        f"{name}_state": progress.stage.value if progress else None,
        f"{name}_met_at": _local(progress.met_at, zone) if progress else None,
        f"{name}_time_left_minutes": _minutes_left(progress),
    }


def _minutes_left(progress: SlaProgress | None) -> int | None:
    """What the clock may still run, rounded down; negative by how long it ran over."""
    return int(progress.time_left.total_seconds() // 60) if progress else None


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _urgency(row: dict[str, Any]) -> tuple[bool, bool, int, int]:
    left = row["time_left_minutes"]
    met = row["state"] in (None, "met", "met_late")
    return met, left is None, left or 0, row["row_id"]
