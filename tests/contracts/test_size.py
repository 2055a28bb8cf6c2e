"""How large a contract is, by arithmetic (rules: Sizes)."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.contract import VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit, nominal_dates, problems
from powerup.contracts.size import visits_of_a_year
from tests.actions.scenes import the_contract
from tests.contracts.generated_recurrences import recurrences_of


def of(*rules: Recurrence, objects: int = 1) -> int:
    plans = tuple(VisitPlan(f"P{place}", rule) for place, rule in enumerate(rules))
    codes = tuple(f"O-{number}" for number in range(objects))
    return visits_of_a_year(the_contract(plans=plans, objects=codes, order_per_object=True))


@pytest.mark.parametrize(
    ("rule", "visits"),
    [
        (Recurrence(Unit.DAY), 366),
        (Recurrence(Unit.WEEK, 2, weekdays=(0, 3)), 54),
        (Recurrence(Unit.MONTH, 5), 3),
        (Recurrence(Unit.YEAR, months=(4, 10)), 2),
        (Recurrence(Unit.YEAR, extra_dates=(date(2027, 1, 5), date(2027, 1, 6))), 3),
    ],
)
def test_the_dates_of_a_year_are_counted_by_the_unit(rule: Recurrence, visits: int) -> None:
    assert of(rule) == visits


def test_plans_add_up_and_each_object_has_its_own() -> None:
    assert of(Recurrence(Unit.MONTH), Recurrence(Unit.YEAR), objects=4) == 52


@settings(max_examples=60)
@given(st.sampled_from(Unit).flatmap(recurrences_of), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_no_rule_gives_more_dates_in_a_year_than_were_counted(rule: Recurrence, anchor: date) -> None:
    if not problems(rule, anchor):
        until = date(anchor.year + 1, anchor.month, min(anchor.day, 28))
        assert len(list(nominal_dates(rule, anchor, Calendar(CalendarRules()), anchor, until))) <= of(rule) + 1
