"""Levelling the weeks: each plan's next visit moves within a tolerance to where there is less work, and what follows it
goes along; its interval never changes (rules: Planning, Spread).

What each plan may do is given as choices; here is decided which of them are taken.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_ROUNDS = 4
"""So often every plan is looked at again, since what others do makes room."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A day for the next visit of a plan, and the days of all its visits that are looked at, that one first."""

    day: date
    days: Sequence[date]


@dataclass(frozen=True, slots=True)
class Spreadable:
    """A plan of a contract whose visits last so many minutes each: as it is now, and what it may be instead. Of an
    order per object a day stands in the choices as often as it has orders."""

    contract: str
    plan: str
    minutes: int
    now: Choice
    others: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Moved:
    """A plan whose next visit is to move."""

    contract: str
    plan: str
    now: Choice
    then: Choice

    @property
    def days(self) -> int:
        """How many days later, below zero where it is earlier."""
        return (self.then.day - self.now.day).days


@dataclass(frozen=True, slots=True)
class Levelled:
    """What is proposed, and the minutes of each week, by its Monday, without and with it."""

    moved: Sequence[Moved]
    before: Mapping[date, int]
    after: Mapping[date, int]


def level(
    asked: Iterable[Spreadable], planned: Mapping[date, int], tolerance: int, room: Mapping[date, float]
) -> Levelled:
    """Which plans move where.

    The longest visits choose first. A plan moves where the sum of the squares of the weeks' work, each by its room,
    gets less by it, nearest to its day of what is as good; no visit moves further than tolerance (days), and no week
    gets heavier than the heaviest was.

    Args:
        planned: the minutes of each week by its Monday, those of the plans that are asked among them.
        room: of weeks that are not worked as a whole the part that is, above 0.
    """
    plans = sorted(asked, key=lambda each: (-each.minutes, each.contract, each.plan))
    load: Counter[date] = Counter(planned)
    heaviest = max(load.values(), default=0)
    chosen = {(each.contract, each.plan): each.now for each in plans}
    for _ in range(_ROUNDS):
        moved = False
        for each in plans:
            name = each.contract, each.plan
            best = _best(each, chosen[name], load, heaviest, tolerance, room)
            if best is not chosen[name]:
                load.update(_change(each, chosen[name], best))
                chosen[name], moved = best, True
        if not moved:
            break
    found = [
        Moved(each.contract, each.plan, each.now, chosen[each.contract, each.plan])
        for each in plans
        if chosen[each.contract, each.plan] is not each.now
    ]
    return Levelled(sorted(found, key=lambda each: (each.now.day, each.contract, each.plan)), dict(planned), dict(load))


def _best(
    plan: Spreadable,
    present: Choice,
    load: Mapping[date, int],
    heaviest: int,
    tolerance: int,
    room: Mapping[date, float],
) -> Choice:
    best, least = present, (0.0, abs(present.day - plan.now.day))
    for choice in (plan.now, *plan.others):
        if choice is present or not _is_within(plan.now, choice, tolerance):
            continue
        change = _change(plan, present, choice)
        if any(minutes > 0 and load.get(week, 0) + minutes > heaviest for week, minutes in change.items()):
            continue
        costs = sum(_cost(week, minutes, load, room) for week, minutes in change.items())
        if (costs, abs(choice.day - plan.now.day)) < least:
            best, least = choice, (costs, abs(choice.day - plan.now.day))
    return best


def _cost(week: date, minutes: int, load: Mapping[date, int], room: Mapping[date, float]) -> float:
    """How much the square of a week's work grows."""
    before = load.get(week, 0)
    return ((before + minutes) ** 2 - before**2) / room.get(week, 1.0)


def _is_within(now: Choice, choice: Choice, tolerance: int) -> bool:
    """Whether no visit moves further than the tolerance, and none comes or goes but at the end of what is looked at."""
    pairs = zip(sorted(now.days), sorted(choice.days), strict=False)
    return abs((choice.day - now.day).days) <= tolerance and all(
        abs((then - before).days) <= tolerance for before, then in pairs
    )


def _change(plan: Spreadable, before: Choice, after: Choice) -> Counter[date]:
    """The minutes that each week gets and loses."""
    found = Counter({week: number * plan.minutes for week, number in _weeks(after).items()})
    found.subtract({week: number * plan.minutes for week, number in _weeks(before).items()})
    return found


def _weeks(choice: Choice) -> Counter[date]:
    return Counter(day - timedelta(days=day.weekday()) for day in choice.days)
