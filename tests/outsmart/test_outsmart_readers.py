"""Threads that read hosts: a fixed number, fair turns of the tenants, and few who wait for a host that is slow."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from threading import Event

import pytest

from powerup.outsmart.readers import HostReaders, TooManyWait


class Hanging:
    """Calls that hang until the test is over; counts those that have begun."""

    def __init__(self) -> None:
        self.over = Event()
        self.begun: list[str] = []

    def __call__(self, tenant_id: str) -> str:
        self.begun.append(tenant_id)
        assert self.over.wait(20)
        return tenant_id

    def of(self, readers: HostReaders, tenant_id: str, number: int) -> list[Future[str]]:
        return [readers.read(tenant_id, self, tenant_id) for _ in range(number)]


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    calls = Hanging()
    yield calls
    calls.over.set()


def answered(tenant_id: str) -> str:
    return tenant_id


def test_a_tenant_whose_host_hangs_leaves_threads_to_others(hanging: Hanging) -> None:
    readers = HostReaders()
    hanging.of(readers, "hangs", 100)
    assert [readers.read("quick", answered, "quick").result(5) for _ in range(10)] == ["quick"] * 10
    assert hanging.begun == ["hangs"] * 6


def test_tenants_whose_hosts_were_slow_leave_threads_to_others_however_many_they_are(hanging: Hanging) -> None:
    readers = HostReaders()
    for number in range(50):
        readers.was_slow(f"hangs {number}")
        hanging.of(readers, f"hangs {number}", 10)
    assert readers.read("quick", answered, "quick").result(5) == "quick"
    assert len(hanging.begun) == 8


def test_tenants_have_their_calls_in_turn(hanging: Hanging) -> None:
    """What one tenant asks for the second time goes behind what others ask for the first time."""
    readers, order, first = HostReaders(), list[str](), Event()
    for number in range(3):
        hanging.of(readers, f"hangs {number}", 6)
    hanging.of(readers, "hangs too", 5)
    readers.read("has the last thread", first.wait, 20)
    calls = [readers.read(each, order.append, each) for each in ("a", "a", "a", "b", "c")]
    first.set()
    for call in calls:
        call.result(5)
    assert order == ["a", "b", "c", "a", "a"]


def test_a_call_whose_turn_has_not_come_can_be_given_up(hanging: Hanging) -> None:
    readers = HostReaders()
    *_, last = hanging.of(readers, "hangs", 7)
    assert last.cancel()
    hanging.over.set()
    assert readers.read("hangs", answered, "hangs").result(5) == "hangs"
    assert len(hanging.begun) == 6


def test_what_fails_fails_for_who_asked_alone() -> None:
    readers = HostReaders()

    def fails() -> None:
        raise ValueError("of a host")

    with pytest.raises(ValueError, match="of a host"):
        readers.read("fails", fails).result(5)
    assert readers.read("fails", answered, "goes on").result(5) == "goes on"


def test_who_waits_for_a_host_leaves_threads_of_the_web_to_others() -> None:
    readers = HostReaders()
    with ExitStack() as waiting:
        for tenant_id in ["one"] * 8 + ["two"] * 4:
            waiting.enter_context(readers.waiting(tenant_id))
        for tenant_id in ("one", "three"):
            with pytest.raises(TooManyWait), readers.waiting(tenant_id):
                pass
    with readers.waiting("three"):
        pass


def test_one_at_a_time_waits_for_a_host_that_was_slow_until_it_was_quick() -> None:
    readers = HostReaders()
    readers.was_slow("slow")
    with readers.waiting("slow"):
        with pytest.raises(TooManyWait), readers.waiting("slow"):
            pass
        readers.was_quick("slow")
        with readers.waiting("slow"):
            pass
