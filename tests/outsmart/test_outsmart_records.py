"""Records of the host as this product reads and writes them (host pages 4.7 and 4.9)."""

from dataclasses import fields, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from powerup.outsmart import schemas
from powerup.outsmart.host_schema import read_records
from powerup.outsmart.outgoing import (
    MaterialLine,
    NewWorkOrder,
    Reference,
    Scheduled,
    Unscheduled,
    task_record,
    work_order_record,
)
from powerup.outsmart.records import (
    ContactPerson,
    HostObject,
    PostedWorkOrder,
    Relation,
    Task,
    TaskCategory,
    TaskPriority,
    TaskStatus,
    WorkOrder,
    WorkOrderStatus,
    WorkPeriod,
)
from powerup.sandbox.records import WORK_ORDER_LISTS, WORK_ORDER_REQUIRED, WORK_ORDER_TEXTS

CUSTOMER = Relation("1001", "Bakkerij De Korf", "Dorpsstraat", "12", "1234 AB", "Utrecht")
OFFICE = Relation(
    "2002", "De Korf Holding", "Plein", "", "3511 AA", "Utrecht", contact="A. Jansen", email="a@example.nl"
)

REQUIRED = {
    "WorkorderNo",
    "TypeOfWork",
    "PaymentMethod",
    *(
        f"Customer{name}{side}"
        for name in ("Name", "DebtorNr", "Street", "ZIP", "City", "ContactPerson")
        for side in ("", "Invoice")
    ),
}


def new_order(when: Scheduled | Unscheduled, **more: object) -> NewWorkOrder:
    return NewWorkOrder("C1-A-20260102-ALL", "Onderhoud", "op rekening", CUSTOMER, when, **more)  # type: ignore[arg-type]


def test_all_15_required_fields_are_filled() -> None:
    record = work_order_record(new_order(Unscheduled(date(2026, 1, 2))))
    assert len(REQUIRED) == 15
    assert all(record[name] for name in REQUIRED)


def test_the_invoice_goes_to_the_customer_unless_another_is_given() -> None:
    record = work_order_record(new_order(Unscheduled(date(2026, 1, 2))))
    assert (record["CustomerDebtorNrInvoice"], record["CustomerStreetNoInvoice"]) == ("1001", "12")
    record = work_order_record(new_order(Unscheduled(date(2026, 1, 2)), invoice_customer=OFFICE))
    assert (record["CustomerDebtorNr"], record["CustomerDebtorNrInvoice"]) == ("1001", "2002")
    assert record["CustomerContactPersonInvoice"] == "A. Jansen"
    assert record["CustomerEmailInvoice"] == "a@example.nl"


def test_a_missing_contact_person_is_the_name() -> None:
    assert work_order_record(new_order(Unscheduled(date(2026, 1, 2))))["CustomerContactPerson"] == "Bakkerij De Korf"


def test_without_an_employee_there_is_a_deadline_only() -> None:
    record = work_order_record(new_order(Unscheduled(date(2026, 8, 31))))
    assert record["WorkDeadline"] == "31-08-2026"
    assert not {"EmployeeNr", "Employees", "WorkDate", "WorkTime", "WorkDuration"} & set(record)


def test_with_an_employee_it_is_scheduled_and_has_no_deadline() -> None:
    record = work_order_record(new_order(Scheduled("7", date(2026, 8, 31), time(8, 5), 90)))
    assert (record["EmployeeNr"], record["Employees"]) == ("7", ["7"])
    assert (record["WorkDate"], record["WorkTime"], record["WorkDuration"]) == ("31-08-2026", "08:05", 90)
    assert "WorkDeadline" not in record


def test_midnight_is_sent_as_a_start_time() -> None:
    record = work_order_record(new_order(Scheduled("7", date(2026, 8, 31), time(0, 0))))
    assert record["WorkTime"] == "00:00"
    assert "WorkDuration" not in record


def test_optional_fields_are_sent_when_given_and_left_out_when_empty() -> None:
    record = work_order_record(new_order(Unscheduled(date(2026, 1, 2))))
    assert not {"WorkObjects", "ProjectNr", "PriorityCode", "WorkDescription", "CustomerEmail"} & set(record)
    record = work_order_record(
        new_order(
            Unscheduled(date(2026, 1, 2)), objects=("CV-1", "CV-2"), project="P1", priority="1", description="Jaarbeurt"
        )
    )
    assert record["WorkObjects"] == ["CV-1", "CV-2"]
    assert (record["ProjectNr"], record["PriorityCode"], record["WorkDescription"]) == ("P1", "1", "Jaarbeurt")


