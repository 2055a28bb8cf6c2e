"""Contract cards beside a record: what runs, what comes, and why a button is grey (webhooks page, section 4)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography.fernet import Fernet

from powerup.actions.cards import cards_beside
from powerup.actions.request import Actor, Role, Target, TargetType
from powerup.actions.scene import Circumstances
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Pause, Termination
from powerup.contracts.visit import VisitState
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.texts import Reader
from tests.actions.scenes import CALENDAR, TODAY, ordered, the_contract

AROUND = Circumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
ADMIN = Actor("u_1", "A. Beheerder", Role.ADMIN, "webhook")
CUSTOMER = Target(TargetType.RELATION, "1001")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    with opened.write() as connection:
        Tenants(connection).add(
            Tenant("ten_1", "Voorbeeld", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
        )
    yield opened
    opened.dispose()


def keep(database: Database, *contracts: Contract, completed: bool = False) -> None:
    """Contracts whose due work orders are at the host; the first of each completed where asked."""
    with database.write() as connection:
        for contract in contracts:
            Contracts(connection, "ten_1").add(contract)
            rows = list(ordered(contract).ledger.values())
            if completed:
                first = next(place for place, row in enumerate(rows) if row.host_row_id)
                rows[first] = replace(rows[first], state=VisitState.COMPLETED)
            Ledger(connection, "ten_1").add(rows)


def beside(
    database: Database, target: Target = CUSTOMER, actor: Actor = ADMIN, locale: str = "nl", **around: Any
) -> Any:
    with database.read() as connection:
        return cards_beside(connection, replace(AROUND, **around), target, actor, Reader(locale))


def button(card: dict[str, Any], action: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in card["actions"] if each["id"] == action)
    return found


def test_a_card_tells_status_next_visits_and_last_orders(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database)["cards"]
    assert (card["id"], card["status"], card["version"]) == ("1042", "active", 1)
    assert [visit["planned_date"] for visit in card["next_visits"]][:2] == ["2027-02-28", "2027-02-28"]
    assert [order["planned_date"] for order in card["work_orders"]] == ["2027-01-31"] * 2 + ["2026-12-31"] * 2


def test_the_same_cards_stand_beside_the_object_the_work_order_and_the_contract(database: Database) -> None:
    keep(database, the_contract())
    for target in (
        Target(TargetType.OBJECT, "CV-1"),
        Target(TargetType.WORK_ORDER, "C1042-A-20261231-CV-1"),
        Target(TargetType.CONTRACT, "1042"),
        Target(TargetType.VISIT, "1042:A:2027-02-28:CV-1"),
    ):
        assert [card["id"] for card in beside(database, target)["cards"]] == ["1042"], target


@pytest.mark.parametrize("named", ["²", "٣", "9" * 30, "-1"])
def test_a_work_order_that_no_host_can_have_has_no_card(database: Database, named: str) -> None:
    keep(database, the_contract())
    assert beside(database, Target(TargetType.WORK_ORDER, named))["cards"] == []


def test_a_grey_delete_button_names_the_completed_work(database: Database) -> None:
    keep(database, the_contract(), completed=True)
    (card,) = beside(database)["cards"]
    grey = button(card, "contract.delete")
    assert not grey["enabled"]
    assert "C1042-A-20261231-CV-1" in grey["reason"]
    assert button(card, "contract.terminate")["enabled"]


def test_a_viewers_buttons_are_grey(database: Database) -> None:
    keep(database, the_contract())
    viewer = Actor("u_9", "V. Kijker", Role.VIEWER, "webhook")
    answer = beside(database, actor=viewer)
    (card,) = answer["cards"]
    buttons = [*card["actions"], *(each for visit in card["next_visits"] for each in visit["actions"])]
    assert not any(each["enabled"] for each in buttons)
    assert {each["reason"] for each in answer["actions"] + card["next_visits"][0]["actions"]} == {
        "Hiervoor is de rol planner nodig; u hebt kijker."
    }


def test_a_visit_that_is_planned_can_be_skipped_moved_or_ordered(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database)["cards"]
    buttons = [(each["id"], each["enabled"]) for each in card["next_visits"][0]["actions"]]
    assert buttons == [("visit.skip", True), ("visit.move", True), ("visit.order_now", True)]


def test_what_has_ended_can_be_restarted_and_no_longer_terminated(database: Database) -> None:
    keep(database, the_contract(end=date(2026, 11, 30)))
    (card,) = beside(database)["cards"]
    assert card["status"] == "ended"
    assert button(card, "contract.restart")["enabled"]
    assert not button(card, "contract.terminate")["enabled"]


def test_running_contracts_come_first(database: Database) -> None:
    ended = the_contract(number="900", start=date(2026, 12, 1), end=date(2026, 12, 5), objects=())
    keep(database, ended)
    with database.write() as connection:
        Contracts(connection, "ten_1").add(the_contract())
    assert [card["id"] for card in beside(database)["cards"]] == ["1042", "900"]


def test_a_pause_and_an_early_end_are_warned_of(database: Database) -> None:
    keep(
        database,
        the_contract(pauses=(Pause(date(2026, 12, 1), None),), termination=Termination(date(2027, 3, 31), "MOVED")),
    )
    (card,) = beside(database, locale="en")["cards"]
    assert card["status_date"] == "2027-03-31"
    assert card["warnings"] == ["Ends early on March 31, 2027.", "Paused from December 1, 2026 until further notice."]


def test_forms_choose_from_the_tenants_own_lists(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database)["cards"]
    reasons = button(card, "contract.terminate")["choices"]["reason"]
    assert {"value": "MOVED", "label": "Verhuisd"} in reasons


def test_the_edit_form_is_filled_with_the_contract_as_it_is(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database)["cards"]
    filled = button(card, "contract.edit")["input"]
    assert filled["customer"] == "1001"
    assert filled["plans"][0]["month_day"] == 31


def test_a_deleted_contract_has_no_card(database: Database) -> None:
    keep(database, the_contract(deleted_on=TODAY))
    assert beside(database)["cards"] == []


def test_suspended_buttons_say_so(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database, suspended=True)["cards"]
    assert "onderbroken" in button(card, "contract.edit")["reason"]
