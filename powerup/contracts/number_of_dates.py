"""How many dates a recurrence has between two days, by arithmetic: what that costs does not grow with their number
(rules: Recurrence; Sizes)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from math import gcd

from powerup.contracts.calendar import Calendar
from powerup.contracts.days import A_DAY, last_of_month
from powerup.contracts.recurrence import (
    Recurrence,
    ShortMonth,
    Unit,
    months_of,
    names_its_months,
    nominal_dates,
)

IN_EVERY_MONTH = 28
"""The last day that every month has."""


def number_of_dates(recurrence: Recurrence, anchor: date, calendar: Calendar, since: date, until: date) -> int:
    """As many as `recurrence.nominal_dates` has, of the same arguments, without making them.

    A day of the month that short months leave out, and a moment of working days, are looked for month by month.
    """
    first = max(since, anchor)
    if first > until:
        return 0
    rule = replace(recurrence, extra_dates=(), excluded_dates=())

    def is_of_rule(day: date) -> bool:
        return any(nominal_dates(rule, anchor, calendar, day, day))

    excluded = {day for day in recurrence.excluded_dates if first <= day <= until}
    extra = {day for day in recurrence.extra_dates if first <= day <= until} - excluded
    left_out = sum(map(is_of_rule, excluded))
    added = sum(not is_of_rule(day) for day in extra)
    return _of_rule(rule, anchor, calendar, first, until) - left_out + added


def _of_rule(rule: Recurrence, anchor: date, calendar: Calendar, first: date, until: date) -> int:
    match rule.unit:
        case Unit.DAY:
            return _of_days(rule, [(anchor.toordinal(), rule.every)], first, until)
        case Unit.WEEK:
            monday, step = anchor.toordinal() - anchor.weekday(), 7 * rule.every
            weekdays = set(rule.weekdays) or {anchor.weekday()}
            return _of_days(rule, [(monday + weekday, step) for weekday in weekdays], first, until)
        case Unit.WORKDAY:
            return _of_working_days(rule, anchor, calendar, first, until)
        case Unit.MONTH | Unit.YEAR:
            if _has_a_day_in_every_month(rule, anchor):
                return _of_months(rule, anchor, calendar, first, until)
            return sum(1 for _ in nominal_dates(rule, anchor, calendar, first, until))


def _of_days(rule: Recurrence, series: Iterable[tuple[int, int]], first: date, until: date) -> int:
    """Series of day numbers, each its origin and its step, in the months of the season."""
    parts = [(since.toordinal(), until.toordinal()) for since, until in _in_season(rule, first, until)]
    return sum(_members(origin, step, low, high) for origin, step in series for low, high in parts)


def _of_working_days(rule: Recurrence, anchor: date, calendar: Calendar, first: date, until: date) -> int:
    origin = calendar.working_day_index(calendar.next_working_day(anchor))
    parts = [
        (calendar.working_day_index(since), calendar.working_day_index(until + A_DAY) - 1)
        for since, until in _in_season(rule, first, until)
    ]
    return sum(_members(origin, rule.every, low, high) for low, high in parts)


def _in_season(rule: Recurrence, first: date, until: date) -> Iterator[tuple[date, date]]:
    """The parts of a time that lie in the months of the rule's season: all of it where it has none."""
    if not rule.months:
        yield first, until
        return
    for year in range(first.year, until.year + 1):
        for month in set(rule.months):
            since, last = date(year, month, 1), last_of_month(date(year, month, 1))
            if last >= first and since <= until:
                yield max(since, first), min(last, until)


def _members(origin: int, step: int, low: int, high: int) -> int:
    """How many of origin, origin ± step, origin ± 2 steps … lie from low to high, both inclusive."""
    return (high - origin) // step - (low - 1 - origin) // step if low <= high else 0


def _has_a_day_in_every_month(rule: Recurrence, anchor: date) -> bool:
    if rule.moment is not None:
        return rule.moment.weekday is not None
    return (rule.month_day or anchor.day) <= IN_EVERY_MONTH or rule.at_short_month is ShortMonth.LAST_DAY


def _of_months(rule: Recurrence, anchor: date, calendar: Calendar, first: date, until: date) -> int:
    """One date a month: whole months are counted, those at the ends are looked at."""
    of_first = min(until, last_of_month(first))
    of_last = max(of_first + A_DAY, until.replace(day=1))
    at_the_ends = [(first, of_first), (of_last, until)]
    number = sum(1 for low, high in at_the_ends for _ in nominal_dates(rule, anchor, calendar, low, high))
    low, high = _month_number(of_first) + 1, _month_number(of_last) - 1
    return number + sum(_months_in_season(rule, origin, step, low, high) for origin, step in _months(rule, anchor))


def _months(rule: Recurrence, anchor: date) -> Iterator[tuple[int, int]]:
    """The series of months that the rule visits, each as one of them and its step, months being numbered through."""
    unit_months = months_of(rule.unit) or 1
    if names_its_months(rule.unit) and rule.months:
        yield from ((anchor.year * 12 + month - 1, 12 * rule.every) for month in set(rule.months))
    else:
        yield _month_number(anchor), unit_months * rule.every


def _months_in_season(rule: Recurrence, origin: int, step: int, low: int, high: int) -> int:
    if names_its_months(rule.unit) or not rule.months:
        return _members(origin, step, low, high)
    turns = 12 // gcd(12, step)  # after so many steps the months of the year come again
    months = (origin + turn * step for turn in range(turns))
    return sum(_members(month, turns * step, low, high) for month in months if month % 12 + 1 in rule.months)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1
