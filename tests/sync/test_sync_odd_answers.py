"""Hosts whose answers are not what anybody expects: still no work order twice, and none lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.outsmart.errors import RecordRefused
from powerup.outsmart.host import Host
from powerup.outsmart.outgoing import NewWorkOrder
from powerup.outsmart.records import PostedWorkOrder, WorkOrder, WorkOrderStatus
from powerup.sandbox import board
from powerup.sandbox.faults import FaultName
from tests.sandbox.calling import Caller
from tests.sync.odd_host import odd_host
from tests.sync.workplace import Workplace, contract, only_sqlite

POST = frozenset({"PostWorkorders"})
NUMBER = "C1001-A-20270131-ALL"


def _of_no_known_status(host: Host, **asked: Any) -> WorkOrder | None:
    order = host.work_order(**asked)
    return replace(order, status=None) if order else None


@only_sqlite
def test_an_order_of_a_status_that_api_8_does_not_name_is_not_sent_again(place: Workplace) -> None:
    place.run()
    place.server.host.change_switches(skip_flag_honoured=False)
    place.wrap_host = odd_host(work_order=_of_no_known_status)
    place.fault(FaultName.LOST_ANSWER, calls=frozenset({1}), endpoints=POST)
    place.add(contract(lead=Lead(30)))
    place.run()
    place.clock.go_on(seconds=10)
    assert place.run().ordered == 1
    assert place.numbers() == [NUMBER]


@only_sqlite
def test_an_order_of_a_status_that_api_8_does_not_name_is_not_taken_back(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.rewrite(visit, state=VisitState.RETRACTING, reason=Reason.TERMINATED)
    place.wrap_host = odd_host(work_order=_of_no_known_status)
    place.run()
    (visit,) = place.ledger()
    assert (visit.state, visit.reason) == (VisitState.ORDERED, None)
    assert place.numbers() == [NUMBER]


@only_sqlite
def test_what_the_host_made_of_a_batch_that_it_refused_is_not_made_again(place: Workplace) -> None:
    def makes_the_first_all_the_same(host: Host, orders: Sequence[NewWorkOrder]) -> list[PostedWorkOrder]:
        if len(orders) == 1:
            return host.post_work_orders(orders)
        host.post_work_orders(orders[:1])
        raise RecordRefused("PostWorkorders", code=1501, messages=("Required field missing: CustomerZIP",))

    place.run()
    place.server.host.change_switches(skip_flag_honoured=False)
    place.wrap_host = odd_host(post_work_orders=makes_the_first_all_the_same)
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(1001, 1004)])
    assert place.run().ordered == 3
    assert len(place.server.host.orders.all(with_deleted=True)) == 3


@only_sqlite
def test_an_order_that_was_just_taken_back_and_is_still_in_the_list_is_no_second_one(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    (visit,) = place.ledger()
    place.wrap_host = _with_the_lists_of_now(place)
    place.rewrite(visit, state=VisitState.RETRACTING, reason=Reason.TERMINATED)
    report = place.run(by_person=True)
    assert (report.retracted, report.attention) == (1, ())


@only_sqlite
def test_a_second_order_that_was_started_after_the_list_was_read_is_not_taken_back(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    second = _post_again(place)
    place.wrap_host = _with_the_lists_of_now(place)
    board.pick_up(place.server.host, second)
    report = place.run(by_person=True)
    assert "could not be taken back" in report.attention[0]
    assert place.numbers() == [NUMBER, NUMBER]


@only_sqlite
def test_a_second_order_that_somebody_archived_is_left_alone(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    board.archive(place.server.host, _post_again(place))
    assert place.run(by_person=True).attention == ()
    assert place.numbers() == [NUMBER, NUMBER]


def _with_the_lists_of_now(place: Workplace) -> Any:
    """A host whose lists go on saying what they say now."""
    with place.open_host(place.tenant()) as host:
        lists = {status: host.work_orders(status) for status in WorkOrderStatus}
    return odd_host(work_orders=lambda _, status: lists[status])


def _post_again(place: Workplace) -> int:
    place.server.host.change_switches(skip_flag_honoured=False)
    caller = Caller(place.server)
    row_id = caller.post_order(NUMBER, WorkDeadline="31-01-2027")
    caller.session.close()
    return row_id
