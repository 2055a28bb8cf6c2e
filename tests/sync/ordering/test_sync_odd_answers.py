"""Hosts whose answers are not what anybody expects: still no work order twice, and none lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.outsmart.errors import HostFault, RecordRefused
from powerup.outsmart.host import Host
from powerup.outsmart.listed import PutAside
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
def test_records_that_cannot_be_read_are_told_and_hold_up_nothing(place: Workplace) -> None:
    def one_unreadable(host: Host, status: WorkOrderStatus) -> Any:
        yield from host.work_orders(status)
        host.put_aside.append(PutAside(f"GetWorkorders {status}", 2, 7))

    place.add(contract(lead=Lead(30)))
    place.wrap_host = odd_host(work_orders=one_unreadable)
    report = place.run()
    assert report.ordered == 1
    assert str(report.attention[0]).startswith(
        "The host's list GetWorkorders Klaargezet has 2 records that cannot be read and were passed over, the first at"
    )


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


def _cannot_be_asked_for(asked: str, row: int) -> Any:
    """A host that breaks when it is asked for one work order, and for no other."""

    def breaks(host: Host, *, row_id: int | None = None, workorder_no: str | None = None) -> WorkOrder | None:
        if row_id == row or (row_id is None and workorder_no == asked):
            raise HostFault("GetWorkorder", code=1007, messages=("Uncaught exception",))
        return host.work_order(row_id=row_id, workorder_no=workorder_no)

    return odd_host(work_order=breaks)


@only_sqlite
def test_an_order_that_cannot_be_looked_up_holds_up_no_other(place: Workplace) -> None:
    place.run()
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1}), endpoints=POST)
    place.add(contract("1001", lead=Lead(30)))
    place.run()
    place.wrap_host = _cannot_be_asked_for(NUMBER, row=1)
    place.add(contract("1002", lead=Lead(30)))
    place.clock.go_on(seconds=10)
    report = place.run()
    assert (report.ordered, report.failure) == (1, None)
    assert NUMBER in report.attention[0]
    (waiting,) = place.ledger(VisitState.ORDERING)
    assert waiting.attempted_at is not None
    place.wrap_host = lambda host: host
    assert place.run(by_person=True).ordered == 1


@only_sqlite
def test_an_order_that_cannot_be_looked_up_is_asked_for_after_waits_that_double_up_to_an_hour(place: Workplace) -> None:
    place.run()
    place.fault(FaultName.LOST_REQUEST, calls=frozenset({1}), endpoints=POST)
    place.add(contract("1001", lead=Lead(30)))
    place.run()
    place.wrap_host = _cannot_be_asked_for(NUMBER, row=1)
    waits = []
    place.clock.go_on(seconds=10)
    for _ in range(11):
        place.run()
        (waiting,) = place.ledger(VisitState.ORDERING)
        assert waiting.retry_at is not None
        waits.append((waiting.retry_at - place.clock()).total_seconds())
        place.clock.now = waiting.retry_at
    assert waits == [20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    place.wrap_host = lambda host: host
    assert place.run().ordered == 1


@only_sqlite
def test_an_order_that_cannot_be_asked_for_is_taken_back_later_and_others_at_once(place: Workplace) -> None:
    place.add(contract("1001", lead=Lead(30)), contract("1002", lead=Lead(30)))
    place.run()
    for visit in place.ledger():
        place.rewrite(visit, state=VisitState.RETRACTING, reason=Reason.TERMINATED)
    place.wrap_host = _cannot_be_asked_for(NUMBER, place.row_id(NUMBER))
    assert place.run().retracted == 1
    place.wrap_host = lambda host: host
    place.clock.go_on(hours=1)
    assert place.run().retracted == 1


@only_sqlite
def test_an_order_that_cannot_be_asked_for_is_left_and_the_comparison_goes_on(place: Workplace) -> None:
    place.add(contract("1001", lead=Lead(30)), contract("1002", lead=Lead(30)))
    place.run()
    place.wrap_host = _cannot_be_asked_for(NUMBER, place.row_id(NUMBER))
    for number in place.numbers():
        row = place.row_id(number)
        board.complete(place.server.host, row)
        board.settle(place.server.host, row)
    report = place.run(by_person=True)
    assert (report.status_changes, report.failure) == (1, None)


@only_sqlite
def test_a_host_that_breaks_at_every_question_is_not_asked_for_all(place: Workplace) -> None:
    place.configure(change_cap=1000)
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(1001, 1041)])
    place.run()
    place.fault(FaultName.CODE_1007, rate=1.0, endpoints=frozenset({"GetWorkorder"}))
    for number in place.numbers():
        board.complete(place.server.host, place.row_id(number))
        board.settle(place.server.host, place.row_id(number))
    assert place.run(by_person=True).failure == "HostFault"
    assert place.calls("GetWorkorder") == 10


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
