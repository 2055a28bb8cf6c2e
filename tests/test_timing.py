"""Waits between tries, and that clock, stopwatch and jitter have one home."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from powerup.sync.kit.pace import AFTER_FAILURES
from powerup.timing import GrowingWaits, ListedWaits, shortened

HOUSE = Path(__file__).parents[1] / "powerup"
MINUTE = timedelta(minutes=1)
GROWING = GrowingWaits(MINUTE, 10 * MINUTE)


def seldom() -> float:
    return 0.0


def always() -> float:
    return 1.0


def test_waits_double_to_the_longest() -> None:
    assert [GROWING.after(failures, always) / MINUTE for failures in range(1, 7)] == [1, 2, 4, 8, 10, 10]
    assert GROWING.after(10_000, always) == 10 * MINUTE


def test_jitter_takes_up_to_a_half_of_a_wait() -> None:
    assert GROWING.after(3, seldom) == 2 * MINUTE
    assert GROWING.after(3, lambda: 0.5) == 3 * MINUTE


def test_a_wait_that_nobody_counts_is_twice_the_one_before_it() -> None:
    lengths = [timedelta(), MINUTE, 4 * MINUTE, 6 * MINUTE]
    assert [GROWING.after_waiting(waited) / MINUTE for waited in lengths] == [1, 2, 8, 10]


def test_the_last_listed_wait_counts_for_all_that_follow() -> None:
    listed = ListedWaits((MINUTE, 5 * MINUTE))
    assert [listed.after(failures) / MINUTE for failures in (1, 2, 3, 99)] == [1, 5, 5, 5]


def test_a_wait_is_shortened_by_no_more_than_its_part() -> None:
    assert shortened(10 * MINUTE, 0.2, seldom) == 8 * MINUTE
    assert shortened(10 * MINUTE, 0.2, always) == 10 * MINUTE


def test_a_tenant_rests_from_half_a_minute_to_an_hour() -> None:
    assert AFTER_FAILURES.after(1, seldom) == timedelta(seconds=15)
    assert AFTER_FAILURES.after(1, always) == timedelta(seconds=30)
    assert AFTER_FAILURES.after(8, always) == AFTER_FAILURES.after(10_000, always) == timedelta(hours=1)


@pytest.mark.parametrize("kind", ["datetime", "float"])
def test_what_gives_the_time_is_named_in_one_place(kind: str) -> None:
    """The stand-in host has its own: it shares no code with the house."""
    modules = [each for each in HOUSE.rglob("*.py") if "sandbox" not in each.parts]
    named = {each.name for each in modules if re.search(rf"Callable\[\[\], {kind}\]", each.read_text("utf-8"))}
    assert named == {"timing.py"}
