"""A month of planned work as a calendar: its weeks with their days, and the visits themselves where they are few."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.capacity import Fullness, available_minutes
from powerup.contracts.days import last_of_month
from powerup.contracts.heavy_weeks import weeks_of
from powerup.contracts.planned_work import NO_WORK, Work, is_work
from powerup.readings.planning import Planning, PlanningBy, PlanningFilter
from powerup.readings.planning_year import HeavyWeek, PlannedYear, year_of
from powerup.readings.visit_list import VisitFilter, VisitList, VisitRow, VisitSort

MOST_SHOWN = 200
"""So many visits of a calendar are shown one by one; of more, each day says how many it has."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day with its work, told apart by groups with the most first. closed says why nobody works, empty where people
    do; inside is false before and after the month."""

    day: date
    inside: bool
    closed: str
    work: Work
    groups: Sequence[tuple[str, Work]]
    visits: Sequence[VisitRow]


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """A week from its Monday on, with all its work, how full it is by it where hours are said, and by what it stands
    out."""

    monday: date
    days: Sequence[CalendarDay]
    work: Work
    heavy: Sequence[HeavyWeek]
    full: Fullness | None = None


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """A month by its first day. work is that of its own days; one_by_one says whether its visits are shown."""

    first: date
    weeks: Sequence[CalendarWeek]
    work: Work
    year: PlannedYear
    one_by_one: bool

    @property
    def days(self) -> list[CalendarDay]:
        """The days of the month itself."""
        return [day for week in self.weeks for day in week.days if day.inside]


def planned_month(
    connection: Connection, around: TenantCircumstances, wanted: PlanningFilter, by: PlanningBy, first: date
) -> PlannedMonth:
    """The month that begins on a day, on a connection that a transaction of Database has given.

    It is read with its year, since what is usual for a week is that of the year.
    """
    mondays = _mondays(first)
    until = mondays[-1] + timedelta(days=6)
    year = weeks_of(first.year)
    since, last = min(mondays[0], year[0]), max(until, year[-1] + timedelta(days=6))
    read = Planning(connection, around).period(wanted, by, since, last)
    groups: defaultdict[date, list[tuple[str, Work]]] = defaultdict(list)
    for (day, group), work in sorted(read.work.items(), key=lambda each: (-each[1].minutes, each[0])):
        groups[day].append((group, work))
    total = sum((work.visits for (day, _), work in read.work.items() if mondays[0] <= day <= until), 0)
    one_by_one = total <= MOST_SHOWN
    rows = _rows(connection, around, wanted, mondays[0], until) if one_by_one and total else {}
    planned = year_of(read, around, wanted, by, first.year)
    heavy: defaultdict[date, list[HeavyWeek]] = defaultdict(list)
    for each in planned.heavy:
        heavy[each.week].append(each)

    def day_of(day: date) -> CalendarDay:
        work = sum((work for _, work in groups[day]), NO_WORK)
        closed = around.calendar.reason_closed(day) or ""
        return CalendarDay(day, _is_in(day, first), closed, work, groups[day], rows.get(day, ()))

    def week_of(monday: date) -> CalendarWeek:
        days = [day_of(monday + timedelta(days=place)) for place in range(7)]
        work, hours = sum((day.work for day in days), NO_WORK), planned.hours.in_all
        full = None if hours is None else Fullness(work.minutes, available_minutes(hours, monday, around.calendar))
        return CalendarWeek(monday, days, work, heavy[monday], full)

    weeks = [week_of(monday) for monday in mondays]
    own = sum((day.work for week in weeks for day in week.days if day.inside), NO_WORK)
    return PlannedMonth(first, weeks, own, planned, one_by_one)


def _is_in(day: date, first: date) -> bool:
    return (day.year, day.month) == (first.year, first.month)


def _mondays(first: date) -> list[date]:
    """Those of the weeks that have a day of the month."""
    monday = first - timedelta(days=first.weekday())
    last = last_of_month(first)
    return [monday + timedelta(weeks=number) for number in range((last - monday).days // 7 + 1)]


def visits_between(wanted: PlanningFilter, since: date, until: date) -> VisitFilter:
    """What the list of visits is asked for the same work of these days, inclusive."""
    return VisitFilter(
        since,
        until,
        customer=wanted.customer,
        employee=wanted.employee,
        type_of_work=wanted.type_of_work,
        region=wanted.region,
    )


def _rows(
    connection: Connection, around: TenantCircumstances, wanted: PlanningFilter, since: date, until: date
) -> Mapping[date, Sequence[VisitRow]]:
    asked = visits_between(wanted, since, until)
    page = VisitList(connection, around).page(asked, VisitSort.DAY, 10 * MOST_SHOWN)
    found: defaultdict[date, list[VisitRow]] = defaultdict(list)
    for row in page.rows:
        if is_work(row.visit):
            found[row.visit.planned_date].append(row)
    return found
