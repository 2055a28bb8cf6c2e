"""Events and cards: what wakes the sync, and what only reads (webhooks page, sections 4 and 5)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from powerup.store.tenants import CycleOutcome, Tenants
from powerup.store.traffic_tables import inbox
from powerup.webhooks.messages.events import EVENTS
from tests.webhooks.installed import PLANNER, VIEWER, House
from tests.webhooks.messages.test_invoking import ANSWER, CREATE


@pytest.fixture(autouse=True)
def _installed(house: House) -> None:
    assert house.install()["status"] == "succeeded"
    later = house.clock() + timedelta(hours=1)
    with house.parts.database.write() as connection:
        Tenants(connection).finish_cycle(house.tenant().id, CycleOutcome(later, reconciled_at=house.clock()))
        Tenants(connection).restart_cycles(house.tenant().id, later)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_wakes_the_sync_to_look_for_itself(house: House, event: str) -> None:
    assert house.told(event, {"ids": ["169824", "169825"]})["status"] == "succeeded"
    tenant = house.tenant()
    assert (tenant.next_cycle_at, tenant.reconciled_at) == (house.clock(), None)
    assert house.calls() == ["worktypes"]  # of installing


def test_an_event_for_a_suspended_tenant_wakes_nobody(house: House) -> None:
    house.told("installation.suspended")
    assert house.told("work_order.changed", {"ids": ["1"]})["status"] == "succeeded"
    assert house.tenant().next_cycle_at is None


def test_asking_for_cards_writes_nothing(house: House) -> None:
    question = {"target": {"type": "object", "id": "CV-1"}, "actor": PLANNER, "locale": "nl"}

    def taken() -> int:
        with house.parts.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(inbox)) or 0

    before = taken()
    first = house.send("cards.requested", question, message_id="msg_cards")
    again = house.send("cards.requested", question, message_id="msg_cards")
    assert first.get_json() == again.get_json() == {"cards": []}
    assert "powerup-replayed" not in again.headers
    assert taken() == before


@pytest.mark.parametrize("role", [PLANNER, VIEWER])
def test_cards_are_as_the_published_schema_of_answers_says(house: House, role: dict[str, str]) -> None:
    relation = {"type": "relation", "id": "1001"}
    assert house.invoke("contract.create", relation, CREATE)["status"] == "succeeded"
    answer = house.told("cards.requested", {"target": relation, "actor": role, "locale": "nl"})
    assert answer["cards"][0]["next_visits"]
    ANSWER.validate(answer)
    answer["cards"][0]["actions"][0].pop("reason")
    assert not ANSWER.is_valid(answer)


def test_a_question_that_is_not_as_its_schema_says_is_invalid(house: House) -> None:
    answer = house.told("cards.requested", {"target": {"type": "moon", "id": "1"}, "actor": PLANNER})
    assert (answer["status"], answer["errors"][0]["pointer"]) == ("invalid", "/target/type")
