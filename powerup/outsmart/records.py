"""The host's records as this product reads them; host spelling stays in `schemas.py` (host pages 4.7 to 4.9).

An empty text, null and an absent field are the same: "" for texts, None for the rest.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum


class WorkOrderStatus(StrEnum):
    """The four statuses that API 8 names (host page 4.8)."""

    KLAARGEZET = "Klaargezet"
    OPGEHAALD = "Opgehaald"
    COMPLEET = "Compleet"
    AFGEHANDELD = "Afgehandeld"


_PERSONS = frozenset({"private", "particulier", "consumer", "consument", "person", "persoon"})
_FIRMS = frozenset({"business", "zakelijk", "company", "bedrijf"})
"""Words of a debtor type; the host documents none, so others say nothing."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A customer, by debtor number."""

    debtor_number: str
    name: str = ""
    street: str = ""
    house_number: str = ""
    postal_code: str = ""
    city: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    invoice_debtor_number: str = ""
    kvk_number: str = ""
    debtor_type: str = ""
    language: str = ""
    active: bool = True

    @property
    def private(self) -> bool:
        """Whether it is a person rather than a firm: by its debtor type where that says one or the other, else by
        having no number in the trade register (host page 4.9)."""
        kind = self.debtor_type.strip().casefold()
        if kind in _PERSONS or kind in _FIRMS:
            return kind in _PERSONS
        return not self.kvk_number.strip()


@dataclass(frozen=True, slots=True)
class HostObject:
    """A machine or site thing at a customer, by object code."""

    code: str
    debtor_number: str = ""
    description: str = ""
    type: str = ""
    brand: str = ""
    model: str = ""
    serial_number: str = ""
    location: str = ""
    address_code: str = ""
    parent_code: str = ""
    installed_on: date | None = None
    last_inspected_on: date | None = None
    warranty_expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A place of a customer where work is done, by code; street holds the house number too."""

    code: str
    debtor_number: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    contact_code: str = ""


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """Somebody at a customer, by code."""

    code: str
    debtor_number: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Employee:
    """A person who does work, by number."""

    number: str
    first_name: str = ""
    last_name: str = ""
    active: bool = True

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a customer, by code."""

    code: str
    debtor_number: str = ""
    name: str = ""
    status: str = ""
    active: bool = True
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkType:
    """A value for a work order's type of work."""

    name: str
    description: str = ""
    default_minutes: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A value for a work order's payment method."""

    description: str


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority, by code."""

    code: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class FreeField:
    """A field of the tenant's own on records of one kind (entity); place is its number among those, from 1."""

    name: str
    entity: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form that an employee fills in, such as a checklist, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Material:
    """A material, by code; price is that of one unit, in the tenant's currency, None where the host has none."""

    code: str
    description: str = ""
    price: Decimal | None = None
    unit: str = ""


_MINUTES_OF_A_DAY = 24 * 60


def _minute_of_day(at: time) -> int:
    return at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True)
class WorkPeriod:
    """When somebody worked on a work order; times are local times of the tenant. total_minutes is how long by the
    host's own word, None where it gives none that can be read."""

    work_date: date | None = None
    begin: time | None = None
    end: time | None = None
    employee_number: str = ""
    total_minutes: int | None = None

    @property
    def minutes(self) -> int | None:
        """How long was worked: the host's own total, else from begin to end, past midnight too; None where neither is
        known."""
        if self.total_minutes is not None or self.begin is None or self.end is None:
            return self.total_minutes
        return (_minute_of_day(self.end) - _minute_of_day(self.begin)) % _MINUTES_OF_A_DAY


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A work order as the host has it now.

    row_id is the host's own id. status is None when the host gives one that API 8 does not name. work_status is a
    code of the tenant, apart from status. work_finished: the employee marked the work as done; a work order can be
    Compleet without it. created_at is on the host's own clock, whose zone is not documented.
    """

    row_id: int
    workorder_no: str = ""
    order_no: str = ""
    status: WorkOrderStatus | None = None
    work_status: str = ""
    customer_debtor_number: str = ""
    customer_name: str = ""
    type_of_work: str = ""
    payment_method: str = ""
    description: str = ""
    employee_number: str = ""
    employees: tuple[str, ...] = ()
    work_date: date | None = None
    work_time: time | None = None
    duration_minutes: int | None = None
    deadline: date | None = None
    project: str = ""
    priority: str = ""
    objects: tuple[str, ...] = ()
    work_periods: tuple[WorkPeriod, ...] = ()
    work_finished: bool = False
    archived: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PostedWorkOrder:
    """The host's word that it has a work order: our number and its row id."""

    workorder_no: str
    row_id: int


class TaskCategory(StrEnum):
    """How a task is to be done."""

    CALL = "CALL"
    MAIL = "MAIL"


class TaskPriority(StrEnum):
    """How urgent a task is."""

    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"


class TaskStatus(StrEnum):
    """Where a task stands."""

    YET_TO_START = "YET_TO_START"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    EXPIRED = "EXPIRED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Task:
    """A task for people at the host; posting the same reference again updates it (host page 4.9).

    due_at is local time of the tenant, without a zone, as the host keeps it.
    """

    reference: str
    name: str
    category: TaskCategory = TaskCategory.CALL
    priority: TaskPriority = TaskPriority.NORMAL
    status: TaskStatus = TaskStatus.YET_TO_START
    assigned_to: str = ""
    debtor_number: str = ""
    order_no: str = ""
    due_at: datetime | None = None
