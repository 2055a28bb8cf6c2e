"""Floating plans: the next visit counts from the completion of the last, one open at a time (rules: Recurrence)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.days import A_DAY
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.series import Occurrence, Series
from powerup.contracts.visit import OPEN, LedgerVisit, VisitKey, VisitState, is_undecided

FIRST_VISIT_WITHIN = timedelta(days=366 * 12)
"""How far the first date of a rule is looked for; one that yields nothing in twelve years has no visits."""


def advanced(recurrence: Recurrence, done_on: date, calendar: Calendar) -> date:
    """The interval of the rule added to a day: the next nominal date of a floating plan."""
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

    Skipped, withheld or removed counts as done on its planned date.
    """
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
    last_nominal = series.calendar.next_working_day(until + A_DAY)
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


def _following(series: Series, first_day: date, done: date, written: Mapping[date, date]) -> date:
    """The completion date plus the interval, or an extra date before that.

    A visit that would fall before the present rule, on an excluded date or out of season comes on the first day
    behind that: what counts from a completion has no series of its own to run on.
    """
    rule = series.plan.recurrence
    nominal = max(advanced(rule, done, series.calendar), first_day)
    while not _is_free(series, nominal, written):
        nominal += A_DAY
    extra = [day for day in rule.extra_dates if done < day < nominal and day not in rule.excluded_dates]
    return min((day for day in extra if day >= first_day and day not in written), default=nominal)


def _is_free(series: Series, day: date, written: Mapping[date, date]) -> bool:
    rule = series.plan.recurrence
    return day not in written and day not in rule.excluded_dates and (not rule.months or day.month in rule.months)
