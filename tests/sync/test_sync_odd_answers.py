"""Hosts whose answers are not what anybody expects: still no work order twice, and none lost."""

from dataclasses import replace
from typing import Any

from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.outsmart.host import Host
from powerup.outsmart.records import WorkOrder
from powerup.sandbox.faults import FaultName
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
