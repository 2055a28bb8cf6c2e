"""Actions by the API: done once, from the version that was seen, and awaited where the host is slow."""

import os
import signal
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from powerup.api import blueprint
from powerup.presses import press as pressing
from powerup.store.api_keys import ApiKeys, Scope
from powerup.sync.kit.context import Wish
from tests.actions.scenes import FORM
from tests.api.calling import ROOT, Firm
from tests.api.test_asking import problem
from tests.presses.test_deferred_presses import _too_slow

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAUSE = {"from": "2027-07-01", "until": "2027-08-31", "reason": "Zomer"}
TERMINATE = {"last_day": "2027-02-01", "reason": "MOVED"}


def made(firm: Firm) -> str:
    number: str = firm.act("/contracts", FORM).get_json()["target"]["id"]
    return number


def test_fifty_at_once_with_one_idempotency_key_do_the_work_once_and_get_equal_answers(firm: Firm) -> None:
    headers = {"Idempotency-Key": "wens-1", "Authorization": f"Bearer {firm.keys[Scope.WRITE]}"}

    def pressed(_: int) -> Any:
        client = firm.client.application.test_client()
        answer = client.post(f"{ROOT}/contracts", json={"input": FORM}, headers=headers)
        return answer.status_code, answer.get_json(), answer.headers.get("ETag"), answer.headers.get("Location")

    with ThreadPoolExecutor(50) as people:
        first, *others = people.map(pressed, range(50))
    assert others == [first] * 49
    while firm.house.parts.deferred_presses().carry_out_next():
        pass  # so many wait for the host at once that the one is done in the background
    done = firm.get(first[3].removeprefix(ROOT), scope=Scope.WRITE)["answer"] if first[0] == 202 else first[1]
    assert [row["number"] for row in firm.get("/contracts")["items"]] == [done["target"]["id"]]


@on_sqlite
def test_a_wish_is_known_by_its_key_and_a_key_is_for_one_wish(firm: Firm) -> None:
    number, headers = made(firm), {"Idempotency-Key": "wens-2"}
    pause = f"/contracts/{number}/actions/pause"
    done = firm.act(pause, PAUSE, version=1, headers=headers)
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')
    for version in ({"version": 1}, {"headers": headers | {"If-Match": '"2"'}}, {"version": 9}):
        again = firm.act(pause, PAUSE, **{"headers": headers} | version)
        assert (again.status_code, again.get_json()) == (200, done.get_json())
    other = firm.act(pause, PAUSE | {"reason": "Anders"}, version=2, headers=headers)
    problem(other, 422, "idempotency_key_reused")
    of_another_key = firm.act(pause, PAUSE | {"reason": "Anders"}, version=2, headers=headers, scope=Scope.WRITE)
    assert of_another_key.get_json() != done.get_json()
    too_long = firm.act(pause, PAUSE, version=2, headers={"Idempotency-Key": "x" * 256})
    (error,) = problem(too_long, 422, "invalid")["errors"]
    assert error["pointer"] == "/header/Idempotency-Key"


