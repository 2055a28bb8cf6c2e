"""Comparing costs what has changed, not what the host has piled up (architecture: step 6)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from powerup.actions.contract.refresh import ACTION as REFRESH
from powerup.contracts.contract import Lead
from powerup.contracts.visit import VisitState
from powerup.outsmart.host import Host
from powerup.outsmart.listed import ListedOrder
from powerup.outsmart.records import Relation, WorkOrderStatus
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from powerup.store.runs import Run, Runs
from powerup.store.tenants import Environment, Tenant
from powerup.sync.following import reconcile
from powerup.sync.kit.facts import HostFacts, codes_named
from powerup.sync.kit.open_orders import OpenOrders
from powerup.sync.kit.pace import compares_completed
from powerup.sync.kit.sieve import Sieve
from tests.sandbox.calling import Caller
from tests.sync.odd_host import odd_host
from tests.sync.service_desk import corrective
from tests.sync.workplace import TENANT, Workplace, contract, only_sqlite


@pytest.fixture
def lists(place: Workplace) -> list[str]:
    """The lists of work orders that the host was asked for, as they are asked for."""
    asked: list[str] = []

    def noted(host: Host, status: WorkOrderStatus) -> Iterator[ListedOrder]:
        asked.append(status.value)
        yield from host.work_orders(status)

    place.wrap_host = odd_host(work_orders=noted)
    return asked


def compared(place: Workplace, lists: list[str], **wish: Any) -> tuple[list[str], int]:
    """The lists and the single reads of a comparison half an hour later."""
    place.clock.go_on(minutes=31)
    lists.clear()
    before = place.calls("GetWorkorder")
    assert place.run(**wish).failure is None
    return sorted(lists), place.calls("GetWorkorder") - before


def ordered(place: Workplace, number: int) -> list[int]:
    """The row ids of so many orders, compared with the host today already."""
    place.configure(change_cap=1000)
    place.add(*[contract(str(1001 + each), lead=Lead(30)) for each in range(number)])
    place.run()
    return [order.row_id for order in place.server.host.orders.all()]


def states(place: Workplace) -> set[VisitState]:
    return {visit.state for visit in place.ledger()}


OPEN = ["Klaargezet", "Opgehaald"]
ALL = ["Compleet", *OPEN]


@only_sqlite
def test_a_comparison_reads_what_is_to_be_done_and_what_is_under_way(place: Workplace, lists: list[str]) -> None:
    (row_id,) = ordered(place, 1)
    board.pick_up(place.server.host, row_id)
    assert compared(place, lists) == (OPEN, 0)
    assert states(place) == {VisitState.IN_PROGRESS}


@only_sqlite
def test_a_cycle_that_does_not_compare_reads_no_list(place: Workplace, lists: list[str]) -> None:
    ordered(place, 2)
    lists.clear()
    place.clock.go_on(minutes=1)
    place.run()
    assert (lists, place.calls("GetWorkorder")) == ([], 0)


@only_sqlite
@pytest.mark.parametrize(("number", "expected"), [(10, (OPEN, 10)), (11, (ALL, 0))])
def test_up_to_ten_that_are_completed_are_asked_singly_and_more_are_looked_for_in_compleet(
    place: Workplace, lists: list[str], number: int, expected: tuple[list[str], int]
) -> None:
    for row_id in ordered(place, number):
        board.complete(place.server.host, row_id)
    assert compared(place, lists) == expected
    assert states(place) == {VisitState.COMPLETED}
    assert compared(place, lists) == (OPEN, 0), "what is completed and not settled costs nothing more that day"


@only_sqlite
def test_what_is_in_no_list_is_settled_or_removed_by_a_single_read(place: Workplace, lists: list[str]) -> None:
    rows = ordered(place, 12)
    board.delete(place.server.host, rows[0])
    for row_id in rows[1:]:
        board.complete(place.server.host, row_id)
        board.settle(place.server.host, row_id)
    assert compared(place, lists) == (ALL, 12)
    assert states(place) == {VisitState.REMOVED, VisitState.SETTLED}


def test_what_waits_to_be_settled_is_compared_once_a_day_after_two_at_night(place: Workplace, lists: list[str]) -> None:
    rows = ordered(place, 12)
    for row_id in rows:
        board.complete(place.server.host, row_id)
    compared(place, lists)
    for row_id in rows[:2]:
        board.settle(place.server.host, row_id)
    assert compared(place, lists) == (OPEN, 0)
    place.clock.now = datetime(2027, 1, 2, 0, 30, tzinfo=UTC)  # 01:30 in Amsterdam; the next is at 02:01
    lists.clear()
    place.run()
    assert sorted(lists) == OPEN
    assert compared(place, lists) == (ALL, 2)
    assert len(place.ledger(VisitState.SETTLED)) == 2
    assert compared(place, lists) == (OPEN, 0)


@only_sqlite
def test_more_than_can_be_asked_singly_goes_on_in_the_next_comparison(
    place: Workplace, lists: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "MOST_SETTLED_READS", 3)
    for row_id in ordered(place, 5):
        board.complete(place.server.host, row_id)
    compared(place, lists)
    for order in place.server.host.orders.all():
        board.settle(place.server.host, order.row_id)
    place.clock.go_to(date(2027, 1, 2))
    assert [compared(place, lists) for _ in range(3)] == [(ALL, 3), (ALL, 2), (OPEN, 0)]


@only_sqlite
def test_a_person_who_asks_hears_of_the_few_that_were_settled(place: Workplace, lists: list[str]) -> None:
    (row_id,) = ordered(place, 1)
    board.complete(place.server.host, row_id)
    compared(place, lists)
    board.settle(place.server.host, row_id)
    assert compared(place, lists, by_person=True) == (OPEN, 1)
    assert states(place) == {VisitState.SETTLED}


@only_sqlite
def test_a_person_who_refreshes_a_contract_hears_of_all_that_was_settled(place: Workplace, lists: list[str]) -> None:
    for row_id in ordered(place, 12):
        board.complete(place.server.host, row_id)
    compared(place, lists)
    board.settle(place.server.host, place.row_id("C1003-A-20270131-ALL"))
    answer = {"status": "accepted", "message": "…", "run": {"id": "run_1"}}
    with place.database.write() as connection:
        Runs(connection, TENANT).add(Run("run_1", REFRESH.id, "1003", "en", answer, place.clock()))
    lists.clear()
    place.run()
    assert (sorted(lists), len(place.ledger(VisitState.SETTLED))) == (OPEN, 1)


@only_sqlite
def test_an_order_that_is_put_back_from_compleet_is_followed_at_once(place: Workplace, lists: list[str]) -> None:
    rows = ordered(place, 12)
    for row_id in rows:
        board.complete(place.server.host, row_id)
    compared(place, lists)
    board.put_back(place.server.host, rows[3])
    assert compared(place, lists) == (OPEN, 0)
    assert len(place.ledger(VisitState.ORDERED)) == 1


@only_sqlite
def test_a_second_order_that_was_completed_is_found_the_next_day(place: Workplace) -> None:
    ordered(place, 1)
    place.server.host.change_switches(skip_flag_honoured=False)
    caller = Caller(place.server)
    second = caller.post_order(place.numbers()[0], WorkDeadline="31-01-2027")
    caller.session.close()
    board.complete(place.server.host, second)
    place.clock.go_on(minutes=31)
    assert place.run().attention == ()
    place.clock.go_to(date(2027, 1, 2))
    assert "twice" in place.run().attention[0]


@only_sqlite
def test_many_unknown_outcomes_are_looked_for_in_the_open_lists_once(place: Workplace, lists: list[str]) -> None:
    ordered(place, 1)
    place.fault(FaultName.LOST_ANSWER, rate=1.0, endpoints=frozenset({"PostWorkorders"}))
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(2001, 2013)])
    place.run()
    place.server.host.faults.clear()
    place.clock.go_on(minutes=1)
    lists.clear()
    assert place.run().ordered == 12
    assert sorted(lists) == OPEN


@only_sqlite
def test_of_long_lists_of_customers_only_those_of_contracts_and_who_is_invoiced_for_them_are_kept(
    place: Workplace,
) -> None:
    def many(_: Host) -> Iterator[Relation]:
        asked.append("relations")
        yield from (Relation(str(n), f"Klant {n}", invoice_debtor_number=str(n + 5000)) for n in range(1001, 9000))

    asked: list[str] = []
    contracts = [contract(str(number), customer=str(number)) for number in range(1001, 1041)]
    place.add(*contracts)
    with place.open_host(place.tenant()) as host:
        facts = HostFacts(odd_host(relations=many)(host), frozenset, lambda: codes_named(place.database, TENANT))
        for page in (contracts[:20], contracts[20:]):
            facts.learn(page)
    assert facts.customer("1040") == Relation("1040", "Klant 1040", invoice_debtor_number="6040")
    assert facts.invoiced(contract("1001"), Relation("1040", invoice_debtor_number="6040")) is not None
    assert facts.customer("2001") is None, "no contract names it"
    assert asked == ["relations"] * 2, "once for the customers, once for who is invoiced"


def test_of_the_lists_only_what_concerns_the_tenant_is_kept(place: Workplace) -> None:
    ordered(place, 1)
    place.add(corrective(customer="1002"))
    caller = Caller(place.server)
    for number, customer in (("WB-1", "1003"), ("C7-A-20270131-ALL", "1003"), ("WB-2", "1002")):
        caller.post_order(number, CustomerDebtorNr=customer)
    caller.session.close()
    with place.open_host(place.tenant()) as host:
        kept = OpenOrders(host, Sieve(place.database, TENANT)).all()
        after_restoring = OpenOrders(host, Sieve(place.database, TENANT, whatever_number=True)).all()
    assert [order.workorder_no for order in kept] == ["C1001-A-20270131-ALL", "WB-2"]
    assert [order.workorder_no for order in after_restoring] == ["C1001-A-20270131-ALL", "C7-A-20270131-ALL", "WB-2"]


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (None, "2027-01-01T08:00", True),
        ("2027-01-01T00:59", "2027-01-01T01:00", True),
        ("2027-01-01T01:00", "2027-01-02T00:59", False),
        ("2027-01-01T08:00", "2027-01-01T23:59", False),
        ("2027-07-01T08:00", "2027-07-01T23:59", False),
        ("2027-07-01T08:00", "2027-07-02T00:00", True),
        ("2027-03-27T08:00", "2027-03-28T00:59", False),
        ("2027-03-27T08:00", "2027-03-28T01:00", True),  # the clocks go from 02:00 to 03:00
    ],
)
def test_the_day_of_completed_orders_begins_at_two_in_the_tenants_zone(
    last: str | None, now: str, expected: bool
) -> None:
    tenant = Tenant(
        id="t",
        name="T",
        environment=Environment.SANDBOX,
        timezone="Europe/Amsterdam",
        api_url="",
        token=None,
        software_token=None,
        completed_compared_at=datetime.fromisoformat(last).replace(tzinfo=UTC) if last else None,
    )
    assert compares_completed(tenant, datetime.fromisoformat(now).replace(tzinfo=UTC)) is expected
