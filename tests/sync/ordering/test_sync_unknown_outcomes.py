"""Answers that never came, refusals and repeats: no work order twice, none lost."""

from collections import Counter
from datetime import date, timedelta

from powerup.contracts.contract import Lead, Schedule, Termination, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import VisitState
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from tests.sandbox.calling import Caller
from tests.sync.workplace import Workplace, contract, only_sqlite

POST = frozenset({"PostWorkorders"})


@only_sqlite
def test_an_order_whose_answer_was_lost_is_found_and_not_sent_again(place: Workplace) -> None:
    _lose_the_first_answer(place)
    place.add(contract(lead=Lead(30)))
    assert place.run().ordered == 0
    (unknown,) = place.ledger()
    assert (unknown.state, unknown.attempted_at) == (VisitState.ORDERING, place.clock())
    place.clock.go_on(seconds=8.9)
    assert place.run().ordered == 0
    place.clock.go_on(seconds=0.2)
    assert place.run().ordered == 1
    assert place.numbers() == ["C1001-A-20270131-ALL"]
    assert (place.calls("PostWorkorders"), place.calls("GetWorkorder")) == (1, 1)


@only_sqlite
def test_an_order_whose_request_was_lost_is_sent_again_after_the_look_up(place: Workplace) -> None:
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1}), endpoints=POST)
    place.add(contract(lead=Lead(30)))
    place.run()
    place.clock.go_on(seconds=10)
    assert place.run().ordered == 1
    (visit,) = place.ledger()
    assert visit.host_row_id == place.row_id("C1001-A-20270131-ALL")


@only_sqlite
def test_an_order_that_the_lists_show_is_not_waited_for(place: Workplace) -> None:
    _lose_the_first_answer(place)
    place.add(contract(lead=Lead(30)))
    assert place.run(by_person=True).ordered == 1
    assert place.run(by_person=True).ordered == 0
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_after_three_calls_in_a_row_without_an_answer_the_cycle_makes_no_more_orders(place: Workplace) -> None:
    place.configure(batch_size=1)
    place.fault(FaultName.LOST_REQUEST, calls=frozenset(range(1, 9)), endpoints=POST)
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(1001, 1006)])
    assert place.run().ordered == 0
    assert place.calls("PostWorkorders") == 3
    assert len([visit for visit in place.ledger() if visit.attempts]) == 3


@only_sqlite
def test_an_answer_in_between_counts_the_calls_without_one_anew(place: Workplace) -> None:
    place.configure(batch_size=1)
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1, 2, 4, 5}), endpoints=POST)
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(1001, 1007)])
    assert place.run().ordered == 2


@only_sqlite
def test_the_next_cycle_is_when_the_look_up_may_be(place: Workplace) -> None:
    _lose_the_first_answer(place)
    place.add(contract(lead=Lead(30)))
    place.run()
    assert place.tenant().next_cycle_at == place.clock() + timedelta(seconds=9)


@only_sqlite
def test_many_unknown_orders_are_found_in_the_lists(place: Workplace) -> None:
    _lose_the_first_answer(place)
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(1001, 1021)])
    place.run()
    place.clock.go_on(seconds=10)
    assert place.run().ordered == 20
    assert place.calls("GetWorkorder") == 0


@only_sqlite
def test_an_order_of_somebody_else_with_our_number_is_not_ours_and_costs_one_number(place: Workplace) -> None:
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1}), endpoints=POST)
    place.add(contract(lead=Lead(30)))
    place.run()
    _post_by_somebody_else(place, "C1001-A-20270131-ALL", customer="1002")
    place.clock.go_on(seconds=10)
    assert place.run().ordered == 1
    (visit,) = place.ledger()
    assert visit.workorder_no == "C1001-A-20270131-ALL.r2"


@only_sqlite
def test_a_contract_terminated_in_between_is_not_ordered_after_the_look_up(place: Workplace) -> None:
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1}), endpoints=POST)
    place.add(contract(lead=Lead(30)))
    place.run()
    place.change("1001", termination=Termination(date(2027, 1, 20), "MOVED"))
    place.clock.go_on(seconds=10)
    assert place.run().withheld == {"terminated": 1}
    assert place.numbers() == []