OTHERWISE: dict[str, Any] = {
    "workorder_no": "C2-A-20260102-ALL",
    "type_of_work": "Inspectie",
    "payment_method": "contant",
    "customer": replace(CUSTOMER, debtor_number="1002"),
    "when": Unscheduled(date(2026, 1, 3)),
    "invoice_customer": replace(CUSTOMER, debtor_number="1003"),
    "description": "Jaarbeurt",
    "project": "P1",
    "priority": "1",
    "objects": ("CV-1",),
    "address": "LOODS",
    "contact": ContactPerson("JV", "1002", "J. Visser", "030 555 0100"),
    "reference": Reference("PO-1", "Comment"),
    "forms": ("Checklist CV-ketel",),
    "materials": (MaterialLine("KM-R32", "Koudemiddel R32", Decimal("1.5"), Decimal("41.25"), "kg"),),
}
"""For each member of an order another value than the usual one."""


@pytest.mark.parametrize("member", [field.name for field in fields(NewWorkOrder)])
def test_every_member_of_an_order_reaches_the_host(member: str) -> None:
    usual = new_order(Unscheduled(date(2026, 1, 2)))
    changed = replace(usual, **{member: OTHERWISE[member]})
    assert work_order_record(changed) != work_order_record(usual)


def test_who_is_asked_for_is_named_in_the_place_of_the_customers_own_contact() -> None:
    record = work_order_record(
        new_order(Unscheduled(date(2026, 1, 2)), contact=ContactPerson("JV", "1", "J. Visser", phone="030 555 0100"))
    )
    sent = (record["CpnCode"], record["CustomerContactPerson"], record["CustomerPhone"])
    assert sent == ("JV", "J. Visser", "030 555 0100")
    assert record["CustomerContactPersonInvoice"] != "J. Visser"
    nameless = work_order_record(new_order(Unscheduled(date(2026, 1, 2)), contact=ContactPerson("JV", "1")))
    assert nameless["CustomerContactPerson"] == CUSTOMER.name


def test_materials_are_written_with_a_comma_and_all_that_the_host_requires() -> None:
    lines = (MaterialLine("KM-R32", "Koudemiddel R32", Decimal("1.5"), Decimal("41.25"), "kg"),)
    record = work_order_record(new_order(Unscheduled(date(2026, 1, 2)), materials=lines))
    assert record["Materials"] == [
        {
            "MaterialCode": "KM-R32",
            "MaterialNr": "1,5",
            "MaterialPrice": "41,25",
            "MaterialName": "Koudemiddel R32",
            "MaterialUnit": "kg",
        }
    ]


def test_a_reference_goes_into_the_field_that_the_firm_chose() -> None:
    by_name = new_order(Unscheduled(date(2026, 1, 2)), reference=Reference("PO-1", "ExternProjectNr"))
    assert work_order_record(by_name)["ExternProjectNr"] == "PO-1"
    own_field = new_order(Unscheduled(date(2026, 1, 2)), reference=Reference("PO-1", "Inkoopnummer", 3))
    assert work_order_record(own_field)["FreeFields"] == {"val_value_3": "PO-1"}


def test_an_order_has_no_field_that_the_host_does_not_document() -> None:
    """The stand-in takes whatever is sent; a name that is misspelled would be lost at the host."""
    scheduled = Scheduled("7", date(2026, 1, 2), time(8, 0), 90)
    records = [
        work_order_record(replace(NewWorkOrder(**OTHERWISE), when=when)) for when in (OTHERWISE["when"], scheduled)
    ]
    documented = {*WORK_ORDER_REQUIRED, *WORK_ORDER_TEXTS, *WORK_ORDER_LISTS, "FreeFields"}
    assert {name for record in records for name in record} - documented == set()


def test_a_work_order_is_read_with_everything_the_host_may_write() -> None:
    record = {
        "id": "169824",
        "status": "Compleet",
        "WorkorderNo": "C1-A-20260102-ALL",
        "OrderNr": "WB-2026-00001",
        "CustomerDebtorNr": 1001,
        "CustomerName": "Bakkerij De Korf",
        "WorkDate": "02-01-2026",
        "WorkTime": "08:00",
        "WorkDuration": "90",
        "WorkDeadline": "2026-01-31 00:00:00",
        "EmployeeNr": 7,
        "Employees": [7, "8"],
        "WorkObjects": [{"obj_code": "CV-1"}, "CV-2"],
        "Workperiods": [{"WorkDate": "03-01-2026", "BeginTime": "08:00", "EndTime": "09:30", "TotalTime": "01:30"}],
        "WorkFinished": "1",
        "Archived": "0",
        "WorkStatus": "10",
        "CreationDate": "2025-12-01 10:11",
        "Signature": "…",
        "AFieldOfTomorrow": {"deep": []},
    }
    assert read_records(schemas.WorkOrderSchema(), [record]) == [
        WorkOrder(
            row_id=169824,
            workorder_no="C1-A-20260102-ALL",
            order_no="WB-2026-00001",
            status=WorkOrderStatus.COMPLEET,
            work_status="10",
            customer_debtor_number="1001",
            customer_name="Bakkerij De Korf",
            employee_number="7",
            employees=("7", "8"),
            work_date=date(2026, 1, 2),
            work_time=time(8, 0),
            duration_minutes=90,
            deadline=date(2026, 1, 31),
            objects=("CV-1", "CV-2"),
            work_periods=(WorkPeriod(date(2026, 1, 3), time(8, 0), time(9, 30), total_minutes=90),),
            work_finished=True,
            created_at=datetime(2025, 12, 1, 10, 11),  # noqa: DTZ001 - the host states no zone
        )
    ]


