"""The days that can be entered (rules: Actions)."""

from datetime import date

import pytest

from powerup.contracts.days import is_usable


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2026, 9, 1), date(2999, 12, 31)])
def test_days_from_1900_through_2999_can_be_entered(day: date) -> None:
    assert is_usable(day)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(3000, 1, 1), date.min, date.max])
def test_no_day_before_1900_or_after_2999_can_be_entered(day: date) -> None:
    assert not is_usable(day)
