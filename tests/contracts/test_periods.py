"""A plan's period is one unit, whatever its interval (rules: Settle, then change)."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.periods import LONGEST_PERIOD, next_period_start, period_start
from powerup.contracts.recurrence import Recurrence, ShortMonth, Unit, nominal_dates, problems
from tests.contracts.generated_recurrences import DUTCH, days, recurrences
from tests.contracts.walked_periods import A_DAY, first_day, periods_begun


@settings(max_examples=300)
@given(recurrences, days)
def test_the_period_of_a_day_begins_where_walking_back_from_it_ends(rule: Recurrence, day: date) -> None:
    assert period_start(rule, day) == first_day(rule, day)


@settings(max_examples=300)
@given(recurrences, days)
def test_the_next_period_begins_where_walking_on_ends(rule: Recurrence, day: date) -> None:
    assert next_period_start(rule, day) == next(periods_begun(rule, day, date.max))


@given(recurrences, days)
def test_no_period_is_longer_than_the_longest(rule: Recurrence, day: date) -> None:
    assert next_period_start(rule, day) - period_start(rule, day) <= LONGEST_PERIOD


@pytest.mark.parametrize("unit", Unit)
@settings(deadline=None, max_examples=30)
@given(days, st.integers(1, 4))
def test_a_rule_of_every_so_many_units_has_a_visit_in_every_so_manieth_period(
    unit: Unit, anchor: date, every: int
) -> None:
    """Known of every unit, also of one that is new: from one visit to the next so many periods begin."""
    rule = Recurrence(unit, every, at_short_month=ShortMonth.LAST_DAY)
    assert not problems(rule, anchor)
    visits = list(islice(nominal_dates(rule, anchor, DUTCH, anchor, anchor + timedelta(days=366 * 9)), 3))
    for visit, following in pairwise(visits):
        walked = [visit + A_DAY * days for days in range(1, (following - visit).days + 1)]
        if unit is Unit.WORKDAY:
            walked = [day for day in walked if DUTCH.is_working_day(day)]
        begun = {period_start(rule, day) for day in walked} - {period_start(rule, visit)}
        assert len(begun) == every
