"""What is sent to the host: work orders with all 15 required fields (host page 4.7), and tasks (host page 4.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from powerup.outsmart.formats import written_date, written_decimal, written_time, written_timestamp
from powerup.outsmart.records import ContactPerson, Relation, Task

LONGEST_WORKORDER_NO = 255


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Planned for an employee on a day; time is local time of the tenant (host page 1.9)."""

    employee_number: str
    work_date: date
    work_time: time | None = None
    duration_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """For a planner to schedule, at the latest on the deadline (host page 1.9)."""

    deadline: date


@dataclass(frozen=True, slots=True)
class Reference:
    """What the customer wants to read on its orders, and the host's field that has it: by its name, or one of the
    tenant's own by its place among them (host page 4.7). in_comment_too: a host that loses the latter gets it twice."""

    text: str
    field: str
    free_place: int | None = None
    in_comment_too: bool = False


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material on a work order; price is that of one unit, with the decimals that are sent."""

    code: str
    name: str
    number: Decimal
    price: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class NewWorkOrder:
    """A work order to be made. The invoice goes to the customer itself when no invoice_customer is given; address is
    the code of the address at which the work is, empty for the customer's own. contact is who is asked for there;
    None leaves that to the customer. forms are names of the host's."""

    workorder_no: str
    type_of_work: str
    payment_method: str
    customer: Relation
    when: Scheduled | Unscheduled
    invoice_customer: Relation | None = None
    description: str = ""
    project: str = ""
    priority: str = ""
    objects: tuple[str, ...] = ()
    address: str = ""
    contact: ContactPerson | None = None
    reference: Reference | None = None
    forms: tuple[str, ...] = ()
    materials: tuple[MaterialLine, ...] = ()


def work_order_record(order: NewWorkOrder) -> dict[str, object]:
    """The record for PostWorkorders; optional fields that are empty are left out.

    A missing contact person becomes the name, since the host requires one.
    """
    record: dict[str, object] = {
        "WorkorderNo": order.workorder_no,
        "TypeOfWork": order.type_of_work,
        "PaymentMethod": order.payment_method,
        **_party(order.customer, ""),
        **_contact(order.contact),
        **_party(order.invoice_customer or order.customer, "Invoice"),
    }
    optional = {
        "WorkDescription": order.description,
        "ProjectNr": order.project,
        "PriorityCode": order.priority,
        "WorkObjects": list(order.objects),
        "Forms": [{"Name": name} for name in order.forms],
        "Materials": [_material(line) for line in order.materials],
        "AdrCode": order.address,
        **_reference(order.reference),
        **_planning(order.when),
    }
    return record | {name: value for name, value in optional.items() if value not in ("", None, [])}


def task_record(task: Task) -> dict[str, object]:
    """The record for `tasks`; the host updates the task that has the same reference."""
    required: dict[str, object] = {
        "tsk_type": "TASK",
        "tsk_name": task.name,
        "tsk_reference": task.reference,
        "tsk_category": task.category.value,
        "tsk_priority": task.priority.value,
        "tsk_status": task.status.value,
    }
    optional = {
        "tsk_assigned_to": task.assigned_to,
        "tsk_debtor_nr": task.debtor_number,
        "tsk_order_nr": task.order_no,
        "tsk_timestamp_due": written_timestamp(task.due_at) if task.due_at else "",
    }
    return required | {name: value for name, value in optional.items() if value}


@lru_cache(maxsize=1024)
def _party(relation: Relation, suffix: str) -> Mapping[str, object]:
    required = {
        "Name": relation.name,
        "DebtorNr": relation.debtor_number,
        "Street": relation.street,
        "ZIP": relation.postal_code,
        "City": relation.city,
        "ContactPerson": relation.contact or relation.name,
    }
    optional = {"StreetNo": relation.house_number, "Email": relation.email, "Phone": relation.phone}
    fields = required | {name: value for name, value in optional.items() if value}
    return {f"Customer{name}{suffix}": value for name, value in fields.items()}


def _material(line: MaterialLine) -> dict[str, object]:
    required: dict[str, object] = {
        "MaterialCode": line.code,
        "MaterialNr": written_decimal(line.number),
        "MaterialPrice": written_decimal(line.price),
        "MaterialName": line.name,
    }
    return required | ({"MaterialUnit": line.unit} if line.unit else {})


def _contact(contact: ContactPerson | None) -> dict[str, object]:
    """Who is asked for, in the place of the customer's own: by code, and by name and telephone as far as they are
    known."""
    if contact is None:
        return {}
    fields = {"CpnCode": contact.code, "CustomerContactPerson": contact.name, "CustomerPhone": contact.phone}
    return {name: value for name, value in fields.items() if value}


def _reference(reference: Reference | None) -> dict[str, object]:
    if reference is None:
        return {}
    if reference.free_place is not None:
        in_comment: dict[str, object] = {"Comment": reference.text} if reference.in_comment_too else {}
        return {"FreeFields": {f"val_value_{reference.free_place}": reference.text}, **in_comment}
    return {reference.field: reference.text}


def _planning(when: Scheduled | Unscheduled) -> dict[str, object]:
    if isinstance(when, Unscheduled):
        return {"WorkDeadline": written_date(when.deadline)}
    return {
        "EmployeeNr": when.employee_number,
        "Employees": [when.employee_number],
        "WorkDate": written_date(when.work_date),
        "WorkTime": written_time(when.work_time) if when.work_time else None,
        "WorkDuration": when.duration_minutes,
    }
