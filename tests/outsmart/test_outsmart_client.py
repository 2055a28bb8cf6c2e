"""What the client asks of the host, and what it makes of odd answers."""

import json
from collections.abc import Iterator
from datetime import date, time

import pytest
import responses
from responses.matchers import header_matcher, json_params_matcher, query_param_matcher

from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import HostFault, HostUnavailable, NotFound, NothingChanged, OutcomeUnknown, RecordRefused
from powerup.outsmart.outgoing import NewWorkOrder, Unscheduled, task_record, work_order_record
from powerup.outsmart.records import PostedWorkOrder, Relation, Task, WorkOrderStatus

BASE = "https://app.out-smart.com/openapi/8"
TOKENS = {"token": "t", "software_token": "s"}
CUSTOMER = Relation("1001", "Bakkerij De Korf", "Dorpsstraat", "12", "1234 AB", "Utrecht")


def order(number: str = "C1") -> NewWorkOrder:
    return NewWorkOrder(number, "Onderhoud", "op rekening", CUSTOMER, Unscheduled(date(2026, 1, 31)))


@pytest.fixture
def host() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def client() -> Iterator[OutsmartClient]:
    with OutsmartClient("https://app.out-smart.com", "t", "s", read_retries=0) as client:
        yield client


def answers(host: responses.RequestsMock, endpoint: str, response: object, code: int = 200, **asked: str) -> None:
    """The next GET of the endpoint gets this envelope; it must ask exactly this, and send both tokens."""
    host.get(
        f"{BASE}/{endpoint}/",
        json={"code": code, "messages": [], "response": response},
        match=[query_param_matcher(TOKENS | asked)],
    )


def test_a_customer_is_asked_by_debtor_number(client: OutsmartClient, host: responses.RequestsMock) -> None:
    answers(
        host, "relations", [{"debtor_number": "1001", "name": "X"}], key="debtor_number", value="1001", operator="eq"
    )
    assert client.relation("1001") == Relation("1001", "X")


def test_a_host_that_ignores_filters_does_not_give_another_customer(
    client: OutsmartClient, host: responses.RequestsMock
) -> None:
    answers(
        host,
        "relations",
        [{"debtor_number": "1"}, {"debtor_number": "2"}],
        key="debtor_number",
        value="2",
        operator="eq",
    )
    answers(host, "relations", [{"debtor_number": "1"}], key="debtor_number", value="3", operator="eq")
    relation = client.relation("2")
    assert relation is not None
    assert relation.debtor_number == "2"
    assert client.relation("3") is None


@pytest.mark.parametrize("response", [None, [], {"obj_code": "other"}])
def test_an_object_that_is_not_there_is_none(
    client: OutsmartClient, host: responses.RequestsMock, response: object
) -> None:
    answers(host, "object", response, key="obj_code", value="CV 1/ö")
    assert client.object("CV 1/ö") is None


def test_lists_come_from_their_endpoints(client: OutsmartClient, host: responses.RequestsMock) -> None:
    answers(host, "relations", [{"debtor_number": "1"}])
    answers(host, "objects", [{"obj_code": "CV-1"}])
    answers(host, "employees", [{"number": 7, "firstname": "Jan", "lastname": "Smit", "active": "0"}])
    answers(host, "projects", {"code": "P1", "date_start": "2026-01-01"})
    answers(host, "worktypes", [{"wrt_name": "Onderhoud", "wrt_default_minutes": "60"}])
    answers(host, "paymentmethods", [{"pmd_description": "op rekening"}])
    answers(host, "priorities", [{"code": "1", "description": "Spoed"}])
    answers(host, "tasks", None)
    assert [relation.debtor_number for relation in client.relations()] == ["1"]
    assert [found.code for found in client.objects()] == ["CV-1"]
    assert [(employee.name, employee.active) for employee in client.employees()] == [("Jan Smit", False)]
    assert [project.starts_on for project in client.projects()] == [date(2026, 1, 1)]
    assert [work_type.default_minutes for work_type in client.work_types()] == [60]
    assert [method.description for method in client.payment_methods()] == ["op rekening"]
    assert [priority.description for priority in client.priorities()] == ["Spoed"]
    assert client.tasks() == []
    assert client.calls == 8


def test_an_employee_and_a_project_are_selected_here(client: OutsmartClient, host: responses.RequestsMock) -> None:
    answers(host, "employees", [{"number": "6"}, {"number": "7"}])
    answers(host, "projects", [{"code": "P1"}, {"code": "P2"}], key="code", value="P2", operator="eq")
    employee, project = client.employee("7"), client.project("P2")
    assert employee is not None
    assert project is not None
    assert (employee.number, project.code) == ("7", "P2")


def test_reading_work_orders_never_changes_their_status(client: OutsmartClient, host: responses.RequestsMock) -> None:
    answers(host, "GetWorkorders", [{"id": 1, "status": "Klaargezet"}], status="Klaargezet", update_status="false")
    answers(host, "GetWorkorder", {"id": 1}, row_id="1", update_status="false")
    answers(host, "GetWorkorder", {"id": 1, "WorkorderNo": "C1"}, workorder_no="C1", update_status="false")
    assert [found.whole().status for found in client.work_orders(WorkOrderStatus.KLAARGEZET)] == [
        WorkOrderStatus.KLAARGEZET
    ]
    assert client.work_order(row_id=1) is not None
    assert client.work_order(workorder_no="C1") is not None


@pytest.mark.parametrize(("code", "response"), [(1500, None), (200, None), (200, [])])
def test_a_work_order_that_is_not_there_is_none(
    client: OutsmartClient, host: responses.RequestsMock, code: int, response: object
) -> None:
    answers(host, "GetWorkorder", response, code, workorder_no="C1", update_status="false")
    assert client.work_order(workorder_no="C1") is None


