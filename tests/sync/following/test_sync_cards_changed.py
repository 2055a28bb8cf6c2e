"""The host is told which cards a cycle has changed, so that what it shows is not of yesterday (webhooks page, 6)."""

from typing import Any

import pytest

from powerup.contracts.contract import Lead
from powerup.sandbox import board
from powerup.store.encryption import Secret
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingState
from powerup.sync.following import cards_changed
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

NUMBER = "C1001-A-20270131-ALL"


@pytest.fixture
def installed(place: Workplace) -> Workplace:
    """A host that installed the power-up, and one contract whose order is due."""
    with place.database.write() as connection:
        Installations(connection).add(
            Installation(TENANT, "ins_1", 1, InstallationState.ACTIVE, (InstallationKey(Secret("key")),))
        )
    place.add(contract(lead=Lead(30)))
    return place


def told(place: Workplace) -> list[Any]:
    """The targets of each message that says which cards have changed."""
    with place.database.read() as connection:
        waiting = Outbox(connection).of_tenant(TENANT, OutgoingState.WAITING)
    return [message.data["targets"] for message in waiting if message.type == "cards.changed"]


def test_a_cycle_that_orders_tells_the_host_beside_whom_cards_have_changed(installed: Workplace) -> None:
    installed.run()
    assert told(installed) == [[{"type": "relation", "id": "1001"}]]


@only_sqlite
def test_a_cycle_that_changes_nothing_tells_nothing(installed: Workplace) -> None:
    installed.run()
    installed.run(by_person=True)
    assert len(told(installed)) == 1


@only_sqlite
def test_an_order_that_people_moved_along_changes_its_card(installed: Workplace) -> None:
    installed.run()
    board.pick_up(installed.server.host, installed.row_id(NUMBER))
    installed.run(by_person=True)
    assert len(told(installed)) == 2


@only_sqlite
def test_a_dry_run_tells_nothing(installed: Workplace) -> None:
    installed.run(dry_run=True)
    assert told(installed) == []


@only_sqlite
def test_a_tenant_without_webhooks_is_told_nothing(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    assert told(place) == []


@only_sqlite
def test_many_customers_are_told_in_portions(installed: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards_changed, "MOST_TARGETS", 1)
    installed.add(contract("1002", lead=Lead(30), customer="1002", objects=()))
    installed.run()
    assert sorted(targets[0]["id"] for targets in told(installed)) == ["1001", "1002"]
