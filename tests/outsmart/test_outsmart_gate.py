"""What stands between a tenant and its host: the circuit of an address, and limits on calls per minute."""

from dataclasses import dataclass, field

import pytest

from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.circuits import WAITS, Circuits
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import HostUnreachable
from powerup.outsmart.exchange import Call
from powerup.outsmart.gate import TenantGate

HERE, ELSEWHERE = "https://host.example/openapi/8/", "https://other.example/openapi/8/"
FIRST_SECONDS = WAITS.first.total_seconds()
NOBODY_LISTENS = "http://127.0.0.1:9/openapi/8/"


@dataclass
class Seconds:
    """A clock that a test moves, and a sleep that moves it."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def circuits(clock: Seconds) -> Circuits:
    return Circuits(lambda: 1.0, clock)


def fail(circuits: Circuits, *tenants: str, address: str = HERE) -> None:
    for tenant in tenants:
        circuits.leave(address, tenant, reached=False)


def is_open(circuits: Circuits, address: str = HERE) -> bool:
    try:
        circuits.enter(address, "relations")
    except HostUnreachable:
        return True
    return False


def test_one_tenant_that_cannot_connect_opens_nothing_however_often(circuits: Circuits) -> None:
    fail(circuits, *["t_1"] * 10, "t_2")
    assert not is_open(circuits)


def test_several_tenants_that_cannot_connect_open_the_circuit_of_that_address_alone(circuits: Circuits) -> None:
    fail(circuits, "t_1", "t_2", "t_3")
    assert is_open(circuits)
    assert not is_open(circuits, ELSEWHERE)


def test_a_call_that_gets_through_in_between_keeps_it_closed(circuits: Circuits) -> None:
    fail(circuits, "t_1", "t_2")
    circuits.leave(HERE, "t_9", reached=True)
    fail(circuits, "t_3")
    assert not is_open(circuits)


def test_after_its_wait_one_call_tries_and_closes_it(circuits: Circuits, clock: Seconds) -> None:
    fail(circuits, "t_1", "t_2", "t_3")
    clock.now += FIRST_SECONDS
    assert not is_open(circuits)
    assert is_open(circuits)
    circuits.leave(HERE, "t_1", reached=True)
    assert not is_open(circuits)


def test_waits_grow_to_a_limit_while_tries_fail(circuits: Circuits, clock: Seconds) -> None:
    fail(circuits, "t_1", "t_2", "t_3")
    waits = []
    for _ in range(8):
        begun = clock.now
        while is_open(circuits):
            clock.now += 1
        waits.append(clock.now - begun)
        fail(circuits, "t_1")
    assert waits[:3] == [FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS]
    assert waits[-1] == WAITS.longest.total_seconds()


def test_no_more_calls_than_allowed_in_any_minute(clock: Seconds) -> None:
    limits = CallLimits(clock, clock.sleep)
    limits.allow("t_1", 3)
    made = []
    for _ in range(10):
        limits.wait("t_1")
        limits.take("t_1")
        made.append(clock.now)
    assert all(later - earlier >= 60 for earlier, later in zip(made, made[3:], strict=False))
    limits.wait("t_2")
    limits.allow("t_1", 0)
    limits.wait("t_1")
    assert len(clock.slept) == 3


def test_a_limit_that_changes_remembers_the_calls_that_were_made(clock: Seconds) -> None:
    limits = CallLimits(clock, clock.sleep)
    limits.allow("t_1", 5)
    for _ in range(5):
        limits.take("t_1")
    limits.allow("t_1", 2)
    limits.wait("t_1")
    assert clock.slept == [60]


def test_a_patient_client_waits_with_reads_and_counts_writes(clock: Seconds, circuits: Circuits) -> None:
    limits = CallLimits(clock, clock.sleep)
    limits.allow("t_1", 1)
    gate = TenantGate("t_1", HERE, circuits, limits, lambda *_: None, patient=True)
    gate.enter(Call("PostWorkorders", records=[{}]))
    gate.enter(Call("DeleteEntity"))
    assert clock.slept == []
    gate.enter(Call("relations"))
    assert clock.slept == [60]


def test_calls_are_told_and_a_host_where_nobody_listens_opens_the_circuit(circuits: Circuits) -> None:
    told: list[tuple[str, str]] = []
    for tenant in ("t_1", "t_2", "t_3", "t_4"):
        gate = TenantGate(tenant, NOBODY_LISTENS, circuits, CallLimits(), lambda *call: told.append(call), patient=True)
        client = OutsmartClient(NOBODY_LISTENS, "token", "software-token", read_retries=0, gate=gate)
        with client, pytest.raises(HostUnreachable):
            client.work_types()
    assert told == [("worktypes", "HostUnreachable")] * 3
