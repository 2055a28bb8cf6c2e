"""A tenant whose calls are limited takes its time, and stays as safe as one that is quick."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from powerup.contracts.contract import Lead
from powerup.contracts.visit import VisitState
from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.circuits import Circuits
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.gate import TenantGate
from powerup.outsmart.host import Host
from powerup.store import leases
from powerup.store.errors import LeaseLostError
from powerup.store.tenants import Tenant
from powerup.sync.kit.context import Wish
from powerup.sync.kit.lease import take_lease
from powerup.sync.kit.pace import ATTEMPT_HOLDS
from powerup.sync.process.cycle import Cycles
from tests.sync.workplace import PACE, TENANT, Workplace, contract, only_sqlite


def limited(place: Workplace, calls: list[float]) -> Cycles:
    """Cycles whose waits move the clock of the place; calls learns when each was made."""

    def seconds() -> float:
        return place.clock().timestamp()

    def sleep(wait: float) -> None:
        place.clock.go_on(seconds=wait)

    limits = CallLimits(seconds, sleep)

    @contextmanager
    def open_host(tenant: Tenant) -> Iterator[Host]:
        gate = TenantGate(
            tenant.id, tenant.api_url, Circuits(lambda: 0.5), limits, lambda *_: calls.append(seconds()), patient=True
        )
        tokens = place.server.credentials
        with OutsmartClient(tenant.api_url, tokens.token, tokens.software_token, read_retries=0, gate=gate) as client:
            yield place.wrap_host(client)

    patient = replace(PACE, lease_seconds=100_000.0)  # renewed by real time, of which none passes here
    return replace(place.cycles(), open_host=open_host, limits=limits, pace=patient)


@only_sqlite
def test_calls_are_spread_over_minutes_and_every_order_is_made_right_after_its_attempt(place: Workplace) -> None:
    place.configure(calls_per_minute=5, batch_size=1, change_cap=1000)
    place.add(*[contract(str(number), lead=Lead(30)) for number in range(1001, 1021)])
    calls: list[float] = []
    ages: list[timedelta] = []

    def watched(host: Host) -> Host:
        post = host.post_work_orders

        def noted(orders):  # type: ignore[no-untyped-def]  # as the host has it
            ordering = {visit.workorder_no: visit for visit in place.ledger(VisitState.ORDERING)}
            for order in orders:
                attempted_at = ordering[order.workorder_no].attempted_at
                assert attempted_at is not None
                ages.append(place.clock() - attempted_at)
            return post(orders)

        host.post_work_orders = noted  # type: ignore[method-assign]  # to look on
        return host

    place.wrap_host = watched
    report = limited(place, calls).run(TENANT, Wish())
    assert report.ordered == len(place.numbers()) == 20
    assert all(later - earlier >= 60 for earlier, later in zip(calls, calls[5:], strict=False))
    assert max(ages) <= ATTEMPT_HOLDS


@only_sqlite
def test_without_a_limit_nobody_waits(place: Workplace) -> None:
    place.add(contract(lead=Lead(30)))
    before = place.clock()
    calls: list[float] = []
    limited(place, calls).run(TENANT, Wish())
    assert (place.clock(), len(calls) > 3) == (before, True)


def test_a_lease_that_its_keeper_found_taken_makes_no_further_call(place: Workplace) -> None:
    with take_lease(place.database, TENANT, "worker", place.clock, 0.03) as lease:
        with place.database.write() as connection:
            leases.revoke(connection, TENANT)
        lease._keeper.join(10)  # it renews every hundredth of a second
        with pytest.raises(LeaseLostError):
            lease.ensure()


def test_a_lease_that_was_taken_away_is_missed_long_before_it_would_be_renewed(place: Workplace) -> None:
    with take_lease(place.database, TENANT, "worker", place.clock, 3600) as lease:
        with place.database.write() as connection:
            leases.revoke(connection, TENANT)
        lease._keeper.join(10)  # it looks every second
        with pytest.raises(LeaseLostError):
            lease.ensure()
