"""Dates that are counted by arithmetic are as many as those that the rule yields, one by one (rules: Recurrence)."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import ContractType, Spread, YearlyOrders
from powerup.contracts.number_of_dates import number_of_dates
from powerup.contracts.recurrence import Recurrence, Unit, nominal_dates, problems
from powerup.contracts.series import Series
from powerup.contracts.yearly import number_of_yearly_dates, yearly_dates
from tests.contracts.cycles import DUTCH, SETTINGS, contract, plan
from tests.contracts.generated_contracts import LAST_DAY, contracts
from tests.contracts.generated_recurrences import days, recurrences_of


@pytest.mark.parametrize("unit", Unit)
def test_every_rule_has_as_many_dates_as_it_is_said_to(unit: Unit) -> None:
    @settings(max_examples=25)
    @given(recurrences_of(unit).filter(lambda rule: not problems(rule)), days, days, days)
    def as_many(rule: Recurrence, anchor: date, since: date, until: date) -> None:
        found = list(nominal_dates(rule, anchor, DUTCH, since, until))
        assert number_of_dates(rule, anchor, DUTCH, since, until) == len(found)

    as_many()


@given(st.integers(1, 40), st.sampled_from(Spread), days, days, days)
@settings(max_examples=25)
def test_yearly_orders_are_counted_by_contract_years(
    number: int, spread: Spread, start: date, since: date, until: date
) -> None:
    of = contract(plan(), start=start, type=ContractType.YEARLY, yearly=YearlyOrders(number, spread))
    found = list(yearly_dates(of, since, until)) if since <= until >= start else []
    assert number_of_yearly_dates(of, since, until) == len(found)


@given(st.data())
@settings(max_examples=15)
def test_a_next_visit_and_the_date_that_it_replaces_are_counted_as_they_come(data: st.DataObject) -> None:
    of = data.draw(contracts())
    since = data.draw(st.dates(of.start, LAST_DAY))
    until = data.draw(st.dates(since, LAST_DAY))
    for each in of.plans:
        series = Series(of, each, DUTCH, SETTINGS)
        for code in of.visited_objects():
            found = list(series.nominal_dates(code, since, until))
            assert series.number_of_nominal_dates(code, since, until) == len(found)


def test_a_hundred_years_of_days_are_counted_without_walking_them() -> None:
    since, until = date(1900, 1, 1), date(2026, 12, 31)
    assert number_of_dates(Recurrence(Unit.DAY), since, DUTCH, since, until) == (until - since).days + 1
