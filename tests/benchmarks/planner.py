"""How fast one process computes nominal and planned dates, and how that compares with dateutil's rrule."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from time import perf_counter
from typing import Any

from dateutil.rrule import FR, MONTHLY, rrule

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.contract import Shift
from powerup.contracts.open_days import OpenDays
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit, nominal_dates
from powerup.contracts.shift import shifted

ANCHOR, UNTIL = date(2026, 1, 1), date(2045, 12, 31)
RECURRENCES = {
    "every day": Recurrence(Unit.DAY),
    "every 10 days": Recurrence(Unit.DAY, 10),
    "every 10 workdays": Recurrence(Unit.WORKDAY, 10),
    "monday and thursday, every 2 weeks": Recurrence(Unit.WEEK, 2, weekdays=(0, 3)),
    "monthly on the 15th": Recurrence(Unit.MONTH, month_day=15),
    "monthly on the 31st": Recurrence(Unit.MONTH, month_day=31),
    "monthly on the third friday": Recurrence(Unit.MONTH, moment=Moment(3, 4)),
    "monthly on the last workday": Recurrence(Unit.MONTH, moment=Moment(-1, None)),
    "monthly on the 10th from april to september": Recurrence(Unit.MONTH, month_day=10, months=(4, 5, 6, 7, 8, 9)),
    "every 3 months on the 20th, with extra and excluded dates": Recurrence(
        Unit.MONTH, 3, month_day=20, extra_dates=(date(2027, 2, 2),), excluded_dates=(date(2028, 4, 20),)
    ),
    "yearly": Recurrence(Unit.YEAR),
    "yearly in march and september": Recurrence(Unit.YEAR, months=(3, 9), month_day=1),
}
BY_RRULE: dict[str, tuple[Recurrence, dict[str, Any]]] = {
    "monthly on the 15th": (Recurrence(Unit.MONTH, month_day=15), {"bymonthday": 15}),
    "monthly on the 31st, short months skipped": (
        Recurrence(Unit.MONTH, month_day=31, at_short_month=ShortMonth.SKIP),
        {"bymonthday": 31},
    ),
    "monthly on the third friday": (Recurrence(Unit.MONTH, moment=Moment(3, 4)), {"byweekday": FR(3)}),
}


def run() -> dict[str, object]:
    """Visits per second: planned per kind of recurrence and over equal shares of all; nominal against rrule."""
    calendar = Calendar(CalendarRules())
    kinds = {name: _rate(partial(_planned, rule, calendar, ANCHOR, UNTIL)) for name, rule in RECURRENCES.items()}
    against = {name: _against_rrule(rule, said, calendar) for name, (rule, said) in BY_RRULE.items()}
    return {
        "planned_visits_per_second": round(len(kinds) / sum(1 / rate for rate in kinds.values())),
        "planned_visits_per_second_in_windows_of_a_year": round(_rate(lambda: _year_by_year(calendar))),
        "planned_visits_per_second_by_kind": {name: round(rate) for name, rate in kinds.items()},
        "monthly_against_rrule": against,
        "slowest_monthly_times_rrule": min(figures["times_rrule"] for figures in against.values()),
    }


def _planned(rule: Recurrence, calendar: Calendar, since: date, until: date) -> int:
    """The number of visits of one plan, each shifted off closed days."""
    return sum(
        shifted(nominal, Shift.NEAREST, OpenDays(calendar), ANCHOR, None) is not None
        for nominal in nominal_dates(rule, ANCHOR, calendar, since, until)
    )


def _year_by_year(calendar: Calendar) -> int:
    """All plans but the daily one, asked for one year after the other, as a forecast asks."""
    years = [(date(year, 1, 1), date(year, 12, 31)) for year in range(ANCHOR.year, UNTIL.year + 1)]
    rules = [rule for name, rule in RECURRENCES.items() if name != "every day"]
    return sum(_planned(rule, calendar, since, until) for rule in rules for since, until in years)


def _against_rrule(rule: Recurrence, said: dict[str, Any], calendar: Calendar) -> dict[str, float]:
    first, last = (datetime.combine(day, time()) for day in (ANCHOR, UNTIL))
    ours = list(nominal_dates(rule, ANCHOR, calendar, ANCHOR, UNTIL))
    theirs = [moment.date() for moment in rrule(MONTHLY, dtstart=first, until=last, **said)]
    if ours != theirs:
        raise AssertionError("The two do not do the same work.")
    our_rate = _rate(lambda: len(list(nominal_dates(rule, ANCHOR, calendar, ANCHOR, UNTIL))))
    their_rate = _rate(lambda: len(list(rrule(MONTHLY, dtstart=first, until=last, **said))))
    return {
        "visits_per_second": round(our_rate),
        "rrule_per_second": round(their_rate),
        "times_rrule": round(our_rate / their_rate, 1),
    }


def _rate(work: Callable[[], int], seconds: float = 0.4) -> float:
    """Visits per second of a piece of work that returns their number, done again until the time is over."""
    work()  # the calendar keeps the years it has worked out
    visits, start = 0, perf_counter()
    while (passed := perf_counter() - start) < seconds:
        visits += work()
    return visits / passed
