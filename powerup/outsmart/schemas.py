"""One schema per kind of host record: the host's spelling on the right, ours on the left (host pages 4.7, 4.9)."""

from collections.abc import Mapping
from typing import ClassVar

from powerup.outsmart import formats, records
from powerup.outsmart.host_schema import HostSchema, Value, choice, codes, from_text, items_of, read_records, text


def _key(name: str) -> Value:
    return Value(text, data_key=name, required=True)


def _text(name: str) -> Value:
    return Value(text, data_key=name, load_default="")


def _date(name: str) -> Value:
    return Value(from_text(formats.read_date), data_key=name)


def _moment(name: str) -> Value:
    return Value(from_text(formats.read_datetime), data_key=name)


def _time(name: str) -> Value:
    return Value(from_text(formats.read_time), data_key=name)


def _number(name: str) -> Value:
    return Value(from_text(int), data_key=name)


def _money(name: str) -> Value:
    return Value(from_text(formats.read_money), data_key=name)


def _row_id(name: str) -> Value:
    return Value(from_text(formats.read_row_id), data_key=name, required=True)


def _flag(name: str, *, default: bool) -> Value:
    return Value(from_text(formats.read_flag), data_key=name, load_default=default)


class RelationSchema(HostSchema[records.Relation]):
    """`relations` (host page 4.9)."""

    makes = records.Relation
    debtor_number = _key("debtor_number")
    name = _text("name")
    street = _text("street")
    house_number = _text("house_number")
    postal_code = _text("postal_code")
    city = _text("city")
    contact = _text("contact")
    phone = _text("phone_number")
    email = _text("email")
    invoice_debtor_number = _text("debtor_number_invoice")
    kvk_number = _text("kvk_number")
    debtor_type = _text("debtor_type")
    language = _text("language")
    active = _flag("active", default=True)


class ObjectSchema(HostSchema[records.HostObject]):
    """`objects` and `object` (host page 4.9)."""

    makes = records.HostObject
    code = _key("obj_code")
    debtor_number = _text("obj_debiteur_nummer")
    description = _text("obj_description")
    type = _text("obj_type")
    brand = _text("obj_brand")
    model = _text("obj_model")
    serial_number = _text("obj_serialnumber")
    location = _text("obj_location")
    address_code = _text("obj_adr_code")
    parent_code = _text("obj_obj_code")
    installed_on = _date("obj_date_installation")
    last_inspected_on = _date("obj_date_last_inspection")
    warranty_expires_on = _date("obj_date_warranty_expires")


class AddressSchema(HostSchema[records.Address]):
    """`addresses` and `address` (host page 4.9)."""

    makes = records.Address
    code = _key("adr_code")
    debtor_number = _text("adr_debtor_nr")
    street = _text("adr_line_1")
    postal_code = _text("adr_zip")
    city = _text("adr_city")
    country = _text("adr_country")
    contact_code = _text("adr_cpn_code")


class ContactPersonSchema(HostSchema[records.ContactPerson]):
    """`contactpersons` and `contactperson` (host page 4.9)."""

    makes = records.ContactPerson
    code = _key("cpn_code")
    debtor_number = _text("cpn_debtor_nr")
    name = _text("cpn_name")
    phone = _text("cpn_phone")
    email = _text("cpn_email")


class EmployeeSchema(HostSchema[records.Employee]):
    """`employees` (host page 4.9)."""

    makes = records.Employee
    number = _key("number")
    first_name = _text("firstname")
    last_name = _text("lastname")
    active = _flag("active", default=True)


class ProjectSchema(HostSchema[records.Project]):
    """`projects` (host page 4.9)."""

    makes = records.Project
    code = _key("code")
    debtor_number = _text("debtor_number")
    name = _text("name")
    status = _text("status")
    active = _flag("active", default=True)
    starts_on = _date("date_start")
    ends_on = _date("date_end")


class WorkTypeSchema(HostSchema[records.WorkType]):
    """`worktypes` (host page 4.9)."""

    makes = records.WorkType
    name = _key("wrt_name")
    description = _text("wrt_description")
    default_minutes = _number("wrt_default_minutes")
    active = _flag("wrt_active", default=True)


