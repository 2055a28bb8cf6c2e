"""Whatever dies or sleeps, wherever: no work order twice, none lost (rules: What other systems get wrong, 8)."""

from collections import Counter
from datetime import timedelta
from itertools import count

import pytest

from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.store.errors import LeaseLostError
from powerup.sync.kit.context import Wish
from powerup.sync.proof.audit import audit
from tests.sync.boundaries import Boundaries, Death, KilledError, watched_database, watched_host
from tests.sync.workplace import TENANT, Workplace, contract

MORE_THAN_A_LEASE = timedelta(seconds=61)


@pytest.fixture
def busy(place: Workplace) -> Workplace:
    """A host that makes a second order whenever it is asked to."""
    place.configure(batch_size=1)
    place.server.host.change_switches(duplicate_workorder_no="create", skip_flag_honoured=False)
    return place


def test_killed_at_any_boundary_the_next_worker_finishes_the_work(busy: Workplace) -> None:
    for boundary in count(1):
        death = Death(boundary)
        if not _work_with(busy, death, boundary):
            break
        assert_all_is_right(busy, f"killed at boundary {boundary}")
    assert boundary > 20
    assert_audit_is_right(busy)


def test_asleep_at_any_boundary_a_worker_finds_itself_fenced_out(busy: Workplace) -> None:
    for boundary in count(1):
        sleep = Boundaries(boundary, lambda: _be_overtaken(busy))
        if not _work_with(busy, sleep, boundary):
            break
        assert_all_is_right(busy, f"asleep at boundary {boundary}")
    assert boundary > 15
    assert_audit_is_right(busy)
    ever_made = Counter(order.workorder_no for order in busy.server.host.orders.all(with_deleted=True))
    assert set(ever_made.values()) == {1}


def _work_with(place: Workplace, boundaries: Boundaries, turn: int) -> bool:
    """A cycle with two orders to make and one to take back; whether the boundary was reached."""
    place.add(*[contract(f"{turn}{letter}", lead=Lead(30)) for letter in "ab"])
    _take_one_back(place)
    place.wrap_host = lambda host: watched_host(host, boundaries)
    cycles = place.cycles(f"worker {turn}", watched_database(place.database, boundaries))
    try:
        cycles.run(TENANT, Wish(by_person=True))
    except (KilledError, LeaseLostError):
        assert boundaries.struck
    finally:
        place.wrap_host = lambda host: host
    return boundaries.struck


def _take_one_back(place: Workplace) -> None:
    ordered = place.ledger(VisitState.ORDERED)
    if ordered:
        place.rewrite(ordered[0], state=VisitState.RETRACTING, reason=Reason.TERMINATED)


def _be_overtaken(place: Workplace) -> None:
    """The worker sleeps through the end of its lease, and another one works meanwhile."""
    place.clock.now += MORE_THAN_A_LEASE
    wrap_host, place.wrap_host = place.wrap_host, lambda host: host
    place.cycles("the next worker").run(TENANT, Wish(by_person=True))
    place.wrap_host = wrap_host


def assert_all_is_right(place: Workplace, story: str) -> None:
    place.clock.now += MORE_THAN_A_LEASE
    place.run(by_person=True)
    numbers = place.numbers()
    assert set(Counter(numbers).values()) <= {1}, story
    states = Counter(visit.state for visit in place.ledger())
    assert set(states) <= {VisitState.ORDERED, VisitState.WITHHELD}, story
    assert states[VisitState.ORDERED] == len(numbers), story


def assert_audit_is_right(place: Workplace) -> None:
    with place.open_host(place.tenant()) as host:
        report = audit(place.database, host, place.tenant(), place.clock().date())
    assert [str(difference.words) for difference in report.differences] == []
