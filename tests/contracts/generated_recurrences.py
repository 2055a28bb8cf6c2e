"""Recurrences made up by hypothesis, for the properties that hold for every rule."""

from datetime import date

from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit, months_of, problems

DUTCH = Calendar(CalendarRules())

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
_ordinals = st.sampled_from([1, 2, 3, 4, -1])
moments = st.builds(Moment, _ordinals, st.none() | st.integers(0, 6))


def _sets(low: int, high: int, most: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.sets(st.integers(low, high), max_size=most).map(sorted).map(tuple)


def recurrences_of(unit: Unit) -> st.SearchStrategy[Recurrence]:
    """Rules of one unit; some of them have `problems`."""
    weekdays = _sets(0, 6, 7) if unit is Unit.WEEK else st.just(())
    by_month = months_of(unit) is not None
    place: st.SearchStrategy[tuple[int | None, Moment | None]] = st.tuples(st.none(), st.none())
    if by_month:
        place = place | st.tuples(st.integers(1, 31), st.none()) | st.tuples(st.none(), moments)
    dates = st.lists(days, max_size=3, unique=True).map(sorted).map(tuple)
    return st.builds(
        lambda place, **fields: Recurrence(unit, month_day=place[0], moment=place[1], **fields),
        place,
        every=st.integers(1, 15),
        weekdays=weekdays,
        at_short_month=st.sampled_from(ShortMonth),
        months=_sets(1, 12, 5),
        extra_dates=dates,
        excluded_dates=dates,
    )


recurrences = st.sampled_from(Unit).flatmap(recurrences_of).filter(lambda rule: not problems(rule))
