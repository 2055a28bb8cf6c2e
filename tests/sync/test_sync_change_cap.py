"""A change never floods the host (rules: Generation)."""

from datetime import date

from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from tests.sync.workplace import Workplace, contract, only_sqlite

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
