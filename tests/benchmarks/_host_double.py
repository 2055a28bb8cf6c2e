"""A host inside the process: it has every customer, takes every work order, and costs next to nothing."""

from collections.abc import Sequence
from itertools import count

from powerup.outsmart.listed import ListedOrder, PutAside
from powerup.outsmart.outgoing import NewWorkOrder, work_order_record
from powerup.outsmart.records import Employee, HostObject, PostedWorkOrder, Relation, WorkOrderStatus


class HostDouble:
    """The part of the client that a cycle of new work orders needs."""

    def __init__(self, customers: Sequence[str]) -> None:
        self.calls = 0
        self.orders = 0
        self.put_aside: list[PutAside] = []
        self._row_ids = count(1)
        self._customers = [
            Relation(code, f"Klant {code}", "Dorpsstraat", "1", "3811 AB", "Amersfoort") for code in customers
        ]

    def relations(self) -> list[Relation]:
        self.calls += 1
        return self._customers

    def relation(self, debtor_number: str) -> Relation | None:
        self.calls += 1
        return next((each for each in self._customers if each.debtor_number == debtor_number), None)

    def object(self, _: str) -> HostObject | None:
        self.calls += 1
        return None

    def employees(self) -> list[Employee]:
        self.calls += 1
        return []

    def work_orders(self, _: WorkOrderStatus) -> list[ListedOrder]:
        self.calls += 1
        return []

    def post_work_orders(self, orders: Sequence[NewWorkOrder]) -> list[PostedWorkOrder]:
        """Every order is made; its record is built as for a real host."""
        self.calls += 1
        self.orders += len([work_order_record(order) for order in orders])
        return [PostedWorkOrder(order.workorder_no, next(self._row_ids)) for order in orders]
