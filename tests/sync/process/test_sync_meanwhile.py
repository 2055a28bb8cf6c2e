"""What people do while a cycle works: their word holds, and nothing that the host has is lost."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import select

from powerup.contracts.contract import Lead
from powerup.contracts.visit import Reason, VisitState
from powerup.outsmart.host import Host
from powerup.outsmart.listed import ListedOrder
from powerup.outsmart.records import WorkOrderStatus
from powerup.sandbox import board
from powerup.store.ledger import Ledger
from powerup.store.runs import Run, Runs, RunState
from powerup.store.tables import tenants
from powerup.store.tenants import Tenants
from powerup.sync.kit.context import Wish
from powerup.sync.kit.lease import take_lease
from powerup.sync.kit.open_orders import OPEN_STATUSES
from powerup.sync.kit.written_over import keep_host_facts, keep_present, write_over
from tests.sync.workplace import PACE, TENANT, Workplace, contract, only_sqlite

NUMBER = "C1001-A-20270131-ALL"

A_LEASE = timedelta(seconds=0.3)


SKIPPED: dict[str, Any] = {"state": VisitState.WITHHELD, "reason": Reason.SKIPPED}


class _Meanwhile:
    """A database in which a person acts once, before the write transaction that comes when there is something to do."""

    def __init__(self, place: Workplace, act: Callable[[], bool]) -> None:
        self._database = place.database
        self._act = act
        self._done = False

    @contextmanager
    def read(self) -> Any:
        with self._database.read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Any:
        self._done = self._done or self._act()
        with self._database.write() as connection:
            yield connection


class _PickedUpAfterItsList:
    """A host at which the order is picked up, and somebody tells of it, once both lists of open orders were read."""

    def __init__(self, host: Host, act: Callable[[], None]) -> None:
        self._host = host
        self._act = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def work_orders(self, status: WorkOrderStatus) -> list[ListedOrder]:
        orders = [*self._host.work_orders(status)]
        if status is OPEN_STATUSES[-1]:
            self._act()
        return orders


def _runs_while(place: Workplace, act: Callable[[], None]) -> None:
    place.wrap_host = lambda host: cast("Host", _PickedUpAfterItsList(host, act))
    place.cycles().run(TENANT, Wish())
    place.wrap_host = lambda host: host


def test_an_event_that_comes_while_a_cycle_compares_has_the_next_one_compare_again(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    place.clock.go_on(seconds=PACE.reconcile_every.total_seconds())

    def pick_up_and_tell() -> None:
        board.pick_up(place.server.host, place.row_id(NUMBER))
        with place.database.write() as connection:
            Tenants(connection).reconcile_soon(TENANT, place.clock())

    _runs_while(place, pick_up_and_tell)
    assert [visit.state for visit in place.ledger()] == [VisitState.ORDERED]
    assert place.tenant().next_cycle_at == place.clock()
    place.cycles().run(TENANT, Wish())
    assert [visit.state for visit in place.ledger()] == [VisitState.IN_PROGRESS]
    assert place.tenant().reconciled_at == place.clock()


@only_sqlite
def test_who_asks_what_has_changed_while_a_cycle_reads_is_told_by_the_next_one(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    place.clock.go_on(seconds=PACE.reconcile_every.total_seconds())

    def pick_up_and_ask() -> None:
        board.pick_up(place.server.host, place.row_id(NUMBER))
        run = Run("run_1", "contract.refresh", "1001", "en", {"run": {"id": "run_1"}}, place.clock())
        with place.database.write() as connection:
            Runs(connection, TENANT).add(run)

    def state() -> tuple[RunState, bool]:
        with place.database.read() as connection:
            run = Runs(connection, TENANT).get("run_1")
        assert run is not None
        return run.state, f"work order {NUMBER} is in progress" in run.answer.get("message", "")

    _runs_while(place, pick_up_and_ask)
    assert state() == (RunState.WAITING, False)
    place.cycles().run(TENANT, Wish())
    assert state() == (RunState.FINISHED, True)


def test_a_visit_that_is_skipped_between_being_read_and_being_sent_is_not_sent(place: Workplace) -> None:
    place.add(contract("1001", lead=Lead(30)), contract("1002", lead=Lead(30)))

    def skip_the_first() -> bool:
        waiting = place.ledger(VisitState.ORDERING)
        if waiting:
            place.rewrite(waiting[0], **SKIPPED)
        return bool(waiting)

    place.cycles(database=_Meanwhile(place, skip_the_first)).run(TENANT, Wish())  # type: ignore[arg-type]  # as good as one
    assert place.numbers() == ["C1002-A-20270131-ALL"]
    first, second = place.ledger()
    assert (first.state, first.reason, first.attempts) == (VisitState.WITHHELD, Reason.SKIPPED, 0)
    assert second.state is VisitState.ORDERED


@only_sqlite
def test_what_a_person_was_quicker_with_stays_and_the_others_are_written(place: Workplace) -> None:
    place.add(contract("1001", lead=Lead(30)), contract("1002", lead=Lead(30)))
    place.run()
    first, second = place.ledger(VisitState.ORDERED)
    skipped = place.rewrite(first, **SKIPPED)
    done = [replace(visit, state=VisitState.COMPLETED) for visit in (first, second)]
    with place.database.write() as connection:
        ledger = Ledger(connection, TENANT)
        assert write_over(connection, ledger, done, VisitState.ORDERED, keep_present) == [done[1]]
    assert place.ledger() == [skipped, done[1]]


@only_sqlite
def test_what_was_found_at_the_host_is_kept_where_a_person_was_quicker(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    place.run()
    (ordered,) = place.ledger()
    skipped = place.rewrite(ordered, **SKIPPED, host_row_id=None)
    with place.database.write() as connection:
        ledger = Ledger(connection, TENANT)
        written = write_over(connection, ledger, [ordered], VisitState.ORDERED, keep_host_facts)
    assert written == place.ledger() == [replace(skipped, host_row_id=ordered.host_row_id)]


def test_a_lease_is_renewed_while_its_worker_waits_for_the_host(place: Workplace) -> None:
    """Renewed after a third of its time, by the clock: this one is moved on by less than a lease lasts."""
    lease = take_lease(place.database, TENANT, "worker", place.clock, seconds=A_LEASE.total_seconds())
    with lease:
        place.clock.go_on(seconds=0.2)
        until = place.clock.now + A_LEASE
        assert _soon(lambda: _held_until(place) == until)
        place.clock.go_on(seconds=0.2)
        lease.ensure()
    assert _held_until(place) is None


def _held_until(place: Workplace) -> datetime | None:
    with place.database.read() as connection:
        found: datetime | None = connection.scalar(select(tenants.c.lease_until).where(tenants.c.id == TENANT))
    return found


def _soon(happened: Callable[[], bool]) -> bool:
    """Whether it happens within the patience of a busy machine."""
    never = threading.Event()
    return any(happened() or never.wait(0.02) for _ in range(1000))
