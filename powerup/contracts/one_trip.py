"""Riding together: visits of several contracts at one address, within some days of each other, as one trip on one day
(rules: Planning, Ride together)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_ORDERED_COSTS = 2
"""Moving a visit that has its work order counts as much as two that have none."""


@dataclass(frozen=True, slots=True)
class AtAddress:
    """A visit at an address. days are those on which it may be, its own among them; ordered: it has its work order."""

    id: str
    contract: str
    day: date
    days: frozenset[date]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Trip:
    """One day for several visits: those that are on it already, and those that would move to it."""

    day: date
    stay: Sequence[AtAddress]
    move: Sequence[AtAddress]


def trips(visits: Iterable[AtAddress], within: int) -> list[Trip]:
    """The trips that the visits at one address can be put together to, each visit in one at most: those of at least two
    contracts that lie no more than so many days apart, and not all on one day already.

    The day is one that a visit has and all others may have, with the fewest visits moved; the earliest of those.
    """
    left = sorted(visits, key=lambda each: (each.day, each.id))
    found = []
    while left:
        last = left[0].day + timedelta(days=within)
        together = [each for each in left if each.day <= last]
        trip = None
        while trip is None and len({each.contract for each in together}) > 1:
            trip = _trip(together)
            together = together if trip else together[:-1]
        taken = {each.id for each in together} if trip else {left[0].id}
        found += [trip] if trip and trip.move else []
        left = [each for each in left if each.id not in taken]
    return found


def _trip(together: Sequence[AtAddress]) -> Trip | None:
    """All of them on the day that suits best; None where no day does."""
    days = [day for day in sorted({each.day for each in together}) if all(day in each.days for each in together)]
    if not days:
        return None
    day = min(days, key=lambda day: (_cost(together, day), day))
    return Trip(day, [each for each in together if each.day == day], [each for each in together if each.day != day])


def _cost(together: Sequence[AtAddress], day: date) -> int:
    return sum(_ORDERED_COSTS if each.ordered else 1 for each in together if each.day != day)
