"""The clock stands at the day of the scenes of actions."""

from datetime import UTC, datetime, time

import pytest

from powerup.timing import Clock
from tests.actions.scenes import TODAY


@pytest.fixture
def clock() -> Clock:
    return lambda: datetime.combine(TODAY, time(9), UTC)
