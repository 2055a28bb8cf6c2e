"""Who ended or paused a contract, and why: on its card and in its history (webhooks page, section 4)."""

from typing import Any

import pytest

from powerup.contracts.configuration import TenantConfiguration
from powerup.readings.contract_history import (
    ContractHistory,
    TrailNames,
    action_in_words,
    history_document,
    trail_names,
)
from powerup.texts import Reader
from tests.webhooks.installed import PLANNER, House
from tests.webhooks.messages.test_invoking import CREATE, RELATION, TERMINATE


@pytest.fixture(autouse=True)
def _installed(house: House) -> None:
    assert house.install()["status"] == "succeeded"


def pressed(house: House, action: str, number: str, entered: dict[str, Any]) -> None:
    """Pressed on the contract as it is now, and confirmed where that is asked."""
    target = {"type": "contract", "id": number, "version": card(house)["version"]}
    press = house.press(action, target, entered)
    answer = house.told("action.invoked", press)
    if answer["status"] == "needs_confirmation":
        answer = house.told("action.invoked", press | {"confirmation": answer["confirmation"]["token"]})
    assert answer["status"] in ("succeeded", "accepted"), answer


def card(house: House) -> dict[str, Any]:
    asked = {"target": RELATION, "actor": PLANNER, "locale": "nl"}
    found: dict[str, Any] = house.told("cards.requested", asked)["cards"][0]
    return found


def test_a_card_says_who_paused_or_ended_its_contract_and_why(house: House) -> None:
    number = house.invoke("contract.create", RELATION, CREATE)["target"]["id"]
    assert (card(house)["status_reason"], card(house)["status_by"]) == (None, None)
    today = house.clock().date().isoformat()
    pressed(house, "contract.pause", number, {"from": today, "reason": "Verbouwing", "extend_end": False})
    assert (card(house)["status_reason"], card(house)["status_by"]) == ("Verbouwing", PLANNER["name"])
    pressed(house, "contract.terminate", number, TERMINATE | {"remark": "naar Utrecht"})
    assert (card(house)["status_reason"], card(house)["status_by"]) == ("Verhuisd: naar Utrecht", PLANNER["name"])


def test_the_history_of_a_contract_says_when_who_by_which_entrance_and_what_changed(house: House) -> None:
    number = house.invoke("contract.create", RELATION, CREATE)["target"]["id"]
    other = house.invoke("contract.create", RELATION, CREATE)["target"]["id"]
    pressed_on = {"type": "visit", "id": f"{number}:A:2027-01-31:CV-1"}
    press = house.press("visit.skip", pressed_on, {"reason": "met vakantie"})
    house.clock.go_on(minutes=1)
    house.told("action.invoked", press)
    house.clock.go_on(minutes=1)
    target = {"type": "contract", "id": number, "version": 1}
    edit = {"name": "Ketel", "plans": [{**CREATE["plans"][0], "month_day": 15}], "retract_not_started": False}
    assert house.invoke("contract.edit", target, edit)["status"] == "succeeded"
    tenant = house.tenant()
    with house.parts.database.read() as connection:
        lines = ContractHistory(connection, tenant.id).lines(number)
        assert len(ContractHistory(connection, tenant.id).lines(other)) == 1
    rows = [history_document(line, tenant, Reader("nl"), TrailNames()) for line in lines]
    assert [row["action"] for row in rows] == ["contract.create", "visit.skip", "contract.edit"]
    assert {(row["by"], row["source"]) for row in rows} == {(PLANNER["name"], "webhook")}
    assert all(row["at"].endswith("+01:00") for row in rows)
    assert "Reden: met vakantie" in rows[1]["changes"]
    assert any("overgeslagen" in change for change in rows[1]["changes"])
    assert "Naam: CV-ketel → Ketel" in rows[2]["changes"]
    assert "Beurt A: Dag van de maand: 31 → 15" in rows[2]["changes"]
    assert Reader("nl").say(action_in_words(lines[2])) == "Bewerken"


def test_a_note_stands_in_the_history_and_makes_no_new_version(house: House) -> None:
    number = house.invoke("contract.create", RELATION, CREATE)["target"]["id"]
    before = card(house)
    house.clock.go_on(minutes=1)
    pressed(house, "contract.note", number, {"text": "Sleutel {bij} de buren"})
    assert card(house)["version"] == before["version"]
    assert "contract.note" in {button["id"] for button in before["actions"] if button["enabled"]}
    tenant = house.tenant()
    with house.parts.database.read() as connection:
        line = ContractHistory(connection, tenant.id).lines(number)[-1]
    row = history_document(line, tenant, Reader("nl"), TrailNames())
    assert (row["action"], row["by"], row["changes"]) == ("contract.note", PLANNER["name"], ["Sleutel {bij} de buren"])
    assert Reader("nl").say(action_in_words(line)) == "Notitie"


def test_a_viewer_writes_no_note(house: House) -> None:
    number = house.invoke("contract.create", RELATION, CREATE)["target"]["id"]
    press = house.press("contract.note", {"type": "contract", "id": number, "version": 1}, {"text": "x"})
    viewer = {**PLANNER, "role": "viewer"}
    assert house.told("action.invoked", press | {"actor": viewer})["status"] == "denied"


def test_why_a_contract_ends_is_told_in_the_tenants_words(house: House) -> None:
    number = house.invoke("contract.create", RELATION, CREATE)["target"]["id"]
    house.clock.go_on(minutes=1)
    pressed(house, "contract.terminate", number, TERMINATE)
    tenant = house.tenant()
    with house.parts.database.read() as connection:
        line = ContractHistory(connection, tenant.id).lines(number)[-1]
        names = trail_names(connection, tenant.id, TenantConfiguration())
    row = history_document(line, tenant, Reader("nl"), names)
    assert "Reden: – → Verhuisd" in row["changes"]
