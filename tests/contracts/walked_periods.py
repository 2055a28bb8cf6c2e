"""The period of a plan, found by walking from day to day: an oracle that shares nothing with the code."""

from collections.abc import Iterator
from datetime import date, timedelta

from powerup.contracts.recurrence import Recurrence, Unit

A_DAY = timedelta(days=1)


def begins_a_period(rule: Recurrence, day: date) -> bool:
    """Whether a period of the plan begins on that day (rules: Settle, then change)."""
    months = set(rule.months) if len(set(rule.months)) > 1 else {1}
    begins = {
        Unit.DAY: True,
        Unit.WORKDAY: True,
        Unit.WEEK: day.strftime("%A") == "Monday",
        Unit.MONTH: day.day == 1,
        Unit.YEAR: day.day == 1 and day.month in months,
    }
    return begins[rule.unit]


def first_day(rule: Recurrence, day: date) -> date:
    """The first day of the period that a day falls in."""
    while not begins_a_period(rule, day):
        day -= A_DAY
    return day


def periods_begun(rule: Recurrence, after: date, until: date) -> Iterator[date]:
    """The first days of periods after one day and until another, inclusive."""
    day = after + A_DAY
    while day <= until:
        if begins_a_period(rule, day):
            yield day
        day += A_DAY
