"""Which weeks of a year stand out by their work (rules: Planning)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median

MUCH_MORE = 1.5
"""So many times what is usual is heavy."""

LEAST_MORE = 8 * 60
"""Minutes above what is usual below which no week is heavy: a day of one person's work."""


def weeks_of(year: int) -> list[date]:
    """The Mondays of a year's weeks, which are counted as on every Dutch calendar (ISO 8601)."""
    monday = date.fromisocalendar(year, 1, 1)
    following = date.fromisocalendar(year + 1, 1, 1)
    return [monday + timedelta(weeks=number) for number in range((following - monday).days // 7)]


def usual_minutes(weeks: Sequence[date], minutes: Mapping[date, int]) -> int:
    """The median of a year's weeks, those without work among them."""
    return round(median(minutes.get(week, 0) for week in weeks))


def is_heavy(minutes: int, usual: int) -> bool:
    """Whether a week has much more work than usual."""
    return minutes >= MUCH_MORE * usual and minutes - usual >= LEAST_MORE