class PaymentMethodSchema(HostSchema[records.PaymentMethod]):
    """`paymentmethods` (host page 4.9)."""

    makes = records.PaymentMethod
    description = _key("pmd_description")


class PrioritySchema(HostSchema[records.Priority]):
    """`priorities` (host page 4.9)."""

    makes = records.Priority
    code = _key("code")
    description = _text("description")


class FreeFieldSchema(HostSchema[records.FreeField]):
    """`freefields` (host page 4.9)."""

    makes = records.FreeField
    name = _key("fld_name")
    entity = _text("fld_entity")
    place = _number("fld_order")


class FormSchema(HostSchema[records.Form]):
    """`forms` (host page 4.9)."""

    makes = records.Form
    name = _key("name")


class MaterialSchema(HostSchema[records.Material]):
    """`materials` (host page 4.9)."""

    makes = records.Material
    code = _key("code")
    description = _text("description")
    price = _money("price")
    unit = _text("unit")


class WorkPeriodSchema(HostSchema[records.WorkPeriod]):
    """`Workperiods` inside a work order (host page 4.7)."""

    makes = records.WorkPeriod
    work_date = _date("WorkDate")
    begin = _time("BeginTime")
    end = _time("EndTime")
    employee_number = _text("EmployeeNr")
    total_minutes = Value(from_text(formats.read_length), data_key="TotalTime")


def _periods(value: object) -> tuple[records.WorkPeriod, ...]:
    return tuple(read_records(WorkPeriodSchema(), items_of(value)))


class WorkOrderSchema(HostSchema[records.WorkOrder]):
    """`GetWorkorder` and `GetWorkorders` (host page 4.7)."""

    makes = records.WorkOrder
    spellings: ClassVar[Mapping[str, str]] = {"Id": "id", "row_id": "id", "Status": "status", "Order Nr": "OrderNr"}
    row_id = _row_id("id")
    workorder_no = _text("WorkorderNo")
    order_no = _text("OrderNr")
    status = Value(choice(records.WorkOrderStatus), data_key="status")
    work_status = _text("WorkStatus")
    customer_debtor_number = _text("CustomerDebtorNr")
    customer_name = _text("CustomerName")
    type_of_work = _text("TypeOfWork")
    payment_method = _text("PaymentMethod")
    description = _text("WorkDescription")
    employee_number = _text("EmployeeNr")
    employees = Value(codes("EmployeeNr"), data_key="Employees", load_default=())
    work_date = _date("WorkDate")
    work_time = _time("WorkTime")
    duration_minutes = _number("WorkDuration")
    deadline = _date("WorkDeadline")
    project = _text("ProjectNr")
    priority = _text("PriorityCode")
    objects = Value(codes("obj_code"), data_key="WorkObjects", load_default=())
    work_periods = Value(_periods, data_key="Workperiods", load_default=())
    work_finished = _flag("WorkFinished", default=False)
    archived = _flag("Archived", default=False)
    created_at = _moment("CreationDate")


class PostedWorkOrderSchema(HostSchema[records.PostedWorkOrder]):
    """The reply of `PostWorkorders` (host page 4.7)."""

    makes = records.PostedWorkOrder
    spellings: ClassVar[Mapping[str, str]] = {"id": "row_id", "Id": "row_id", "WorkorderNo": "workorder_no"}
    workorder_no = _key("workorder_no")
    row_id = _row_id("row_id")


class TaskSchema(HostSchema[records.Task]):
    """`tasks` (host page 4.9); a category, priority or status that is not documented counts as the usual one."""

    makes = records.Task
    reference = _key("tsk_reference")
    name = _text("tsk_name")
    category = Value(choice(records.TaskCategory), data_key="tsk_category", load_default=records.TaskCategory.CALL)
    priority = Value(choice(records.TaskPriority), data_key="tsk_priority", load_default=records.TaskPriority.NORMAL)
    status = Value(choice(records.TaskStatus), data_key="tsk_status", load_default=records.TaskStatus.YET_TO_START)
    assigned_to = _text("tsk_assigned_to")
    debtor_number = _text("tsk_debtor_nr")
    order_no = _text("tsk_order_nr")
    due_at = _moment("tsk_timestamp_due")
