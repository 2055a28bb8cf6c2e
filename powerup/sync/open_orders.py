"""The host's open work orders: three lists, read at most once in a cycle."""

from collections import defaultdict

from powerup.outsmart.host import Host
from powerup.outsmart.records import WorkOrder, WorkOrderStatus

OPEN_STATUSES = (WorkOrderStatus.KLAARGEZET, WorkOrderStatus.OPGEHAALD, WorkOrderStatus.COMPLEET)


class OpenOrders:
    """Read when first asked for. Methods may raise OutsmartError; a list may lag, so absence from it proves nothing."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._by_row: dict[int, WorkOrder] | None = None
        self._by_number: dict[str, list[WorkOrder]] = {}

    def with_row_id(self, row_id: int) -> WorkOrder | None:
        """The open order with this row id of the host."""
        return self._read().get(row_id)

    def with_number(self, workorder_no: str) -> list[WorkOrder]:
        """The open orders with this number, the oldest first."""
        self._read()
        return self._by_number.get(workorder_no, [])

    def all(self) -> list[WorkOrder]:
        """Every open order, the oldest first."""
        return list(self._read().values())

    def _read(self) -> dict[int, WorkOrder]:
        if self._by_row is None:
            # Later lists hold what moved on between the calls, so they win.
            found = {each.row_id: each.whole() for status in OPEN_STATUSES for each in self._host.work_orders(status)}
            self._by_row = dict(sorted(found.items()))
            numbered: defaultdict[str, list[WorkOrder]] = defaultdict(list)
            for order in self._by_row.values():
                numbered[order.workorder_no].append(order)
            self._by_number = dict(numbered)
        return self._by_row
