"""Levelling the weeks: what may move, and what never happens by it (rules: Planning, Spread)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.spread import Choice, Levelled, Spreadable, level

FIRST = date(2027, 1, 4)
WEEK = timedelta(weeks=1)


def in_week(*numbers: int) -> Choice:
    """A visit on each Monday of these weeks."""
    days = [FIRST + number * WEEK for number in numbers]
    return Choice(days[0], days)


def plan(number: int, now: Choice, *others: Choice, minutes: int = 60) -> Spreadable:
    return Spreadable(str(number), "A", minutes, now, others)


def planned_by(plans: Sequence[Spreadable], beside: Mapping[int, int] | None = None) -> Counter[date]:
    found = Counter({FIRST + week * WEEK: minutes for week, minutes in (beside or {}).items()})
    for each in plans:
        found.update(
            {day - timedelta(days=day.weekday()): each.minutes * each.now.days.count(day) for day in {*each.now.days}}
        )
    return found


def levelled(plans: Sequence[Spreadable], beside: Mapping[int, int] | None = None, tolerance: int = 14) -> Levelled:
    return level(plans, planned_by(plans, beside), tolerance, {})


def test_two_in_one_week_go_apart() -> None:
    told = levelled([plan(number, in_week(1), in_week(2)) for number in (1, 2)])
    assert [(each.contract, each.days) for each in told.moved] == [("1", 7)]
    assert told.after == {FIRST + WEEK: 60, FIRST + 2 * WEEK: 60}


def test_what_lies_well_stays() -> None:
    assert not levelled([plan(1, in_week(1), in_week(2)), plan(2, in_week(2), in_week(1))]).moved


def test_of_two_weeks_that_are_as_good_the_nearer_one_is_taken() -> None:
    told = levelled([plan(1, in_week(2), in_week(0), in_week(3))], beside={2: 600})
    assert [each.days for each in told.moved] == [7]


def test_the_longest_visits_choose_first() -> None:
    short, long = plan(1, in_week(1), in_week(2)), plan(2, in_week(1), in_week(2), minutes=300)
    assert [each.contract for each in levelled([short, long]).moved] == ["2"]


def test_no_visit_moves_further_than_the_tolerance_not_even_a_later_one() -> None:
    beside = {1: 600}
    assert not levelled([plan(1, in_week(1), in_week(4))], beside).moved
    assert not levelled([plan(1, in_week(1, 10), in_week(2, 20))], beside).moved
    assert levelled([plan(1, in_week(1), in_week(4))], beside, tolerance=21).moved


def test_all_visits_of_a_plan_are_weighed_together() -> None:
    quiet_first = plan(1, in_week(1, 5), in_week(2, 6))
    assert not levelled([quiet_first], beside={1: 60, 6: 600}).moved


def test_a_week_with_a_holiday_gets_less() -> None:
    plans = [plan(1, in_week(1), in_week(2), in_week(3))]
    full = planned_by(plans, {1: 600, 2: 100, 3: 100})
    assert level(plans, full, 14, {FIRST + 2 * WEEK: 0.6}).moved[0].days == 14


A_YEAR_OF_VISITS = st.integers(1, 8).flatmap(
    lambda every: st.tuples(st.just(every), st.integers(0, 30), st.integers(15, 480), st.integers(1, 3))
)


def spreadable(number: int, drawn: tuple[int, int, int, int]) -> Spreadable:
    """A plan every so many weeks, that may begin up to 40 days earlier or later, with so many orders a visit."""
    every, begins, minutes, orders = drawn

    def beginning(day: date) -> Choice:
        return Choice(day, [day + place * every * WEEK for place in range(6) for _ in range(orders)])

    now = FIRST + timedelta(days=begins)
    others = [beginning(now + timedelta(days=days)) for days in range(-40, 41, 5) if days]
    return Spreadable(str(number), "A", minutes, beginning(now), others)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(A_YEAR_OF_VISITS, min_size=1, max_size=12), st.integers(0, 30), st.lists(st.integers(0, 900), max_size=12)
)
def test_levelling_never_changes_an_interval_nor_goes_too_far_nor_makes_the_heaviest_week_heavier(
    drawn: list[tuple[int, int, int, int]], tolerance: int, beside: list[int]
) -> None:
    plans = [spreadable(number, each) for number, each in enumerate(drawn)]
    told = levelled(plans, dict(enumerate(beside)), tolerance)
    for each in told.moved:
        apart = {later - earlier for earlier, later in zip(each.now.days, each.then.days, strict=True)}
        assert len(apart) == 1  # all by as much: what lies between them stays
        assert abs(each.days) <= tolerance
    assert max(told.after.values()) <= max(told.before.values())
    assert sum(told.after.values()) == sum(told.before.values())
    assert sum(load**2 for load in told.after.values()) <= sum(load**2 for load in told.before.values())
    moved = {each.contract: each.then for each in told.moved}
    as_told = [Spreadable(each.contract, "A", each.minutes, moved.get(each.contract, each.now), ()) for each in plans]
    assert +planned_by(as_told, dict(enumerate(beside))) == +Counter(told.after)
