"""Floating plans: the next visit counts from the completion of the last, one open at a time (rules: Recurrence)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import count

from dateutil.relativedelta import relativedelta

from powerup.contracts.calendar import Calendar
from powerup.contracts.contract import Shift
from powerup.contracts.days import A_DAY
from powerup.contracts.number_of_dates import IN_EVERY_MONTH, number_of_dates
from powerup.contracts.open_days import OpenDays
from powerup.contracts.recurrence import Recurrence, Unit, months_of, names_its_months, nominal_dates
from powerup.contracts.series import Occurrence, Series
from powerup.contracts.shift import shifted
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
    rows: Collection[LedgerVisit],
    since: date,
    until: date,
    today: date,
) -> Iterator[Occurrence]:
    """Visits of a floating plan planned from since to until, as they follow when each is done on its planned date.

    rows are the written visits of that object. While one is open, the next one is computed as if that were done today
    or on its planned date, whichever is later. A date with several orders is done with the last of them.
    """
    for nominal, planned in floating_dates(series, object_code, rows, since, until, today):
        if since <= planned <= until:
            yield series.occurrence(VisitKey(series.contract.number, series.plan.name, nominal, object_code or ""))


def floating_dates(
    series: Series,
    object_code: str | None,
    rows: Collection[LedgerVisit],
    since: date,
    until: date,
    today: date,
) -> Iterator[tuple[date, date]]:
    """Nominal and planned dates of the same visits, perhaps some before since and behind until among them."""
    written: dict[date, date] = {}
    for row in rows:
        done = done_on(row) or max(today, row.planned_date)
        written[row.key.nominal_date] = max(done, written.get(row.key.nominal_date, done))
    last_nominal = series.open_days.next(until + A_DAY)
    if series.end is not None:
        last_nominal = min(last_nominal, series.end)
    nominal = _first_open(series, object_code, written)
    if nominal is not None and not written:
        before = series.open_days.previous(min(since, series.contract.entered_on) - A_DAY)
        reached = _Course.of(series, object_code, nominal).reached(before)
        if reached is not None:
            nominal, written = reached.last, dict(reached.taken)
    first_day = series.first_day_of(object_code)
    while nominal is not None and nominal <= last_nominal:
        planned = series.planned_date(object_code, nominal)
        yield nominal, planned
        written[nominal] = planned
        nominal = _following(series.plan.recurrence, series.calendar, first_day, planned, written)


def number_of_floating_dates(
    series: Series, object_code: str | None, rows: Collection[LedgerVisit], until: date, today: date
) -> int:
    """How many visits `floating_occurrences` has from the first on, with a nominal date until a day, inclusive."""
    if rows:
        dates = floating_dates(series, object_code, rows, date.min, until, today)
        return sum(nominal <= until for nominal, _ in dates)
    first = _first_open(series, object_code, {})
    if series.end is not None:
        until = min(until, series.end)
    reached = _Course.of(series, object_code, first).reached(until) if first is not None else None
    return reached.number if reached is not None else 0


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far a plan has come: its number of visits, the nominal date of the last one, and nominal and planned dates of
    those that a shift has put before dates of their own, where none may come again."""

    number: int
    last: date
    taken: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class _Course:
    """How a floating plan runs from its first visit on, of which nothing is written, while each is done on its planned
    date. It is the same for all objects that begin with the same visit."""

    rule: Recurrence
    shift: Shift
    calendar: Calendar
    open_days: OpenDays
    start: date
    end: date | None
    first_day: date
    first: date
    first_planned: date

    @classmethod
    def of(cls, series: Series, object_code: str | None, first: date) -> "_Course":
        """The course of one object from its first visit on."""
        return cls(
            series.plan.recurrence,
            series.plan.shift,
            series.calendar,
            series.open_days,
            series.contract.start,
            series.end,
            series.first_day_of(object_code),
            first,
            series.planned_date(object_code, first),
        )

    def reached(self, until: date) -> _Reached | None:
        """How far it has come by a day, by nominal dates, inclusive; None before the first one."""
        if until < self.first:
            return None
        return self._counted(until) if self._runs_evenly() else _walked(self, until)

    def _runs_evenly(self) -> bool:
        """Whether each comes its interval after the one before, so that none has to be worked out for another: nothing
        shifts it, is left out or comes between, and the rule names no day that the first does not lie on."""
        rule, first = self.rule, self.first
        if self.shift is not Shift.AS_IS or rule.months or rule.excluded_dates or rule.extra_dates or rule.moment:
            return False
        match rule.unit:
            case Unit.DAY:
                return True
            case Unit.WORKDAY:
                return self.calendar.is_working_day(first)
            case Unit.WEEK:
                return first.weekday() in (rule.weekdays or (first.weekday(),))
            case Unit.MONTH | Unit.YEAR:
                return first.day <= IN_EVERY_MONTH and rule.month_day in (None, first.day)

    def _counted(self, until: date) -> _Reached:
        number = number_of_dates(replace(self.rule, weekdays=()), self.first, self.calendar, self.first, until)
        if number == 1:
            return _Reached(1, self.first)
        many = replace(self.rule, every=self.rule.every * (number - 1))
        return _Reached(number, advanced(many, self.first, self.calendar))


