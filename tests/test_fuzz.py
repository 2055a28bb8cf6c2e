"""A few examples of what `python -m tests.fuzz` does for ten minutes."""

import pytest

from tests.fuzz import TARGETS, run


@pytest.mark.parametrize("name", TARGETS)
def test_what_strangers_send_ends_in_its_own_refusal_alone(name: str) -> None:
    run(name, 25, seed=1)
