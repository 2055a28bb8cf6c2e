"""`powerup worker` where it cannot work."""

from tests.commands.conftest import CommandLine


def test_on_sqlite_a_worker_says_what_to_run_instead(prompt: CommandLine) -> None:
    assert "powerup timer" in prompt.error("worker", code=2)


def test_a_worker_has_at_least_one_cycle_at_once(prompt: CommandLine) -> None:
    assert "--concurrency" in prompt.error("worker", "--concurrency", "0", code=2)