def test_of_two_work_orders_with_one_number_the_oldest_is_given(
    client: OutsmartClient, host: responses.RequestsMock
) -> None:
    twice = [{"id": 12, "WorkorderNo": "C1"}, {"id": 11, "WorkorderNo": "C1"}]
    answers(host, "GetWorkorder", twice, workorder_no="C1", update_status="false")
    found = client.work_order(workorder_no="C1")
    assert found is not None
    assert found.row_id == 11


@pytest.mark.parametrize("response", [{"id": 2, "WorkorderNo": "C2"}, {"WorkorderNo": "C1"}, "C1", 7])
def test_an_answer_that_is_not_the_work_order_is_no_proof_that_there_is_none(
    client: OutsmartClient, host: responses.RequestsMock, response: object
) -> None:
    answers(host, "GetWorkorder", response, workorder_no="C1", update_status="false")
    with pytest.raises(HostFault):
        client.work_order(workorder_no="C1")


def test_work_orders_are_posted_with_the_flag_against_duplicates(
    client: OutsmartClient, host: responses.RequestsMock
) -> None:
    host.post(
        f"{BASE}/PostWorkorders/",
        json={"code": 200, "messages": [], "response": [{"workorder_no": "C1", "row_id": 9}]},
        match=[
            query_param_matcher(TOKENS | {"skip_duplicate_workorder_no": "true"}),
            json_params_matcher([work_order_record(order("C1")), work_order_record(order("C2"))]),
        ],
    )
    assert client.post_work_orders([order("C1"), order("C2")]) == [PostedWorkOrder("C1", 9)]


def test_a_row_id_of_0_says_nothing_of_a_work_order(client: OutsmartClient, host: responses.RequestsMock) -> None:
    rows = [{"workorder_no": "C1", "row_id": 0}, {"workorder_no": "C2", "row_id": "9"}]
    host.post(f"{BASE}/PostWorkorders/", json={"code": 200, "messages": [], "response": rows})
    assert client.post_work_orders([order("C1"), order("C2")]) == [PostedWorkOrder("C2", 9)]


def test_an_unreadable_reply_to_a_post_leaves_the_outcome_unknown(
    client: OutsmartClient, host: responses.RequestsMock
) -> None:
    host.post(f"{BASE}/PostWorkorders/", json={"code": 200, "messages": [], "response": "saved"})
    with pytest.raises(OutcomeUnknown):
        client.post_work_orders([order()])


def test_a_number_that_the_host_would_cut_is_not_sent(client: OutsmartClient) -> None:
    with pytest.raises(RecordRefused, match="longer than 255"):
        client.post_work_orders([order("C" * 256)])
    assert client.calls == 0


def test_a_work_order_is_moved_by_row_id_with_only_what_is_given(
    client: OutsmartClient, host: responses.RequestsMock
) -> None:
    answers(host, "UpdateWorkorder", None, row_id="9", workdate="31-01-2026", worktime="00:00")
    client.update_work_order(9, work_date=date(2026, 1, 31), work_time=time(0, 0))
    answers(host, "UpdateWorkorder", None, row_id="9", employee_nr="7", workstatus="10")
    client.update_work_order(9, employee_number="7", work_status="10")


@pytest.mark.parametrize(("code", "error"), [(1500, NotFound), (1503, NothingChanged), (1504, RecordRefused)])
def test_a_move_that_did_not_happen_says_why(
    client: OutsmartClient, host: responses.RequestsMock, code: int, error: type[Exception]
) -> None:
    answers(host, "UpdateWorkorder", None, code, row_id="9", employee_nr="7")
    with pytest.raises(error):
        client.update_work_order(9, employee_number="7")


@pytest.mark.parametrize(("response", "affected"), [(1, 1), ("1", 1), (0, 0)])
def test_a_work_order_is_deleted_by_row_id_alone(
    client: OutsmartClient, host: responses.RequestsMock, response: object, affected: int
) -> None:
    answers(host, "DeleteEntity", response, entity="workorder", key="db_row", value="9", delete_all="false")
    assert client.delete_work_order(9) == affected


@pytest.mark.parametrize("response", [None, [], True, "all", -1])
def test_a_delete_without_a_count_has_an_unknown_outcome(
    client: OutsmartClient, host: responses.RequestsMock, response: object
) -> None:
    host.get(f"{BASE}/DeleteEntity/", json={"code": 200, "messages": [], "response": response})
    with pytest.raises(OutcomeUnknown):
        client.delete_work_order(9)


def test_a_task_is_posted_as_a_list_of_one(client: OutsmartClient, host: responses.RequestsMock) -> None:
    host.post(f"{BASE}/tasks/", json={"code": 200, "messages": [], "response": 1}, match=[query_param_matcher(TOKENS)])
    task = Task("notice-1", "Opzeggen kan nog")
    client.post_task(task)
    assert json.loads(host.calls[0].request.body or "") == [task_record(task)]


def test_a_redirect_is_not_followed(client: OutsmartClient, host: responses.RequestsMock) -> None:
    host.get(f"{BASE}/employees/", status=301, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(HostUnavailable, match="redirect"):
        client.employee("1")


def test_the_bearer_header_is_sent_only_when_wanted(host: responses.RequestsMock) -> None:
    ok = {"code": 200, "messages": [], "response": []}
    host.get(f"{BASE}/employees/", json=ok, match=[header_matcher({"Authorization": "Bearer t"})])
    with OutsmartClient(BASE, "t", "s", bearer=True) as client:
        client.employee("1")
    host.get(f"{BASE}/objects/", json=ok)
    with OutsmartClient(BASE, "t", "s") as client:
        [*client.objects()]
    assert "Authorization" not in host.calls[1].request.headers
