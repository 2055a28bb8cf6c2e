"""What was answered outlives the database server (the long run is `python -m tests.endurance kills --power-cuts N`)."""

from tests.endurance.kills import Run, run_kills


def test_a_power_cut_of_postgresql_in_the_middle_loses_nothing_that_was_answered() -> None:
    outcome = run_kills(Run("postgresql", kills=2, seed=3, power_cuts=6))
    assert outcome.problems == []
    assert outcome.power_cuts == 6
    assert outcome.orders > 50
