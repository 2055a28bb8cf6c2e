"""A host that is slow: the action is accepted in time, goes on in the background, ends once (webhooks page, 2, 4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import requests

from powerup.actions.kit import host_reading
from powerup.presses import deferred
from powerup.presses import press as pressing
from powerup.sandbox.faults import Fault, FaultName
from powerup.store.audit_trail import AuditTrail
from powerup.store.outbox import Outbox, OutgoingState
from powerup.store.runs import Run, Runs, RunState
from powerup.webhooks.background import background_work
from tests.webhooks.installed import House
from tests.webhooks.messages.test_invoking import ANSWER, CREATE, RELATION, TERMINATE, contracts_of, last_day_of

SLOW = Fault(FaultName.DELAY, rate=1.0, seconds=0.05)
DOWN = Fault(FaultName.HTTP_500, rate=1.0)


@pytest.fixture(autouse=True)
def _installed(house: House) -> None:
    assert house.install()["status"] == "succeeded"


@pytest.fixture
def contract(house: House) -> dict[str, Any]:
    return dict(house.invoke("contract.create", RELATION, CREATE)["target"])


@pytest.fixture
def slow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host answers each call, and later than a person should wait for."""
    monkeypatch.setattr(pressing, "READ_WITHIN_SECONDS", 0.01)
    house.sandbox.host.faults.set(SLOW)


def press_slowly(house: House, data: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """The answer to a press, which is accepted as the host is slow."""
    answer = house.told("action.invoked", data, **options)
    ANSWER.validate(answer)
    assert answer["status"] == "accepted", answer
    return answer


def run_of(house: House, answer: Mapping[str, Any]) -> Run:
    with house.parts.database.read() as connection:
        run = Runs(connection, house.tenant().id).get(answer["run"]["id"])
    assert run is not None
    return run


def told_endings(house: House) -> list[Mapping[str, Any]]:
    """What is to be sent as run.finished, or was given up."""
    with house.parts.database.read() as connection:
        outbox = Outbox(connection)
        messages = [m for state in OutgoingState for m in outbox.of_tenant(house.tenant().id, state)]
    return [message.data for message in messages if message.type == "run.finished"]


def ending(house: House, accepted: Mapping[str, Any]) -> Mapping[str, Any]:
    """Carry out what waits; the answer that the run then ended in, as the host is told it."""
    assert house.deferred().carry_out_next()
    [told] = [data for data in told_endings(house) if data["run"] == accepted["run"]]
    ANSWER.validate(told)
    return told


def lines_of(house: House, action: str) -> int:
    with house.parts.database.read() as connection:
        return [line.action for line in AuditTrail(connection, house.tenant().id).latest(50)].count(action)


@pytest.mark.usefixtures("slow")
def test_an_action_whose_host_is_slow_is_accepted_and_ends_in_a_callback(house: House) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    assert (contracts_of(house), told_endings(house)) == ([], [])
    done = ending(house, accepted)
    assert done["status"] == "succeeded"
    assert contracts_of(house) == [done["target"]["id"]]
    assert done["counts"]["created"] == 24
    assert not house.deferred().carry_out_next()


@pytest.mark.usefixtures("slow")
def test_what_is_wrong_with_the_input_is_told_by_the_callback(house: House) -> None:
    entered = CREATE | {"objects": ["CV-1", "NO-SUCH"]}
    told = ending(house, press_slowly(house, house.press("contract.create", RELATION, entered)))
    assert (told["status"], told["errors"][0]["pointer"]) == ("invalid", "/input/objects/1")
    assert contracts_of(house) == []


@pytest.mark.usefixtures("slow")
def test_the_callback_is_in_the_language_of_the_person(house: House) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE, locale="en"))
    assert "created" in ending(house, accepted)["message"]


