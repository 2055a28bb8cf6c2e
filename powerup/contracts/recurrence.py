"""When a visit plan recurs: the rule itself, and the nominal dates it yields (rules: Recurrence)."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from heapq import merge
from itertools import groupby

from powerup.contracts.calendar import Calendar
from powerup.contracts.days import A_DAY


class Unit(StrEnum):
    """What the interval of a recurrence counts."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def months_of(unit: Unit) -> int | None:
    """How many months a unit is; None where it does not count in months, so that no day of a month belongs to it."""
    match unit:
        case Unit.DAY | Unit.WORKDAY | Unit.WEEK:
            return None
        case Unit.MONTH:
            return 1
        case Unit.YEAR:
            return 12


def names_its_months(unit: Unit) -> bool:
    """Whether the months of a rule are those that it visits; with any other unit they are its season."""
    match unit:
        case Unit.DAY | Unit.WORKDAY | Unit.WEEK | Unit.MONTH:
            return False
        case Unit.YEAR:
            return True


class ShortMonth(StrEnum):
    """What a fixed day does in a month that is too short for it."""

    LAST_DAY = "last_day"
    SKIP = "skip"


WORKDAY_MOMENT = "workday"


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the month such as the third Friday or the last workday.

    ordinal is 1 to 4, or -1 for the last; day is a weekday (Monday is 0) or None for any working day.
    """

    ordinal: int
    weekday: int | None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The rule of one visit plan, in the terms of RFC 5545 where it has them.

    weekdays (Monday is 0) belong to the unit week; month_day or moment, never both, to month and year. months is
    a season for every unit but year, where it names the months of the year that are visited.
    """

    unit: Unit
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    moment: Moment | None = None
    at_short_month: ShortMonth = ShortMonth.LAST_DAY
    months: tuple[int, ...] = ()
    extra_dates: tuple[date, ...] = ()
    excluded_dates: tuple[date, ...] = ()


MOST_EVERY = 999
"""The largest interval that is accepted: above it a typing error is likelier than a wish."""

_FAR = timedelta(days=36_525)
"""How far the date nearest to a day is looked for."""

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ORDINALS = frozenset({1, 2, 3, 4, -1})


def problems(recurrence: Recurrence, anchor: date | None = None) -> list[tuple[str, str]]:
    """What is wrong with a recurrence, as pairs of field name and reason code; empty when it can be used.

    With the anchor it is also seen when the rule can never yield a date.
    """
    found = []
    if not 1 <= recurrence.every <= MOST_EVERY:
        found.append(("every", "must_be_1_to_999"))
    if not set(recurrence.weekdays) <= set(range(7)):
        found.append(("weekdays", "unknown_weekday"))
    elif recurrence.weekdays and recurrence.unit is not Unit.WEEK:
        found.append(("weekdays", "only_for_week"))
    if not set(recurrence.months) <= set(range(1, 13)):
        found.append(("months", "must_be_1_to_12"))
    found += _problems_in_month(recurrence)
    return found or _never(recurrence, anchor)


def _problems_in_month(recurrence: Recurrence) -> list[tuple[str, str]]:
    found = []
    day, moment, by_month = recurrence.month_day, recurrence.moment, months_of(recurrence.unit) is not None
    if day is not None and not 1 <= day <= 31:
        found.append(("month_day", "must_be_1_to_31"))
    elif day is not None and not by_month:
        found.append(("month_day", "only_for_month_and_year"))
    if moment is None:
        return found
    if moment.ordinal not in _ORDINALS or moment.weekday not in (None, *range(7)):
        found.append(("moment", "unknown_moment"))
    elif not by_month:
        found.append(("moment", "only_for_month_and_year"))
    elif day is not None:
        found.append(("moment", "day_and_moment"))
    return found


def _never(recurrence: Recurrence, anchor: date | None) -> list[tuple[str, str]]:
    """Rules that look right but yield nothing: 31 February, or every 12 months from May in a season of July.

    Months that the rule names are held to the day even where short months take their last day; months that only
    follow from the anchor are not, because there the policy is a plain answer.
    """
    unit_months = months_of(recurrence.unit)
    if unit_months is None:
        return []
    months = _months_met(recurrence, anchor, recurrence.every * unit_months)
    if not months:
        return [("months", "never_met")]
    day = recurrence.month_day
    skips = recurrence.at_short_month is ShortMonth.SKIP
    if day is None and recurrence.moment is None and skips and anchor:
        day = anchor.day
    if day and (skips or recurrence.months) and all(day > _LONGEST[month - 1] for month in months):
        return [("month_day", "never_in_these_months")]
    return []


