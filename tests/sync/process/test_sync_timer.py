"""The timer: who is due, who waits, and that one tenant's trouble is nobody else's."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from powerup.contracts.contract import Lead
from powerup.outsmart.host import Host
from powerup.store.encryption import Secret
from powerup.store.leases import acquire
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.sync.kit.report import CycleReport
from powerup.sync.process.timer import RunningTimer, Timer
from tests.sync.counting import queries
from tests.sync.workplace import PACE, TENANT, Workplace, contract, only_sqlite

NOBODY_LISTENS = "http://127.0.0.1:9/openapi/8/"


@pytest.fixture
def timer(place: Workplace) -> Iterator[Timer]:
    made = Timer(place.database, place.cycles(), Environment.SANDBOX)
    yield made
    made.close()


def ticked(timer: Timer, place: Workplace) -> list[CycleReport | None]:
    return [cycle.result() for cycle in timer.tick(place.clock())]


def test_a_tick_runs_the_tenants_that_are_due_and_no_others(place: Workplace, timer: Timer) -> None:
    place.set_up("t_2", next_cycle_at=place.clock() + timedelta(seconds=1))
    place.set_up("t_3", state=TenantState.SUSPENDED)
    place.set_up("t_4", environment=Environment.PRODUCTION)
    place.add(contract(lead=Lead(30)))
    reports = ticked(timer, place)
    assert [(report.tenant_id, report.ordered) for report in reports if report] == [(TENANT, 1)]
    assert ticked(timer, place) == []


@only_sqlite
def test_the_next_cycle_comes_with_the_next_comparison_or_the_next_day(place: Workplace, timer: Timer) -> None:
    ticked(timer, place)
    assert place.tenant().next_cycle_at == place.clock() + PACE.reconcile_every
    place.clock.now = place.clock().replace(hour=22, minute=50)
    ticked(timer, place)
    midnight = place.clock().replace(hour=23, minute=0)
    assert place.tenant().next_cycle_at == midnight


def test_two_timers_at_once_make_every_order_once(place: Workplace, timer: Timer) -> None:
    second = Timer(place.database, place.cycles("second worker"), Environment.SANDBOX)
    place.server.host.change_switches(skip_flag_honoured=False)
    place.configure(change_cap=1000)
    place.add(*[contract(str(number), lead=Lead(60)) for number in range(1001, 1031)])
    cycles = timer.tick(place.clock()) + second.tick(place.clock())
    ended = [cycle.result() for cycle in cycles]
    second.close()
    assert sum(report.ordered for report in ended if report) == 60
    assert len(place.numbers()) == len(set(place.numbers())) == 60


@only_sqlite
def test_a_tenant_whose_lease_is_taken_is_left_to_its_worker(place: Workplace, timer: Timer) -> None:
    with place.database.write() as connection:
        acquire(connection, TENANT, "somebody else", place.clock(), 60)
    assert ticked(timer, place) == []
    place.clock.go_on(seconds=61)
    assert len(ticked(timer, place)) == 1


@only_sqlite
def test_a_host_that_is_down_is_waited_for_longer_and_longer_and_others_go_on(place: Workplace, timer: Timer) -> None:
    place.set_up("t_2", api_url=NOBODY_LISTENS)
    place.add(contract(lead=Lead(30)), tenant_id="t_2")
    place.add(contract(lead=Lead(30)))
    waits = []
    for _ in range(10):
        ticked(timer, place)
        next_cycle_at = place.tenant("t_2").next_cycle_at
        assert next_cycle_at is not None
        waits.append(next_cycle_at - place.clock())
        place.clock.now = next_cycle_at
    assert waits[:3] == [timedelta(seconds=22.5), timedelta(seconds=45), timedelta(seconds=90)]
    assert waits[-1] == timedelta(minutes=45)
    assert place.numbers() == ["C1001-A-20270131-ALL"]


@only_sqlite
def test_nobody_waits_for_tenants_whose_host_is_dead(place: Workplace) -> None:
    answers, numbers = threading.Event(), range(10)

    @contextmanager
    def open_host(tenant: Tenant) -> Iterator[Host]:
        if tenant.consecutive_failures:
            answers.wait()
        with place.open_host(tenant) as host:
            yield host

    for number in numbers:  # they have waited longest, and there is but one thread for all who are well
        place.set_up(f"dead_{number}", consecutive_failures=1, next_cycle_at=place.clock() - timedelta(hours=1))
        place.set_up(f"well_{number}")
    timer = Timer(
        place.database, replace(place.cycles(), open_host=open_host), Environment.SANDBOX, 1, threads_for_failing=1
    )
    try:
        cycles = timer.tick(place.clock())
        well = [cycle.result(timeout=60) for cycle in cycles[len(numbers) :]]
        assert [report.tenant_id for report in well if report] == [TENANT, *(f"well_{number}" for number in numbers)]
        assert not any(cycle.done() for cycle in cycles[: len(numbers)])
    finally:
        answers.set()
        timer.close()


@only_sqlite
def test_those_that_wait_for_a_thread_hide_nobody_who_is_due(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    @contextmanager
    def open_host(tenant: Tenant) -> Iterator[Host]:
        if tenant.consecutive_failures:
            answers.wait()
        with place.open_host(tenant) as host:
            yield host

    monkeypatch.setattr("powerup.sync.process.timer.MOST_DUE", 2)
    for number in range(4):  # as many as two ticks take up, of which one has the only thread
        place.set_up(f"dead_{number}", consecutive_failures=1, next_cycle_at=place.clock() - timedelta(hours=1))
    timer = Timer(
        place.database, replace(place.cycles(), open_host=open_host), Environment.SANDBOX, 1, threads_for_failing=1
    )
    try:
        begun = [cycle for _ in range(3) for cycle in timer.tick(place.clock())]
        assert len(begun) == 5
        report = begun[-1].result(timeout=60)
        assert report is not None
        assert report.tenant_id == TENANT
    finally:
        answers.set()
        timer.close()


@only_sqlite
def test_when_the_host_is_back_nothing_is_lost(place: Workplace, timer: Timer) -> None:
    place.set_up("t_2", api_url=NOBODY_LISTENS)
    place.add(contract(lead=Lead(30)), tenant_id="t_2")
    ticked(timer, place)
    with place.database.write() as connection:
        tenants = Tenants(connection)
        tenants.save(replace(tenants.get("t_2"), api_url=place.server.api_url))
        tenants.restart_cycles("t_2", place.clock())
    ticked(timer, place)
    assert place.numbers() == ["C1001-A-20270131-ALL"]
    assert place.tenant("t_2").consecutive_failures == 0


@only_sqlite
def test_a_wrong_token_stops_the_tenant_and_asks_for_a_person(place: Workplace, timer: Timer) -> None:
    place.set_up("t_2", token=Secret("wrong"))
    place.add(contract(lead=Lead(30)), tenant_id="t_2")
    ticked(timer, place)
    stopped = place.tenant("t_2")
    assert stopped.next_cycle_at is None
    assert stopped.attention is not None
    assert "Enter the token" in stopped.attention
    assert "powerup tenant token t_2" in stopped.attention
    assert "wrong" not in stopped.attention


@only_sqlite
def test_a_cycle_that_crashes_backs_off_and_the_others_go_on(
    place: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    place.set_up("t_0")
    place.add(contract(lead=Lead(30)))

    def open_host(tenant: Tenant) -> AbstractContextManager[Host]:
        if tenant.id == "t_0":
            raise ArithmeticError("something nobody thought of")
        return place.open_host(tenant)

    timer = Timer(place.database, replace(place.cycles(), open_host=open_host), Environment.SANDBOX)
    reports = ticked(timer, place)
    timer.close()
    assert sorted(report.tenant_id for report in reports if report) == [TENANT]
    assert place.tenant("t_0").next_cycle_at == place.clock() + timedelta(seconds=22.5)
    assert "something nobody thought of" in capsys.readouterr().out


@only_sqlite
def test_an_idle_tick_asks_one_question(place: Workplace, timer: Timer) -> None:
    ticked(timer, place)
    with queries() as asked:
        assert ticked(timer, place) == []
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


@only_sqlite
def test_a_running_timer_ticks_at_once_and_stops_after_its_cycles(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    running = RunningTimer(Timer(place.database, place.cycles(), Environment.SANDBOX), place.clock, 3600)
    running.start()
    running.stop()
    assert place.tenant().reconciled_at in (None, place.clock())
