"""A year of planned work by week, and the weeks that stand out (rules: Planning)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
class PlannedYear:
    """A year's weeks by their Mondays, what its work is told apart by with the most first, and the work of each."""

    year: int
    weeks: Sequence[date]
    groups: Sequence[str]
    work: Mapping[tuple[date, str], Work]
    usual: Mapping[str, int]
    read: PlannedPeriod

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
    return year_of(planning.period(wanted, by, weeks[0], weeks[-1] + timedelta(days=6)), year)


def year_of(read: PlannedPeriod, year: int) -> PlannedYear:
    """The year of what was read of at least all its weeks."""
    weeks, work = weeks_of(year), read.by_week()
    groups = [group for group in read.groups if any((week, group) in work for week in weeks)]
    usual = {
        group: usual_minutes(weeks, {week: work.get((week, group), NO_WORK).minutes for week in weeks})
        for group in groups
    }
    return PlannedYear(year, weeks, groups, work, usual, read)
