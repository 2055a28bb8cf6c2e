"""Floating plans: the next visit counts from the completion of the last, one open at a time (rules: Recurrence)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import count

from dateutil.relativedelta import relativedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.days import A_DAY
from powerup.contracts.recurrence import Recurrence, Unit, months_of, names_its_months, nominal_dates
from powerup.contracts.series import Occurrence, Series
from powerup.contracts.visit import OPEN, LedgerVisit, VisitKey, VisitState, is_undecided

FIRST_VISIT_WITHIN = timedelta(days=366 * 12)
"""How far the first date of a rule is looked for; one that yields nothing in twelve years has no visits."""


def problems(recurrence: Recurrence) -> list[tuple[str, str]]:
    """What keeps a rule from being that of a floating plan, as `recurrence.problems` has it: there is one completion
    to count from, so one weekday, and one month of the year (rules: Recurrence)."""
    found = []
    if len(set(recurrence.weekdays)) > 1:
        found.append(("weekdays", "floating_counts_from_one"))
    if names_its_months(recurrence.unit) and len(set(recurrence.months)) > 1:
        found.append(("months", "floating_counts_from_one"))
    return found


def next_nominal_date(recurrence: Recurrence, done_on: date, calendar: Calendar) -> date:
    """The completion date plus the interval; where the rule names a day, the such day that is nearest to it (equally
    near: the earlier), but after the completion (rules: Recurrence)."""
    day = advanced(recurrence, done_on, calendar)
    named = _every_named_day(recurrence)
    if named is None:
        return day
    reach = _comes_back_within(named)
    since = max(done_on + A_DAY, day - reach)
    around = nominal_dates(named, since, calendar, since, day + reach)
    return min(around, key=lambda each: abs(each - day), default=day)


@lru_cache(maxsize=4096)
def _every_named_day(recurrence: Recurrence) -> Recurrence | None:
    """The rule of all days such as it names: each Wednesday, the 15th of each month, the last working day of each
    April. None where it names none: a month by itself is a season, and no day."""
    if not recurrence.weekdays and recurrence.month_day is None and recurrence.moment is None:
        return None
    in_months = names_its_months(recurrence.unit) and bool(recurrence.months)
    unit = recurrence.unit if in_months or months_of(recurrence.unit) is None else Unit.MONTH
    months = recurrence.months if in_months else ()
    return replace(recurrence, unit=unit, every=1, months=months, extra_dates=(), excluded_dates=())


def _comes_back_within(named: Recurrence) -> timedelta:
    """Within so much time a named day comes back: also the 31st where short months are skipped, and 29 February."""
    if months_of(named.unit) is None:
        return timedelta(days=7)
    return timedelta(days=366 * 8) if named.months else timedelta(days=62)


def advanced(recurrence: Recurrence, done_on: date, calendar: Calendar) -> date:
    """The interval of the rule added to a day."""
    match recurrence.unit:
        case Unit.DAY:
            return done_on + timedelta(days=recurrence.every)
        case Unit.WORKDAY:
            return calendar.add_working_days(done_on, recurrence.every)
        case Unit.WEEK:
            return done_on + timedelta(weeks=recurrence.every)
        case Unit.MONTH:
            return done_on + relativedelta(months=recurrence.every)
        case Unit.YEAR:
            return done_on + relativedelta(years=recurrence.every)


def done_on(visit: LedgerVisit) -> date | None:
    """The day from which the next visit counts, or None while this one is open.

    Skipped, withheld or removed counts as done on its planned date. One that a visit of an earlier contract stands for
    is done when that is.
    """
    if visit.covered_by is not None:
        return visit.completed_on
    if visit.state in OPEN or visit.state is VisitState.FAILED or is_undecided(visit):
        return None
    if visit.state in (VisitState.COMPLETED, VisitState.SETTLED):
        return visit.completed_on or visit.planned_date
    return visit.planned_date


def floating_occurrences(
    series: Series,
    object_code: str | None,
    rows: Iterable[LedgerVisit],
    since: date,
    until: date,
    today: date,
) -> Iterator[Occurrence]:
    """Visits of a floating plan planned from since to until, as they follow when each is done on its planned date.

    rows are the written visits of that object. While one is open, the next one is computed as if that were done today
    or on its planned date, whichever is later.
    """
    written = {row.key.nominal_date: done_on(row) or max(today, row.planned_date) for row in rows}
    last_nominal = series.open_days.next(until + A_DAY)
    if series.end is not None:
        last_nominal = min(last_nominal, series.end)
    first_day = series.first_day_of(object_code)
    nominal = _first_open(series, object_code, written)
    while nominal is not None and nominal <= last_nominal:
        key = VisitKey(series.contract.number, series.plan.name, nominal, object_code or "")
        occurrence = series.occurrence(key)
        if since <= occurrence.planned_date <= until:
            yield occurrence
        written[nominal] = occurrence.planned_date
        nominal = _following(series, first_day, occurrence.planned_date, written)


def _first_open(series: Series, object_code: str | None, written: Mapping[date, date]) -> date | None:
    """The nominal date of the first visit that is not written; None when the rule yields none."""
    named = series.next_visit(object_code)
    first_day = series.first_day_of(object_code)
    if named is not None and named.nominal_date >= first_day and max(written, default=date.min) < named.nominal_date:
        return named.nominal_date
    if written:
        return _following(series, first_day, max(written.values()), written)
    dates = series.nominal_dates(object_code, first_day, first_day + FIRST_VISIT_WITHIN)
    return next((nominal for nominal, _ in dates), None)


def _following(series: Series, first_day: date, done: date, written: Mapping[date, date]) -> date | None:
    """What comes after a completion by the interval, or an extra date before that; None when nothing comes.

    A visit that would fall before the present rule, on an excluded date or out of season comes on the first day
    behind that, such as the rule names: what counts from a completion has no series of its own to run on.
    """
    rule = series.plan.recurrence
    nominal: date | None = next_nominal_date(rule, done, series.calendar)
    if nominal is not None and (nominal < first_day or not _is_free(series, nominal, written)):
        later = _days_from(series, max(nominal, first_day))
        nominal = next((day for day in later if _is_free(series, day, written)), None)
    extra = [day for day in rule.extra_dates if done < day and day not in rule.excluded_dates]
    extra = [day for day in extra if day >= first_day and day not in written and (nominal is None or day < nominal)]
    return min(extra, default=nominal)


def _days_from(series: Series, since: date) -> Iterator[date]:
    """The days on which a visit can fall that comes later than it would: those that the rule names, else every day."""
    named = _every_named_day(series.plan.recurrence)
    if named is None:
        return (since + timedelta(days=days) for days in count())
    return nominal_dates(named, since, series.calendar, since, since + FIRST_VISIT_WITHIN)


def _is_free(series: Series, day: date, written: Mapping[date, date]) -> bool:
    rule = series.plan.recurrence
    return day not in written and day not in rule.excluded_dates and (not rule.months or day.month in rule.months)
