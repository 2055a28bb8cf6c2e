"""Floating plans: the next visit counts from the completion of the last, one open at a time (rules: Recurrence)."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.series import A_DAY, Occurrence, Series
from powerup.contracts.visit import OPEN, LedgerVisit, VisitKey, VisitState, retracted_by_change

FIRST_VISIT_WITHIN = timedelta(days=366 * 12)
MOST_LEFT_OUT = 1000
"""How many dates in a row a season and excluded dates may leave out, before a rule counts as yielding nothing."""


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
    if visit.state in OPEN or visit.state in (VisitState.FAILED, VisitState.PLANNED):
        return None
    if visit.state in (VisitState.COMPLETED, VisitState.SETTLED):
        return visit.completed_on or visit.planned_date
    return visit.planned_date


def floating_occurrences(
    series: Series,
    object_code: str | None,
    ledger: Mapping[VisitKey, LedgerVisit],
    since: date,
    until: date,
    today: date,
) -> Iterator[Occurrence]:
    """Visits of a floating plan planned from since to until, as they follow when each is done on its planned date.

    While a written visit is open, the next one is computed as if that were done today or on its planned date,
    whichever is later.
    """
    name, code = series.plan.name, object_code or ""
    written = {
        visit.key.nominal_date: visit
        for visit in ledger.values()
        if visit.key.object == code and visit.key.plan == name and not retracted_by_change(visit)
    }
    last_nominal = series.calendar.next_working_day(until + A_DAY)
    nominal = _first_open(series, object_code, written, today)
    while nominal is not None and nominal <= last_nominal and (series.end is None or nominal <= series.end):
        occurrence = series.occurrence(VisitKey(series.contract.number, name, nominal, code))
        if since <= occurrence.planned_date <= until:
            yield occurrence
        nominal = _following(series, occurrence.planned_date, nominal, written)


def _first_open(
    series: Series, object_code: str | None, written: Mapping[date, LedgerVisit], today: date
) -> date | None:
    """The nominal date of the first visit that is not written; None when the rule yields none."""
    named = series.plan.next_visit
    if named is not None and named >= series.first_day and all(nominal < named for nominal in written):
        return named
    if not written:
        dates = series.nominal_dates(object_code, series.first_day, series.first_day + FIRST_VISIT_WITHIN)
        return next((nominal for nominal, _ in dates), None)
    done = [(done_on(visit) or max(today, visit.planned_date), nominal) for nominal, visit in written.items()]
    return _following(series, max(done)[0], None, written)


def _following(
    series: Series, done: date, last_nominal: date | None, written: Mapping[date, LedgerVisit]
) -> date | None:
    """The completion date plus the interval; or an extra date before that. Dates that are left out count on."""
    rule = series.plan.recurrence
    nominal = advanced(rule, done, series.calendar)
    for _ in range(MOST_LEFT_OUT):
        ...
