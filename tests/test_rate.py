"""The rate per sender: 20 a second, 100 at once (webhooks page, section 2)."""

from datetime import timedelta

from powerup.rate import RateLimit
from tests.webhooks.signed_messages import NOW


def test_a_hundred_come_in_at_once_and_the_next_one_waits() -> None:
    limit = RateLimit()
    assert {limit.seconds_to_wait("ins_1", NOW) for _ in range(100)} == {0}
    assert limit.seconds_to_wait("ins_1", NOW) == 1
    assert limit.seconds_to_wait("ins_2", NOW) == 0


def test_twenty_a_second_come_in_for_ever() -> None:
    limit = RateLimit()
    came_in = [limit.seconds_to_wait("ins_1", NOW + timedelta(milliseconds=10 * tick)) for tick in range(3000)]
    assert came_in.count(0) in range(100 + 20 * 30 - 1, 100 + 20 * 30 + 1)


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    limit = RateLimit(per_second=1, burst=1)
    assert limit.seconds_to_wait("ins_1", NOW) == 0
    assert limit.seconds_to_wait("ins_1", NOW - timedelta(hours=1)) == 1
    assert limit.seconds_to_wait("ins_1", NOW - timedelta(hours=1, seconds=-1)) == 0
