"""Buttons that let through what the change cap holds back (webhooks page, section 4; rules: Generation)."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from powerup.contracts.configuration import TenantSettings
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.outbox import Outbox, OutgoingState
from powerup.store.tenants import Tenants
from powerup.sync.kit.context import Wish
from powerup.sync.kit.report import CycleReport
from tests.webhooks.installed import PLANNER, VIEWER, House
from tests.webhooks.messages.test_invoking import ANSWER, CREATE, RELATION

TENANT = {"type": "tenant", "id": "t_42"}
DAILY = CREATE | {
    "objects": [],
    "start": "2026-12-28",
    "days_in_advance": 3,
    "plans": [{"name": "A", "unit": "day", "every": 1}],
}

_prefixes = count(1)


@pytest.fixture(autouse=True)
def _installed(house: House) -> None:
    """With a cap of three orders, and numbers that no other test gives at this host."""
    assert house.install()["status"] == "succeeded"
    with house.parts.database.write() as connection:
        tenants = Tenants(connection)
        configuration = tenants.configuration(house.tenant().id)
        settings = TenantSettings(change_cap=3, number_prefix=f"W{next(_prefixes)}-")
        tenants.save_configuration(house.tenant().id, replace(configuration, settings=settings))


@pytest.fixture
def contract(house: House) -> dict[str, Any]:
    """A visit a day, four of them due at once: they wait, and two days later two of them have passed."""
    target = dict(house.invoke("contract.create", RELATION, DAILY)["target"])
    cycle(house)
    house.clock.go_on(days=2)
    assert cycle(house).ordered == 0
    return target


def cycle(house: House) -> CycleReport:
    return house.parts.cycles().run(house.tenant().id, Wish())


def states(house: House) -> list[tuple[str, str | None]]:
    with house.parts.database.read() as connection:
        rows = Ledger(connection, house.tenant().id).of_contract("1001")
    return [(row.state.value, row.reason.value if row.reason else None) for row in rows]


def button(house: House, target: dict[str, Any], action: str, actor: dict[str, str] = PLANNER) -> dict[str, Any]:
    answer = house.told("cards.requested", {"target": target, "actor": actor, "locale": "en"})
    ANSWER.validate(answer)
    offered = [*answer.get("actions", []), *(each for card in answer["cards"] for each in card["actions"])]
    return next(each for each in offered if each["id"] == action)


def test_a_contract_is_released_once_it_is_confirmed(house: House, contract: dict[str, Any]) -> None:
    press = house.press("contract.release", contract, {}, locale="en")
    asked = house.told("action.invoked", press)
    ANSWER.validate(asked)
    assert asked["status"] == "needs_confirmation"
    assert asked["message"] == (
        "If you release them: 5 work orders are made now. 1 visit has passed and is missed. Please confirm."
    )
    assert (asked["counts"], {each["contract"] for each in asked["effects"]}) == (
        {"created": 5, "withheld": {"missed": 1}},
        {"1001"},
    )
    assert cycle(house).ordered == 0
    done = house.told("action.invoked", press | {"confirmation": asked["confirmation"]["token"]})
    assert (done["status"], done["effects"]) == ("succeeded", asked["effects"])
    report = cycle(house)
    assert (report.ordered, report.withheld, report.attention) == (5, {"missed": 1}, ())
    assert states(house) == [("withheld", "missed"), *[("ordered", None)] * 5]


@pytest.mark.usefixtures("contract")
def test_the_whole_tenant_is_released_once_it_is_confirmed(house: House) -> None:
    house.invoke("contract.create", RELATION, DAILY)
    cycle(house)
    press = house.press("tenant.release", TENANT | {"version": 7}, {}, locale="en")
    asked = house.told("action.invoked", press)
    ANSWER.validate(asked)
    assert (asked["status"], asked["target"]) == ("needs_confirmation", TENANT)
    assert asked["counts"] == {"created": 9, "withheld": {"missed": 1}}
    assert {each["contract"] for each in asked["effects"]} == {"1001", "1002"}
    done = house.told("action.invoked", press | {"confirmation": asked["confirmation"]["token"]})
    ANSWER.validate(done)
    assert (done["status"], done["target"]) == ("succeeded", TENANT)
    assert cycle(house).ordered == 9
    with house.parts.database.read() as connection:
        (line,) = [
            each
            for each in AuditTrail(connection, house.tenant().id).of_target("tenant", "t_42")
            if each.action == "tenant.release"
        ]
    assert line.after == {"released": ["1001", "1002"]}


@pytest.mark.usefixtures("contract")
def test_another_tenant_is_not_released(house: House) -> None:
    answer = house.invoke("tenant.release", {"type": "tenant", "id": "t_43"}, {})
    assert (answer["status"], answer["errors"][0]["pointer"]) == ("invalid", "/target/id")
    said = house.told("cards.requested", {"target": {"type": "tenant", "id": "t_43"}, "actor": PLANNER})
    assert said == {"cards": []}


def test_the_card_says_what_waits_and_what_it_would_order(house: House, contract: dict[str, Any]) -> None:
    answer = house.told("cards.requested", {"target": contract, "actor": PLANNER, "locale": "en"})
    (card,) = answer["cards"]
    (warning,) = card["warnings"]
    assert warning == (
        "5 work orders wait to be released, because a change made too many at once. "
        "1 visit has passed meanwhile and is missed then."
    )
    waiting = [each for each in card["next_visits"] if each["reason"] == "awaiting_confirmation"]
    assert [each["planned_date"] for each in waiting][:3] == ["2026-12-28", "2026-12-29", "2026-12-30"]
    assert waiting[0]["workorder_no"] is None, "it is missed"
    assert all(each["workorder_no"] for each in waiting[1:])
    assert button(house, contract, "contract.release")["enabled"]
    assert button(house, TENANT, "tenant.release")["enabled"]


def test_the_button_is_grey_where_nothing_waits_and_for_who_only_reads(house: House) -> None:
    contract = dict(house.invoke("contract.create", RELATION, CREATE | {"days_in_advance": 0})["target"])
    cycle(house)
    grey = button(house, contract, "contract.release")
    assert (grey["enabled"], grey["reason"]) == (False, "Contract 1001 has no work orders that wait to be released.")
    grey = button(house, TENANT, "tenant.release")
    assert (grey["enabled"], grey["reason"]) == (False, "No work orders wait to be released.")
    assert not button(house, TENANT, "tenant.release", VIEWER)["enabled"]
    refused = house.invoke("contract.release", contract, {}, locale="en")
    assert (refused["status"], refused["message"]) == (
        "failed",
        "Contract 1001 has no work orders that wait to be released.",
    )


def test_an_ended_contract_is_released(house: House, contract: dict[str, Any]) -> None:
    press = house.press(
        "contract.terminate", contract, {"last_day": "2026-12-31", "reason": "MOVED", "existing_orders": "keep"}
    )
    token = house.told("action.invoked", press)["confirmation"]["token"]
    ended = house.told("action.invoked", press | {"confirmation": token})["target"]
    house.clock.go_on(days=3)
    cycle(house)
    press = house.press("contract.release", ended, {})
    asked = house.told("action.invoked", press)
    assert asked["counts"] == {"created": 1, "withheld": {"missed": 3}}
    house.told("action.invoked", press | {"confirmation": asked["confirmation"]["token"]})
    assert cycle(house).ordered == 1


def test_a_deleted_contract_waits_no_more_and_comes_back_under_the_cap(house: House, contract: dict[str, Any]) -> None:
    admin = {"id": "u_1", "name": "A. de Wit", "role": "admin"}
    press = house.press("contract.delete", contract, {}, actor=admin)
    token = house.told("action.invoked", press)["confirmation"]["token"]
    gone = house.told("action.invoked", press | {"confirmation": token})["target"]
    assert cycle(house).attention == ()
    assert house.invoke("contract.release", gone, {})["status"] == "failed"
    house.invoke("contract.undo_delete", gone, {}, actor=admin)
    assert cycle(house).ordered == 0
    with house.parts.database.read() as connection:
        assert Contracts(connection, house.tenant().id).held_numbers() == {"1001"}
    assert ("withheld", "missed") not in states(house)


def test_the_host_is_told_once_that_orders_wait_and_again_when_more_do(house: House) -> None:
    def told() -> int:
        with house.parts.database.read() as connection:
            messages = Outbox(connection).of_tenant(house.tenant().id, OutgoingState.WAITING)
        return sum(message.type == "attention.raised" for message in messages)

    house.invoke("contract.create", RELATION, DAILY)
    for _ in range(3):
        cycle(house)
        house.clock.go_on(days=1)
    assert told() == 1
    house.invoke("contract.create", RELATION, DAILY)
    cycle(house)
    assert told() == 2
