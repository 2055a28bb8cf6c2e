"""The period that a visit of a plan stands for: an edit never makes two visits of one (rules: Settle, then change)."""

from datetime import date, timedelta

from powerup.contracts.days import A_DAY
from powerup.contracts.recurrence import Recurrence, Unit

LONGEST_PERIOD = timedelta(days=366)
"""A visit further back than this stands for a period that has ended, whatever the rule."""


def period_start(recurrence: Recurrence, day: date) -> date:
    """The first day of the plan's period that a day falls in.

    The period is the day, week (from Monday), month or year of the plan's unit. A year with several months is as many
    periods, each from the first day of a named month until the next.
    """
    match recurrence.unit:
        case Unit.WEEK:
            return day - timedelta(days=day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.YEAR:
            months = _first_months(recurrence)
            past = [month for month in months if month <= day.month]
            return date(day.year, past[-1], 1) if past else date(day.year - 1, months[-1], 1)
        case Unit.DAY | Unit.WORKDAY:
            return day


def next_period_start(recurrence: Recurrence, day: date) -> date:
    """The first day of the period after the one that a day falls in."""
    match recurrence.unit:
        case Unit.WEEK:
            return day + timedelta(days=7 - day.weekday())
        case Unit.MONTH:
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Unit.YEAR:
            months = _first_months(recurrence)
            later = [month for month in months if month > day.month]
            return date(day.year, later[0], 1) if later else date(day.year + 1, months[0], 1)
        case Unit.DAY | Unit.WORKDAY:
            return day + A_DAY


def _first_months(recurrence: Recurrence) -> list[int]:
    """The months (1 to 12) that begin a period of a plan by the year."""
    return sorted(set(recurrence.months)) if len(set(recurrence.months)) > 1 else [1]
