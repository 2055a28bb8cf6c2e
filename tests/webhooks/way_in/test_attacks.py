"""What an attacker may try and must not get, as far as no other file has it already (webhooks page, section 8)."""

from typing import Any

import pytest

from powerup.store.contracts import Contracts
from powerup.store.installations import Installations
from tests.webhooks.installed import PLANNER, House, key_number
from tests.webhooks.messages.test_invoking import CREATE, RELATION, TERMINATE
from tests.webhooks.signed_messages import LISTING_KEY

SENDER = {
    "installation": {"id": "ins_other", "generation": 1},
    "tenant": {"id": "t_43"},
    "headers": {"powerup-installation": "ins_other"},
}
OTHER: dict[str, Any] = {**SENDER, "keys": (key_number(5),)}
"""How another tenant of the same host sends; its key is good."""


@pytest.fixture(autouse=True)
def _two_tenants(house: House) -> None:
    assert house.install()["status"] == "succeeded"
    data = house.created_by_another(key=key_number(5))
    assert house.told("installation.created", data, **SENDER, keys=[LISTING_KEY])["status"] == "succeeded"


@pytest.fixture
def contract(house: House) -> dict[str, Any]:
    """The target of a contract of the first tenant; the other one has none."""
    return dict(house.invoke("contract.create", RELATION, CREATE)["target"])


def contracts_of(house: House, installation_id: str) -> list[str]:
    with house.parts.database.read() as connection:
        installation = Installations(connection).find(installation_id)
        assert installation is not None
        return [each.number for each in Contracts(connection, installation.tenant_id).all()]


@pytest.mark.parametrize(
    ("action", "target", "entered", "pointer"),
    [
        ("contract.pause", {"type": "contract", "id": "1001"}, {"from": "2027-01-01"}, "/target/id"),
        ("contract.delete", {"type": "contract", "id": "1001"}, {}, "/target/id"),
        ("visit.skip", {"type": "visit", "id": "1001:A:2027-01-31:CV-1"}, {}, "/target/id"),
        ("work_order.attach", {"type": "work_order", "id": "1"}, {"contract": "1001"}, "/input/contract"),
        ("contract.release", {"type": "contract", "id": "1001"}, {}, "/target/id"),
        ("tenant.release", {"type": "tenant", "id": "t_42"}, {}, "/target/id"),
    ],
)
@pytest.mark.usefixtures("contract")
def test_the_ids_of_another_tenant_are_unknown_to_every_button(
    house: House, action: str, target: dict[str, str], entered: dict[str, str], pointer: str
) -> None:
    press = house.press(action, target, entered, actor=PLANNER | {"role": "admin"})
    answer = house.told("action.invoked", press, **OTHER)
    assert (answer["status"], answer["errors"][0]["pointer"]) == ("invalid", pointer)


@pytest.mark.parametrize(
    "target",
    [
        RELATION,
        {"type": "object", "id": "CV-1"},
        {"type": "contract", "id": "1001"},
        {"type": "visit", "id": "1001:A:2027-01-31:CV-1"},
        {"type": "work_order", "id": "C1001-A-20270131-CV-1"},
        {"type": "work_order", "id": "1"},
    ],
)
@pytest.mark.usefixtures("contract")
def test_the_ids_of_another_tenant_show_no_card(house: House, target: dict[str, str]) -> None:
    answer = house.told("cards.requested", {"target": target, "actor": PLANNER}, **OTHER)
    assert answer["cards"] == []


def test_a_confirmation_of_another_tenant_does_not_serve(house: House, contract: dict[str, Any]) -> None:
    """Both have a contract 1001 that is the same in all but whose it is."""
    press = house.press("contract.terminate", contract, TERMINATE)
    token = house.told("action.invoked", press)["confirmation"]["token"]
    made = house.told("action.invoked", house.press("contract.create", RELATION, CREATE), **OTHER)
    assert made["target"]["id"] == contract["id"]
    answer = house.told("action.invoked", press | {"confirmation": token}, **OTHER)
    assert answer["status"] == "needs_confirmation"


def test_a_press_of_another_tenant_is_another_press(house: House, contract: dict[str, Any]) -> None:
    press = house.press("contract.create", RELATION, CREATE, intent_id="int_same")
    assert house.told("action.invoked", press)["status"] == "succeeded"
    assert house.told("action.invoked", press, **OTHER)["status"] == "succeeded"
    assert contracts_of(house, "ins_7Q") == [contract["id"], "1002"]
    assert contracts_of(house, "ins_other") == ["1001"]


@pytest.mark.parametrize("message_type", ["installation.uninstalled", "installation.erased", "installation.suspended"])
def test_one_tenant_ends_or_stops_no_other(house: House, message_type: str) -> None:
    assert house.told(message_type, **OTHER)["status"] == "succeeded"
    assert house.installation().state == "active"
    assert house.invoke("contract.create", RELATION, CREATE)["status"] == "succeeded"
