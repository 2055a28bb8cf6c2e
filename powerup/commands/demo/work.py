"""The people of the example firm: they do the work orders of the day, and the back office settles them later."""

from datetime import date, timedelta

from powerup.sandbox import board
from powerup.sandbox.host import Host
from powerup.sandbox.moments import parse_day
from powerup.sandbox.workorders import WorkOrder

_SETTLED_AFTER = timedelta(days=14)


def do_the_work(host: Host, today: date) -> int:
    """Do what is planned for today or earlier, settle what was done two weeks ago; says how many were done."""
    for order in host.orders.all(["Compleet"]):
        if _day_of(order) + _SETTLED_AFTER <= today:
            board.settle(host, order.row_id)
    due = [order for order in host.orders.all(["Klaargezet"]) if _day_of(order) <= today]
    for order in due:
        board.pick_up(host, order.row_id)
        board.complete(host, order.row_id, board.WorkPeriod(today))
    return len(due)


def _day_of(order: WorkOrder) -> date:
    """The day an order is scheduled on, else its deadline, in the two formats that the host keeps."""
    for name in ("WorkDate", "WorkDeadline"):
        text = str(order.fields.get(name) or "")
        if day := parse_day(text):
            return day
        if text:
            return date.fromisoformat(text[:10])
    return date.max
