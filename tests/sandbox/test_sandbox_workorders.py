"""Work orders over API 8: post, get, list, update, delete (host page 4.7 to 4.9)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from powerup.sandbox import board
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller, order


def test_a_posted_order_comes_back_as_klaargezet_with_the_hosts_own_fields(caller: Caller) -> None:
    row_id = caller.post_order("C1", WorkDeadline="31-12-2026", WorkObjects=["CV-1"], WorkDuration=60)
    found = caller.get("GetWorkorder", row_id=row_id, update_status="false")["response"]
    assert (found["id"], found["status"], found["Archived"]) == (str(row_id), "Klaargezet", "0")
    assert (found["WorkDeadline"], found["WorkObjects"], found["WorkDuration"]) == ("31-12-2026", ["CV-1"], "60")
    assert caller.get("GetWorkorder", workorder_no="C1", update_status="false")["response"] == found


def test_every_missing_field_is_named_and_empty_counts_as_missing(caller: Caller) -> None:
    record = order("C1", CustomerCity="", PaymentMethod=None)
    del record["CustomerZIPInvoice"]
    reply = caller.post("PostWorkorders", [record])
    assert reply == {
        "code": 1501,
        "messages": [
            "Required field missing: CustomerCity",
            "Required field missing: CustomerZIPInvoice",
            "Required field missing: PaymentMethod",
        ],
        "response": None,
    }


def test_an_empty_record_misses_fifteen_fields(caller: Caller) -> None:
    assert len(caller.post("PostWorkorders", [{}])["messages"]) == 15


def test_one_bad_record_refuses_the_whole_batch(server: SandboxServer, caller: Caller) -> None:
    assert caller.post("PostWorkorders", [order("C1"), order("")])["response"] is None
    assert server.host.orders.all() == []


def test_nested_rows_have_required_fields_too(caller: Caller) -> None:
    reply = caller.post("PostWorkorders", [order("C1", Forms=[{"Name": ""}], Workperiods=[{"WorkDate": "01-01-2027"}])])
    assert reply["code"] == 1501
    assert "Required field missing: Name" in reply["messages"]
    assert "Required field missing: TotalTime" in reply["messages"]


@pytest.mark.parametrize(
    ("field", "value"), [("WorkDate", "2027-01-31"), ("WorkTime", "8:00"), ("WorkDate", "31-02-2027")]
)
def test_a_date_in_another_format_is_refused(caller: Caller, field: str, value: str) -> None:
    assert caller.post("PostWorkorders", [order("C1", **{field: value})])["code"] == 1504


def test_duration_fills_the_end(caller: Caller) -> None:
    caller.post_order("C1", WorkDate="31-01-2027", WorkTime="23:30", WorkDuration=60)
    found = caller.get("GetWorkorder", workorder_no="C1", update_status="false")["response"]
    assert (found["WorkEndDate"], found["WorkEndTime"]) == ("01-02-2027", "00:30")


def test_an_unknown_order_is_1500_or_null_by_switch(server: SandboxServer, caller: Caller) -> None:
    assert caller.get("GetWorkorder", workorder_no="C9", update_status="false")["code"] == 1500
    server.host.change_switches(missing_workorder="null")
    assert caller.get("GetWorkorder", workorder_no="C9", update_status="false") == {
        "code": 200,
        "messages": [],
        "response": None,
    }


def test_reading_without_update_status_false_settles_everything_that_was_fetched(
    server: SandboxServer, caller: Caller
) -> None:
    caller.post_order("C1")
    caller.post_order("C2")
    caller.get("GetWorkorders", status="Alle", update_status="false")
    assert {found.status for found in server.host.orders.all()} == {"Klaargezet"}
    listed = caller.get("GetWorkorders", status="Alle")["response"]
    assert {found["status"] for found in listed} == {"Klaargezet"}
    assert {found.status for found in server.host.orders.all()} == {"Afgehandeld"}


def test_by_switch_only_completed_orders_are_settled_by_reading(server: SandboxServer, caller: Caller) -> None:
    server.host.change_switches(update_status_scope="compleet")
    first, second = caller.post_order("C1"), caller.post_order("C2")
    board.complete(server.host, second)
    caller.get("GetWorkorders", status="Alle")
    assert server.host.orders.find(first).status == "Klaargezet"
    assert server.host.orders.find(second).status == "Afgehandeld"


def test_lists_are_by_status_and_by_switch_need_one(server: SandboxServer, caller: Caller) -> None:
    first = caller.post_order("C1")
    caller.post_order("C2")
    board.pick_up(server.host, first)
    fetched = caller.get("GetWorkorders", status="Opgehaald", update_status="false")["response"]
    assert [found["WorkorderNo"] for found in fetched] == ["C1"]
    assert len(caller.get("GetWorkorders", update_status="false")["response"]) == 2
    server.host.change_switches(status_missing="refuse")
    assert caller.get("GetWorkorders", update_status="false")["code"] == 1501
    assert caller.get("GetWorkorders", status="Open", update_status="false")["code"] == 1504


def test_an_order_is_found_by_the_key_id_without_a_status_as_a_client_in_use_asks(
    server: SandboxServer, caller: Caller
) -> None:
    row_id, asked = caller.post_order("C1"), {"key[0]": "Id", "update_status": "false"}
    caller.post_order("C2")
    found = caller.get("GetWorkorders", **asked, **{"value[0]": row_id})["response"]
    assert [one["WorkorderNo"] for one in found] == ["C1"]
    server.host.change_switches(orders_by_id=False)
    assert len(caller.get("GetWorkorders", **asked, **{"value[0]": row_id})["response"]) == 2


@pytest.mark.parametrize(
    ("field", "fits", "size"),
    [
        ("WorkorderNo", "x" * 255, "255"),
        ("CustomerStreet", "é" * 255, "255"),
        ("InternalWorkDescription", "x" * 65_535, "65535 bytes"),
        ("CustomerRemark", "é" * 32_767, "65535 bytes"),
    ],
)
def test_a_text_that_is_too_long_for_its_field_is_refused_or_by_switch_cut(
    server: SandboxServer, caller: Caller, field: str, fits: str, size: str
) -> None:
    assert caller.post("PostWorkorders", [order("C1", **{field: fits})])["code"] == 200
    reply = caller.post("PostWorkorders", [order("C2", **{field: f"{fits}é"})])
    assert (reply["code"], reply["messages"]) == (1504, [f"{field} too long, at most {size}"])
    server.host.change_switches(too_long="cut")
    assert caller.post("PostWorkorders", [order("C2", **{field: f"{fits}é"})])["code"] == 200
    assert server.host.orders.all()[-1].fields[field] == fits


def test_update_changes_date_time_and_employee(caller: Caller) -> None:
    row_id = caller.post_order("C1", WorkDate="01-02-2027", WorkTime="08:00", WorkDuration=30)
    reply = caller.get("UpdateWorkorder", row_id=row_id, workdate="02-02-2027", worktime="09:15", employee_nr="2")
    assert reply == {"code": 200, "messages": [], "response": None}
    found = caller.get("GetWorkorder", row_id=row_id, update_status="false")["response"]
    assert (found["WorkDate"], found["WorkTime"], found["WorkEndTime"]) == ("02-02-2027", "09:15", "09:45")
    assert (found["EmployeeNr"], found["Employees"]) == ("2", ["2"])


@pytest.mark.parametrize(
    ("parameters", "code", "messages"),
    [
        ({"workorder_no": "C9", "workdate": "01-02-2027"}, 1500, ["Workorder not found"]),
        ({"workorder_no": "C1"}, 1502, ["No data to update"]),
        ({"workorder_no": "C1", "workdate": "01-02-2027"}, 1503, ["Nothing changed"]),
        ({"workorder_no": "C1", "workdate": "2027-02-02"}, 1504, ["Date invalid. Format: 20-02-2016"]),
        (
            {"workorder_no": "C1", "worktime": "7", "employee_nr": "77"},
            1504,
            ["Time invalid. Format: 07:08", "Employee not updated"],
        ),
    ],
)
def test_update_refusals(caller: Caller, parameters: dict[str, str], code: int, messages: list[str]) -> None:
    caller.post_order("C1", WorkDate="01-02-2027")
    reply = caller.get("UpdateWorkorder", **parameters)
    assert (reply["code"], reply["messages"]) == (code, messages)


def test_delete_by_each_key_and_of_nothing(server: SandboxServer, caller: Caller) -> None:
    rows = [caller.post_order(f"C{number}") for number in range(3)]
    order_no = board.pick_up(server.host, rows[2]).order_no
    for key, value in (("db_row", rows[0]), ("workorder_no", "C1"), ("order_no", order_no)):
        assert caller.get("DeleteEntity", entity="workorder", key=key, value=value)["response"] == 1
    assert caller.get("DeleteEntity", entity="workorder", key="db_row", value=rows[0])["response"] == 0
    assert server.host.orders.all() == []
    assert len(server.host.orders.all(with_deleted=True)) == 3


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"entity": "materials", "key": "code", "value": "1"}, "Entity: materials not found"),
        ({"entity": "workorder", "key": "Id", "value": "1"}, "Key: Id not allowed for entity: workorder"),
        ({"entity": "workorder", "delete_all": "true"}, "Delete all not allowed on Workorder entity"),
    ],
)
def test_delete_refusals(caller: Caller, parameters: dict[str, str], message: str) -> None:
    caller.post_order("C1")
    reply = caller.get("DeleteEntity", **parameters)
    assert (reply["code"], reply["messages"], reply["response"]) == (1600, [message], None)


def test_by_switch_started_orders_cannot_be_deleted(server: SandboxServer, caller: Caller) -> None:
    server.host.change_switches(deletable_statuses=["Klaargezet"])
    row_id = caller.post_order("C1")
    board.pick_up(server.host, row_id)
    assert caller.get("DeleteEntity", entity="workorder", key="db_row", value=row_id)["code"] == 1600
    assert server.host.orders.find(row_id).status == "Opgehaald"


def test_a_second_post_of_a_number_makes_a_second_order(server: SandboxServer, caller: Caller) -> None:
    first, second = caller.post_order("C1"), caller.post_order("C1")
    assert first != second
    assert server.host.orders.number_counts() == {"C1": 2}
    assert caller.get("GetWorkorder", workorder_no="C1", update_status="false")["response"]["id"] == str(first)


def test_duplicates_rejected_by_switch_leave_nothing_of_the_batch(server: SandboxServer, caller: Caller) -> None:
    server.host.change_switches(duplicate_workorder_no="reject")
    caller.post_order("C1")
    assert caller.post("PostWorkorders", [order("C2"), order("C1")])["code"] == 1504
    assert server.host.orders.number_counts() == {"C1": 1}


def test_skip_flag_answers_the_order_that_exists(server: SandboxServer, caller: Caller) -> None:
    row_id = caller.post_order("C1")
    reply = caller.post("PostWorkorders", [order("C1")], skip_duplicate_workorder_no="true")
    assert reply["response"] == [{"workorder_no": "C1", "row_id": row_id}]
    server.host.change_switches(skipped_in_reply="omitted")
    assert caller.post("PostWorkorders", [order("C1")], skip_duplicate_workorder_no="true")["response"] == []
    server.host.change_switches(skip_flag_honoured=False)
    caller.post("PostWorkorders", [order("C1")], skip_duplicate_workorder_no="true")
    assert server.host.orders.number_counts() == {"C1": 2}


def test_posts_at_the_same_moment_see_each_other(server: SandboxServer, caller: Caller) -> None:
    server.host.change_switches(duplicate_workorder_no="skip")
    with ThreadPoolExecutor(4) as pool:
        rows = set(pool.map(caller.post_order, ["C1"] * 12))
    assert len(rows) == 1
    assert server.host.orders.number_counts() == {"C1": 1}


def test_a_host_may_remember_the_number_of_a_deleted_order(server: SandboxServer, caller: Caller) -> None:
    server.host.change_switches(duplicate_workorder_no="reject", numbers_remembered=True)
    board.delete(server.host, caller.post_order("C1"))
    assert caller.post("PostWorkorders", [order("C1")])["code"] == 1504


def test_unknown_references_are_accepted_unless_the_switch_refuses_them(server: SandboxServer, caller: Caller) -> None:
    strange = order("C1", CustomerDebtorNr="404", WorkObjects=["CV-1", "XX-9"])
    assert caller.post("PostWorkorders", [strange])["code"] == 200
    server.host.change_switches(refuse_unknown=["relations", "objects"])
    reply = caller.post("PostWorkorders", [strange])
    assert reply["messages"] == ["CustomerDebtorNr not found: 404", "WorkObjects not found: XX-9"]


def test_lists_may_lag_behind(server: SandboxServer, caller: Caller) -> None:
    server.host.change_switches(list_lag_calls=2)
    caller.post_order("C1")
    seen = [len(caller.get("GetWorkorders", status="Alle", update_status="false")["response"]) for _ in range(4)]
    assert seen == [0, 0, 1, 1]


def test_formats_of_deadline_and_creation_follow_their_switches(server: SandboxServer, caller: Caller) -> None:
    server.host.calendar.set_today(date(2027, 1, 2))
    server.host.change_switches(deadline_echo="Y-m-d H:i:s")
    caller.post_order("C1", WorkDeadline="31-12-2027")
    found = caller.get("GetWorkorder", workorder_no="C1", update_status="false")["response"]
    assert found["WorkDeadline"] == "2027-12-31 00:00:00"
    assert found["CreationDate"].startswith("2027-01-02 ")
    assert len(found["CreationDate"]) == len("2027-01-02 03:04:05")
    server.host.change_switches(creation_date_seconds=False)
    found = caller.get("GetWorkorder", workorder_no="C1", update_status="false")["response"]
    assert len(found["CreationDate"]) == len("2027-01-02 03:04")


def test_creation_dates_are_those_of_the_clocks_at_the_firm(tmp_path: Path) -> None:
    at_night = datetime(2027, 7, 1, 22, 30, 5, tzinfo=UTC)
    with SandboxServer(tmp_path / "host", clock=lambda: at_night) as server:
        caller = Caller(server)
        row_id = caller.post_order("C1")
        assert server.host.orders.find(row_id).created == "2027-07-02 00:30:05"
        assert server.host.calendar.today() == date(2027, 7, 2)
        server.host.calendar.set_today(date(2027, 12, 24))
        row_id = caller.post_order("C2")
        assert server.host.orders.find(row_id).created == "2027-12-24 00:30:05"
        caller.session.close()


def test_people_move_an_order_along(server: SandboxServer, caller: Caller) -> None:
    row_id = caller.post_order("C1", EmployeeNr="1")
    assert board.pick_up(server.host, row_id).order_no.startswith("WB-")
    board.reschedule(server.host, row_id, date(2027, 3, 1))
    board.assign(server.host, row_id, "3")
    board.complete(server.host, row_id, board.WorkPeriod(date(2027, 3, 2)))
    board.settle(server.host, row_id)
    found = caller.get("GetWorkorder", row_id=row_id, update_status="false")["response"]
    assert (found["status"], found["WorkFinished"], found["WorkDate"]) == ("Afgehandeld", "1", "01-03-2027")
    assert found["Workperiods"][0]["WorkDate"] == "02-03-2027"
    assert found["Workperiods"][0]["TotalTime"] == "01:00"


def test_a_settled_order_is_not_picked_up(server: SandboxServer, caller: Caller) -> None:
    row_id = caller.post_order("C1")
    board.complete(server.host, row_id)
    with pytest.raises(SandboxError, match="is Compleet; this needs Klaargezet"):
        board.pick_up(server.host, row_id)
