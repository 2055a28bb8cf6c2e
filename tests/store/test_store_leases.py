"""One worker at a time on a tenant; one that was asleep is fenced out before it writes."""

import threading
from datetime import timedelta

import pytest

from powerup.store import leases
from powerup.store.database import Database
from powerup.store.errors import LeaseLostError
from tests.store.conftest import NOON

MINUTE = timedelta(minutes=1)


def test_of_two_owners_one_gets_the_lease(database: Database) -> None:
    with database.write() as connection:
        first = leases.acquire(connection, "t_1", "first", NOON, 60)
    with database.write() as connection:
        assert leases.acquire(connection, "t_1", "second", NOON + MINUTE / 2, 60) is None
        assert leases.acquire(connection, "t_2", "second", NOON, 60) is not None
    with database.read() as connection:
        assert leases.holder(connection, "t_1", NOON) == "first"
    assert first is not None
    assert first.until == NOON + MINUTE


def test_two_at_the_same_moment_do_not_both_get_it(database: Database) -> None:
    together = threading.Barrier(2)
    got = []

    def try_to_get(owner: str) -> None:
        together.wait()
        with database.write() as connection:
            got.append(leases.acquire(connection, "t_1", owner, NOON, 60))

    workers = [threading.Thread(target=try_to_get, args=(owner,)) for owner in ("first", "second")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(got) == 2
    assert len([lease for lease in got if lease]) == 1


def test_a_released_lease_is_free_at_once(database: Database) -> None:
    with database.write() as connection:
        first = leases.acquire(connection, "t_1", "first", NOON, 60)
        assert first is not None
        leases.release(connection, first)
        assert leases.holder(connection, "t_1", NOON) is None
        assert leases.acquire(connection, "t_1", "second", NOON, 60) is not None


def test_a_renewed_lease_lasts_longer(database: Database) -> None:
    with database.write() as connection:
        first = leases.acquire(connection, "t_1", "first", NOON, 60)
        assert first is not None
        renewed = leases.renew(connection, first, NOON + MINUTE / 2, 60)
        assert renewed.until == NOON + 1.5 * MINUTE
        assert leases.acquire(connection, "t_1", "second", NOON + MINUTE, 60) is None


def test_a_worker_that_slept_through_the_end_of_its_lease_is_fenced_out(database: Database) -> None:
    with database.write() as connection:
        sleeper = leases.acquire(connection, "t_1", "sleeper", NOON, 60)
        assert sleeper is not None
        leases.check_fence(connection, sleeper)
        taker = leases.acquire(connection, "t_1", "taker", NOON + MINUTE, 60)
        assert taker is not None
        assert taker.fence > sleeper.fence
        leases.check_fence(connection, taker)
        for attempt in (
            lambda: leases.check_fence(connection, sleeper),
            lambda: leases.renew(connection, sleeper, NOON + MINUTE, 60),
            lambda: leases.release(connection, sleeper),
        ):
            with pytest.raises(LeaseLostError):
                attempt()
        assert leases.holder(connection, "t_1", NOON + MINUTE) == "taker"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nobody_takes_over_between_the_check_and_the_commit(database: Database) -> None:
    with database.write() as connection:
        worker = leases.acquire(connection, "t_1", "worker", NOON, 60)
    assert worker is not None
    order: list[str] = []

    def take_over() -> None:
        with database.write() as connection:
            leases.acquire(connection, "t_1", "taker", NOON + MINUTE, 60)
            order.append("taken over")

    thread = threading.Thread(target=take_over)
    with database.write() as connection:
        leases.check_fence(connection, worker)
        thread.start()
        thread.join(timeout=0.2)
        order.append("about to commit")
    thread.join()
    assert order == ["about to commit", "taken over"]
