"""GetWorkorder and GetWorkorders, with the `update_status` trap (host page 4.7)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from powerup.sandbox.errors import ApiError
from powerup.sandbox.host import Host
from powerup.sandbox.moments import parse_day
from powerup.sandbox.query import Filter, Query
from powerup.sandbox.records import STATUSES, Record
from powerup.sandbox.workorders import WorkOrder

_NEVER_FILLED = ("Signature", "SignatureUrl", "PdfUrl", "WordUrl", "WorksheetCode")


def identified(host: Host, query: Query) -> list[WorkOrder]:
    """The orders that `row_id` or `workorder_no` names, oldest first; `row_id` wins.

    Raises:
        ApiError: 1500, there is none.
    """
    found: list[WorkOrder] = []
    if row_id := query.get("row_id"):
        found = host.orders.matching("row_id", row_id)
    elif workorder_no := query.get("workorder_no"):
        found = host.orders.matching("workorder_no", workorder_no)
    if not found:
        raise ApiError(1500, "Workorder not found")
    return found


def get_work_order(host: Host, query: Query) -> Any:
    """One order by `row_id` or `workorder_no`; settles it unless `update_status=false`.

    Raises:
        ApiError: 1500, not found (by switch: a null response instead).
    """
    try:
        found = identified(host, query)
    except ApiError:
        if host.switches.missing_workorder == "null":
            return None
        raise
    if host.switches.single_reply == "object":
        found = found[:1]
    replies = [as_reply(host, order) for order in found]
    _settle_fetched(host, query, found)
    return replies[0] if host.switches.single_reply == "object" else replies


def get_work_orders(host: Host, query: Query, call_number: int, lag_calls: int = 0) -> list[Record] | None:
    """The orders of a status; settles all of them unless `update_status=false`.

    Args:
        call_number: of this call, for lists that lag.
        lag_calls: orders posted within this many calls are left out; the larger of this and the switch counts.

    Raises:
        ApiError: 1501 without `status`, 1504 for a status that does not exist.
    """
    found = host.orders.all(_statuses(host, query))
    newest = call_number - max(lag_calls, host.switches.list_lag_calls)
    if newest < call_number:
        found = [order for order in found if order.posted_in_call < newest]
    if not host.switches.archived_included:
        found = [order for order in found if not order.archived]
    if work_status := query.get("workstatus"):
        found = [order for order in found if order.fields["WorkStatus"] == work_status]
    pairs = [(order, as_reply(host, order)) for order in found]
    conditions = _conditions(host, query)
    pairs = [pair for pair in pairs if all(condition.holds(pair[1]) for condition in conditions)]
    _settle_fetched(host, query, [order for order, _ in pairs])
    return [reply for _, reply in pairs]


def _conditions(host: Host, query: Query) -> list[Filter]:
    """What the list is filtered by. The key `Id`, as the field table writes it, means the field `id` of the answer."""
    switches = host.switches
    if not (switches.undocumented_filters or switches.orders_by_id):
        return []
    conditions = [replace(one, key="id") if one.key == "Id" else one for one in query.filters()]
    return conditions if switches.undocumented_filters else [one for one in conditions if one.key == "id"]


def _statuses(host: Host, query: Query) -> Sequence[str] | None:
    status = query.get("status")
    if not status:
        if host.switches.status_missing == "refuse":
            raise ApiError(1501, "Required field missing: status")
        return None
    if status == "Alle":
        return None
    if status not in STATUSES:
        raise ApiError(1504, f"Status invalid: {status}")
    return (status,)


def _settle_fetched(host: Host, query: Query, fetched: Sequence[WorkOrder]) -> None:
    if not query.flag("update_status", default=True) or host.switches.update_status_scope == "none":
        return
    if host.switches.update_status_scope == "compleet":
        fetched = [order for order in fetched if order.status == "Compleet"]
    settled = [replace(order, status="Afgehandeld") for order in fetched if order.status != "Afgehandeld"]
    host.orders.save(settled)
    host.tell("work_order.changed", [str(order.row_id) for order in settled])


def as_reply(host: Host, order: WorkOrder) -> Record:
    """An order as API 8 shows it: lower-case `id` and `status`, the rest as posted plus the host's own fields."""
    created = host.calendar.in_utc(order.created) if host.switches.creation_date_zone == "utc" else order.created
    reply: Record = {
        "id": str(order.row_id),
        "status": order.status,
        "WorkFinished": "0",
        "Photos": [],
        "Documents": [],
        **dict.fromkeys(_NEVER_FILLED, ""),
        **order.fields,
        "OrderNr": order.order_no,
        "CreationDate": created if host.switches.creation_date_seconds else created[:16],
        "Archived": "1" if order.archived else "0",
    }
    reply["WorkDeadline"] = _echoed_deadline(host, str(order.fields["WorkDeadline"]))
    return reply


def _echoed_deadline(host: Host, deadline: str) -> str:
    day = parse_day(deadline)
    if day is None or host.switches.deadline_echo == "as_posted":
        return deadline
    return day.isoformat() if host.switches.deadline_echo == "Y-m-d" else f"{day.isoformat()} 00:00:00"