@lru_cache(maxsize=4096)
def _walked(course: _Course, until: date) -> _Reached:
    """What a course that does not run evenly has reached, gone along it from visit to visit; kept, since pages, presses
    and cycles ask for the same."""
    written = {course.first: course.first_planned}
    number, last, done = 1, course.first, course.first_planned
    while True:
        nominal = _following(course.rule, course.calendar, course.first_day, done, written)
        if nominal is None or nominal > until:
            return _Reached(number, last, tuple(each for each in written.items() if each[0] > done))
        done = shifted(nominal, course.shift, course.open_days, course.start, course.end) or nominal
        written[nominal] = done
        number, last = number + 1, nominal


def _first_open(series: Series, object_code: str | None, written: Mapping[date, date]) -> date | None:
    """The nominal date of the first visit that is not written; None when the rule yields none."""
    named = series.next_visit(object_code)
    first_day = series.first_day_of(object_code)
    if named is not None and named.nominal_date >= first_day and max(written, default=date.min) < named.nominal_date:
        return named.nominal_date
    if written:
        return _following(series.plan.recurrence, series.calendar, first_day, max(written.values()), written)
    dates = series.nominal_dates(object_code, first_day, first_day + FIRST_VISIT_WITHIN)
    return next((nominal for nominal, _ in dates), None)


def _following(
    rule: Recurrence, calendar: Calendar, first_day: date, done: date, written: Mapping[date, date]
) -> date | None:
    """What comes after a completion by the interval, or an extra date before that; None when nothing comes.

    A visit that would fall before the present rule, on an excluded date or out of season comes on the first day
    behind that, such as the rule names: what counts from a completion has no series of its own to run on.
    """
    nominal: date | None = next_nominal_date(rule, done, calendar)
    if nominal is not None and (nominal < first_day or not _is_free(rule, nominal, written)):
        later = _days_from(rule, calendar, max(nominal, first_day))
        nominal = next((day for day in later if _is_free(rule, day, written)), None)
    if not rule.extra_dates:
        return nominal
    extra = [day for day in rule.extra_dates if done < day and day not in rule.excluded_dates]
    extra = [day for day in extra if day >= first_day and day not in written and (nominal is None or day < nominal)]
    return min(extra, default=nominal)


def _days_from(rule: Recurrence, calendar: Calendar, since: date) -> Iterator[date]:
    """The days on which a visit can fall that comes later than it would: those that the rule names, else every day."""
    named = _every_named_day(rule)
    if named is None:
        return (since + timedelta(days=days) for days in count())
    return nominal_dates(named, since, calendar, since, since + FIRST_VISIT_WITHIN)


def _is_free(rule: Recurrence, day: date, written: Mapping[date, date]) -> bool:
    return day not in written and day not in rule.excluded_dates and (not rule.months or day.month in rule.months)
