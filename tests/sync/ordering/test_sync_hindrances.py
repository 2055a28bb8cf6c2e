"""What a cycle sees at the host and decides by is what forecast, why, cards and attention say (rules: Generation)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.configuration import Mode
from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.contracts.why import why
from powerup.readings.attention import Attention
from powerup.readings.cards import Cards
from powerup.readings.forecast import Forecast
from powerup.sandbox.faults import FaultName
from powerup.sandbox.records import KINDS
from powerup.store.encryption import Secret
from powerup.store.host_facts import FactKind, HostFact, KeptHostFacts
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingState
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader
from tests.actions.acting import act
from tests.sync.workplace import NEW_YEAR, TENANT, Workplace, contract, only_sqlite

NEXT_DAY = date(2027, 1, 2)
ONE_WAITS = (
    "Customer 1001 Bakkerij De Korenaar is inactive at the host, seen on January 1, 2027. 1 visit that is due waits "
    "for that; no work order comes of it when its day passes."
)
TWO_WAIT = (
    "Customer 1001 Bakkerij De Korenaar is inactive at the host, seen on January 1, 2027. 2 visits that are due wait "
    "for that; no work order comes of those whose day passes."
)
ADMIN = Actor("u_1", "A. Beheerder", Role.ADMIN, "webhook")


def set_active(place: Workplace, debtor_number: str, active: str) -> None:
    record = place.server.host.masterdata.find("relations", debtor_number)
    assert record is not None
    place.server.host.masterdata.save(KINDS["relations"], [record | {"active": active}])


@contextmanager
def reading(place: Workplace) -> Iterator[tuple[Connection, TenantCircumstances]]:
    tenant = place.tenant()
    with place.database.read() as connection:
        yield connection, circumstances_of(connection, tenant, place.clock())


def forecasted(place: Workplace) -> list[tuple[VisitState, Reason | None]]:
    with reading(place) as (connection, around):
        found = Forecast(connection, around).visits(around.today, date(2027, 2, 28))
    return [(visit.state, visit.reason) for visit in found]


def kept(place: Workplace) -> list[HostFact]:
    with place.database.read() as connection:
        return KeptHostFacts(connection, TENANT).all()


def card(place: Workplace) -> dict[str, Any]:
    with reading(place) as (connection, around):
        found = Cards(connection, around).beside(Target(TargetType.RELATION, "1001"), ADMIN, Reader("en"))
    first: dict[str, Any] = found["cards"][0]
    return first


def test_visits_that_wait_because_their_customer_is_inactive_are_told_wherever_they_are_read(place: Workplace) -> None:
    set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)), contract("1002", customer="1002", lead=Lead(30)))
    report = place.run()
    assert (report.ordered, report.attention) == (1, (ONE_WAITS,))
    waiting = (VisitState.PLANNED, Reason.CUSTOMER_BLOCKED)
    assert sorted(forecasted(place), key=str) == sorted(
        [waiting, (VisitState.ORDERED, None), (VisitState.PLANNED, None), (VisitState.PLANNED, None)], key=str
    )
    with reading(place) as (connection, around):
        situation = Forecast(connection, around).situation_of("1001")
        needs = Attention(connection, place.tenant(), around).needs()
    (answer,) = why(situation, date(2027, 1, 31), NEW_YEAR)
    assert answer.visit is not None
    assert (answer.visit.state, answer.visit.reason) == waiting
    assert [need.words for need in needs] == [ONE_WAITS]
    shown = card(place)
    assert (shown["next_visits"][0]["state"], shown["next_visits"][0]["reason"]) == ("planned", "customer_blocked")
    assert shown["warnings"] == [
        "Customer 1001 is inactive at the host, seen on January 1, 2027: no work order is made while that is so."
    ]


def test_what_no_longer_stands_in_the_way_is_told_no_more_and_orders_come_at_once(place: Workplace) -> None:
    set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)))
    place.run()
    assert [(fact.kind, fact.code, fact.since) for fact in kept(place)] == [
        (FactKind.CUSTOMER_INACTIVE, "1001", NEW_YEAR)
    ]
    set_active(place, "1001", "1")
    report = place.run(by_person=True)  # on the same day, on which nothing else is due
    assert (report.ordered, report.attention) == (1, ())
    assert kept(place) == []


@only_sqlite
def test_since_when_a_customer_is_inactive_stays_and_how_many_wait_is_counted_anew(place: Workplace) -> None:
    set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)))
    place.run()
    place.add(contract("1003", lead=Lead(30)))
    assert place.run(NEXT_DAY).attention == (TWO_WAIT,)
    assert [fact.since for fact in kept(place)] == [NEW_YEAR]


@only_sqlite
def test_the_host_is_told_when_a_customer_begins_to_be_in_the_way_and_not_every_day(place: Workplace) -> None:
    with place.database.write() as connection:
        keys = (InstallationKey(Secret("key")),)
        Installations(connection).add(Installation(TENANT, "ins_1", 1, InstallationState.ACTIVE, keys))
    set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)))
    place.run()
    place.add(contract("1003", lead=Lead(30)))
    place.run(NEXT_DAY)
    with place.database.read() as connection:
        waiting = Outbox(connection).of_tenant(TENANT, OutgoingState.WAITING)
    assert [each.data["message"] for each in waiting if each.type == "attention.raised"] == [ONE_WAITS]


@only_sqlite
def test_an_action_settles_what_is_due_as_the_last_cycle_would(place: Workplace) -> None:
    """Settle, then change: an inactive customer's visit waits, and is not written as one whose order comes."""
    set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)))
    place.run()
    entered = {"plans": [{"name": "A", "unit": "month", "month_day": 20}], "from": "2027-01-01"}
    request = Request("contract.edit", Target(TargetType.CONTRACT, "1001"), ADMIN, entered)
    with reading(place) as (_, around):
        pass
    with place.open_host(place.tenant()) as host:
        answer = act(place.database, host, around, request, Confirmations("secret"), place.clock())
    assert answer.status is AnswerStatus.SUCCEEDED
    assert place.ledger() == []
    assert forecasted(place)[0] == (VisitState.PLANNED, Reason.CUSTOMER_BLOCKED)


