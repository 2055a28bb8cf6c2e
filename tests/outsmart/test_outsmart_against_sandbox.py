"""The client and the sandbox host, over real HTTP: both were written from the host page alone and must agree."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import (
    HostUnavailable,
    NotFound,
    NothingChanged,
    OutcomeUnknown,
    RecordRefused,
    TokenRefused,
)
from powerup.outsmart.outgoing import NewWorkOrder, Scheduled, Unscheduled
from powerup.outsmart.records import Relation, Task, WorkOrder, WorkOrderStatus, WorkPeriod
from powerup.sandbox import board
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.server import SandboxServer

ON_2_MARCH = Scheduled("2", date(2026, 3, 2), time(8, 30), 90)
BY_31_MARCH = Unscheduled(date(2026, 3, 31))


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxServer]:
    with SandboxServer(tmp_path) as running:
        fill_with_example(running.host)
        yield running


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[OutsmartClient]:
    tokens = sandbox.credentials
    with OutsmartClient(sandbox.api_url, tokens.token, tokens.software_token, read_retries=0) as made:
        yield made


def new_order(client: OutsmartClient, number: str, when: Scheduled | Unscheduled = BY_31_MARCH) -> NewWorkOrder:
    customer = client.relation("1001")
    assert customer is not None
    return NewWorkOrder(
        number, "Onderhoud", "op rekening", customer, when, description="Jaarbeurt", objects=("CV-1", "CV-2")
    )


def posted(client: OutsmartClient, number: str, when: Scheduled | Unscheduled = BY_31_MARCH) -> WorkOrder:
    [reply] = client.post_work_orders([new_order(client, number, when)])
    order = client.work_order(row_id=reply.row_id)
    assert order is not None
    assert order.workorder_no == reply.workorder_no == number
    return order


def test_master_data_is_read(client: OutsmartClient) -> None:
    customer = client.relation("1001")
    assert customer is not None
    assert (customer.name, customer.city, customer.contact) == ("Bakkerij De Korenaar", "Amersfoort", "Marieke Smit")
    assert (customer.street, customer.house_number, customer.postal_code) == ("Dorpsstraat", "12", "3811 AB")
    assert customer.active
    assert len([*client.relations()]) == 12
    assert client.relation("999") is None
    found = client.object("CV-1")
    assert found is not None
    assert (found.debtor_number, found.brand, found.installed_on and found.installed_on.year) == (
        "1001",
        "Warmtebouw",
        2019,
    )
    assert client.object("CV-999") is None
    assert len([*client.objects()]) == 25
    employee, project = client.employee("2"), client.project("P-2026-02")
    assert employee is not None
    assert employee.name == "Bram Jacobs"
    assert client.employee("99") is None
    assert project is not None
    assert project.debtor_number == "1006"
    assert client.project("P-0") is None
    assert len([*client.projects()]) == 3
    assert "Onderhoud" in {work_type.name for work_type in client.work_types()}
    assert "op rekening" in {method.description for method in client.payment_methods()}
    assert ("1", "Spoed") in {(priority.code, priority.description) for priority in client.priorities()}


def test_addresses_and_contact_persons_are_read_with_the_customer_whose_they_are(client: OutsmartClient) -> None:
    address, person = client.address("1002", "1002-GYM"), client.contact_person("1002", "1002-JD")
    assert address is not None
    assert (address.street, address.postal_code, address.city) == ("Sportpad 3", "3812 CE", "Amersfoort")
    assert address.contact_code == "1002-JD"
    assert person is not None
    assert (person.name, person.phone) == ("Joost van Dijk", "033 555 0102")
    assert client.address("1004", "1002-GYM") is None
    assert client.address("1002", "1002-X") is None
    assert client.contact_person("1004", "1002-JD") is None
    assert {each.code for each in client.addresses()} == {"1002-GYM", "1004-A", "1004-B", "1010-MAG"}
    assert len([*client.contact_persons()]) == 5


def test_forms_are_read_by_name_and_materials_with_their_price(client: OutsmartClient) -> None:
    assert "Checklist CV-ketel" in {form.name for form in client.forms()}
    materials = {material.code: material for material in client.materials()}
    assert (materials["FILTER-G4"].description, materials["FILTER-G4"].unit) == ("Filter G4", "stuk")
    assert materials["FILTER-G4"].price == Decimal("18.50")


def test_a_scheduled_work_order_comes_back_as_it_was_posted(client: OutsmartClient) -> None:
    order = posted(client, "C1-A-20260302-ALL", ON_2_MARCH)
    assert order.status is WorkOrderStatus.KLAARGEZET
    assert (order.work_date, order.work_time, order.duration_minutes) == (date(2026, 3, 2), time(8, 30), 90)
    assert (order.employee_number, order.employees, order.deadline) == ("2", ("2",), None)
    assert (order.customer_debtor_number, order.objects) == ("1001", ("CV-1", "CV-2"))
    assert not order.archived
    assert order.created_at is not None


@pytest.mark.parametrize("echo", ["as_posted", "Y-m-d", "Y-m-d H:i:s"])
def test_a_deadline_is_read_however_the_host_gives_it_back(
    sandbox: SandboxServer, client: OutsmartClient, echo: str
) -> None:
    sandbox.host.change_switches(deadline_echo=echo)
    order = posted(client, "C1")
    assert (order.deadline, order.work_date, order.employee_number) == (date(2026, 3, 31), None, "")


@pytest.mark.parametrize("missing", ["1500", "null"])
def test_a_number_that_the_host_does_not_have_is_none(
    sandbox: SandboxServer, client: OutsmartClient, missing: str
) -> None:
    sandbox.host.change_switches(missing_workorder=missing)
    assert client.work_order(workorder_no="C404") is None
    assert client.work_order(row_id=404) is None


@pytest.mark.parametrize("reply", ["object", "list"])
def test_of_duplicates_the_oldest_is_found_by_its_number(
    sandbox: SandboxServer, client: OutsmartClient, reply: str
) -> None:
    sandbox.host.change_switches(single_reply=reply, skip_flag_honoured=False)
    first, second = posted(client, "C1"), posted(client, "C1")
    assert first.row_id < second.row_id
    assert client.work_order(workorder_no="C1") == first


def test_a_skipped_duplicate_may_be_missing_in_the_reply(sandbox: SandboxServer, client: OutsmartClient) -> None:
    sandbox.host.change_switches(skipped_in_reply="omitted")
    posted(client, "C1")
    reply = client.post_work_orders([new_order(client, "C1"), new_order(client, "C2")])
    assert [item.workorder_no for item in reply] == ["C2"]


def test_reading_leaves_the_status_as_it_is(sandbox: SandboxServer, client: OutsmartClient) -> None:
    order = posted(client, "C1", ON_2_MARCH)
    board.complete(sandbox.host, order.row_id, board.WorkPeriod(date(2026, 3, 3)))
    for _ in range(2):
        assert client.work_order(row_id=order.row_id)
        [listed] = client.work_orders(WorkOrderStatus.COMPLEET)
        found = listed.whole()
    assert found.work_periods == (WorkPeriod(date(2026, 3, 3), time(9), time(10), "2", 60),)
    assert found.work_finished
    assert [*client.work_orders(WorkOrderStatus.AFGEHANDELD)] == []


def test_an_empty_list_may_be_null(sandbox: SandboxServer, client: OutsmartClient) -> None:
    sandbox.host.change_switches(empty_list="null")
    assert [*client.work_orders(WorkOrderStatus.OPGEHAALD)] == []


def test_a_refused_batch_names_the_fields_and_stores_nothing(client: OutsmartClient) -> None:
    incomplete = NewWorkOrder("C2", "Onderhoud", "op rekening", Relation("1", "X", street="Y"), BY_31_MARCH)
    with pytest.raises(RecordRefused) as caught:
        client.post_work_orders([new_order(client, "C1"), incomplete])
    assert caught.value.code == 1501
    assert "Required field missing: CustomerZIP" in caught.value.messages
    assert client.work_order(workorder_no="C1") is None


def test_a_work_order_is_moved_and_says_so_when_nothing_changed(client: OutsmartClient) -> None:
    order = posted(client, "C1", ON_2_MARCH)
    client.update_work_order(order.row_id, work_date=date(2026, 3, 9), work_time=time(13, 0), employee_number="3")
    moved = client.work_order(row_id=order.row_id)
    assert moved is not None
    assert (moved.work_date, moved.work_time, moved.employee_number) == (date(2026, 3, 9), time(13, 0), "3")
    with pytest.raises(NothingChanged):
        client.update_work_order(order.row_id, work_date=date(2026, 3, 9))
    with pytest.raises(RecordRefused, match="Employee not updated"):
        client.update_work_order(order.row_id, employee_number="99")
    with pytest.raises(NotFound):
        client.update_work_order(404, work_date=date(2026, 3, 9))


def test_a_deleted_work_order_is_gone_and_a_second_delete_finds_nothing(client: OutsmartClient) -> None:
    order = posted(client, "C1")
    assert client.delete_work_order(order.row_id) == 1
    assert client.work_order(row_id=order.row_id) is None
    assert client.delete_work_order(order.row_id) == 0


def test_a_delete_that_the_host_refuses_says_why(sandbox: SandboxServer, client: OutsmartClient) -> None:
    sandbox.host.change_switches(deletable_statuses=[])
    order = posted(client, "C1")
    with pytest.raises(RecordRefused) as caught:
        client.delete_work_order(order.row_id)
    assert caught.value.code == 1600
    assert client.work_order(row_id=order.row_id) is not None


def test_a_task_posted_again_is_the_same_task(client: OutsmartClient) -> None:
    due = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 - the host keeps no zone
    client.post_task(Task("notice-1042", "Opzeggen kan tot 1 oktober", debtor_number="1001", due_at=due))
    client.post_task(Task("notice-1042", "Opzeggen kan tot 2 oktober", debtor_number="1001", due_at=due))
    [task] = client.tasks()
    assert (task.name, task.debtor_number, task.due_at) == ("Opzeggen kan tot 2 oktober", "1001", due)


def test_tokens_that_do_not_belong_together_are_refused(sandbox: SandboxServer) -> None:
    token = sandbox.credentials.token
    for pair, code in ((("wrong", "wrong"), 1004), ((token, "wrong"), 1005), (("", "x"), 1002), ((token, ""), 1003)):
        with OutsmartClient(sandbox.api_url, *pair) as client, pytest.raises(TokenRefused) as caught:
            client.employee("1")
        assert caught.value.code == code
        assert token not in str(caught.value)


@pytest.mark.parametrize(
    "name", [FaultName.LOST_REQUEST, FaultName.LOST_ANSWER, FaultName.HTML, FaultName.HTTP_500, FaultName.CODE_1007]
)
def test_a_fault_leaves_a_write_unknown_and_a_read_unavailable(
    sandbox: SandboxServer, client: OutsmartClient, name: FaultName
) -> None:
    order = new_order(client, "C1")
    sandbox.host.faults.set(Fault(name, rate=1.0, done=True))
    with pytest.raises(OutcomeUnknown):
        client.post_work_orders([order])
    with pytest.raises(HostUnavailable):
        client.relation("1001")
    sandbox.host.faults.clear()
    happened = client.work_order(workorder_no="C1") is not None
    assert happened is (name is not FaultName.LOST_REQUEST)
    assert len(sandbox.host.calls.listed(endpoints=["PostWorkorders"])) == 1


def test_a_slow_host_runs_into_the_time_out_of_the_client(sandbox: SandboxServer) -> None:
    tokens = sandbox.credentials
    sandbox.host.faults.set(Fault(FaultName.DELAY, rate=1.0, seconds=30.0))
    with (
        OutsmartClient(
            sandbox.api_url, tokens.token, tokens.software_token, timeout_seconds=0.1, read_retries=0
        ) as client,
        pytest.raises(HostUnavailable, match="time-out"),
    ):
        client.employee("1")
