"""Faults are real: connections break, answers come late or are no envelope, and the same seed repeats them."""

from pathlib import Path

import pytest
import requests

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.faults import Fault, FaultName, Faults, parse_fault
from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller, order


def test_a_lost_answer_leaves_the_order_and_a_broken_connection(server: SandboxServer, caller: Caller) -> None:
    server.host.faults.set(Fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=frozenset({"PostWorkorders"})))
    with pytest.raises(requests.exceptions.ConnectionError):
        caller.post("PostWorkorders", [order("C1")])
    assert server.host.orders.number_counts() == {"C1": 1}
    assert caller.post("PostWorkorders", [order("C2")])["code"] == 200


def test_a_lost_request_leaves_nothing(server: SandboxServer, caller: Caller) -> None:
    server.host.faults.set(Fault(FaultName.LOST_REQUEST, calls=frozenset({1})))
    with pytest.raises(requests.exceptions.ConnectionError):
        caller.post("PostWorkorders", [order("C1")])
    assert server.host.orders.number_counts() == {}
    (call,) = server.host.calls.listed()
    assert (call.code, call.faults, call.workorder_nos) == (None, ["lost_request"], ["C1"])


def test_a_delayed_answer_is_later_than_the_callers_patience_but_the_work_is_done(server: SandboxServer) -> None:
    server.host.faults.set(Fault(FaultName.DELAY, rate=1, seconds=30))
    caller = Caller(server)
    with pytest.raises(requests.exceptions.ReadTimeout):
        caller.session.post(f"{server.api_url}PostWorkorders/", params=caller.tokens, json=order("C1"), timeout=0.3)
    caller.session.close()
    assert server.host.orders.number_counts() == {"C1": 1}


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [(FaultName.HTML, 200, "text/html; charset=utf-8"), (FaultName.HTTP_500, 500, "text/plain")],
)
@pytest.mark.parametrize("done", [False, True])
def test_an_answer_that_is_no_envelope_says_nothing_about_what_was_done(
    server: SandboxServer, caller: Caller, name: FaultName, status: int, kind: str, done: bool
) -> None:
    server.host.faults.set(Fault(name, rate=1, done=done))
    answer = caller.session.post(
        f"{server.api_url}PostWorkorders/", params=caller.tokens, json=[order("C1")], timeout=5
    )
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, kind.split(";")[0])
    assert server.host.orders.number_counts() == ({"C1": 1} if done else {})


def test_an_uncaught_error_is_1007(server: SandboxServer, caller: Caller) -> None:
    server.host.faults.set(Fault(FaultName.CODE_1007, rate=1))
    assert caller.get("employees")["code"] == 1007


def test_one_refused_record_refuses_its_batch_and_no_other(server: SandboxServer, caller: Caller) -> None:
    server.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=1, matching="C2"))
    reply = caller.post("PostWorkorders", [order("C1"), order("C2"), order("C3")])
    assert (reply["code"], reply["messages"]) == (1504, ["Workorder C2 could not be saved"])
    assert caller.post("PostWorkorders", [order("C1"), order("C3")])["code"] == 200
    assert server.host.orders.number_counts() == {"C1": 1, "C3": 1}


def test_a_lagging_list_does_not_know_the_newest_orders(server: SandboxServer, caller: Caller) -> None:
    caller.post_order("C1")
    server.host.faults.set(Fault(FaultName.LIST_LAG, calls=frozenset({1})))
    assert caller.get("GetWorkorders", status="Alle", update_status="false")["response"] == []
    assert len(caller.get("GetWorkorders", status="Alle", update_status="false")["response"]) == 1


def test_the_same_seed_gives_the_same_faults() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.set(Fault(FaultName.LOST_ANSWER, rate=0.1))
        return [bool(faults.strike("GetWorkorder")) for _ in range(1000)]

    assert struck(1) == struck(1) != struck(2)
    assert 60 < sum(struck(1)) < 140


def test_a_fault_of_one_endpoint_counts_only_its_calls() -> None:
    faults = Faults()
    faults.set(Fault(FaultName.LOST_ANSWER, calls=frozenset({2}), endpoints=frozenset({"PostWorkorders"})))
    calls = ["PostWorkorders", "GetWorkorder", "PostWorkorders", "PostWorkorders"]
    assert [bool(faults.strike(endpoint)) for endpoint in calls] == [False, False, True, False]


@pytest.mark.parametrize("text", ["lost_answer", "lost_answer=often", "lost_answer=2", "earthquake=0.1"])
def test_a_fault_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(SandboxError):
        parse_fault(text)
    assert parse_fault("lost_answer=0.1") == Fault(FaultName.LOST_ANSWER, rate=0.1)


def test_stopping_ends_delayed_answers(tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as server:
        server.host.faults.set(Fault(FaultName.DELAY, rate=1, seconds=600))
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.get(f"{server.api_url}employees/", params=Caller(server).tokens, timeout=0.2)
