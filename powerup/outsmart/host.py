"""What the rest of the product asks of the host, so that a double can stand in for it in benchmarks."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Protocol

from powerup.outsmart.listed import ListedOrder, PutAside
from powerup.outsmart.outgoing import NewWorkOrder
from powerup.outsmart.records import (
    Address,
    ContactPerson,
    Employee,
    Form,
    FreeField,
    HostObject,
    Material,
    PaymentMethod,
    PostedWorkOrder,
    Priority,
    Project,
    Relation,
    Task,
    WorkOrder,
    WorkOrderStatus,
    WorkType,
)


class Host(Protocol):
    """One tenant's account at the host. Every method may raise an OutsmartError; see `OutsmartClient`."""

    @property
    def calls(self) -> int:
        """How many calls were made so far."""

    put_aside: list[PutAside]

    def relations(self) -> Iterable[Relation]: ...

    def relation(self, debtor_number: str) -> Relation | None: ...

    def objects(self) -> Iterable[HostObject]: ...

    def object(self, code: str) -> HostObject | None: ...

    def addresses(self) -> Iterable[Address]: ...

    def address(self, debtor_number: str, code: str) -> Address | None: ...

    def contact_persons(self) -> Iterable[ContactPerson]: ...

    def contact_person(self, debtor_number: str, code: str) -> ContactPerson | None: ...

    def employees(self) -> Iterable[Employee]: ...

    def employee(self, number: str) -> Employee | None: ...

    def projects(self) -> Iterable[Project]: ...

    def project(self, code: str) -> Project | None: ...

    def work_types(self) -> list[WorkType]: ...

    def payment_methods(self) -> list[PaymentMethod]: ...

    def priorities(self) -> list[Priority]: ...

    def free_fields(self, entity: str) -> list[FreeField]: ...

    def forms(self) -> list[Form]: ...

    def materials(self) -> Iterable[Material]: ...

    def work_orders(self, status: WorkOrderStatus) -> Iterable[ListedOrder]: ...

    def work_order(self, *, row_id: int | None = None, workorder_no: str | None = None) -> WorkOrder | None: ...

    def post_work_orders(self, orders: Sequence[NewWorkOrder]) -> list[PostedWorkOrder]: ...

    def update_work_order(
        self,
        row_id: int,
        *,
        work_date: date | None = None,
        work_time: time | None = None,
        employee_number: str | None = None,
        work_status: str | None = None,
    ) -> None: ...

    def delete_work_order(self, row_id: int) -> int: ...

    def post_task(self, task: Task) -> None: ...

    def tasks(self) -> list[Task]: ...
