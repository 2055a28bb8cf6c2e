"""A day's length, and the days that people may enter: so far from the ends of Python's calendar that no rule which
counts from them leaves it."""

from calendar import monthrange
from datetime import date, timedelta

A_DAY = timedelta(days=1)

EARLIEST_DAY = date(1900, 1, 1)
LATEST_DAY = date(2999, 12, 31)

MOST_DAYS = 3660
"""The longest lead, window or overlap in days, ten years: above it a typing error is likelier than a wish."""


def last_of_month(day: date) -> date:
    """The last day of the month that a day lies in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def is_usable(day: date) -> bool:
    """Whether a day lies within what people may enter."""
    return EARLIEST_DAY <= day <= LATEST_DAY
