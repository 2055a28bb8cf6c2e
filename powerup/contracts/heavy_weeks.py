"""Which weeks of a year stand out by their work (rules: Planning)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from dateutil.relativedelta import relativedelta

from powerup.contracts.planned_work import Share, share_of
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation

MUCH_MORE = 1.5
"""So many times what is usual is heavy."""

LEAST_MORE = 8 * 60
"""Minutes above what is usual below which no week is heavy: a day of one person's work."""


def weeks_of(year: int) -> list[date]:
    """The Mondays of a year's weeks, which are counted as on every Dutch calendar (ISO 8601)."""
    monday = date.fromisocalendar(year, 1, 1)
    following = date.fromisocalendar(year + 1, 1, 1)
    return [monday + timedelta(weeks=number) for number in range((following - monday).days // 7)]


def usual_minutes(weeks: Sequence[date], minutes: Mapping[date, int]) -> int:
    """The median of a year's weeks, those without work among them."""
    return round(median(minutes.get(week, 0) for week in weeks))


def is_heavy(minutes: int, usual: int) -> bool:
    """Whether a week has much more work than usual."""
    return minutes >= MUCH_MORE * usual and minutes - usual >= LEAST_MORE


WeekOfWork = tuple[date, str]
"""A week by its Monday, and a kind of work."""

_LOOKED_AHEAD = relativedelta(months=12)


@dataclass(frozen=True, slots=True)
class MadeHeavy:
    """A week, by its Monday, that gets work of one kind by a change and has much more of it than usual then. minutes
    are those that it has then, before what it had without the change."""

    week: date
    type_of_work: str
    minutes: int
    usual: int
    before: int

    @property
    def already(self) -> bool:
        """Whether it was heavy without the change."""
        return is_heavy(self.before, self.usual)


def added_work(before: ContractSituation | None, after: ContractSituation, today: date) -> Counter[WeekOfWork]:
    """The minutes that a change of a contract adds to each week of the twelve months from today on, or takes from it.

    before is None for a new contract. Work whose kind is not said yet is left out.
    """
    found = _by_week(_share(after, today))
    if before is not None:
        found.subtract(_by_week(_share(before, today)))
    return found


def made_heavy(
    planned: Mapping[WeekOfWork, int], added: Mapping[WeekOfWork, int], years: Iterable[int]
) -> list[MadeHeavy]:
    """The weeks of these years that get work by a change and are heavy with it, in their order.

    planned are the minutes of all weeks of the years without the change, of the kinds of work that it has.
    """
    found = []
    for weeks in map(weeks_of, years):
        for kind in sorted({kind for (week, kind), minutes in added.items() if minutes > 0}):
            before = {week: planned.get((week, kind), 0) for week in weeks}
            then = {week: before[week] + added.get((week, kind), 0) for week in weeks}
            usual = usual_minutes(weeks, then)
            found += [
                MadeHeavy(week, kind, then[week], usual, before[week])
                for week in weeks
                if added.get((week, kind), 0) > 0 and is_heavy(then[week], usual)
            ]
    return sorted(found, key=lambda each: (each.week, each.type_of_work))


def _share(situation: ContractSituation, today: date) -> Share:
    if situation.contract.deleted_on is not None:
        return {}
    return share_of(situation.contract, visits(situation, today, today + _LOOKED_AHEAD, today), "")


def _by_week(share: Share) -> Counter[WeekOfWork]:
    found: Counter[WeekOfWork] = Counter()
    for key, work in share.items():
        if key.type_of_work:
            found[key.day - timedelta(days=key.day.weekday()), key.type_of_work] += work.minutes
    return found
