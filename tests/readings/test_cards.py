"""Contract cards beside a record: what runs, what comes, and why a button is grey (webhooks page, section 4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor, Role, Target, TargetType
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import (
    Contract,
    ContractType,
    Pause,
    Spread,
    Termination,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.sla import SlaClock, SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.sla_order import SlaOrder
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import VisitState
from powerup.readings.cards import Cards
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from powerup.store.sla_orders import SlaOrders
from powerup.texts import Reader
from tests.actions.scenes import CALENDAR, TODAY, ordered, the_contract

AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
ADMIN = Actor("u_1", "A. Beheerder", Role.ADMIN, "webhook")
CUSTOMER = Target(TargetType.RELATION, "1001")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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
        return Cards(connection, replace(AROUND, **around)).beside(target, actor, Reader(locale))


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
    assert buttons == [("visit.move", True), ("visit.assign", True), ("visit.skip", True), ("visit.order_now", True)]


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


def test_a_deleted_contract_can_be_brought_back_from_its_card_for_thirty_days(database: Database) -> None:
    keep(database, the_contract(deleted_on=TODAY))
    (card,) = beside(database)["cards"]
    assert (card["status"], card["status_date"], card["next_visits"]) == ("deleted", "2026-12-28", [])
    assert card["warnings"] == ["Ongedaan maken kan tot en met 27 januari 2027."]
    assert [each["id"] for each in card["actions"] if each["enabled"]] == [
        "contract.undo_delete",
        "contract.note",
    ]
    assert beside(database, today=TODAY + timedelta(days=30))["cards"] != []
    assert beside(database, today=TODAY + timedelta(days=31))["cards"] == []


def test_a_deleted_contract_stands_beside_no_object_and_no_work_order(database: Database) -> None:
    keep(database, the_contract(deleted_on=TODAY))
    assert beside(database, Target(TargetType.OBJECT, "CV-1"))["cards"] == []
    assert beside(database, Target(TargetType.WORK_ORDER, "C1042-A-20261231-CV-1"))["cards"] == []


def test_every_button_of_a_visit_stands_where_it_makes_sense(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database)["cards"]
    coming, made = card["next_visits"][0], card["work_orders"][0]
    assert [each["id"] for each in coming["actions"]] == [
        "visit.move",
        "visit.assign",
        "visit.skip",
        "visit.order_now",
    ]
    assert made["id"] == "1042:A:2027-01-31:CV-2"
    assert [each["id"] for each in made["actions"]] == ["visit.move", "visit.assign", "visit.skip"]


def test_a_viewer_cannot_move_a_visit(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database, actor=Actor("u_9", "V. Kijker", Role.VIEWER, "webhook"))["cards"]
    assert not any(each["enabled"] for row in card["next_visits"] + card["work_orders"] for each in row["actions"])


def test_a_restarted_contract_is_not_restarted_again_while_the_new_one_runs(database: Database) -> None:
    old = the_contract(end=date(2026, 11, 30), restarted_as="1050")
    keep(database, old, the_contract(number="1050", restarted_from="1042"))
    cards = {card["id"]: card for card in beside(database)["cards"]}
    assert button(cards["1042"], "contract.restart")["reason"] == "Contract 1042 is al opnieuw gestart als 1050."


def test_a_pause_to_come_is_warned_of(database: Database) -> None:
    keep(database, the_contract(pauses=(Pause(date(2027, 2, 1), date(2027, 2, 28)),)))
    (card,) = beside(database)["cards"]
    assert card["warnings"] == ["Gepauzeerd van 1 februari 2027 tot en met 28 februari 2027."]
    assert beside(database, today=date(2027, 3, 1))["cards"][0]["warnings"] == []


def test_a_pause_of_every_year_is_said_with_the_days_that_come(database: Database) -> None:
    keep(database, the_contract(pauses=(Pause(date(2024, 2, 1), date(2024, 2, 29), every_year=True),)))
    (card,) = beside(database)["cards"]
    assert card["warnings"] == ["Gepauzeerd van 1 februari 2027 tot en met 28 februari 2027, en zo elk jaar."]


def test_a_card_tells_when_notice_is_still_in_time(database: Database) -> None:
    year, month = Period(1, PeriodUnit.YEAR), Period(1, PeriodUnit.MONTH)
    terms = Terms("STD", "Een jaar", "", year, Renewal.AUTOMATIC, year, month, month)
    keep(database, the_contract(start=date(2026, 2, 1), end=date(2027, 1, 31), terms=terms))
    (card,) = beside(database, locale="en")["cards"]
    rest = "Runs until January 31, 2027 and then renews; last day for notice: December 31, 2026"
    assert card["summary"].endswith(rest)


def test_a_card_tells_how_indefinite_terms_go_on(database: Database) -> None:
    year, month = Period(1, PeriodUnit.YEAR), Period(1, PeriodUnit.MONTH)
    terms = Terms("STD", "Een jaar", "", year, Renewal.INDEFINITE, None, month)
    first = the_contract(start=date(2026, 2, 1), end=date(2027, 1, 31), terms=terms)
    gone_on = the_contract(number="1043", start=date(2025, 3, 10), end=None, renewals=1, terms=terms)
    keep(database, first, gone_on)
    said = sorted(card["summary"].partition(". ")[2] for card in beside(database, locale="en")["cards"])
    assert said == [
        "Goes on without an end; with notice today it ends on January 28, 2027 at the earliest",
        "Runs until January 31, 2027 and then goes on without an end; last day for notice: December 31, 2026",
    ]


def test_a_card_tells_what_is_left_to_call_off(database: Database) -> None:
    plans = (VisitPlan("Y", Recurrence(Unit.DAY)),)
    yearly = YearlyOrders(2, Spread.CALL_OFF)
    keep(database, the_contract(type=ContractType.YEARLY, yearly=yearly, plans=plans, order_per_object=False))
    (card,) = beside(database)["cards"]
    assert card["summary"] == "2 werkbonnen per jaar, op afroep. Nog over dit contractjaar: 2"


def test_a_work_order_that_a_contract_made_is_not_taken_out_of_it(database: Database) -> None:
    calls = the_contract(number="2001", type=ContractType.CORRECTIVE, plans=(), sla_policy="GOLD")
    keep(database, the_contract(), calls)
    made = next(order["row_id"] for order in beside(database)["cards"][0]["work_orders"])
    answer = beside(database, Target(TargetType.WORK_ORDER, str(made)))
    assert [each["reason"] for each in answer["actions"]] == [
        "Deze werkbon komt uit contract 1042 en blijft daarbij."
    ] * 2
    loose = beside(database, Target(TargetType.WORK_ORDER, "999999"))
    assert [each["enabled"] for each in loose["actions"]] == [True, False]


def test_a_card_shows_what_is_promised_for_its_own_work_orders_alone(database: Database) -> None:
    gold = SlaPolicy("GOLD", "Goud", SlaClock.CALENDAR_HOURS, priorities=(SlaPriority("1", SlaTime(4, SlaUnit.HOUR)),))
    first = the_contract(number="2001", type=ContractType.CORRECTIVE, plans=(), sla_policy="GOLD")
    keep(database, first, replace(first, number="2002"))
    now = datetime(2026, 12, 28, 9, tzinfo=UTC)
    with database.write() as connection:
        SlaOrders(connection, "ten_1").save(
            [SlaOrder(number, f"WB-{number}", str(number), "1", gold, now) for number in (2001, 2002)]
        )
    cards = {card["id"]: card for card in beside(database, moment=now)["cards"]}
    shown = {number: [row["workorder_no"] for row in card["sla"]["rows"]] for number, card in cards.items()}
    assert shown == {"2001": ["WB-2001"], "2002": ["WB-2002"]}


def test_suspended_buttons_say_so(database: Database) -> None:
    keep(database, the_contract())
    (card,) = beside(database, suspended=True)["cards"]
    assert "onderbroken" in button(card, "contract.edit")["reason"]


@pytest.mark.parametrize(("required", "needed"), [(True, ["reason"]), (False, None)])
def test_the_button_to_terminate_says_whether_this_tenant_requires_a_reason(
    database: Database, required: bool, needed: list[str] | None
) -> None:
    keep(database, the_contract())
    configuration = TenantConfiguration(settings=TenantSettings(reason_required=required))
    (card,) = beside(database, configuration=configuration)["cards"]
    button = next(each for each in card["actions"] if each["id"] == "contract.terminate")
    assert button.get("needed") == needed


def test_the_tenants_days_in_advance_are_a_hint_of_the_form_and_no_value(database: Database) -> None:
    keep(database, the_contract(lead=None))
    answer = beside(database, locale="en")
    card = answer["cards"][0]
    edit, create = button(card, "contract.edit"), answer["actions"][0]
    expected = "Empty: as your firm's settings say, now 14 days."
    assert edit["hints"] == create["hints"] == {"days_in_advance": expected}
    assert edit["input"]["days_in_advance"] is None
    assert "hints" not in button(card, "contract.terminate")
