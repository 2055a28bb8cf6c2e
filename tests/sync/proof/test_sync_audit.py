"""The audit finds each way in which contracts, ledger and host can disagree, and nothing where they agree."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete

from powerup.contracts.contract import Lead, Termination, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import VisitState
from powerup.sandbox import board
from powerup.store.tables import visits
from powerup.sync.proof.audit import AuditReport, audit
from tests.sandbox.calling import Caller
from tests.sync.workplace import Workplace, contract, only_sqlite

NUMBER = "C1001-A-20270131-ALL"


def audited(place: Workplace) -> AuditReport:
    with place.open_host(place.tenant()) as host:
        return audit(place.database, host, place.tenant(), place.clock().date())


@pytest.fixture
def ordered(place: Workplace) -> Workplace:
    """One contract whose visits of January and February are ordered."""
    place.add(contract(lead=Lead(60)))
    place.run()
    return place


def test_contracts_ledger_and_host_agree_after_a_year(place: Workplace) -> None:
    yearly = VisitPlan("B", Recurrence(Unit.YEAR), rank=1)
    place.add(contract(start=date(2026, 3, 31), plans=(*contract().plans, yearly), lead=Lead(30), overlap_days=14))
    place.add(contract("1002", lead=Lead(14), termination=Termination(date(2027, 9, 1), "MOVED")))
    for day in range(1, 366, 20):
        place.run(date.fromordinal(date(2027, 1, 1).toordinal() + day))
        assert audited(place).differences == ()
    report = audited(place)
    assert report.ok
    assert report.due == sum(report.ledger.values())
    assert report.host == report.ledger["ordered"] == len(place.numbers())


@only_sqlite
def test_orders_of_everybody_else_are_none_of_its_business(ordered: Workplace) -> None:
    caller = Caller(ordered.server)
    for number in ("WB-1", "K7-A-20270131-ALL"):
        caller.post_order(number, CustomerDebtorNr="1002")
    caller.session.close()
    report = audited(ordered)
    assert (report.ok, report.host) == (True, 2)


@only_sqlite
def test_an_order_whose_number_somebody_changed_is_asked_for_by_itself(ordered: Workplace) -> None:
    board.change_fields(ordered.server.host, ordered.row_id(NUMBER), {"WorkorderNo": "Sleutel bij buren"})
    report = audited(ordered)
    assert (report.ok, report.host, ordered.calls("GetWorkorder")) == (True, 2, 1)


def _lose_the_row(place: Workplace) -> None:
    with place.database.write() as connection:
        connection.execute(delete(visits).where(visits.c.workorder_no == NUMBER))


def _post_a_second(place: Workplace) -> None:
    caller = Caller(place.server)
    place.server.host.change_switches(skip_flag_honoured=False)
    caller.post_order(NUMBER)
    caller.session.close()


def _withhold_behind_its_back(place: Workplace) -> None:
    visit = place.ledger()[0]
    place.rewrite(visit, state=VisitState.FAILED, host_row_id=None)


def _delete_at_the_host(place: Workplace) -> None:
    board.delete(place.server.host, place.row_id(NUMBER))


def _add_a_contract(place: Workplace) -> None:
    place.add(contract("1002", lead=Lead(30)))


@only_sqlite
@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_lose_the_row, ["not_written", "order_without_visit"]),
        (_post_a_second, ["second_order"]),
        (_withhold_behind_its_back, ["order_not_expected"]),
        (_delete_at_the_host, ["gone_at_host"]),
        (_add_a_contract, ["not_written"]),
    ],
)
def test_each_disagreement_is_found(ordered: Workplace, spoil: Callable[[Workplace], None], found: list[str]) -> None:
    assert audited(ordered).ok
    spoil(ordered)
    report = audited(ordered)
    assert not report.ok
    assert [difference.kind.value for difference in report.differences] == found


@only_sqlite
def test_a_lost_ledger_row_is_written_again_and_its_order_found(ordered: Workplace) -> None:
    _lose_the_row(ordered)
    ordered.change("1001", settled_through=None)
    ordered.run(by_person=True)
    assert audited(ordered).ok


@only_sqlite
def test_orders_of_other_systems_are_none_of_its_business(ordered: Workplace) -> None:
    caller = Caller(ordered.server)
    caller.post_order("W-2027-1")
    caller.post_order("C9999-A-20270131-ALL")
    caller.session.close()
    assert audited(ordered).ok


@only_sqlite
def test_an_audit_changes_nothing_at_the_host(ordered: Workplace) -> None:
    before = [order.status for order in ordered.server.host.orders.all()]
    audited(ordered)
    assert [order.status for order in ordered.server.host.orders.all()] == before
