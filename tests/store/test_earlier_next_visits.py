"""A next visit that was named before keeps the dates that it gave until then (rules: Upgrading)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import Contract, ContractType, Schedule, Shift, Spread, VisitPlan, YearlyOrders
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.store.migrations.earlier_next_visits import with_dates_kept
from tests.contracts.cycles import DUTCH, contract, plan, planned_dates, situation
from tests.contracts.generated_contracts import situations

TODAY = date(2027, 3, 1)
PER_OBJECT: dict[str, Any] = {"objects": ("CV-1", "CV-2"), "order_per_object": True}


def kept(of: Contract, last: dict[str, date] | None = None) -> VisitPlan:
    """The plan of the contract after the upgrade."""
    return with_dates_kept(of, of.plans[0], DUTCH, last or {})


def test_one_to_come_becomes_the_first_date_of_the_rule_on_or_after_it() -> None:
    of = contract(plan(unit=Unit.YEAR, next_visit=date(2027, 3, 20)), start=date(2018, 3, 14))
    assert kept(of) == replace(of.plans[0], next_visit=date(2028, 3, 14))


def test_one_that_has_passed_becomes_the_day_from_which_the_rule_counts() -> None:
    named = date(2026, 9, 15)
    of = contract(plan(every=3, next_visit=named), start=date(2018, 3, 14), settled_through=date(2027, 2, 28))
    assert kept(of) == replace(of.plans[0], next_visit=None, counts_from=named)


def test_one_named_by_its_planned_date_becomes_its_nominal_date() -> None:
    rule = plan(month_day=27, shift=Shift.NEXT_WORKING_DAY, next_visit=date(2027, 3, 1))
    assert kept(contract(rule, start=date(2026, 1, 1))).next_visit == date(2027, 2, 27)


def test_a_day_from_which_the_rule_counts_already_stays_where_it_is_later() -> None:
    later = date(2027, 1, 1)
    rule = plan(every=3, next_visit=date(2026, 9, 15), counts_from=later)
    of = contract(rule, start=date(2018, 3, 14), settled_through=date(2027, 2, 28))
    assert kept(of) == replace(rule, next_visit=None)


def test_each_object_that_counts_by_itself_gets_its_own() -> None:
    rule = plan(every=3, next_visit=date(2027, 3, 20), anchors=(("CV-2", date(2026, 2, 5)),))
    found = kept(contract(rule, start=date(2026, 1, 1), **PER_OBJECT))
    assert (found.next_visit, found.next_visits) == (date(2027, 4, 1), (("CV-2", date(2027, 5, 5)),))


def test_of_two_objects_one_may_have_its_next_date_behind_the_end() -> None:
    rule = plan(every=12, next_visit=date(2027, 3, 20), anchors=(("CV-2", date(2026, 4, 5)),))
    found = kept(contract(rule, start=date(2026, 1, 1), end=date(2027, 12, 31), **PER_OBJECT))
    assert (found.next_visit, found.next_visits) == (None, (("CV-2", date(2027, 4, 5)),))
    assert (found.counts_from, found.objects_from) == (None, (("CV-1", date(2028, 1, 1)),))


def test_one_that_lies_before_the_entry_has_passed_and_nothing_is_caught_up() -> None:
    named = date(2026, 9, 15)
    of = contract(plan(next_visit=named), start=date(2018, 3, 14), entered_on=TODAY)
    assert kept(of) == replace(of.plans[0], next_visit=None, counts_from=named)


def test_where_the_rule_has_its_next_date_behind_the_end_it_counts_from_there() -> None:
    of = contract(plan(unit=Unit.YEAR, next_visit=date(2027, 3, 20)), start=date(2018, 3, 14), end=date(2027, 12, 31))
    assert kept(of) == replace(of.plans[0], next_visit=None, counts_from=date(2028, 3, 14))


@pytest.mark.parametrize("spread", [Spread.AT_START, Spread.CALL_OFF])
def test_orders_that_take_no_next_visit_any_more_keep_their_dates_without_one(spread: Spread) -> None:
    of = contract(
        plan(unit=Unit.DAY, next_visit=date(2027, 3, 20)),
        start=date(2026, 1, 1),
        type=ContractType.YEARLY,
        yearly=YearlyOrders(4, spread),
    )
    counts_from = date(2028, 1, 1) if spread is Spread.AT_START else None
    assert kept(of) == replace(of.plans[0], next_visit=None, counts_from=counts_from)


FLOATING = plan(every=3, schedule=Schedule.FLOATING, shift=Shift.NEXT_WORKING_DAY, next_visit=date(2027, 5, 8))


def test_a_floating_plan_begins_on_the_day_to_which_its_shift_put_it() -> None:
    of = contract(FLOATING, start=date(2026, 3, 1))
    assert kept(of).next_visit == date(2027, 5, 10)
    after = replace(of, plans=(kept(of),))
    assert planned_dates(visits(situation(after), TODAY, date(2027, 6, 1), TODAY)) == [date(2027, 5, 10)]


def test_a_floating_plan_that_would_have_begun_before_the_entry_begins_with_the_next_one() -> None:
    of = contract(replace(FLOATING, next_visit=date(2027, 2, 8)), start=date(2026, 3, 1), entered_on=TODAY)
    assert kept(of).next_visit == date(2027, 5, 10)


def test_a_floating_plan_that_has_begun_goes_on() -> None:
    of = contract(FLOATING, start=date(2026, 3, 1))
    found = kept(of, {"": date(2027, 5, 8)})
    assert (found.next_visit, found.counts_from) == (None, date(2027, 5, 8))


@settings(deadline=None, max_examples=60)
@given(situations(), st.dates(date(2026, 1, 1), date(2027, 6, 30)), st.none() | st.integers(0, 400))
def test_the_dates_are_those_that_were_not_hidden(start: ContractSituation, named: date, settled: int | None) -> None:
    first = start.contract.plans[0]
    rule = replace(first, next_visit=None, next_visits=())
    through = None if settled is None else date(2026, 1, 1) + timedelta(days=settled)
    of = replace(start.contract, plans=(rule,), settled_through=through)
    plan_kept = with_dates_kept(of, replace(rule, next_visit=named), start.calendar, {})
    since, until = max(named, (through or named)) + timedelta(days=8), date(2028, 12, 31)

    def told(which: VisitPlan) -> list[tuple[str, date, date, str | None]]:
        found = visits(replace(start, contract=replace(of, plans=(which,))), since, until, since)
        return [(visit.key.object, visit.key.nominal_date, visit.planned_date, visit.reason) for visit in found]

    def came(lines: list[tuple[str, date, date, str | None]]) -> list[tuple[str, date, date, str | None]]:
        return [line for line in lines if line[3] is None]

    assert came(told(plan_kept)) == came(told(rule))
