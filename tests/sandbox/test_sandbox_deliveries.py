"""Messages on their way: retries, repeats, late, out of order, changed; events; buttons; callbacks."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from powerup.sandbox import board
from powerup.sandbox.buttons import Press, ask_for_cards, confirm, press
from powerup.sandbox.deliveries import RetryPolicy
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.installation import VIEWER
from powerup.sandbox.server import SandboxServer
from powerup.sandbox.signing import new_key, signed_headers
from tests.sandbox.calling import Caller
from tests.sandbox.receiver import Receiver

CREATE = Press("contract.create", {"type": "relation", "id": "1001"}, {"name": "CV-ketel"})


@pytest.fixture
def powerup() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def host(tmp_path: Path, powerup: Receiver) -> Iterator[SandboxServer]:
    at_once = RetryPolicy(waits=(0, 0), timeout=5)
    with SandboxServer(tmp_path / "host", listing_key=new_key(), retries=at_once) as running:
        running.marketplace.install(powerup.url)
        powerup.received.clear()
        yield running


def test_a_button_says_who_pressed_it_where_and_until_when_it_matters(host: SandboxServer, powerup: Receiver) -> None:
    attempt = press(host.marketplace, CREATE)
    assert attempt is not None
    assert attempt.answer == {"status": "succeeded"}
    data = powerup.received[0].envelope["data"]
    assert data["action"] == "contract.create"
    assert data["target"] == {"type": "relation", "id": "1001"}
    assert data["actor"]["role"] == "planner"
    assert data["intent_id"] == CREATE.intent_id
    assert "confirmation" not in data
    patience = datetime.fromisoformat(data["not_after"]) - datetime.now(UTC)
    assert timedelta(seconds=30) < patience <= timedelta(seconds=60)


def test_confirming_has_the_same_intent_the_token_and_another_webhook_id(
    host: SandboxServer, powerup: Receiver
) -> None:
    powerup.answer = lambda _: (200, {"status": "needs_confirmation", "confirmation": {"token": "cnf_1"}})
    shown = press(host.marketplace, CREATE)
    assert shown is not None
    confirm(host.marketplace, CREATE, shown)
    first, second = powerup.received
    assert second.envelope["data"]["confirmation"] == "cnf_1"
    assert second.envelope["data"]["intent_id"] == first.envelope["data"]["intent_id"]
    assert first.headers["Webhook-Id"] != second.headers["Webhook-Id"]


def test_there_is_nothing_to_confirm_in_a_success(host: SandboxServer) -> None:
    shown = press(host.marketplace, CREATE)
    assert shown is not None
    with pytest.raises(SandboxError, match="nothing to confirm"):
        confirm(host.marketplace, CREATE, shown)


def test_cards_are_asked_for_in_the_name_of_a_person(host: SandboxServer, powerup: Receiver) -> None:
    ask_for_cards(host.marketplace, {"type": "object", "id": "CV-1"}, actor=VIEWER, locale="en")
    data = powerup.received[0].envelope["data"]
    assert (data["target"]["id"], data["actor"]["role"], data["locale"]) == ("CV-1", "viewer", "en")


def test_a_busy_powerup_is_tried_again_with_the_same_id(host: SandboxServer, powerup: Receiver) -> None:
    answers = iter([(503, {"code": "unavailable"}), (429, {"code": "rate"}), (200, {"status": "succeeded"})])
    powerup.answer = lambda _: next(answers)
    attempt = press(host.marketplace, CREATE)
    assert attempt is not None
    assert attempt.status == 200
    assert len({message.headers["Webhook-Id"] for message in powerup.received}) == 1
    assert [one.how for one in host.deliveries.log.attempts(attempt.message_number)] == ["sent", "retry", "retry"]


def test_a_refusal_is_not_tried_again(host: SandboxServer, powerup: Receiver) -> None:
    powerup.answer = lambda _: (400, {"code": "invalid_message"})
    press(host.marketplace, CREATE)
    assert len(powerup.received) == 1


def test_a_powerup_that_is_down_is_logged_with_the_reason(host: SandboxServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{free.getsockname()[1]}/webhooks"
    attempt = host.deliveries.send(gone, "ins_1", (new_key(),), {"type": "action.invoked"})
    assert attempt is not None
    assert attempt.status is None
    assert "ConnectionError" in attempt.error
    assert len(host.deliveries.log.attempts(attempt.message_number)) == 3


def test_a_message_can_be_sent_again_and_several_times_at_once(host: SandboxServer, powerup: Receiver) -> None:
    attempt = press(host.marketplace, CREATE)
    assert attempt is not None
    host.deliveries.redeliver(attempt.message_number)
    assert len(host.deliveries.redeliver_at_once(attempt.message_number, 3)) == 3
    assert len({(message.headers["Webhook-Id"], message.body) for message in powerup.received}) == 1
    assert len(powerup.received) == 5


def test_held_messages_arrive_late_and_in_another_order(host: SandboxServer, powerup: Receiver) -> None:
    host.deliveries.holding = True
    assert press(host.marketplace, CREATE) is None
    host.marketplace.suspend()
    assert powerup.received == []
    numbers = [message.number for message in host.deliveries.log.never_tried()]
    host.deliveries.release(list(reversed(numbers)))
    types = [message.envelope["type"] for message in powerup.received]
    assert types == ["installation.suspended", "action.invoked"]
    assert host.deliveries.holding is False


def test_a_changed_body_keeps_the_signature_of_the_original(host: SandboxServer, powerup: Receiver) -> None:
    key = host.marketplace.book.current().key
    attempt = press(host.marketplace, CREATE)
    assert attempt is not None
    host.deliveries.redeliver_altered(attempt.message_number)
    host.deliveries.redeliver_altered(attempt.message_number, body=b"{}", signed=True)
    host.deliveries.redeliver_altered(attempt.message_number, headers={"webhook-timestamp": "1"})
    assert [message.signed_by(key) for message in powerup.received] == [True, False, True, False]
    assert powerup.received[1].body != powerup.received[0].body
    assert powerup.received[2].body == b"{}"


def test_a_replay_is_the_same_to_the_last_byte(host: SandboxServer, powerup: Receiver) -> None:
    attempt = press(host.marketplace, CREATE)
    assert attempt is not None
    host.deliveries.replay(attempt.number)
    assert powerup.received[0] == powerup.received[1]


def test_changes_of_orders_are_told_when_events_are_on(host: SandboxServer, powerup: Receiver) -> None:
    caller = Caller(host)
    row_id = caller.post_order("C1")
    board.pick_up(host.host, row_id)
    host.host.change_switches(events=True)
    board.complete(host.host, row_id)
    caller.get("DeleteEntity", entity="workorder", key="db_row", value=row_id)
    caller.session.close()
    host.events.wait_until_sent()
    told = [(message.envelope["type"], message.envelope["data"]) for message in powerup.received]
    ids = {"ids": [str(row_id)]}
    assert told == [("work_order.changed", ids), ("work_order.deleted", ids)]


def test_a_deleted_object_is_told_by_its_code(host: SandboxServer, powerup: Receiver) -> None:
    fill_with_example(host.host)
    host.host.change_switches(events=True)
    caller = Caller(host)
    caller.get("DeleteEntity", entity="object", key="code", value="CV-1")
    caller.session.close()
    host.events.wait_until_sent()
    (message,) = powerup.received
    assert (message.envelope["type"], message.envelope["data"]) == ("object.deleted", {"ids": ["CV-1"]})


def test_many_changes_are_told_in_portions_of_five_hundred(host: SandboxServer, powerup: Receiver) -> None:
    host.host.change_switches(events=True)
    host.host.tell("work_order.changed", [str(number) for number in range(1001)])
    host.events.wait_until_sent()
    assert [len(message.envelope["data"]["ids"]) for message in powerup.received] == [500, 500, 1]


def _callback(host: SandboxServer, key: str, webhook_id: str = "cb_1", **changes: Any) -> int:
    installation = host.marketplace.book.find()
    assert installation is not None
    envelope = {
        "type": "run.finished",
        "audience": host.marketplace.callback_url,
        "installation": {"id": installation.id, "generation": installation.generation},
        "data": {"status": "succeeded", "run": {"id": "run_1"}},
        **changes,
    }
    body = json.dumps(envelope).encode()
    headers = signed_headers(webhook_id, installation.id, body, [key], datetime.now(UTC))
    return requests.post(host.marketplace.callback_url, data=body, headers=headers, timeout=5).status_code


def test_a_callback_is_kept_once_and_its_run_is_found(host: SandboxServer) -> None:
    key = host.marketplace.book.current().key
    assert _callback(host, key) == 204
    assert _callback(host, key) == 204
    (kept,) = host.callbacks.listed()
    assert (kept.webhook_id, kept.type, kept.times) == ("cb_1", "run.finished", 2)
    run = host.callbacks.run("run_1")
    assert run is not None
    assert run["status"] == "succeeded"
    assert host.callbacks.run("run_2") is None


def test_a_callback_of_a_stranger_or_for_another_host_is_refused(host: SandboxServer) -> None:
    key = host.marketplace.book.current().key
    assert _callback(host, new_key()) == 401
    assert requests.post(host.marketplace.callback_url, data=b"{", timeout=5).status_code == 401
    assert _callback(host, key, audience="https://other.example/") == 403
    assert _callback(host, key, installation={"id": "ins_other", "generation": 1}) == 403
    assert host.callbacks.listed() == []


def test_after_a_rotation_both_keys_are_good_for_callbacks(host: SandboxServer) -> None:
    old = host.marketplace.book.current().key
    host.marketplace.rotate_key()
    assert _callback(host, old, "cb_1") == 204
    assert _callback(host, host.marketplace.book.current().key, "cb_2") == 204


def test_callbacks_of_an_uninstalled_powerup_are_gone(host: SandboxServer) -> None:
    key = host.marketplace.book.current().key
    host.marketplace.uninstall()
    assert _callback(host, key) == 410


def test_callbacks_have_faults_only_where_these_name_them(host: SandboxServer) -> None:
    key = host.marketplace.book.current().key
    host.host.faults.set(Fault(FaultName.HTTP_500, rate=1))
    assert _callback(host, key) == 204
    host.host.faults.set(Fault(FaultName.HTTP_500, calls=frozenset({1}), endpoints=frozenset({"callbacks"})))
    assert _callback(host, key, "cb_2") == 500
    assert _callback(host, key, "cb_2") == 204


def test_control_works_the_marketplace_and_shows_no_secret(tmp_path: Path, powerup: Receiver) -> None:
    with SandboxServer(tmp_path / "other", listing_key=new_key()) as server, requests.Session() as session:
        control = f"{server.url}/control"
        installed = session.post(f"{control}/install", json={"powerup_url": powerup.url}, timeout=5).json()
        assert (installed["state"], installed["generation"]) == ("active", 1)
        assert session.put(f"{control}/today", json={"today": "2027-01-01"}, timeout=5).json()["status"] == 200
        pressed = {"action": "contract.delete", "target": {"type": "contract", "id": "1"}, "role": "admin"}
        assert session.post(f"{control}/press", json=pressed, timeout=5).json()["status"] == 200
        again = session.post(f"{control}/deliveries/2/redeliver", json={"times": 2}, timeout=5).json()
        assert len(again["attempts"]) == 2
        shown = session.get(f"{control}/deliveries", timeout=5)
        assert [message["type"] for message in shown.json()["deliveries"]] == [
            "installation.created",
            "installation.updated",
            "action.invoked",
        ]
        key = server.marketplace.book.current().key
        token = powerup.received[0].envelope["data"]["api"]["token"]
        assert key not in shown.text
        assert token not in shown.text
