"""Nominal dates against dateutil's rrule, for rules that RFC 5545 can say without clamping."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from dateutil.rrule import DAILY, FR, MO, MONTHLY, WEEKLY, YEARLY, rrule, rruleset, weekday

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit, nominal_dates, problems

DUTCH = Calendar(CalendarRules())
RULES_PER_SEED = 2_500
MONTHS_WITHOUT_DUTCH_HOLIDAYS = (7, 8, 9, 10, 11)
WEEKDAYS = [weekday(number) for number in range(MO.weekday, FR.weekday + 1)]


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_made_up_rules_give_the_dates_of_rrule(seed: int) -> None:
    random = Random(seed)
    found = 0
    for _ in range(RULES_PER_SEED):
        anchor = date(2024, 1, 1) + timedelta(days=random.randrange(1500))
        rule = made_up(random)
        while problems(rule, anchor):  # rrule looks for a date that never comes until the year 9999
            rule = made_up(random)
        since = anchor + timedelta(days=random.randrange(-100, 700))
        until = since + timedelta(days=random.randrange(0, 500))
        expected = by_rrule(rule, anchor, since, until)
        assert list(nominal_dates(rule, anchor, DUTCH, since, until)) == expected, (rule, anchor, since, until)
        found += len(expected)
    assert found > 8 * RULES_PER_SEED  # else it was nothing that agreed with nothing


def made_up(random: Random) -> Recurrence:
    """A recurrence of any unit but workday, with short months skipped, as RFC 5545 has it."""
    unit = random.choice([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.MONTH, Unit.YEAR])
    place: dict[str, Any] = {}
    months = tuple(random.sample(range(1, 13), random.randrange(1, 7))) if random.random() < 0.4 else ()
    if unit is Unit.WEEK:
        place["weekdays"] = tuple(random.sample(range(7), random.randrange(0, 5)))
    if unit in (Unit.MONTH, Unit.YEAR):
        kind = random.choice(["anchor", "day", "weekday", "workday"])
        if kind == "day":
            place["month_day"] = random.randrange(1, 32)
        elif kind == "weekday":
            place["moment"] = Moment(random.choice([1, 2, 3, 4, -1]), random.randrange(7))
        elif kind == "workday":
            place["moment"] = Moment(random.choice([1, 2, 3, 4, -1]), None)
            months = tuple(random.sample(MONTHS_WITHOUT_DUTCH_HOLIDAYS, 3))
    return Recurrence(
        unit,
        random.randrange(1, 9),
        at_short_month=ShortMonth.SKIP,
        months=months,
        extra_dates=tuple(date(2026, 1, 1) + timedelta(days=random.randrange(700)) for _ in range(random.randrange(3))),
        excluded_dates=tuple(date(2026, 1, 1) + timedelta(days=day) for day in random.sample(range(900), 40)),
        **place,
    )


def by_rrule(rule: Recurrence, anchor: date, since: date, until: date) -> list[date]:
    dates = rruleset()
    for said in said_to_rrule(rule, anchor):
        dates.rrule(rrule(dtstart=at_midnight(anchor), until=at_midnight(until), wkst=MO, **said))
    for extra in rule.extra_dates:
        if extra >= anchor:
            dates.rdate(at_midnight(extra))
    for excluded in rule.excluded_dates:
        dates.exdate(at_midnight(excluded))
    return [moment.date() for moment in dates.between(at_midnight(since), at_midnight(until), inc=True)]


def said_to_rrule(rule: Recurrence, anchor: date) -> list[dict[str, Any]]:
    frequencies = {Unit.DAY: DAILY, Unit.WEEK: WEEKLY, Unit.MONTH: MONTHLY, Unit.YEAR: YEARLY}
    said: dict[str, Any] = {"freq": frequencies[rule.unit], "interval": rule.every}
    months = rule.months or ((anchor.month,) if rule.unit is Unit.YEAR else ())
    if months:
        said["bymonth"] = months
    if rule.weekdays:
        said["byweekday"] = rule.weekdays
    if rule.month_day:
        said["bymonthday"] = rule.month_day
    if rule.moment and rule.moment.weekday is not None:
        said["byweekday"] = weekday(rule.moment.weekday)(rule.moment.ordinal)
    elif rule.moment:
        said |= {"byweekday": WEEKDAYS, "bysetpos": rule.moment.ordinal}
        if rule.unit is Unit.YEAR:  # BYSETPOS picks from the whole year there: one rule for each month
            return [said | {"bymonth": month} for month in months]
    return [said]


def at_midnight(day: date) -> datetime:
    return datetime.combine(day, time())
