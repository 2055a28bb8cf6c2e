"""Marks made here: a blocked customer and a retired object get no new work orders (rules: Generation)."""

from datetime import date

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor, Role
from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.readings.forecast import Forecast
from powerup.store.audit_trail import AuditTrail
from powerup.store.marks import MarkKind
from powerup.store.tenants import Tenants
from powerup.tenants.circumstances import circumstances_of
from powerup.tenants.mark import mark, unmark
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

PLANNER = Actor("u_1", "A. Planner", Role.PLANNER, "panel")
JANUARY, FEBRUARY = date(2027, 1, 31), date(2027, 2, 28)


def set_mark(place: Workplace, kind: MarkKind, code: str) -> list[str]:
    with place.database.write() as connection:
        around = circumstances_of(connection, Tenants(connection).get(TENANT), place.clock())
        return mark(connection, around, kind, code, "verkocht", PLANNER, place.clock())


def take_away(place: Workplace, kind: MarkKind, code: str) -> list[str]:
    with place.database.write() as connection:
        around = circumstances_of(connection, Tenants(connection).get(TENANT), place.clock())
        return unmark(connection, around, kind, code, PLANNER, place.clock())


def reasons(place: Workplace) -> dict[str, Reason | None]:
    return {str(visit.key): visit.reason for visit in place.ledger(VisitState.WITHHELD)}


def test_a_retired_object_is_visited_no_more_and_the_others_are(place: Workplace) -> None:
    place.add(contract(objects=("CV-1", "CV-2"), order_per_object=True, lead=Lead(30)))
    assert set_mark(place, MarkKind.OBJECT_RETIRED, "CV-1") == ["1001"]
    place.run()
    assert place.numbers() == ["C1001-A-20270131-CV-2"]
    place.run(date(2027, 2, 1))
    assert reasons(place) == {"1001:A:2027-01-31:CV-1": Reason.OBJECT_RETIRED}


@only_sqlite
def test_one_order_for_all_objects_leaves_the_retired_ones_out(place: Workplace) -> None:
    place.add(contract(objects=("CV-1", "CV-2"), lead=Lead(30)))
    set_mark(place, MarkKind.OBJECT_RETIRED, "CV-1")
    place.run()
    (order,) = place.server.host.orders.all()
    assert order.fields["WorkObjects"] == ["CV-2"]


@only_sqlite
def test_one_order_for_all_objects_does_not_come_when_all_are_retired(place: Workplace) -> None:
    place.add(contract(objects=("CV-1", "CV-2"), lead=Lead(30)))
    for code in ("CV-1", "CV-2"):
        set_mark(place, MarkKind.OBJECT_RETIRED, code)
    place.run()
    assert place.numbers() == []
    place.run(date(2027, 2, 1))
    assert reasons(place) == {"1001:A:2027-01-31:": Reason.OBJECT_RETIRED}


def test_visits_of_a_blocked_customer_wait_and_are_withheld_when_their_day_has_passed(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    assert set_mark(place, MarkKind.CUSTOMER_BLOCKED, "1001") == ["1001"]
    place.run()
    assert (place.numbers(), place.ledger()) == ([], [])
    place.run(date(2027, 2, 1))
    assert reasons(place) == {"1001:A:2027-01-31:": Reason.CUSTOMER_BLOCKED}


@only_sqlite
def test_a_customer_that_is_no_longer_blocked_gets_what_was_waiting(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    set_mark(place, MarkKind.CUSTOMER_BLOCKED, "1001")
    place.run(date(2027, 1, 10))
    assert take_away(place, MarkKind.CUSTOMER_BLOCKED, "1001") == ["1001"]
    place.run(date(2027, 1, 11))
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_orders_that_exist_stay_when_a_mark_is_set(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    set_mark(place, MarkKind.CUSTOMER_BLOCKED, "1001")
    place.run(date(2027, 1, 2), by_person=True)
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_a_mark_of_one_tenant_is_nobody_elses(place: Workplace) -> None:
    place.set_up("t_2")
    place.add(contract(lead=Lead(30)), tenant_id="t_2")
    set_mark(place, MarkKind.CUSTOMER_BLOCKED, "1001")
    with place.database.read() as connection:
        around = circumstances_of(connection, Tenants(connection).get("t_2"), place.clock())
        assert [visit.reason for visit in Forecast(connection, around).visits(JANUARY, JANUARY)] == [None]


@only_sqlite
def test_a_forecast_knows_the_marks(place: Workplace) -> None:
    place.add(contract(objects=("CV-1",), order_per_object=True))
    set_mark(place, MarkKind.OBJECT_RETIRED, "CV-1")
    with place.database.read() as connection:
        around: TenantCircumstances = circumstances_of(connection, place.tenant(), place.clock())
        found = Forecast(connection, around).visits(JANUARY, FEBRUARY)
    assert [visit.reason for visit in found] == [Reason.OBJECT_RETIRED] * 2


@only_sqlite
def test_who_marked_and_who_took_it_back_is_in_the_audit_trail(place: Workplace) -> None:
    set_mark(place, MarkKind.OBJECT_RETIRED, "CV-1")
    place.clock.go_on(minutes=1)
    take_away(place, MarkKind.OBJECT_RETIRED, "CV-1")
    assert take_away(place, MarkKind.OBJECT_RETIRED, "CV-1") == []
    with place.database.read() as connection:
        lines = AuditTrail(connection, TENANT).of_target("object", "CV-1")
    assert [(line.before, line.after) for line in lines] == [
        (None, {"remark": "verkocht"}),
        ({"remark": "verkocht"}, None),
    ]
