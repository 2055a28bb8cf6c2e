"""A machine whose clock is not that of the database's server takes no lease (decision 6)."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from powerup.contracts.contract import Lead
from powerup.store.database import Database
from powerup.store.server_clock import clock_difference
from powerup.store.tenants import Environment
from powerup.sync.kit.report import CycleReport
from powerup.sync.process.clock_watch import LOOK_EVERY, ClockWatch
from powerup.sync.process.timer import Timer
from tests.sync.workplace import Workplace, contract, only_sqlite

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class OffClock:
    """The real time, put forward or back."""

    def __init__(self, **off: float) -> None:
        self.off = timedelta(**off)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


def ticked(timer: Timer, place: Workplace) -> list[CycleReport | None]:
    return [cycle.result() for cycle in timer.tick(place.clock())]


@only_postgresql
@pytest.mark.parametrize("minutes", [10, -10])
def test_how_far_a_clock_is_off_is_found_in_both_directions(database: Database, minutes: int) -> None:
    found = clock_difference(database, OffClock(minutes=minutes))
    assert found is not None
    assert round(found / timedelta(minutes=1)) == minutes


@only_postgresql
def test_a_clock_that_is_right_differs_by_nothing_however_long_the_answer_takes(database: Database) -> None:
    moments = iter([datetime.now(UTC) - timedelta(minutes=1), datetime.now(UTC) + timedelta(minutes=1)])
    assert clock_difference(database, lambda: next(moments)) == timedelta()


@only_sqlite
def test_a_database_that_is_a_file_has_no_clock_of_its_own(database: Database) -> None:
    assert clock_difference(database, OffClock(days=1)) is None
    assert ClockWatch(database, OffClock(days=1)).agrees()


@only_postgresql
def test_no_cycle_begins_while_the_clocks_differ_and_the_log_says_so(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    clock = OffClock(seconds=-20)
    timer = Timer(place.database, place.cycles(), Environment.SANDBOX, watch=ClockWatch(place.database, clock))
    with capture_logs() as logs:
        assert ticked(timer, place) == [None]
        assert ticked(timer, place) == [None]
    assert [line["event"] for line in logs] == ["clock_differs"]
    clock.off = 2 * LOOK_EVERY
    assert ticked(timer, place) == [None]
    clock.off = timedelta()
    reports = ticked(timer, place)
    timer.close()
    assert [report.ordered for report in reports if report] == [1]