@on_sqlite
def test_what_was_killed_between_its_commit_and_its_answer_is_answered_when_it_is_asked_again(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Idempotency-Key": "wens-9"}

    def killed(_: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    def press_and_die() -> None:
        monkeypatch.setattr(blueprint, "_response", killed)
        firm.act("/contracts", FORM, headers=headers)

    firm.house.parts.database.dispose()  # no connection is shared with the other process
    assert _in_a_process(press_and_die) == -signal.SIGKILL
    (made,) = firm.get("/contracts")["items"]
    again = [firm.act("/contracts", FORM, headers=headers) for _ in range(2)]
    assert [(each.status_code, each.get_json()["target"]["id"]) for each in again] == [(200, made["number"])] * 2
    assert len(firm.get("/contracts")["items"]) == 1


def _in_a_process(work: Callable[[], None]) -> int:
    """Do it in a process of its own, a copy of this one; gives how that ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads of this one are idle, and it ends at once
        child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@on_sqlite
def test_a_contract_is_changed_from_the_version_that_was_seen(firm: Firm) -> None:
    number = made(firm)
    assert firm.call("GET", f"/contracts/{number}").headers["ETag"] == '"1"'
    note = f"/contracts/{number}/actions/edit"
    problem(firm.act(note, {"name": "Zolder"}), 428, "precondition_required")
    assert firm.act(note, {"name": "Zolder"}, preview=True).get_json()["status"] == "needs_confirmation"
    assert firm.act(note, {"name": "Zolder"}, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    old = firm.act(note, {"name": "Kelder"}, headers={"If-Match": '"1"'})
    assert problem(old, 412, "precondition_failed")["answer"]["target"]["version"] == 2
    assert old.headers["ETag"] == '"2"'
    assert problem(firm.act(note, {"name": "Kelder"}, version=1), 409, "conflict")["answer"]["status"] == "conflict"
    differing = firm.act(note, {"name": "Kelder"}, version=1, headers={"If-Match": '"2"'})
    assert problem(differing, 422, "invalid")["errors"][0]["pointer"] == "/version"
    for wrong in ('W/"2"', '""', '"2", "3"', '"two"'):
        problem(firm.act(note, {"name": "Kelder"}, headers={"If-Match": wrong}), 412, "precondition_failed")
    problem(firm.act(note, {"name": "Kelder"}, version=1, headers={"If-Match": "*"}), 409, "conflict")
    assert firm.act(note, {"name": "Kelder"}, version=2, headers={"If-Match": '"2"'}).headers["ETag"] == '"3"'
    assert firm.act(note, {"name": "Vliering"}, headers={"If-Match": "*"}).headers["ETag"] == '"4"'
    assert firm.get(f"/contracts/{number}")["name"] == "Vliering"


@on_sqlite
def test_a_danger_is_done_by_confirming_exactly_its_effects(firm: Firm) -> None:
    number, headers = made(firm), {"Idempotency-Key": "wens-3"}
    terminate = f"/contracts/{number}/actions/terminate"
    asked = firm.act(terminate, TERMINATE, version=1, headers=headers)
    assert (asked.status_code, asked.get_json()["status"]) == (200, "needs_confirmation")
    token = asked.get_json()["confirmation"]["token"]
    without_its_key = firm.act(terminate, TERMINATE, version=1, confirmation=token)
    assert without_its_key.get_json()["status"] == "needs_confirmation", "the token is of the press that got it"
    done = firm.act(terminate, TERMINATE, version=1, confirmation=token, headers=headers)
    assert done.get_json()["status"] == "succeeded"
    assert done.get_json()["effects"] == asked.get_json()["effects"]
    assert firm.get(f"/contracts/{number}")["last_day"] == "2027-02-01"
    assert firm.get(f"/contracts/{number}/history")["items"][-1]["by"] == "Koppeling admin"


@on_sqlite
def test_what_waits_for_a_slow_host_is_a_run_that_its_key_awaits_and_a_removed_key_does_no_more(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as slow:
        slow.setattr(pressing, "read_at_host", _too_slow)
        accepted = [firm.act("/contracts", FORM, scope=scope) for scope in (Scope.WRITE, Scope.ADMIN)]
    assert [each.status_code for each in accepted] == [202, 202]
    places = [each.headers["Location"].removeprefix(ROOT) for each in accepted]
    assert firm.call("GET", places[0], scope=Scope.WRITE).get_json()["finished"] is False
    problem(firm.call("GET", places[0], scope=Scope.READ), 404, "not_found")
    with firm.house.parts.database.write() as connection:
        ApiKeys(connection).revoke(firm.tenant_id, firm.known[Scope.ADMIN].id, firm.house.clock())
    while firm.house.deferred().carry_out_next():
        pass
    run = firm.call("GET", places[0], scope=Scope.WRITE).get_json()
    assert (run["finished"], run["answer"]["status"]) == (True, "succeeded")
    listed = firm.call("GET", "/contracts", scope=Scope.READ).get_json()["items"]
    assert [row["number"] for row in listed] == [run["answer"]["target"]["id"]]


@on_sqlite
def test_a_cycle_is_asked_for_and_awaited(firm: Firm) -> None:
    asked = firm.call("POST", "/cycles", scope=Scope.WRITE)
    assert (asked.status_code, asked.headers["Location"]) == (202, f"{ROOT}/cycles")
    assert firm.get("/cycles")["items"] == []
    firm.house.parts.cycles().run(firm.tenant_id, Wish())
    (cycle,) = firm.get("/cycles")["items"]
    assert cycle["started_at"] >= asked.get_json()["asked_at"]
    assert firm.get(f"/cycles/{cycle['cycle']}") == cycle


@on_sqlite
def test_the_configuration_is_changed_part_by_part_from_the_version_that_was_seen(firm: Firm) -> None:
    seen = firm.call("GET", "/configuration")
    wanted, headers = {"settings": {"change_cap": 20}}, {"If-Match": seen.headers["ETag"]}
    problem(firm.call("PATCH", "/configuration", wanted), 428, "precondition_required")
    shown = firm.call("PATCH", "/configuration", wanted, headers=headers, preview="true").get_json()
    assert [each["part"] for each in shown["differences"]] == ["settings.change_cap"]
    assert firm.get("/settings")["change_cap"] == 50
    changed = firm.call("PATCH", "/configuration", wanted, headers=headers)
    assert changed.get_json() == shown | {"preview": False}
    assert firm.get("/settings")["change_cap"] == 20
    problem(firm.call("PATCH", "/configuration", wanted, headers=headers), 412, "precondition_failed")
    present = {"If-Match": changed.headers["ETag"]}
    wrong = {"settings": {"change_cap": "many"}, "colours": []}
    errors = problem(firm.call("PATCH", "/configuration", wrong, headers=present), 422, "invalid")["errors"]
    assert {each["pointer"] for each in errors} == {"/settings/change_cap", "/colours"}
    assert "tenant.configure" in [line["action"] for line in firm.get("/audit")["items"]]