@only_sqlite
def test_a_dry_run_tells_who_waits_and_keeps_nothing(place: Workplace) -> None:
    set_active(place, "1001", "0")
    place.add(contract(lead=Lead(30)))
    assert place.run(dry_run=True).attention == (ONE_WAITS,)
    assert kept(place) == []


@only_sqlite
def test_a_customer_and_objects_that_are_not_at_the_host_are_said_on_the_card(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), objects=("CV-1", "CV-99")))
    place.run()
    assert card(place)["warnings"] == [
        "Object CV-99 is not at the host, seen on January 1, 2027: work orders with it cannot be made.",
        (
            "1 visit could not be ordered: January 31, 2027. Not at the host: object CV-99. Correct the contract, or "
            "add the object there."
        ),
    ]
    assert [(fact.kind, fact.code) for fact in kept(place)] == [(FactKind.OBJECT_MISSING, "CV-99")]


@only_sqlite
def test_what_no_contract_asks_for_any_more_is_forgotten(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), objects=("CV-99",)))
    place.run()
    place.change("1001", objects=())
    place.run(NEXT_DAY)
    assert kept(place) == []


@only_sqlite
def test_why_nothing_is_ordered_for_a_tenant_is_said_beside_what_is_planned(place: Workplace) -> None:
    place.add(contract(lead=Lead(20)))
    place.run()
    assert card(place)["warnings"] == []
    place.configure(mode=Mode.DRY_RUN)
    assert card(place)["warnings"] == [
        "Cycles of this tenant only say what they would do (dry_run); no work order is made."
    ]
    place.configure(mode=Mode.STOPPED)
    assert card(place)["warnings"] == ["This tenant is stopped in its settings; nothing is done."]
    place.configure()
    place.fault(FaultName.HTTP_500, rate=1.0)
    place.run(date(2027, 1, 12))
    failed, old = card(place)["warnings"]
    assert failed.startswith("The last cycle could not be finished, and work orders wait for the next one: ")
    assert old == "What is said here of the host was last seen on January 1, 2027."
