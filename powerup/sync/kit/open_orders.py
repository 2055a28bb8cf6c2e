"""The host's open work orders: its lists, each read at most once in a cycle, of which what concerns the tenant is kept.

Compleet grows without end where nobody settles, so it is read only when that is asked for.
"""

from collections import defaultdict

from powerup.outsmart.host import Host
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.sync.kit.sieve import Sieve

OPEN_STATUSES = (WorkOrderStatus.KLAARGEZET, WorkOrderStatus.OPGEHAALD)


class OpenOrders:
    """Read when first asked for. Methods may raise OutsmartError; a list may lag, so absence from it proves nothing."""

    def __init__(self, host: Host, sieve: Sieve) -> None:
        self._host = host
        self._sieve = sieve
        self._read: set[WorkOrderStatus] = set()
        self._by_row: dict[int, WorkOrder] = {}
        self._by_number: dict[str, list[WorkOrder]] = {}

    @property
    def has_completed(self) -> bool:
        """Whether Compleet was read, too."""
        return WorkOrderStatus.COMPLEET in self._read

    def with_row_id(self, row_id: int) -> WorkOrder | None:
        """The open order with this row id of the host."""
        self._read_lists(*OPEN_STATUSES)
        return self._by_row.get(row_id)

    def with_number(self, workorder_no: str) -> list[WorkOrder]:
        """The open orders with this number, the oldest first."""
        self._read_lists(*OPEN_STATUSES)
        return self._by_number.get(workorder_no, [])

    def all(self) -> list[WorkOrder]:
        """Every open order that concerns the tenant, the oldest first."""
        self._read_lists(*OPEN_STATUSES)
        return list(self._by_row.values())

    def read_completed(self) -> None:
        """Have those of Compleet among the open orders, too, from now on."""
        self._read_lists(*OPEN_STATUSES, WorkOrderStatus.COMPLEET)

    def _read_lists(self, *statuses: WorkOrderStatus) -> None:
        missing = [status for status in statuses if status not in self._read]
        if not missing:
            return
        found = dict(self._by_row)
        for status in missing:
            # Later lists hold what moved on between the calls, so they win.
            found |= {order.row_id: order for order in self._sieve.through(self._host.work_orders(status))}
        self._read.update(missing)
        self._by_row = dict(sorted(found.items()))
        numbered: defaultdict[str, list[WorkOrder]] = defaultdict(list)
        for order in self._by_row.values():
            numbered[order.workorder_no].append(order)
        self._by_number = dict(numbered)
