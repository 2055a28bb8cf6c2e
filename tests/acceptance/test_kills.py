"""Exactly once, with real processes that are killed (the long run is `python -m tests.endurance kills`)."""

import pytest

from tests.endurance.kills import Run, run_kills


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_order_is_doubled_or_lost_when_processes_are_killed_and_the_host_goes_wrong(database: str) -> None:
    outcome = run_kills(Run(database, kills=12, seed=7))
    assert outcome.problems == []
    assert outcome.kills == 12
    assert outcome.orders > 0