@pytest.mark.usefixtures("slow")
def test_the_effects_of_a_preview_come_by_the_callback_and_can_be_confirmed(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    shown = ending(house, press_slowly(house, press | {"preview": True}))
    assert (shown["status"], contracts_of(house)) == ("needs_confirmation", [])
    confirming = press | {"confirmation": shown["confirmation"]["token"]}
    done = ending(house, press_slowly(house, confirming))
    assert (done["status"], done["effects"]) == ("succeeded", shown["effects"])


def test_a_danger_that_asks_by_callback_is_confirmed_by_the_same_press(
    house: House, contract: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    press = house.press("contract.terminate", contract, TERMINATE)
    monkeypatch.setattr(pressing, "read_at_host", _too_slow)
    monkeypatch.setattr(pressing, "HostQuestions", lambda: None)  # ask the host though there is no order to be read
    asked = ending(house, press_slowly(house, press))
    assert (asked["status"], last_day_of(house, contract["id"])) == ("needs_confirmation", None)
    confirming = press | {"confirmation": asked["confirmation"]["token"]}
    accepted = press_slowly(house, confirming)
    done = ending(house, accepted)
    assert (done["status"], last_day_of(house, contract["id"])) == ("succeeded", "2026-12-30")
    assert house.told("action.invoked", confirming) == accepted
    assert lines_of(house, "contract.terminate") == 1


@pytest.mark.usefixtures("slow")
def test_the_same_press_gets_the_same_run_while_it_goes_on_and_afterwards(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    accepted = press_slowly(house, press)
    assert press_slowly(house, press) == accepted
    ending(house, accepted)
    assert press_slowly(house, press) == accepted
    assert not house.deferred().carry_out_next()
    other = house.told("action.invoked", press | {"input": CREATE | {"name": "Iets anders"}})
    assert (other["status"], len(contracts_of(house))) == ("conflict", 1)


@pytest.mark.usefixtures("slow")
def test_a_press_that_failed_in_the_background_has_ended_as_one_that_failed_at_once(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    shown = ending(house, press_slowly(house, press | {"preview": True}))
    accepted = press_slowly(house, press)
    house.told("installation.suspended")
    assert ending(house, accepted)["status"] == "failed"
    house.told("installation.resumed")
    assert press_slowly(house, press | {"confirmation": shown["confirmation"]["token"]}) == accepted
    assert contracts_of(house) == []


@pytest.mark.usefixtures("slow")
def test_a_press_that_came_to_nothing_in_the_background_is_decided_anew(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE | {"objects": ["NO-SUCH"]})
    first = press_slowly(house, press)
    assert ending(house, first)["status"] == "invalid"
    second = press_slowly(house, press | {"input": CREATE})
    assert second["run"] != first["run"]
    assert ending(house, second)["status"] == "succeeded"
    assert press_slowly(house, press | {"input": CREATE}) == second
    assert len(contracts_of(house)) == 1


@pytest.mark.usefixtures("slow")
def test_the_same_message_gets_its_answer_again_byte_for_byte(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    first = house.send("action.invoked", press, message_id="msg_once")
    house.deferred().carry_out_next()
    again = house.send("action.invoked", press, message_id="msg_once")
    assert again.data == first.data
    assert again.headers["powerup-replayed"] == "true"


@pytest.mark.usefixtures("slow")
def test_killed_while_the_host_is_read_it_is_done_by_the_next_and_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    with monkeypatch.context() as killing:
        killing.setattr(deferred, "read_at_host", _killed)
        with pytest.raises(KeyboardInterrupt):
            house.deferred().carry_out_next()
    assert not house.deferred().carry_out_next(), "it is held by whoever died, for a while"
    house.clock.go_on(seconds=91)
    assert ending(house, accepted)["status"] == "succeeded"
    assert len(contracts_of(house)) == 1


@pytest.mark.usefixtures("slow")
def test_killed_before_the_commit_nothing_was_done_and_the_next_does_it_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    with monkeypatch.context() as killing:
        killing.setattr(deferred, "tell_host", _killed)  # the last thing that is written
        with pytest.raises(KeyboardInterrupt):
            house.deferred().carry_out_next()
    assert (contracts_of(house), run_of(house, accepted).state) == ([], RunState.DEFERRED)
    house.clock.go_on(seconds=91)
    assert ending(house, accepted)["status"] == "succeeded"
    assert (len(contracts_of(house)), lines_of(house, "contract.create")) == (1, 1)


@pytest.mark.usefixtures("slow")
def test_two_that_take_up_one_press_do_it_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is so slow at the host that the second takes over, and ends before it."""
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    read = host_reading.read_at_host

    def overtaken(*asked: Any) -> Any:
        monkeypatch.setattr(deferred, "read_at_host", read)
        house.clock.go_on(seconds=91)
        assert ending(house, accepted)["status"] == "succeeded"
        return read(*asked)

    monkeypatch.setattr(deferred, "read_at_host", overtaken)
    assert house.deferred().carry_out_next()
    assert (len(contracts_of(house)), len(told_endings(house))) == (1, 1)


@pytest.mark.usefixtures("slow")
def test_a_press_is_held_by_one_and_begun_only_by_who_holds_it(house: House) -> None:
    run = run_of(house, press_slowly(house, house.press("contract.create", RELATION, CREATE)))
    until = house.clock() + timedelta(seconds=90)
    with house.parts.database.write() as connection:
        runs = Runs(connection, house.tenant().id)
        assert runs.hold(run, until)
        assert not runs.hold(run, until)
        assert not runs.begin(run)
        assert not runs.put_off(run, until)
        assert runs.begin(replace(run, attempts=1))
        assert not runs.begin(replace(run, attempts=1))


@pytest.mark.usefixtures("slow")
def test_a_host_that_is_down_is_asked_again_and_given_up_in_the_end(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    accepted = press_slowly(house, press)
    house.sandbox.host.faults.set(DOWN)
    tries = 0
    while run_of(house, accepted).state is RunState.DEFERRED:
        tries += house.deferred().carry_out_next()
        house.clock.go_on(seconds=5)
    [told] = told_endings(house)
    assert (told["status"], "antwoordt" in told["message"]) == ("failed", True)
    assert 3 <= tries <= 10
    assert house.clock() - run_of(house, accepted).created_at <= deferred.GIVEN_UP_AFTER + timedelta(seconds=5)
    assert contracts_of(house) == []


@pytest.mark.usefixtures("slow")
def test_a_host_that_recovers_is_asked_again(house: House) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    house.sandbox.host.faults.set(DOWN)
    assert house.deferred().carry_out_next()
    house.sandbox.host.faults.clear()
    assert not house.deferred().carry_out_next(), "not at once"
    house.clock.go_on(seconds=5)
    assert ending(house, accepted)["status"] == "succeeded"


@pytest.mark.usefixtures("slow")
def test_what_nobody_took_up_in_time_is_given_up_and_told(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    late = press_slowly(house, press | {"not_after": None})
    expired = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    house.clock.go_on(minutes=6)
    told = {data["run"]["id"]: data["status"] for data in (ending(house, late), ending(house, expired))}
    assert told == {late["run"]["id"]: "failed", expired["run"]["id"]: "expired"}
    assert contracts_of(house) == []


@pytest.mark.usefixtures("slow")
def test_a_tenant_that_was_suspended_meanwhile_changes_nothing_and_is_told(house: House) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    house.told("installation.suspended")
    assert ending(house, accepted)["status"] == "failed"
    assert contracts_of(house) == []


@pytest.mark.usefixtures("slow")
def test_a_tenant_that_was_uninstalled_meanwhile_ends_it_without_a_word(house: House) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    house.told("installation.uninstalled")
    assert house.deferred().carry_out_next()
    run = run_of(house, accepted)
    assert (run.state, run.answer["status"]) == (RunState.FINISHED, "ignored")
    assert (contracts_of(house), told_endings(house)) == ([], [])


@pytest.mark.usefixtures("slow")
def test_a_press_of_an_earlier_installing_is_not_carried_out(house: House) -> None:
    accepted = press_slowly(house, house.press("contract.create", RELATION, CREATE))
    house.install_again()
    assert ending(house, accepted)["status"] == "ignored"
    assert contracts_of(house) == []


@pytest.mark.usefixtures("slow")
def test_a_press_of_an_erased_tenant_is_gone(house: House) -> None:
    press_slowly(house, house.press("contract.create", RELATION, CREATE))
    house.told("installation.uninstalled")
    house.told("installation.erased")
    assert not house.deferred().carry_out_next()


@pytest.mark.usefixtures("slow")
def test_a_press_that_has_work_at_the_host_goes_on_as_the_same_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = house.told("action.invoked", house.press("contract.create", RELATION, CREATE))
    target = ending(house, contract)["target"]
    monkeypatch.setattr(pressing, "read_at_host", _too_slow)
    monkeypatch.setattr(pressing, "HostQuestions", lambda: None)
    press = house.press("contract.refresh", target, {})
    accepted = press_slowly(house, press)
    assert house.deferred().carry_out_next()
    run = run_of(house, accepted)
    assert (run.state, run.answer["status"], run.answer["run"]) == (RunState.WAITING, "accepted", accepted["run"])
    assert (run.contract, run.press) == (target["id"], None)
    assert [data["run"] for data in told_endings(house)] == [contract["run"]]
    assert press_slowly(house, press) == accepted


def test_deferred_presses_are_taken_up_without_being_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Event()
    monkeypatch.setattr(background_work, "PRESSES_SECONDS", 0.01)
    monkeypatch.setattr(deferred.DeferredPresses, "carry_out_next", lambda _: looked.set())
    with requests.Session() as session:
        running = background_work.BackgroundWork(
            house.parts.database,
            house.parts.callbacks(session),
            house.deferred(),
            house.parts.bulk_work(),
            house.parts.planning_ahead(),
            house.parts.import_work(),
            None,
            house.parts.what_if_work(),
            house.clock,
            every_seconds=3600,
            tick_seconds=3600,
        )
        running.start()
        assert looked.wait(timeout=30)
        running.stop()


def _too_slow(*_: Any) -> Any:
    raise host_reading.HostSlow


def _killed(*_: Any) -> Any:
    raise KeyboardInterrupt
