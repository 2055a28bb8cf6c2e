"""The client for API 8 of one tenant (host page part 4)."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import date, time
from types import TracebackType
from typing import Any, Self, TypeVar

import requests
from marshmallow import ValidationError

from powerup.outsmart import schemas
from powerup.outsmart.address import api_address
from powerup.outsmart.connection import Connection, TokenAuth
from powerup.outsmart.errors import NotFound, RecordRefused
from powerup.outsmart.exchange import Call, records_of, unreadable
from powerup.outsmart.formats import written_date, written_time
from powerup.outsmart.gate import Gate
from powerup.outsmart.host import Host
from powerup.outsmart.host_schema import HostSchema, note_put_aside, read_records
from powerup.outsmart.listed import ListedOrder, PutAside, listed_order
from powerup.outsmart.outgoing import LONGEST_WORKORDER_NO, NewWorkOrder, task_record, work_order_record
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

Record = TypeVar("Record")

_WITHOUT_CLOSING = {"update_status": "false"}
"""Reading work orders makes them Afgehandeld unless this is sent (host page 4.7, the trap)."""


class OutsmartClient(Host):
    """One tenant's account at the host. Close it, or use it as a context manager; several threads may read at once.

    base_url: as entered, with or without `/openapi/8`. timeout_seconds: the longest silence, and the longest time for
    an answer that is no list. read_retries: how often a read that failed is tried again; writes never are.
    within_seconds: the time that all calls together have, for somebody who waits; then no read is tried again.
    bearer: send the token as Authorization header too (host page 4.2). gate: what every call passes, if anything.

    Lists are given record by record as they come in, in flat memory; what is found in one counts once its last record
    has come, since it can break off, or end in the host's refusal. Those that cannot be read are noted in put_aside; a
    list of which none can be read is a HostFault.

    Every method raises a type of OutsmartError: reads HostUnavailable (or HostUnreachable, HostFault), writes
    OutcomeUnknown or RecordRefused, all of them TokenRefused and AddressRefused. Raises InvalidApiAddress at once.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        software_token: str,
        *,
        session: requests.Session | None = None,
        timeout_seconds: float = 15.0,
        read_retries: int = 2,
        within_seconds: float | None = None,
        bearer: bool = False,
        gate: Gate | None = None,
    ) -> None:
        self._connection = Connection(
            api_address(base_url),
            TokenAuth(token, software_token, bearer=bearer),
            session or requests.Session(),
            timeout_seconds=timeout_seconds,
            read_retries=read_retries,
            within_seconds=within_seconds,
            gate=gate,
        )
        self.put_aside: list[PutAside] = []

    def __repr__(self) -> str:
        return f"OutsmartClient({self._connection.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._connection.close()

    @property
    def calls(self) -> int:
        """How many calls were made so far; a read that was repeated counts once."""
        return self._connection.calls

    def ask(self, call: Call) -> object:
        """The host's `response` to a call as it is; of a list `records`. For who asks what the methods do not."""
        return self._connection.ask(call)

    def records(self, call: Call) -> Generator[object]:
        """The records of a list as they are, and as they come; whoever has seen enough of it may close it."""
        return self._connection.records(call)

    def relations(self) -> Iterator[Relation]:
        """All customers."""
        return self._listed(schemas.RelationSchema(), Call("relations"))

    def relation(self, debtor_number: str) -> Relation | None:
        """The customer with this debtor number, or None."""
        found = self._listed(schemas.RelationSchema(), Call("relations", _where("debtor_number", debtor_number)))
        return _first(relation for relation in found if relation.debtor_number == debtor_number)

    def objects(self) -> Iterator[HostObject]:
        """All objects."""
        return self._listed(schemas.ObjectSchema(), Call("objects"))

    def object(self, code: str) -> HostObject | None:
        """The object with this code, or None."""
        found = self._listed(schemas.ObjectSchema(), Call("object", {"key": "obj_code", "value": code}))
        return _first(host_object for host_object in found if host_object.code == code)

    def addresses(self) -> Iterator[Address]:
        """All addresses of customers."""
        return self._listed(schemas.AddressSchema(), Call("addresses"))

    def address(self, debtor_number: str, code: str) -> Address | None:
        """This customer's address with this code, or None; also when another customer has one of that code."""
        found = self._listed(schemas.AddressSchema(), Call("address", {"key": "adr_code", "value": code}))
        return _first(each for each in found if (each.debtor_number, each.code) == (debtor_number, code))

    def contact_persons(self) -> Iterator[ContactPerson]:
        """All contact persons of customers."""
        return self._listed(schemas.ContactPersonSchema(), Call("contactpersons"))

    def contact_person(self, debtor_number: str, code: str) -> ContactPerson | None:
        """This customer's contact person with this code, or None; also when another customer has one of that code."""
        found = self._listed(schemas.ContactPersonSchema(), Call("contactperson", {"key": "cpn_code", "value": code}))
        return _first(each for each in found if (each.debtor_number, each.code) == (debtor_number, code))

    def employees(self) -> Iterator[Employee]:
        """All employees, also those no longer active."""
        return self._listed(schemas.EmployeeSchema(), Call("employees"))

    def employee(self, number: str) -> Employee | None:
        """The employee with this number, or None; the host has no filter for it (host page 4.6)."""
        return _first(employee for employee in self.employees() if employee.number == number)

    def projects(self) -> Iterator[Project]:
        """All projects."""
        return self._listed(schemas.ProjectSchema(), Call("projects"))

    def project(self, code: str) -> Project | None:
        """The project with this code, or None; a host that does not know the filter gives all of them."""
        found = self._listed(schemas.ProjectSchema(), Call("projects", _where("code", code)))
        return _first(project for project in found if project.code == code)

    def work_types(self) -> list[WorkType]:
        """The tenant's list of types of work."""
        return [*self._listed(schemas.WorkTypeSchema(), Call("worktypes"))]

    def payment_methods(self) -> list[PaymentMethod]:
        """The tenant's list of payment methods."""
        return [*self._listed(schemas.PaymentMethodSchema(), Call("paymentmethods"))]

    def priorities(self) -> list[Priority]:
        """The tenant's list of priorities."""
        return [*self._listed(schemas.PrioritySchema(), Call("priorities"))]

    def free_fields(self, entity: str) -> list[FreeField]:
        """The tenant's own fields on records of a kind, such as `WORKORDER`."""
        found = self._listed(schemas.FreeFieldSchema(), Call("freefields", _where("fld_entity", entity)))
        return [each for each in found if each.entity == entity]

    def forms(self) -> list[Form]:
        """The tenant's forms, such as checklists."""
        return [*self._listed(schemas.FormSchema(), Call("forms"))]

    def materials(self) -> Iterator[Material]:
        """All materials."""
        return self._listed(schemas.MaterialSchema(), Call("materials"))

    def work_orders(self, status: WorkOrderStatus) -> Iterator[ListedOrder]:
        """The work orders that have this status, archived ones too; reading them does not change them."""
        call = Call("GetWorkorders", {"status": status.value, **_WITHOUT_CLOSING})
        return self._readable(call, listed_order, schemas.WorkOrderSchema())

    def work_order(self, *, row_id: int | None = None, workorder_no: str | None = None) -> WorkOrder | None:
        """The work order with the host's row id, or else with our number; None when the host has none.

        When the host has several with one number, the oldest it gives. Reading does not change it. Raises HostFault
        when the answer is another work order or cannot be read, since that is no proof that there is none.
        """
        identity = {"row_id": str(row_id)} if row_id is not None else {"workorder_no": workorder_no or ""}
        call = Call("GetWorkorder", identity | _WITHOUT_CLOSING)
        try:
            host_records = records_of(call, self._connection.ask(call))
        except NotFound:
            return None
        orders = read_records(schemas.WorkOrderSchema(), host_records)
        asked = [order for order in orders if order.row_id == row_id or order.workorder_no == workorder_no]
        if len(asked) < len(host_records):
            raise unreadable(call, "an answer that is not the work order asked for")
        return min(asked, key=lambda order: order.row_id, default=None)

    def post_work_orders(self, orders: Sequence[NewWorkOrder]) -> list[PostedWorkOrder]:
        """Create work orders; what the host then says it has, in its own order.

        A number that is missing in the result has to be looked up. The flag against duplicates is sent, but what
        the host does with it is not documented. RecordRefused means that none of the batch was created.
        """
        too_long = [order for order in orders if len(order.workorder_no) > LONGEST_WORKORDER_NO]
        if too_long:
            words = f"WorkorderNo is longer than {LONGEST_WORKORDER_NO} characters"
            raise RecordRefused("PostWorkorders", messages=(words,))
        call = Call(
            "PostWorkorders",
            {"skip_duplicate_workorder_no": "true"},
            [work_order_record(order) for order in orders],
        )
        return read_records(schemas.PostedWorkOrderSchema(), records_of(call, self._connection.ask(call)))

    def update_work_order(
        self,
        row_id: int,
        *,
        work_date: date | None = None,
        work_time: time | None = None,
        employee_number: str | None = None,
        work_status: str | None = None,
    ) -> None:
        """Change what is given, by row id; the host can change nothing else (host page 4.7).

        Raises NotFound, NothingChanged when it already was so, RecordRefused for a value the host does not take.
        """
        changes = {
            "workdate": written_date(work_date) if work_date else None,
            "worktime": written_time(work_time) if work_time else None,
            "employee_nr": employee_number,
            "workstatus": work_status,
        }
        given = {name: value for name, value in changes.items() if value is not None}
        self._connection.ask(Call("UpdateWorkorder", {"row_id": str(row_id), **given}))

    def delete_work_order(self, row_id: int) -> int:
        """Delete one work order; the number of rows that the host says were deleted, 0 when it had none."""
        params = {"entity": "workorder", "key": "db_row", "value": str(row_id), "delete_all": "false"}
        call = Call("DeleteEntity", params)
        affected = self._connection.ask(call)
        if not str(affected).isdecimal():
            raise unreadable(call, "expected the number of deleted rows")
        return int(str(affected))

    def post_task(self, task: Task) -> None:
        """Create a task, or update the one with the same reference; so it may be posted again."""
        self._connection.ask(Call("tasks", records=[task_record(task)]))

    def tasks(self) -> list[Task]:
        """All tasks."""
        return [*self._listed(schemas.TaskSchema(), Call("tasks"))]

    def _listed(self, schema: HostSchema[Record], call: Call) -> Iterator[Record]:
        return self._readable(call, schema.load, schema)

    def _readable(self, call: Call, read: Callable[[Any], Record], schema: HostSchema[Any]) -> Iterator[Record]:
        """What is made of the records of a list; what cannot be read is put aside, unless that is all there is."""
        aside = PutAside(f"{call.endpoint} {call.params.get('status', '')}".strip())
        place = 0
        for place, record in enumerate(self._connection.records(call), 1):
            try:
                found = read(record)
            except ValidationError as error:
                if not aside.number:
                    note_put_aside(schema, error)
                    aside.first_place = place
                aside.number += 1
                continue
            yield found
        if aside.number and aside.number == place:
            raise unreadable(call, f"none of its records can be read: {place}")
        if aside.number:
            self.put_aside.append(aside)


def _first(found: Iterable[Record]) -> Record | None:
    """The first of them, once all were read: what the host says of a list can come at its end."""
    return next(iter([*found]), None)


def _where(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value, "operator": "eq"}
