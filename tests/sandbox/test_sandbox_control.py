"""The control interface: moves, switches, faults and calls from another process of this machine."""

import pytest
import requests

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller


def test_an_order_is_moved_along_and_listed(server: SandboxServer, caller: Caller) -> None:
    row_id = caller.post_order("C1")
    done = caller.session.post(
        f"{server.url}/control/orders/{row_id}/complete", json={"work_date": "2027-02-03"}, timeout=5
    )
    assert done.json()["Workperiods"][0]["WorkDate"] == "03-02-2027"
    listed = caller.session.get(f"{server.url}/control/orders", timeout=5).json()
    assert listed["number_counts"] == {"C1": 1}
    assert listed["orders"][0]["status"] == "Compleet"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("orders/99/pick_up", {}, 404),
        ("orders/1/fly", {}, 404),
        ("orders/1/settle", {}, 400),
        ("orders/1/reschedule", {"date": "tomorrow"}, 400),
        ("orders/1/assign", {"employee_nr": "77"}, 400),
    ],
)
def test_a_move_that_cannot_be_says_why(
    server: SandboxServer, caller: Caller, path: str, body: dict[str, str], status: int
) -> None:
    caller.post_order("C1")
    answer = caller.session.post(f"{server.url}/control/{path}", json=body, timeout=5)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_switches_and_faults_are_set_and_read(server: SandboxServer, caller: Caller) -> None:
    session, control = caller.session, f"{server.url}/control"
    answer = session.patch(f"{control}/switches", json={"missing_workorder": "null"}, timeout=5)
    assert answer.json()["missing_workorder"] == "null"
    assert session.patch(f"{control}/switches", json={"missing_workorder": "404"}, timeout=5).status_code == 400
    assert session.put(f"{control}/faults/code_1007", json={"rate": 1}, timeout=5).json()["faults"][0]["rate"] == 1
    assert caller.get("employees")["code"] == 1007
    assert session.put(f"{control}/faults/code_1007", json={"rate": "always"}, timeout=5).status_code == 400
    assert session.delete(f"{control}/faults", timeout=5).json() == {"faults": []}
    assert caller.get("employees")["code"] == 200


def test_calls_are_listed_from_a_number_on(server: SandboxServer, caller: Caller) -> None:
    caller.get("employees")
    caller.get("projects")
    listed = requests.get(f"{server.url}/control/calls?after=1", timeout=5).json()["calls"]
    assert [call["endpoint"] for call in listed] == ["projects"]


def test_pages_of_other_sites_cannot_use_it(server: SandboxServer) -> None:
    rebound = requests.get(f"{server.url}/control/orders", headers={"Host": "evil.example"}, timeout=5)
    assert rebound.status_code == 403
    assert requests.post(f"{server.url}/control/example", data="x=1", timeout=5).status_code == 415


def test_an_unknown_switch_names_those_that_exist(server: SandboxServer) -> None:
    with pytest.raises(SandboxError, match="duplicate_workorder_no"):
        server.host.change_switches(gravity=True)
