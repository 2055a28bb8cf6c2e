"""How far the clock of a machine may be from that of the database's server (decision 6)."""

from datetime import timedelta

import pytest

from powerup.store.server_clock import is_too_far


@pytest.mark.parametrize("seconds", [0, 4.9, 5, -5])
def test_a_machine_within_five_seconds_takes_leases(seconds: float) -> None:
    assert not is_too_far(timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [5.001, -5.001, 3600])
def test_a_machine_further_off_in_either_direction_takes_none(seconds: float) -> None:
    assert is_too_far(timedelta(seconds=seconds))


def test_where_the_database_is_a_file_there_is_one_clock_only() -> None:
    assert not is_too_far(None)
