"""Buttons: previews, confirmations, intents, roles, lateness, the host's answers (webhooks page, section 4)."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from powerup.outsmart.client import OutsmartClient
from powerup.sandbox.faults import Fault, FaultName
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.webhooks.manifest.schema_document import schema_document
from tests.webhooks.installed import ADMIN, PLANNER, VIEWER, House

RELATION = {"type": "relation", "id": "1001"}
CREATE: dict[str, Any] = {
    "name": "CV-ketel",
    "type": "preventive",
    "customer": "1001",
    "objects": ["CV-1", "CV-2"],
    "start": "2026-01-31",
    "end": None,
    "terms": None,
    "order_per_object": True,
    "days_in_advance": 60,
    "template": {
        "type_of_work": "Onderhoud",
        "payment_method": "op rekening",
        "description": "Onderhoud {object}",
        "employee": None,
        "start_time": None,
        "duration_minutes": 60,
        "project": None,
        "priority": None,
    },
    "plans": [
        {"name": "A", "unit": "month", "every": 1, "month_day": 31, "at_short_month": "last_day", "shift": "as_is"}
    ],
}
TERMINATE = {"last_day": "2026-12-30", "reason": "MOVED", "remark": "", "existing_orders": "retract"}
ANSWER = Draft202012Validator({"$ref": "#/$defs/answer", "$defs": schema_document()["$defs"]})


@pytest.fixture(autouse=True)
def _installed(house: House) -> None:
    assert house.install()["status"] == "succeeded"


@pytest.fixture
def contract(house: House) -> dict[str, Any]:
    """The target of a contract that was made by a button."""
    answer = house.invoke("contract.create", RELATION, CREATE)
    assert answer["status"] == "succeeded", answer
    return dict(answer["target"])


def contracts_of(house: House) -> list[str]:
    with house.parts.database.read() as connection:
        return [contract.number for contract in Contracts(connection, house.tenant().id).all()]


def last_day_of(house: House, number: str) -> str | None:
    with house.parts.database.read() as connection:
        found = Contracts(connection, house.tenant().id).get(number)
    assert found is not None
    return found.termination.last_day.isoformat() if found.termination else None


def test_a_button_makes_a_contract_and_tells_its_effects(house: House) -> None:
    answer = house.invoke("contract.create", RELATION, CREATE)
    ANSWER.validate(answer)
    assert answer["status"] == "succeeded"
    assert answer["target"]["type"] == "contract"
    assert (len(answer["effects"]), answer["counts"]["created"], answer["counted_until"]) == (8, 24, "2027-12-27")
    assert {"type": "relation", "id": "1001"} in answer["refresh"]
    assert contracts_of(house) == [answer["target"]["id"]]
    with house.parts.database.read() as connection:
        lines = {line.action: line for line in AuditTrail(connection, house.tenant().id).latest(10)}
    line = lines["contract.create"]
    assert (line.actor_id, line.source) == (PLANNER["id"], "webhook")
    assert house.tenant().next_cycle_at == house.clock()


def test_a_preview_changes_nothing_and_its_token_does_what_it_showed(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    shown = house.told("action.invoked", press | {"preview": True})
    assert (shown["status"], contracts_of(house)) == ("needs_confirmation", [])
    done = house.told("action.invoked", press | {"confirmation": shown["confirmation"]["token"]})
    assert (done["status"], done["effects"]) == ("succeeded", shown["effects"])


def test_a_dangerous_button_asks_first_and_then_does_exactly_that(house: House, contract: dict[str, Any]) -> None:
    press = house.press("contract.terminate", contract, TERMINATE)
    asked = house.told("action.invoked", press)
    ANSWER.validate(asked)
    assert (asked["status"], last_day_of(house, contract["id"])) == ("needs_confirmation", None)
    confirmed = press | {"confirmation": asked["confirmation"]["token"]}
    done = house.told("action.invoked", confirmed)
    assert (done["status"], last_day_of(house, contract["id"])) == ("succeeded", "2026-12-30")
    assert done["target"]["version"] == contract["version"] + 1


def test_the_same_press_in_another_message_gives_the_first_ones_answer(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    first = house.told("action.invoked", press)
    second = house.told("action.invoked", press | {"not_after": "2026-12-28T10:09:00Z"})
    assert second == first
    assert len(contracts_of(house)) == 1


def test_the_same_press_with_another_input_is_a_conflict(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    house.told("action.invoked", press)
    other = house.told("action.invoked", press | {"input": CREATE | {"name": "Iets anders"}})
    assert other["status"] == "conflict"
    assert len(contracts_of(house)) == 1


def test_a_viewers_refused_press_does_not_use_up_a_planners_and_nobody_reads_anothers_answer(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    assert house.told("action.invoked", press | {"actor": VIEWER})["status"] == "denied"
    mine = house.told("action.invoked", press)
    assert mine["status"] == "succeeded"
    assert house.told("action.invoked", press | {"actor": VIEWER})["status"] == "denied"
    theirs = house.told("action.invoked", press | {"actor": ADMIN})
    assert theirs["target"] != mine["target"]


def test_a_press_that_was_wrong_can_be_put_right(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE | {"start": "never"})
    assert house.told("action.invoked", press)["status"] == "invalid"
    assert house.told("action.invoked", press | {"input": CREATE})["status"] == "succeeded"


def test_a_needs_confirmation_does_not_end_the_press(house: House, contract: dict[str, Any]) -> None:
    press = house.press("contract.terminate", contract, TERMINATE)
    first = house.told("action.invoked", press)
    house.clock.go_on(minutes=11)
    press["not_after"] = (house.clock() + timedelta(minutes=5)).isoformat()
    lapsed = house.told("action.invoked", press | {"confirmation": first["confirmation"]["token"]})
    assert lapsed["status"] == "needs_confirmation"
    assert lapsed["confirmation"] != first["confirmation"]
    done = house.told("action.invoked", press | {"confirmation": lapsed["confirmation"]["token"]})
    assert done["status"] == "succeeded"


def test_a_confirmed_press_that_comes_again_gives_the_first_ones_answer(house: House, contract: dict[str, Any]) -> None:
    press = house.press("contract.terminate", contract, TERMINATE)
    token = house.told("action.invoked", press)["confirmation"]["token"]
    first = house.told("action.invoked", press | {"confirmation": token})
    assert house.told("action.invoked", press | {"confirmation": token}) == first
    assert house.told("action.invoked", press) == first
    with house.parts.database.read() as connection:
        lines = AuditTrail(connection, house.tenant().id).latest(50)
    assert [line.action for line in lines].count("contract.terminate") == 1


def test_a_press_that_was_confirmed_twice_has_one_change(house: House) -> None:
    """A preview that was asked for twice gives two tokens, both good."""
    press = house.press("contract.create", RELATION, CREATE)
    tokens = []
    for _ in range(2):
        tokens.append(house.told("action.invoked", press | {"preview": True})["confirmation"]["token"])
        house.clock.go_on(seconds=1)
    first = house.told("action.invoked", press | {"confirmation": tokens[0]})
    assert first["status"] == "succeeded"
    assert house.told("action.invoked", press | {"confirmation": tokens[1]}) == first
    assert contracts_of(house) == [first["target"]["id"]]


@pytest.mark.parametrize("changed", ["person", "input", "target", "intent"])
def test_a_confirmation_does_not_serve_for_anything_else(house: House, contract: dict[str, Any], changed: str) -> None:
    press = house.press("contract.terminate", contract, TERMINATE)
    token = house.told("action.invoked", press)["confirmation"]["token"]
    other = house.invoke("contract.create", RELATION, CREATE | {"name": "Ander"})["target"]
    changes: dict[str, Any] = {
        "person": {"actor": ADMIN, "intent_id": "int_new"},
        "input": {"input": TERMINATE | {"last_day": "2027-12-30"}, "intent_id": "int_new"},
        "target": {"target": other, "intent_id": "int_new"},
        "intent": {"intent_id": "int_new"},
    }[changed]
    answer = house.told("action.invoked", press | {"confirmation": token} | changes)
    assert answer["status"] == "needs_confirmation"
    assert last_day_of(house, contract["id"]) is None
    assert last_day_of(house, other["id"]) is None


def test_a_confirmation_of_an_earlier_installing_does_not_serve(house: House, contract: dict[str, Any]) -> None:
    press = house.press("contract.terminate", contract, TERMINATE)
    token = house.told("action.invoked", press)["confirmation"]["token"]
    house.install_again()
    assert house.told("action.invoked", press | {"confirmation": token})["status"] == "needs_confirmation"


def test_what_comes_too_late_is_expired(house: House) -> None:
    press = house.press("contract.create", RELATION, CREATE)
    house.clock.go_on(minutes=6)
    assert house.told("action.invoked", press)["status"] == "expired"
    assert contracts_of(house) == []


def test_a_viewer_who_presses_a_planners_button_is_denied_before_anything_is_looked_at(house: House) -> None:
    answer = house.invoke("contract.create", {"type": "contract", "id": "none"}, {"wrong": 1}, actor=VIEWER)
    assert answer["status"] == "denied"
    assert "errors" not in answer
    assert house.invoke("contract.delete", {"type": "contract", "id": "none"}, {})["status"] == "denied"


def test_a_wrong_input_is_named_by_its_pointer_and_ends_in_no_change(house: House) -> None:
    answer = house.invoke("contract.create", RELATION, CREATE | {"start": "31-01-2026", "moon": 1})
    ANSWER.validate(answer)
    assert answer["status"] == "invalid"
    assert {error["pointer"] for error in answer["errors"]} >= {"/input/start", "/input/moon"}


def test_an_unknown_action_is_invalid(house: House) -> None:
    answer = house.invoke("contract.explode", RELATION, {})
    assert (answer["status"], answer["errors"][0]["pointer"]) == ("invalid", "/action")


def test_a_target_that_changed_meanwhile_is_a_conflict_with_its_present_version(
    house: House, contract: dict[str, Any]
) -> None:
    answer = house.invoke("contract.terminate", contract | {"version": 7}, TERMINATE)
    assert (answer["status"], answer["target"]["version"]) == ("conflict", contract["version"])


@pytest.mark.parametrize("number", ["1001", "../1001", "9999", "1' OR '1'='1"])
def test_a_contract_of_another_tenant_is_not_there(house: House, number: str) -> None:
    """Both tenants number their contracts from 1001."""
    mine = house.invoke("contract.create", RELATION, CREATE)["target"]
    assert mine["id"] == "1001"
    house.install_again(restore=False)
    target = {"type": "contract", "id": number}
    answer = house.invoke("contract.terminate", target, TERMINATE)
    assert (answer["status"], answer["errors"][0]["pointer"]) == ("invalid", "/target/id")
    assert house.told("cards.requested", {"target": target, "actor": PLANNER})["cards"] == []


def test_unknown_records_of_the_host_are_named(house: House) -> None:
    answer = house.invoke("contract.create", {"type": "relation", "id": "9999"}, CREATE | {"customer": "9999"})
    assert answer["status"] == "invalid"
    assert contracts_of(house) == []


def test_a_host_that_is_down_is_a_failed_action_that_says_so(house: House) -> None:
    house.sandbox.host.faults.set(Fault(FaultName.HTTP_500, rate=1.0))
    answer = house.invoke("contract.create", RELATION, CREATE)
    assert answer["status"] == "failed"
    assert answer["message"]
    assert contracts_of(house) == []


def test_the_host_is_asked_once_while_a_person_waits(house: House) -> None:
    """What is repeated after each time-out takes a multiple of the three seconds."""
    house.sandbox.host.faults.set(Fault(FaultName.LOST_REQUEST, rate=1.0))
    before = len(house.calls())
    assert house.invoke("contract.create", RELATION, CREATE)["status"] == "failed"
    asked = Counter(house.calls()[before:])
    assert asked <= Counter({"relations": 1, "object": 2, "worktypes": 1, "paymentmethods": 1})


def test_what_an_action_needs_is_read_side_by_side(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of five calls is answered only when all five are under way."""
    together = Barrier(5, timeout=30)
    read = OutsmartClient._listed

    def awaited(client: OutsmartClient, *which: Any) -> Any:
        together.wait()
        return read(client, *which)

    monkeypatch.setattr(OutsmartClient, "_listed", awaited)
    assert house.invoke("contract.create", RELATION, CREATE)["status"] == "succeeded"


