"""Which days suit a visit best: the days that it may have, each with points and with why (rules: Planning, Best days).

What is known of the days is given; the points are plain sums, and what they are for is told with each day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY, LATEST_DAY
from powerup.contracts.open_days import OpenDays
from powerup.contracts.visit import Visit

SUGGESTED = 5
"""So many days are told."""

NEAR = 14
"""Days before and after the day of its rule that are looked at, beside its window."""

IN_WINDOW = 40
A_DAY_AWAY = -1
ROOM = 30
FULL_WEEK = -30
HEAVY_WEEK = -30
BESIDE = 10
MOST_BESIDE = 3
IN_REGION = 2
MOST_IN_REGION = 5
SAME_EMPLOYEE = 10


class Why(StrEnum):
    """What speaks for a day, or against it."""

    IN_WINDOW = "in_window"
    OUTSIDE_WINDOW = "outside_window"
    BEFORE_LATEST = "before_latest"
    WEEK_FULL = "week_full"
    HEAVY_WEEK = "heavy_week"
    SAME_POSTAL_CODE = "same_postal_code"
    SAME_REGION = "same_region"
    SAME_EMPLOYEE = "same_employee"


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, with its number: percent of a week, visits beside it; or with its day: the latest one."""

    why: Why
    number: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class KnownOfDay:
    """What else is planned. percent is how full the week is with the visit, None where no hours are said; heavy: it has
    much more of this work than usual then.

    same_postal_code and same_region are the other visits of the day there, those of the postal code among those of the
    region; last_employee: who did the visit last time is in the region that day.
    """

    percent: int | None = None
    heavy: bool = False
    same_postal_code: int = 0
    same_region: int = 0
    last_employee: bool = False


@dataclass(frozen=True, slots=True)
class SuggestedDay:
    """A day with its points and what they are for."""

    day: date
    points: int
    because: Sequence[Because]


@dataclass(frozen=True, slots=True)
class VisitToPlace:
    """A visit that is to be done on some day. window_before and window_after are calendar days around by_rule, the day
    that its rule gives; latest is the last day of all, None where there is none."""

    by_rule: date
    window_before: int = 0
    window_after: int = 0
    latest: date | None = None

    @property
    def has_window(self) -> bool:
        """Whether its plan says how far it may lie from its day."""
        return bool(self.window_before or self.window_after)

    def is_within(self, day: date) -> bool:
        """Whether a day lies in its window."""
        first, last = self.by_rule - timedelta(self.window_before), self.by_rule + timedelta(self.window_after)
        return first <= day <= last


def to_place(contract: Contract, visit: Visit, latest: date | None) -> VisitToPlace:
    """The visit with the window of its plan."""
    plan = contract.plan(visit.key.plan)
    by_rule = visit.moved_from or visit.planned_date
    return VisitToPlace(by_rule, plan.window_before if plan else 0, plan.window_after if plan else 0, latest)


def days_to_look_at(
    contract: Contract, visit: Visit, placed: VisitToPlace, open_days: OpenDays, today: date
) -> list[date]:
    """The days that a visit may be moved to: open for it, of the contract and not before today, in no pause, not after
    its latest day, and near the day of its rule or in its window; not the day that it has."""
    around = max(placed.by_rule, today)
    first = min(placed.by_rule - timedelta(max(NEAR, placed.window_before)), around)
    last = max(placed.by_rule + timedelta(max(NEAR, placed.window_after)), around + timedelta(NEAR))
    days = (first + number * A_DAY for number in range((last - first).days + 1))
    return [day for day in days if may_be_moved_to(contract, visit, placed, open_days, day, today)]


def may_be_moved_to(
    contract: Contract, visit: Visit, placed: VisitToPlace, open_days: OpenDays, day: date, today: date
) -> bool:
    """Whether a visit may be moved to another day, as far as it should: see `days_to_look_at`."""
    last = min(contract.last_day or LATEST_DAY, placed.latest or LATEST_DAY)
    if day == visit.planned_date or not max(today, contract.start) <= day <= last:
        return False
    code = visit.key.visited_as
    in_use = not code or contract.has_on(code, day)
    return open_days.is_open(day) and contract.pause_on(day) is None and in_use


def best_days(placed: VisitToPlace, known: Mapping[date, KnownOfDay], most: int = SUGGESTED) -> list[SuggestedDay]:
    """The best of these days, the best first; of two that are as good the one nearer to the day of its rule, and then
    the earlier one."""
    found = [_judged(placed, day, of_day) for day, of_day in known.items()]
    return sorted(found, key=lambda each: (-each.points, abs((each.day - placed.by_rule).days), each.day))[:most]


def _judged(placed: VisitToPlace, day: date, of_day: KnownOfDay) -> SuggestedDay:
    told = list(_because(placed, day, of_day))
    away = abs((day - placed.by_rule).days)
    return SuggestedDay(day, A_DAY_AWAY * away + sum(points for points, _ in told), [each for _, each in told])


def _because(placed: VisitToPlace, day: date, of_day: KnownOfDay) -> Iterable[tuple[int, Because]]:
    if placed.has_window:
        inside = placed.is_within(day)
        yield (IN_WINDOW, Because(Why.IN_WINDOW)) if inside else (0, Because(Why.OUTSIDE_WINDOW))
    if placed.latest is not None:
        yield 0, Because(Why.BEFORE_LATEST, day=placed.latest)
    if of_day.percent is not None:
        yield _of_fullness(of_day.percent), Because(Why.WEEK_FULL, of_day.percent)
    if of_day.heavy:
        yield HEAVY_WEEK, Because(Why.HEAVY_WEEK)
    if of_day.same_postal_code:
        yield BESIDE * min(of_day.same_postal_code, MOST_BESIDE), Because(Why.SAME_POSTAL_CODE, of_day.same_postal_code)
    if further := of_day.same_region - of_day.same_postal_code:
        yield IN_REGION * min(further, MOST_IN_REGION), Because(Why.SAME_REGION, further)
    if of_day.last_employee:
        yield SAME_EMPLOYEE, Because(Why.SAME_EMPLOYEE)


def _of_fullness(percent: int) -> int:
    """An empty week has all points of room, a full one none, one with more work than hours those of a full week."""
    return FULL_WEEK if percent > 100 else round(ROOM * (100 - percent) / 100)