@only_sqlite
def test_one_refused_record_fails_alone_in_the_hosts_own_words(place: Workplace) -> None:
    place.fault(FaultName.REFUSE_RECORD, rate=1.0, matching="C1002")
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(1001, 1006)])
    report = place.run()
    assert (report.ordered, report.failed) == (4, 1)
    (visit,) = place.ledger(VisitState.FAILED)
    assert visit.refusal == "Workorder C1002-A-20270131-ALL could not be saved"


@only_sqlite
def test_a_refused_visit_is_tried_again_after_one_hour_four_hours_and_daily(place: Workplace) -> None:
    place.fault(FaultName.REFUSE_RECORD, rate=1.0)
    place.add(contract(lead=Lead(30)))
    waits = []
    for _ in range(4):
        place.run()
        (visit,) = place.ledger()
        assert visit.retry_at is not None
        waits.append(visit.retry_at - place.clock())
        place.clock.go_on(seconds=waits[-1].total_seconds())
    assert waits == [timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=1)]


@only_sqlite
def test_after_a_refusal_the_next_try_has_its_own_number(place: Workplace) -> None:
    place.fault(FaultName.REFUSE_RECORD, rate=1.0)
    place.add(contract(lead=Lead(30)))
    place.run()
    place.server.host.faults.clear()
    assert place.run().ordered == 0
    assert place.run(by_person=True).ordered == 1
    assert place.numbers() == ["C1001-A-20270131-ALL.r2"]


@only_sqlite
def test_a_failure_without_a_call_leaves_the_number_unused(place: Workplace) -> None:
    place.add(contract(lead=Lead(30), customer="9999"))
    place.run()
    place.change("1001", customer="1001")
    assert place.run(by_person=True).ordered == 1
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_a_duplicate_that_the_host_refuses_is_found_to_be_ours(place: Workplace) -> None:
    place.server.host.change_switches(duplicate_workorder_no="reject", skip_flag_honoured=False)
    _lose_the_first_answer(place)
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(visit, attempted_at=None)  # as if the look-up had been too early
    assert place.run().ordered == 1
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_a_duplicate_that_the_host_leaves_out_of_its_answer_is_looked_up(place: Workplace) -> None:
    place.server.host.change_switches(skipped_in_reply="omitted")
    _lose_the_first_answer(place)
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(visit, attempted_at=None)
    assert place.run().ordered == 0
    place.clock.go_on(seconds=10)
    assert place.run().ordered == 1
    assert place.numbers() == ["C1001-A-20270131-ALL"]


def test_one_answer_in_ten_lost_gives_no_order_twice_and_none_lost(place: Workplace) -> None:
    place.server.host.change_switches(duplicate_workorder_no="create", skip_flag_honoured=False)
    place.fault(FaultName.LOST_ANSWER, rate=0.1)
    place.add(*[contract(str(number), lead=Lead(number % 40)) for number in range(1001, 1051)])
    end = date(2027, 12, 31)
    while place.clock.now.date() < end:
        place.run()
        place.clock.go_on(days=14)
    place.server.host.faults.clear()
    for _ in range(3):
        place.run(by_person=True)
        place.clock.go_on(minutes=61)
    assert set(Counter(place.numbers()).values()) == {1}
    expected = {visit.workorder_no for visit in place.ledger() if visit.state is VisitState.ORDERED}
    assert set(place.numbers()) == expected
    december = {number for number in place.numbers() if "-20271231-" in number}
    assert len(december) == 50


def _lose_the_first_answer(place: Workplace) -> None:
    """Done by the host, and never answered; no comparison with the lists is due for a while."""
    place.run()
    place.fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=POST)


def _post_by_somebody_else(place: Workplace, number: str, customer: str) -> None:
    caller = Caller(place.server)
    caller.post_order(number, CustomerDebtorNr=customer)
    caller.session.close()


@only_sqlite
def test_what_follows_a_visit_that_was_made_and_done_unseen_is_ordered_when_it_is_found(place: Workplace) -> None:
    every_ten_days = VisitPlan("F", Recurrence(Unit.DAY, 10), schedule=Schedule.FLOATING)
    place.run()
    place.fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=POST)
    place.add(contract(plans=(every_ten_days,), lead=Lead(30)))
    place.run()
    board.complete(place.server.host, place.row_id("C1001-F-20270101-ALL"))
    place.clock.go_on(seconds=10)
    place.run()
    assert place.numbers() == ["C1001-F-20270101-ALL", "C1001-F-20270111-ALL"]
