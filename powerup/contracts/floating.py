"""Floating plans: the next visit counts from the completion of the last, one open at a time (rules: Recurrence)."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.series import Occurrence, agreed_end, occurrence_of, plan_nominal_dates
from powerup.contracts.visit import OPEN, LedgerVisit, VisitKey, VisitState

FIRST_VISIT_WITHIN = timedelta(days=366 * 12)


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
    contract: Contract,
    plan: VisitPlan,
    ledger: Mapping[VisitKey, LedgerVisit],
    calendar: Calendar,
    settings: TenantSettings,
    since: date,
    until: date,
    today: date,
) -> Iterator[Occurrence]:
    """Visits of a floating plan planned from since to until, as they follow when each is done on its planned date.

    While the last written visit is open, the next one is computed as if that were done today or on its planned date,
    whichever is later.
    """
    end = agreed_end(contract)
    for object_code in contract.visited_objects():
        nominal = _next_nominal(contract, plan, object_code, ledger, calendar, today)
        while nominal is not None and nominal <= until and (end is None or nominal <= end):
            key = VisitKey(contract.number, plan.name, nominal, object_code or "")
            occurrence = occurrence_of(contract, plan, key, calendar, settings)
            if since <= occurrence.planned_date <= until:
                yield occurrence
            nominal = max(advanced(plan.recurrence, occurrence.planned_date, calendar), nominal + timedelta(days=1))


def _next_nominal(
    contract: Contract,
    plan: VisitPlan,
    object_code: str | None,
    ledger: Mapping[VisitKey, LedgerVisit],
    calendar: Calendar,
    today: date,
) -> date | None:
    written = [v for v in ledger.values() if (v.key.plan, v.key.object) == (plan.name, object_code or "")]
    last = max(written, key=lambda visit: visit.key.nominal_date, default=None)
    if last is None:
        first_day = max(contract.start, plan.counts_from or contract.start)
        dates = plan_nominal_dates(contract, plan, object_code, calendar, first_day, first_day + FIRST_VISIT_WITHIN)
        return next((nominal for nominal, _ in dates), None)
    done = done_on(last) or max(today, last.planned_date)
    after_last = last.key.nominal_date + timedelta(days=1)
    return max(advanced(plan.recurrence, done, calendar), after_last, plan.counts_from or after_last)