def _months_met(recurrence: Recurrence, anchor: date | None, step: int) -> set[int]:
    """The months (1 to 12) in which the rule, of so many months each, can yield a date, as far as known without the
    anchor."""
    chosen = set(recurrence.months) or set(range(1, 13))
    if anchor is None or (recurrence.months and names_its_months(recurrence.unit)):
        return chosen
    return chosen & {(anchor.month - 1 + times * step) % 12 + 1 for times in range(12)}


class LeftOut(StrEnum):
    """Why a date is not a nominal date of a visit plan."""

    BEFORE_ANCHOR = "before_anchor"
    EXCLUDED = "excluded"
    OUT_OF_SEASON = "out_of_season"
    NOT_IN_SERIES = "not_in_series"


def nominal_dates(recurrence: Recurrence, anchor: date, calendar: Calendar, since: date, until: date) -> Iterator[date]:
    """The dates that a recurrence yields, sorted, both ends inclusive, none twice (rules: Recurrence).

    Nothing lies before the anchor, extra dates neither. A season filters the series and leaves extra dates alone;
    an excluded date leaves out both (as EXDATE in RFC 5545). The cost does not depend on the anchor's age.
    Expects a recurrence without `problems`.
    """
    first = max(since, anchor)
    series = _in_season(recurrence, anchor, calendar, first, until)
    if recurrence.extra_dates:
        extra = sorted(day for day in set(recurrence.extra_dates) if first <= day <= until)
        series = (day for day, _ in groupby(merge(series, extra)))
    return _without_excluded(recurrence, series)


def nearest_date(recurrence: Recurrence, anchor: date, calendar: Calendar, day: date) -> date | None:
    """The date of the series that is nearest to a day, also counted back before the anchor (equally near: the later).

    What a season or an excluded date leaves out is no date of it, and extra dates are none of the series. None where
    it has none within a hundred years (rules: Next visit).
    """

    def between(since: date, until: date) -> Iterator[date]:
        return _without_excluded(recurrence, _in_season(recurrence, anchor, calendar, since, until))

    later = next(between(day, day + _FAR), None)
    if later == day:
        return day
    reach = _FAR if later is None else later - day
    return max(between(day - reach + A_DAY, day - A_DAY), default=later)


def _in_season(recurrence: Recurrence, anchor: date, calendar: Calendar, since: date, until: date) -> Iterator[date]:
    """The dates that are counted from the anchor, before it too, in the months of the season."""
    series = _series(recurrence, anchor, calendar, since, until)
    if recurrence.months and not names_its_months(recurrence.unit):
        season = frozenset(recurrence.months)
        return (day for day in series if day.month in season)
    return series


def _without_excluded(recurrence: Recurrence, series: Iterator[date]) -> Iterator[date]:
    if recurrence.excluded_dates:
        excluded = frozenset(recurrence.excluded_dates)
        return (day for day in series if day not in excluded)
    return series


def explain(recurrence: Recurrence, day: date, anchor: date, calendar: Calendar) -> LeftOut | None:
    """Why a date is not a nominal date, or None when it is one.

    A date counts as excluded or out of season only when the rule would yield it without that.
    """
    if day < anchor:
        return LeftOut.BEFORE_ANCHOR

    def yields(rule: Recurrence) -> bool:
        return any(nominal_dates(rule, anchor, calendar, day, day))

    if yields(recurrence):
        return None
    without_exclusions = replace(recurrence, excluded_dates=())
    if yields(without_exclusions):
        return LeftOut.EXCLUDED
    if not names_its_months(recurrence.unit) and yields(replace(without_exclusions, months=())):
        return LeftOut.OUT_OF_SEASON
    return LeftOut.NOT_IN_SERIES


def _series(recurrence: Recurrence, anchor: date, calendar: Calendar, first: date, until: date) -> Iterator[date]:
    match recurrence.unit:
        case Unit.DAY:
            return _daily(recurrence, anchor, first, until)
        case Unit.WORKDAY:
            return _every_workdays(recurrence, anchor, calendar, first, until)
        case Unit.WEEK:
            return _weekly(recurrence, anchor, first, until)
        case Unit.MONTH:
            months = _every_months(recurrence.every, anchor, first, until)
            return _monthly(recurrence, anchor, calendar, months, first, until)
        case Unit.YEAR if recurrence.months:
            months = _months_of_years(recurrence, anchor, first, until)
            return _monthly(recurrence, anchor, calendar, months, first, until)
        case Unit.YEAR:
            months = _every_months(12 * recurrence.every, anchor, first, until)
            return _monthly(recurrence, anchor, calendar, months, first, until)