def test_while_suspended_reads_are_answered_and_changes_fail(house: House, contract: dict[str, Any]) -> None:
    house.told("installation.suspended")
    assert house.invoke("contract.create", RELATION, CREATE)["status"] == "failed"
    cards = house.told("cards.requested", {"target": RELATION, "actor": PLANNER})["cards"]
    assert [card["id"] for card in cards] == [contract["id"]]


def test_the_host_is_read_outside_the_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow host must not keep the only writer of SQLite waiting."""
    made: list[int] = []
    write = Database.write

    @contextmanager
    def watched(database: Database) -> Iterator[Any]:
        with write(database) as connection:
            made.append(len(house.calls()))
            yield connection
            made.append(len(house.calls()))

    before = len(house.calls())
    monkeypatch.setattr(Database, "write", watched)
    house.invoke("contract.create", RELATION, CREATE)
    assert len(made) == 2
    assert before < made[0] == made[1]


@pytest.mark.parametrize(("locale", "words"), [("nl", "aangemaakt"), ("en", "created"), ("fr", "created")])
def test_the_answer_is_in_the_language_of_the_person(house: House, locale: str, words: str) -> None:
    answer = house.invoke("contract.create", RELATION, CREATE, locale=locale)
    assert words in answer["message"].lower()


def test_a_message_three_times_late_and_out_of_order_does_its_work_once(house: House, contract: dict[str, Any]) -> None:
    press = house.press("contract.terminate", contract, TERMINATE)
    token = house.told("action.invoked", press, message_id="msg_ask")["confirmation"]["token"]
    confirming = press | {"confirmation": token}
    answers = [
        house.send("action.invoked", confirming, message_id="msg_confirm"),
        house.send("action.invoked", press, message_id="msg_ask"),
        house.send("action.invoked", confirming, message_id="msg_confirm"),
        house.send("action.invoked", confirming, message_id="msg_confirm"),
    ]
    statuses = [answer.get_json()["status"] for answer in answers]
    assert statuses == ["succeeded", "needs_confirmation", "succeeded", "succeeded"]
    with house.parts.database.read() as connection:
        found = Contracts(connection, house.tenant().id).get(contract["id"])
    assert found is not None
    assert found.version == contract["version"] + 1


def test_markup_in_a_name_comes_back_as_text_in_json(house: House) -> None:
    name = "<script>alert(1)</script>\u2028=1+1"
    house.invoke("contract.create", RELATION, CREATE | {"name": name})
    response = house.send("cards.requested", {"target": RELATION, "actor": PLANNER})
    assert response.content_type == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert name in json.loads(response.get_data())["cards"][0]["name"]
