"""A year of planned work by week, and the weeks that stand out (rules: Planning)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.capacity import Capacity, Fullness, available_minutes
from powerup.contracts.heavy_weeks import is_heavy, usual_minutes, weeks_of
from powerup.contracts.planned_work import NO_WORK, Work
from powerup.readings.planning import PlannedPeriod, Planning, PlanningBy, PlanningFilter


@dataclass(frozen=True, slots=True)
class HeavyWeek:
    """A week that stands out, by its Monday, and what it stands out by."""

    week: date
    group: str
    minutes: int
    usual: int


@dataclass(frozen=True, slots=True)
class HoursAWeek:
    """The hours of a week without a day off: of all that is counted together, and of the groups that have their own;
    nothing where nothing is said of them."""

    in_all: int | None
    of_groups: Mapping[str, int]

    @property
    def are_said(self) -> bool:
        """Whether there is something to compare with."""
        return self.in_all is not None or bool(self.of_groups)


@dataclass(frozen=True, slots=True)
class PlannedYear:
    """A year's weeks by their Mondays, what its work is told apart by with the most first, the work of each, and the
    hours that there are for it."""

    year: int
    weeks: Sequence[date]
    groups: Sequence[str]
    work: Mapping[tuple[date, str], Work]
    usual: Mapping[str, int]
    read: PlannedPeriod
    hours: HoursAWeek
    around: TenantCircumstances

    def of(self, week: date, group: str) -> Work:
        """The work of one group in one week."""
        return self.work.get((week, group), NO_WORK)

    def of_week(self, week: date) -> Work:
        """All work of one week."""
        return sum((self.of(week, group) for group in self.groups), NO_WORK)

    def of_group(self, group: str) -> Work:
        """All work of one group in the year."""
        return sum((self.of(week, group) for week in self.weeks), NO_WORK)

    @property
    def all(self) -> Work:
        """The work of the year."""
        return sum((self.of_group(group) for group in self.groups), NO_WORK)

    def is_heavy(self, week: date, group: str) -> bool:
        """Whether a group's work of a week is much more than usual."""
        return is_heavy(self.of(week, group).minutes, self.usual[group])

    def full(self, week: date, group: str | None = None) -> Fullness | None:
        """How full a week is, of one group or all together; None where nothing is said of its hours."""
        hours = self.hours.in_all if group is None else self.hours.of_groups.get(group)
        if hours is None:
            return None
        needed = self.of_week(week) if group is None else self.of(week, group)
        return Fullness(needed.minutes, available_minutes(hours, week, self.around.calendar))

    def compared(self, week: date, group: str) -> Fullness | None:
        """How full the week is that a group has work in: by the group's own hours where groups have such, else by all
        work together."""
        return self.full(week, group if self.hours.of_groups else None)

    @property
    def over(self) -> list[tuple[date, str | None, Fullness]]:
        """The weeks with more work than hours, with their group or none for all together, in their order."""
        groups = [None, *(group for group in self.groups if group in self.hours.of_groups)]
        found = ((week, group, self.full(week, group)) for week in self.weeks for group in groups)
        return [(week, group, full) for week, group, full in found if full and full.is_over]

    @property
    def heavy(self) -> list[HeavyWeek]:
        """The weeks that stand out, in their order."""
        return [
            HeavyWeek(week, group, self.of(week, group).minutes, self.usual[group])
            for week in self.weeks
            for group in self.groups
            if self.is_heavy(week, group)
        ]


def planned_year(planning: Planning, wanted: PlanningFilter, by: PlanningBy, year: int) -> PlannedYear:
    """The work of a year's weeks, counted as on every Dutch calendar."""
    weeks = weeks_of(year)
    read = planning.period(wanted, by, weeks[0], weeks[-1] + timedelta(days=6))
    return year_of(read, planning.around, wanted, by, year)


def year_of(
    read: PlannedPeriod, around: TenantCircumstances, wanted: PlanningFilter, by: PlanningBy, year: int
) -> PlannedYear:
    """The year of what was read of at least all its weeks."""
    weeks, work = weeks_of(year), read.by_week()
    groups = [group for group in read.groups if any((week, group) in work for week in weeks)]
    usual = {
        group: usual_minutes(weeks, {week: work.get((week, group), NO_WORK).minutes for week in weeks})
        for group in groups
    }
    hours = hours_for(around.configuration.capacity, wanted, by, groups)
    return PlannedYear(year, weeks, groups, work, usual, read, hours, around)


def hours_for(capacity: Capacity, wanted: PlanningFilter, by: PlanningBy, groups: Sequence[str]) -> HoursAWeek:
    """The hours that what is counted has. Work of one kind or customer has none of its own, and work of one employee
    in one region neither."""
    if wanted.type_of_work or wanted.customer or (wanted.employee and wanted.region):
        return HoursAWeek(None, {})
    if wanted.employee:
        hours = capacity.of_employee(wanted.employee)
        return HoursAWeek(hours, {} if hours is None or by is not PlanningBy.EMPLOYEE else {wanted.employee: hours})
    in_all = capacity.of_region(wanted.region) if wanted.region else capacity.in_all
    of_groups = {group: _of_group(capacity, by, group) for group in groups if group}
    if wanted.region and by is not PlanningBy.REGION:
        of_groups = {}
    return HoursAWeek(in_all, {group: hours for group, hours in of_groups.items() if hours is not None})


def _of_group(capacity: Capacity, by: PlanningBy, group: str) -> int | None:
    match by:
        case PlanningBy.TYPE_OF_WORK:
            return None
        case PlanningBy.EMPLOYEE:
            return capacity.of_employee(group)
        case PlanningBy.REGION:
            return capacity.of_region(group)