def _daily(recurrence: Recurrence, anchor: date, first: date, until: date) -> Iterator[date]:
    every = recurrence.every
    start = _on_or_after(first.toordinal(), anchor.toordinal(), every)
    return map(date.fromordinal, range(start, until.toordinal() + 1, every))


def _every_workdays(
    recurrence: Recurrence, anchor: date, calendar: Calendar, first: date, until: date
) -> Iterator[date]:
    """Counted on the calendar, from the first working day on or after the anchor."""
    start = calendar.next_working_day(anchor)
    day = calendar.next_working_day(first)
    passed = calendar.working_day_index(day) - calendar.working_day_index(start)
    day = calendar.add_working_days(day, -passed % recurrence.every)
    while day <= until:
        yield day
        day = calendar.add_working_days(day, recurrence.every)


def _weekly(recurrence: Recurrence, anchor: date, first: date, until: date) -> Iterator[date]:
    """Weeks begin on Monday and are counted from the anchor's own; without weekdays the anchor's weekday."""
    weekdays = sorted(set(recurrence.weekdays)) or [anchor.weekday()]
    step = 7 * recurrence.every
    lowest, highest = first.toordinal(), until.toordinal()
    monday_of_first = lowest - first.weekday()
    start = _on_or_after(monday_of_first, anchor.toordinal() - anchor.weekday(), step)
    for monday in range(start, highest + 1, step):
        for weekday in weekdays:
            if lowest <= monday + weekday <= highest:
                yield date.fromordinal(monday + weekday)


def _monthly(
    recurrence: Recurrence, anchor: date, calendar: Calendar, months: Iterable[int], first: date, until: date
) -> Iterator[date]:
    """One date in each of the months, which are numbered through, year after year."""
    day_of = _day_in_month(recurrence, anchor, calendar)
    for number in months:
        year, month = divmod(number, 12)
        day = day_of(year, month + 1)
        if day is not None and first <= day <= until:
            yield day


def _every_months(step: int, anchor: date, first: date, until: date) -> Iterable[int]:
    """Every so many months from the anchor's own, as year * 12 + month - 1."""
    lowest, highest = first.year * 12 + first.month - 1, until.year * 12 + until.month - 1
    return range(_on_or_after(lowest, anchor.year * 12 + anchor.month - 1, step), highest + 1, step)


def _months_of_years(recurrence: Recurrence, anchor: date, first: date, until: date) -> Iterable[int]:
    """The months that the rule names, of every so many years."""
    years = range(_on_or_after(first.year, anchor.year, recurrence.every), until.year + 1, recurrence.every)
    return (year * 12 + month - 1 for year in years for month in sorted(set(recurrence.months)))


def _on_or_after(lowest: int, origin: int, step: int) -> int:
    """The first member of …, origin - step, origin, origin + step, … that is not below lowest."""
    return lowest + (origin - lowest) % step


def _day_in_month(recurrence: Recurrence, anchor: date, calendar: Calendar) -> Callable[[int, int], date | None]:
    """How the rule finds its day in a given year and month (1 to 12); None where that month has no such day."""
    moment = recurrence.moment
    if moment is None:
        day = recurrence.month_day or anchor.day
        return partial(_fixed_day, day, recurrence.at_short_month is ShortMonth.LAST_DAY)
    if moment.weekday is None:
        return partial(_workday_moment, moment.ordinal, calendar)
    return partial(_weekday_moment, moment.ordinal, moment.weekday)


def _fixed_day(day: int, clamp: bool, year: int, month: int) -> date | None:
    if day <= 28:
        return date(year, month, day)
    length = monthrange(year, month)[1]
    if day <= length:
        return date(year, month, day)
    return date(year, month, length) if clamp else None


def _weekday_moment(ordinal: int, weekday: int, year: int, month: int) -> date:
    if ordinal > 0:
        days_to_weekday = (weekday - date(year, month, 1).weekday()) % 7
        return date(year, month, 1 + days_to_weekday + 7 * (ordinal - 1))
    length = monthrange(year, month)[1]
    return date(year, month, length - (date(year, month, length).weekday() - weekday) % 7)


def _workday_moment(ordinal: int, calendar: Calendar, year: int, month: int) -> date | None:
    working = calendar.working_days_of_month(year, month)
    place = ordinal - 1 if ordinal > 0 else ordinal
    return working[place] if -len(working) <= place < len(working) else None
