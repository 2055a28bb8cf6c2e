"""Closed ranges of a customer and of a contract, once or every year (rules: Closed ranges)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar, CalendarError, CalendarRules
from powerup.contracts.closed_days import Closed, ClosedAtCustomer, ClosedDay, ClosedFor
from powerup.contracts.contract import Contract, Shift
from powerup.contracts.open_days import OpenDays
from powerup.contracts.recurrence import Moment, Unit
from powerup.contracts.schedule import visits
from powerup.contracts.shift import shifted
from powerup.contracts.situation import ContractSituation
from powerup.contracts.staying import staying_on
from powerup.contracts.visit import Reason, VisitState
from powerup.contracts.why import why
from powerup.readings.why_line import why_line
from powerup.texts import Reader
from tests.contracts.cycles import contract, dates, moved, plan, reasons, situation
from tests.contracts.generated_contracts import situations

NEW_YEAR = date(2027, 1, 1)
YEAR = (NEW_YEAR, date(2027, 12, 31))
BOUWVAK = ClosedDay(date(2027, 7, 26), "Bouwvak", date(2027, 8, 13))
PARK = Calendar(CalendarRules(customer_closed_days=(ClosedAtCustomer("1001", BOUWVAK),)))


def monthly(shift: Shift, **fields: Any) -> Contract:
    return contract(plan(month_day=2, shift=shift), start=NEW_YEAR, **fields)


def in_august(of: Contract, calendar: Calendar | None = None) -> list[date]:
    calendar = calendar or Calendar(CalendarRules())
    found = visits(situation(of, calendar=calendar), *YEAR, NEW_YEAR)
    return [visit.planned_date for visit in found if visit.key.nominal_date == date(2027, 8, 2)]


@pytest.mark.parametrize(
    ("shift", "becomes"),
    [
        (Shift.PREVIOUS_WORKING_DAY, "2027-07-23"),
        (Shift.NEXT_WORKING_DAY, "2027-08-16"),
        (Shift.NEAREST, "2027-07-23"),
        (Shift.AS_IS, "2027-08-02"),
    ],
)
def test_a_visit_in_a_closed_range_goes_where_its_plan_shifts_to(shift: Shift, becomes: str) -> None:
    assert in_august(monthly(shift, closed_ranges=(BOUWVAK,))) == dates(becomes)
    assert in_august(monthly(shift), PARK) == dates(becomes), "the same where its customer is closed"
    assert in_august(monthly(shift, customer="2002"), PARK) == dates("2027-08-02")


@pytest.mark.parametrize(
    ("shift", "day"), [(Shift.NEXT_WORKING_DAY, date(2027, 8, 16)), (Shift.PREVIOUS_WORKING_DAY, date(2027, 7, 23))]
)
def test_a_visit_shifted_over_a_whole_range_is_found_where_only_its_day_is_asked_for(shift: Shift, day: date) -> None:
    (found,) = visits(situation(monthly(shift, closed_ranges=(BOUWVAK,))), day, day, NEW_YEAR)
    assert found.key.nominal_date == date(2027, 8, 2)


def test_a_plan_that_skips_days_that_are_not_worked_has_no_visit_in_a_closed_range() -> None:
    found = visits(situation(monthly(Shift.SKIP, closed_ranges=(BOUWVAK,))), *YEAR, NEW_YEAR)
    assert reasons(found)[date(2027, 8, 2)] == Reason.NOT_A_WORKING_DAY


def test_what_counts_working_days_counts_those_of_the_tenant() -> None:
    rule = plan("A", Unit.WORKDAY, 10, shift=Shift.NEXT_WORKING_DAY)
    first = plan("B", moment=Moment(1, None), shift=Shift.AS_IS)
    found, with_range = (
        [visit.key for visit in visits(situation(of), *YEAR, NEW_YEAR)]
        for bare in (contract(rule, first, start=NEW_YEAR),)
        for of in (bare, replace(bare, closed_ranges=(BOUWVAK,)))
    )
    assert sorted(found) == sorted(with_range)


def test_ranges_that_close_more_than_a_year_leave_a_visit_on_its_day() -> None:
    years = tuple(ClosedDay(date(year, 1, 1), "Dicht", date(year, 12, 31)) for year in range(2025, 2030))
    assert shifted(date(2027, 8, 2), Shift.NEAREST, OpenDays(PARK, (), years), NEW_YEAR, None) == date(2027, 8, 2)
    assert shifted(date(2029, 12, 27), Shift.NEAREST, OpenDays(PARK, (), years), NEW_YEAR, None) == date(2030, 1, 2)


def test_a_calendar_that_is_closed_every_day_of_each_year_is_refused() -> None:
    halves = [(date(2027, 1, 1), date(2027, 7, 15)), (date(2027, 7, 1), date(2027, 12, 31))]
    closed = tuple(ClosedDay(first, "Dicht", last, every_year=True) for first, last in halves)
    with pytest.raises(CalendarError, match="never_worked"):
        Calendar(CalendarRules(closed_days=closed))


def test_a_range_over_new_year_holds_on_both_sides() -> None:
    winter = ClosedDay(date(2026, 12, 24), "Winter", date(2027, 1, 3), every_year=True)
    asked = dates("2026-01-02", "2026-12-23", "2026-12-24", "2029-01-03", "2029-01-04")
    held = [day for day in asked if winter.is_on(day)]
    assert held == dates("2026-12-24", "2029-01-03")


def test_orders_moved_visits_and_plans_that_do_not_shift_stay_and_are_told() -> None:
    of = contract(plan("A", month_day=2), plan("B", month_day=3, shift=Shift.NEXT_WORKING_DAY), start=NEW_YEAR)
    there = moved(date(2027, 6, 3), date(2027, 8, 4), "B")
    told = staying_on(situation(replace(of, closed_ranges=(BOUWVAK,)), [there]), (BOUWVAK,), NEW_YEAR, YEAR[1])
    assert [(visit.key.plan, visit.planned_date) for visit in told] == [
        ("A", date(2027, 8, 2)),
        ("B", date(2027, 8, 4)),
    ]
    assert [visit.state for visit in told] == [VisitState.PLANNED] * 2


@pytest.mark.parametrize(
    ("language", "customer", "own"),
    [
        ("en", "closed for this customer: Bouwvak", "closed for this contract: Bouwvak"),
        ("nl", "gesloten bij deze relatie: Bouwvak", "gesloten voor dit contract: Bouwvak"),
    ],
)
def test_why_says_whose_closed_range_it_is(language: str, customer: str, own: str) -> None:
    by_customer = situation(monthly(Shift.NEXT_WORKING_DAY), calendar=PARK)
    by_contract = situation(monthly(Shift.AS_IS, closed_ranges=(BOUWVAK,)))
    for about, words in ((by_customer, customer), (by_contract, own)):
        (answer,) = why(about, date(2027, 8, 2), NEW_YEAR)
        assert words in Reader(language).say(why_line(answer))
    assert why(by_customer, date(2027, 9, 2), NEW_YEAR)[0].closed is None
    assert by_customer.open_days.closed(date(2027, 8, 2)) == Closed(ClosedFor.CUSTOMER, "Bouwvak")


ranges = st.builds(
    lambda first, length: ClosedDay(first, "Dicht", first + timedelta(days=length), every_year=True),
    st.dates(date(2025, 1, 1), date(2026, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29)),
    st.integers(0, 60),
)


@settings(max_examples=25)
@given(situations(), ranges)
def test_a_repeated_range_is_the_range_entered_each_year(about: ContractSituation, closed: ClosedDay) -> None:
    each_year = tuple(
        ClosedDay(first, "Dicht", last)
        for year in range(2025, 2029)
        for first, last in closed.times_in(year)
        if first.year == year
    )
    one, several = (
        visits(replace(about, contract=replace(about.contract, closed_ranges=some)), *YEAR, NEW_YEAR)
        for some in ((closed,), each_year)
    )
    assert [(visit.key, visit.planned_date, visit.reason) for visit in one] == [
        (visit.key, visit.planned_date, visit.reason) for visit in several
    ]


@settings(max_examples=12)
@given(situations(), ranges, st.booleans())
def test_a_closed_range_loses_no_visit_and_makes_none_twice(
    about: ContractSituation, closed: ClosedDay, customers: bool
) -> None:
    """Compared far around it, since it moves visits over the edges of any time."""
    since, until = date(2025, 1, 1), date(2028, 12, 31)
    if customers:
        rules = replace(about.calendar.rules, customer_closed_days=(ClosedAtCustomer("1001", closed),))
        after = replace(about, calendar=Calendar(rules))
    else:
        after = replace(about, contract=replace(about.contract, closed_ranges=(closed,)))
    bare = replace(about.calendar.rules, customer_closed_days=())
    before = replace(about, calendar=Calendar(bare), contract=replace(about.contract, closed_ranges=()))
    was, will = ([visit.key for visit in visits(each, since, until, NEW_YEAR)] for each in (before, after))
    assert len(set(will)) == len(will)
    within = [key for key in was if date(2025, 6, 1) < key.nominal_date < date(2028, 6, 1)]
    assert set(within) <= set(will)


@settings(max_examples=15)
@given(situations(), ranges)
def test_closed_days_of_a_customer_move_no_contract_of_another(about: ContractSituation, closed: ClosedDay) -> None:
    rules = about.calendar.rules
    others = (*rules.customer_closed_days, ClosedAtCustomer("2002", closed))
    after = replace(about, calendar=Calendar(replace(rules, customer_closed_days=others)))
    assert visits(after, *YEAR, NEW_YEAR) == visits(about, *YEAR, NEW_YEAR)
    assert after.calendar.rules.closed_otherwise(rules) == {"2002"}
    assert after.calendar.rules.for_all == rules.for_all