@pytest.mark.parametrize("name", ["id", "Id", "row_id"])
def test_the_row_id_is_read_in_every_spelling(name: str) -> None:
    [order] = read_records(schemas.WorkOrderSchema(), [{name: 5, "Status": "klaargezet", "Order Nr": "X"}])
    assert (order.row_id, order.status, order.order_no) == (5, WorkOrderStatus.KLAARGEZET, "X")


def test_null_empty_and_absent_are_the_same() -> None:
    empty = {
        "id": 5,
        "WorkDate": "",
        "WorkTime": None,
        "Employees": None,
        "Workperiods": "",
        "Archived": "",
        "status": " ",
    }
    assert read_records(schemas.WorkOrderSchema(), [empty]) == [WorkOrder(row_id=5)]


def test_an_unreadable_value_counts_as_empty_and_is_logged_without_its_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    record = {"id": 5, "WorkDate": "somewhen", "status": "Ingepland", "CustomerName": {"x": 1}, "Workperiods": [7]}
    assert read_records(schemas.WorkOrderSchema(), [record]) == [WorkOrder(row_id=5)]
    for field in ("WorkDate", "status", "CustomerName"):
        assert f"field {field} is unreadable" in caplog.text
    assert "somewhen" not in caplog.text


def test_a_work_period_without_a_total_lasts_from_its_begin_to_its_end() -> None:
    assert WorkPeriod(begin=time(8), end=time(9, 30), total_minutes=75).minutes == 75
    assert WorkPeriod(begin=time(8), end=time(9, 30)).minutes == 90
    assert WorkPeriod(begin=time(23), end=time(1)).minutes == 120
    assert WorkPeriod(begin=time(8)).minutes is None


def test_a_word_of_a_task_that_is_not_known_is_taken_as_the_usual_one() -> None:
    told = {"tsk_reference": "8", "tsk_category": "Fax", "tsk_priority": "Enormous", "tsk_status": "Lost"}
    [task] = read_records(schemas.TaskSchema(), [told])
    [plain] = read_records(schemas.TaskSchema(), [{"tsk_reference": "8"}])
    assert task == plain
    assert (plain.category, plain.priority, plain.status) == (
        TaskCategory.CALL,
        TaskPriority.NORMAL,
        TaskStatus.YET_TO_START,
    )


def test_a_record_without_its_key_is_put_aside_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    records = [{"debtor_number": "", "name": "Nobody"}, {"debtor_number": "1", "name": "Somebody"}]
    assert read_records(schemas.RelationSchema(), records) == [Relation("1", "Somebody")]
    assert "Relation of the host is put aside" in caplog.text
    assert "Nobody" not in caplog.text


@pytest.mark.parametrize(
    ("written", "active"), [("0", False), (0, False), (False, False), ("1", True), ("", True), (None, True)]
)
def test_a_customer_is_active_unless_the_host_says_otherwise(written: object, active: bool) -> None:
    [relation] = read_records(schemas.RelationSchema(), [{"debtor_number": "1", "active": written}])
    assert relation.active is active


def test_dates_of_objects_are_read() -> None:
    record = {"obj_code": "CV-1", "obj_date_installation": "2020-02-03", "obj_date_last_inspection": "0000-00-00"}
    assert read_records(schemas.ObjectSchema(), [record]) == [HostObject("CV-1", installed_on=date(2020, 2, 3))]


def test_the_reply_to_a_post_is_number_and_row() -> None:
    assert read_records(schemas.PostedWorkOrderSchema(), [{"workorder_no": "C1", "row_id": "9"}]) == [
        PostedWorkOrder("C1", 9)
    ]


def test_a_task_comes_back_as_it_was_sent() -> None:
    task = Task(
        "contract-1042-notice-90",
        "Contract 1042: opzeggen kan tot 1 oktober",
        priority=TaskPriority.HIGH,
        debtor_number="1001",
        due_at=datetime(2026, 10, 1, 9, 0),  # noqa: DTZ001 - the host keeps no zone
    )
    record = task_record(task)
    assert (record["tsk_type"], record["tsk_timestamp_due"]) == ("TASK", "2026-10-01 09:00:00")
    assert read_records(schemas.TaskSchema(), [record]) == [task]
