"""A fault order that people at the firm make by hand, and the tasks that are written there."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from powerup.sandbox.errors import NotFoundError, SandboxError
from powerup.sandbox.fault_orders import FaultReport, make_fault_order
from powerup.sandbox.pages.tasks import tasks_of
from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller

REPORT = FaultReport("1008", " Geen warm water ", priority="1", object_code="CV-9")


def test_a_fault_order_is_read_as_any_other_and_has_the_hosts_own_number(server: SandboxServer, caller: Caller) -> None:
    calendar = server.host.calendar
    server.host.calendar = replace(calendar, clock=lambda: datetime(2027, 1, 4, 8, 15, tzinfo=UTC))
    order = make_fault_order(server.host, REPORT)
    found = caller.get("GetWorkorder", row_id=order.row_id, update_status="false")["response"]
    assert found["WorkorderNo"] == found["OrderNr"] == "WB-2027-00001"
    assert (found["status"], found["TypeOfWork"], found["PriorityCode"]) == ("Klaargezet", "Storing", "1")
    assert (found["WorkDescription"], found["WorkObjects"]) == ("Geen warm water", ["CV-9"])
    assert (found["CustomerName"], found["CustomerContactPerson"]) == ("Familie Jansen", "Familie Jansen")
    assert (found["CreationDate"], found["WorkDate"], found["WorkDeadline"]) == ("2027-01-04 09:15:00", "", "")


def test_a_fault_order_is_told_when_the_host_tells_changes(server: SandboxServer) -> None:
    told: list[tuple[str, list[str]]] = []
    server.host.listeners.append(lambda event, ids: told.append((event, list(ids))))
    server.host.change_switches(events=True)
    order = make_fault_order(server.host, REPORT)
    assert told == [("work_order.changed", [str(order.row_id)])]


def test_a_fault_of_nobody_or_of_nothing_makes_no_order(server: SandboxServer) -> None:
    with pytest.raises(NotFoundError):
        make_fault_order(server.host, replace(REPORT, customer="404"))
    with pytest.raises(SandboxError):
        make_fault_order(server.host, replace(REPORT, description=" "))
    assert server.host.orders.all() == []


def test_tasks_are_listed_by_the_day_they_are_due(server: SandboxServer, caller: Caller) -> None:
    task = {"tsk_type": "TASK", "tsk_category": "1", "tsk_priority": "2", "tsk_status": "OPEN"}
    tasks = [
        task | {"tsk_name": "Bel terug", "tsk_reference": "r3"},
        task
        | {"tsk_name": "Contract loopt af", "tsk_reference": "r1", "tsk_timestamp_due": "2027-02-01 00:00:00"}
        | {"tsk_debtor_nr": "1001", "tsk_assigned_to": "2"},
        task | {"tsk_name": "Contract verlengt", "tsk_reference": "r2", "tsk_timestamp_due": "2027-01-15 00:00:00"},
    ]
    assert caller.post("tasks", tasks)["response"] == 3
    assert [(one.name, one.due) for one in tasks_of(server.host)] == [
        ("Contract verlengt", date(2027, 1, 15)),
        ("Contract loopt af", date(2027, 2, 1)),
        ("Bel terug", None),
    ]
    (about,) = tasks_of(server.host, "1001")
    assert (about.customer_name, about.assigned_to) == ("Bakkerij De Korenaar", "Bram Jacobs")
