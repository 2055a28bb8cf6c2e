"""A change never floods the host (rules: Generation)."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, cast

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, Lead, VisitPlan
from powerup.contracts.held_back import Waits
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import Reason, VisitState
from powerup.contracts.why import why
from powerup.outsmart.host import Host
from powerup.outsmart.records import Relation
from powerup.readings.forecast import Forecast
from powerup.readings.why_line import why_line
from powerup.store.contracts import Contracts
from powerup.store.tenants import CycleOutcome, Tenants
from powerup.sync.proof.audit import audit
from powerup.tenants.configure import configure
from tests.actions.acting import act
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite

TEN = [contract(str(number), lead=Lead(30)) for number in range(1001, 1011)]


@only_sqlite
def test_more_orders_of_new_contracts_than_the_cap_wait_and_the_others_go_on(place: Workplace) -> None:
    place.configure(change_cap=9)
    place.add(contract("900"))
    place.run()
    place.add(*TEN)
    report = place.run(date(2027, 1, 31))
    assert place.numbers() == ["C900-A-20270131-ALL"]
    assert report.ordered == 1
    assert "released" in report.attention[0]
    assert place.tenant().attention == report.attention[0]


@only_sqlite
def test_as_many_as_the_cap_go_at_once(place: Workplace) -> None:
    place.configure(change_cap=10)
    place.add(*TEN)
    assert place.run().ordered == 10


@only_sqlite
def test_release_lets_them_through(place: Workplace) -> None:
    place.configure(change_cap=9)
    place.add(*TEN)
    place.run()
    assert place.run(date(2027, 1, 2), by_person=True).ordered == 0
    report = place.run(by_person=True, release=True)
    assert (report.ordered, report.attention) == (10, ())
    assert place.tenant().attention is None


@only_sqlite
def test_after_the_first_cycle_a_contract_counts_as_changed_no_more(place: Workplace) -> None:
    place.configure(change_cap=9)
    place.add(*TEN[:5])
    place.run()
    place.add(*TEN[5:])
    assert place.run(date(2027, 1, 2)).ordered == 5


@only_sqlite
def test_a_changed_contract_counts_again(place: Workplace) -> None:
    place.configure(change_cap=9)
    place.add(*[contract(str(number), lead=Lead(0)) for number in range(1001, 1011)])
    place.run()
    for number in range(1001, 1011):
        place.change(str(number), lead=Lead(30))
    assert place.run().ordered == 0
    assert place.run(release=True).ordered == 10


@only_sqlite
def test_what_waits_past_its_planned_date_is_kept_as_planned_until_it_is_released(place: Workplace) -> None:
    place.configure(change_cap=0)
    place.add(contract(lead=Lead(30)))
    place.run_through(date(2027, 2, 2))
    (visit,) = place.ledger()
    assert (visit.state, visit.reason) == (VisitState.PLANNED, Reason.AWAITING_CONFIRMATION)
    assert place.numbers() == []
    assert place.run(by_person=True, release=True).ordered == 2
    assert place.numbers() == ["C1001-A-20270131-ALL", "C1001-A-20270228-ALL"]


@only_sqlite
def test_a_dry_run_holds_nothing_and_tells_of_the_cap(place: Workplace) -> None:
    place.configure(change_cap=9)
    place.add(*TEN)
    assert place.run(dry_run=True).ordered == 0
    assert place.run(dry_run=True, release=True).ordered == 10


def _daily(number: str = "1001", **fields: Any) -> Contract:
    """A visit a day, ordered three days ahead: four are due on the day it is entered."""
    plans = (VisitPlan("A", Recurrence(Unit.DAY)),)
    return contract(number, **{"plans": plans, "lead": Lead(3)} | fields)


def _states(place: Workplace) -> Counter[tuple[VisitState, Reason | None]]:
    return Counter((visit.state, visit.reason) for visit in place.ledger())


def test_two_days_after_an_import_nothing_of_a_waiting_contract_is_lost(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily())
    place.run_through(date(2027, 1, 3), every_days=1)
    assert _states(place) == {(VisitState.PLANNED, Reason.AWAITING_CONFIRMATION): 2}
    report = place.run(by_person=True, release=True)
    assert (report.ordered, report.withheld, report.attention) == (5, {"missed": 1}, ())
    assert (report.released, report.released_contracts) == (Waits(orders=5, missed=1), 1)
    assert _states(place) == {(VisitState.ORDERED, None): 5, (VisitState.WITHHELD, Reason.MISSED): 1}
    assert place.tenant().attention is None
    assert place.run(date(2027, 1, 4)).ordered == 1


@only_sqlite
def test_what_fits_after_the_cap_was_raised_goes_by_itself(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily())
    place.run_through(date(2027, 1, 3), every_days=1)
    place.configure(change_cap=500)
    report = place.run()
    assert (report.ordered, report.withheld, report.attention) == (5, {"missed": 1}, ())
    assert (report.released, report.released_contracts) == (Waits(orders=5, missed=1), 1)


@only_sqlite
def test_what_waits_gets_no_less_by_the_passing_of_days(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily(end=date(2027, 1, 4)))
    place.run_through(date(2027, 1, 20), every_days=1)
    assert _states(place) == {(VisitState.PLANNED, Reason.AWAITING_CONFIRMATION): 4}
    report = place.run(by_person=True, release=True)
    assert (report.ordered, report.withheld) == (1, {"missed": 3})


@only_sqlite
def test_what_is_taken_out_of_what_waits_lets_the_rest_go(place: Workplace) -> None:
    place.configure(change_cap=5)
    place.add(_daily("1001"), _daily("1002"))
    assert place.run().ordered == 0
    place.change("1002", deleted_on=date(2027, 1, 1))
    assert place.run().ordered == 4
    assert place.tenant().attention is None


@only_sqlite
def test_a_new_contract_is_not_kept_waiting_by_others_that_wait(place: Workplace) -> None:
    place.configure(change_cap=5)
    place.add(_daily("1001"), _daily("1002"))
    place.run()
    place.add(contract("1003", lead=Lead(30)))
    assert place.run().ordered == 1
    assert place.numbers() == ["C1003-A-20270131-ALL"]


@only_sqlite
def test_an_edit_of_a_waiting_contract_lets_nothing_through(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily())
    place.run()
    place.change("1001", name="CV-ketel en boiler")
    assert place.run(date(2027, 1, 3)).ordered == 0
    assert (VisitState.WITHHELD, Reason.MISSED) not in _states(place)


def test_attention_says_how_much_waits_and_how_much_is_missed_then_as_it_is_now(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily("1001"), _daily("1002"))
    (said,) = place.run().attention
    assert said == (
        "8 work orders of new or changed contracts wait until they are released, because a cycle lets through 3 at "
        "most. 2 contracts: 1001, 1002."
    )
    place.configure(change_cap=4)
    expected = (
        "10 work orders of new or changed contracts wait until they are released, because a cycle lets through 4 at "
        "most. 2 visits have passed meanwhile and are missed then. 2 contracts: 1001, 1002."
    )
    assert place.run(date(2027, 1, 3)).attention == (expected,)
    assert place.tenant().attention == expected


@only_sqlite
def test_what_the_comparison_with_the_host_found_stands_beside_what_waits_and_nothing_stale(place: Workplace) -> None:
    place.configure(change_cap=3)
    with place.database.write() as connection:
        outcome = CycleOutcome(place.clock(), attention="Old.", reconciled_at=place.clock(), found_at_host="Found.")
        Tenants(connection).finish_cycle(TENANT, outcome)
    place.add(_daily())
    place.run()
    lines = (place.tenant().attention or "").split("\n")
    assert lines[1:] == ["Found."]
    assert lines[0].startswith("4 work orders ")
    assert lines[0].endswith("1 contract: 1001.")


@only_sqlite
def test_a_dry_run_says_what_would_wait(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily())
    (said,) = place.run(dry_run=True).attention
    assert said.startswith("4 work orders ")
    assert said.endswith("1 contract: 1001.")
    assert place.run(dry_run=True, release=True).attention == ()


@only_sqlite
def test_a_change_of_settings_counts_under_the_cap(place: Workplace) -> None:
    place.configure(change_cap=9, order_before_start=False)
    place.add(*[contract(str(number), start=date(2027, 1, 20), lead=Lead(30)) for number in range(1001, 1011)])
    assert place.run().ordered == 0
    _configure(place, TenantSettings(change_cap=9, order_before_start=True))
    assert place.run().ordered == 0
    assert place.run(release=True).ordered == 10


@only_sqlite
def test_a_setting_on_which_no_visit_depends_changes_no_contract(place: Workplace) -> None:
    place.add(contract())
    place.run()
    _configure(place, TenantSettings(batch_size=10))
    with place.database.read() as connection:
        assert Contracts(connection, TENANT).changed_numbers() == frozenset()


def _configure(place: Workplace, settings: TenantSettings) -> None:
    """As `config apply` does."""
    with place.database.write() as connection:
        before = Tenants(connection).configuration(TENANT)
        around = TenantCircumstances(TENANT, place.clock.now.date(), before, Calendar(before.calendar))
        actor = Actor("u_1", "A. de Wit", Role.ADMIN, "command")
        configure(connection, around, replace(before, settings=settings), actor, place.clock())


class _ReleasingHost:
    """A host that is read just when a person releases the contract."""

    def __init__(self, host: Host, place: Workplace) -> None:
        self._host = host
        self._place = place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def relation(self, debtor_number: str) -> Relation | None:
        with self._place.database.write() as connection:
            Contracts(connection, TENANT).release(["1001"])
        return self._host.relation(debtor_number)


@only_sqlite
def test_a_contract_that_is_released_while_a_cycle_runs_is_not_held_again(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily())
    place.run()
    place.wrap_host = lambda host: cast("Host", _ReleasingHost(host, place))
    assert place.run(date(2027, 1, 2)).ordered == 0
    place.wrap_host = lambda host: host
    assert place.run().ordered == 5


def test_audit_forecast_and_why_tell_of_what_waits_also_when_its_day_has_passed(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily())
    place.run_through(date(2027, 1, 3), every_days=1)
    with place.open_host(place.tenant()) as host:
        report = audit(place.database, host, place.tenant(), place.clock().date())
    assert (report.ok, report.ledger, report.host) == (True, {"planned": 2}, 0)
    with place.database.read() as connection:
        configuration = Tenants(connection).configuration(TENANT)
        around = TenantCircumstances(TENANT, date(2027, 1, 3), configuration, Calendar(configuration.calendar))
        found = Forecast(connection, around).visits(date(2027, 1, 1), date(2027, 1, 7))
        situation = Forecast(connection, around).situation_of("1001")
    waits = (VisitState.PLANNED, Reason.AWAITING_CONFIRMATION)
    assert [(visit.state, visit.reason) for visit in found] == [*[waits] * 6, (VisitState.PLANNED, None)]
    (answer,) = why(situation, date(2027, 1, 1), date(2027, 1, 3))
    assert "planned: awaiting confirmation" in str(why_line(answer))


def test_a_press_that_edits_what_waits_orders_nothing_and_loses_nothing(place: Workplace) -> None:
    place.configure(change_cap=3)
    place.add(_daily())
    place.run()
    place.clock.go_to(date(2027, 1, 3))
    person = Actor("u_1", "A. de Wit", Role.PLANNER, "command")
    wish = Request("contract.edit", Target(TargetType.CONTRACT, "1001", 1), person, {"name": "Ketel en boiler"})
    with place.database.read() as connection:
        configuration = Tenants(connection).configuration(TENANT)
    around = TenantCircumstances(TENANT, date(2027, 1, 3), configuration, Calendar(configuration.calendar))
    with place.open_host(place.tenant()) as host:
        answer = act(place.database, host, around, wish, Confirmations("secret"), place.clock())
    assert answer.status is AnswerStatus.SUCCEEDED, answer
    assert _states(place) == {(VisitState.PLANNED, Reason.AWAITING_CONFIRMATION): 2}
    assert place.run().ordered == 0
    assert place.run(release=True).ordered == 5
