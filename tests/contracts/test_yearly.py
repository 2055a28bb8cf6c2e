"""Yearly orders: a number per contract year (rules: Contract types)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.contracts.contract import Contract, ContractType, Shift, Spread, Termination, YearlyOrders
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.terms import Renewal, Terms
from powerup.contracts.visit import Reason, VisitState
from powerup.contracts.yearly import contract_year_end, contract_year_of, contract_year_start, spread_date
from tests.contracts.cycles import (
    contract,
    dates,
    days_in_advance,
    ledger_lines,
    ordered,
    plan,
    planned_dates,
    run,
    situation,
    written,
)

NEW_YEAR = date(2026, 1, 1)


def _yearly(number: int, spread: Spread = Spread.SPREAD, start: date = NEW_YEAR, **fields: Any) -> Contract:
    orders = YearlyOrders(number, spread)
    rule = fields.pop("plan", plan("Y"))
    return contract(rule, start=start, type=ContractType.YEARLY, yearly=orders, **fields)


def _dates_of(of: Contract, since: date, until: date) -> list[date]:
    return planned_dates(visits(situation(of), since, until, of.start))


def test_seven_a_year_from_1_january() -> None:
    assert _dates_of(_yearly(7), NEW_YEAR, date(2026, 12, 31)) == dates(
        "2026-01-01", "2026-02-21", "2026-04-13", "2026-06-05", "2026-07-27", "2026-09-18", "2026-11-09"
    )


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ["2026-01-31"]),
        (2, ["2026-01-31", "2026-07-31"]),
        (4, ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"]),
        (5, ["2026-01-31", "2026-04-12", "2026-06-24", "2026-09-06", "2026-11-18"]),
    ],
)
def test_whole_months_go_by_calendar_and_clamp(number: int, expected: list[str]) -> None:
    of = _yearly(number, start=date(2026, 1, 31))
    assert _dates_of(of, of.start, date(2027, 1, 30)) == dates(*expected)


def test_twelve_a_year_from_the_31st_is_the_last_day_of_every_month() -> None:
    of = _yearly(12, start=date(2026, 1, 31))
    found = _dates_of(of, of.start, date(2028, 1, 30))
    assert [day.day for day in found[:12]] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert len(found) == 24


def test_two_of_a_spread_year_that_fall_on_one_day_are_the_first_and_the_second_of_it() -> None:
    """366 in a year: more than a month has days."""
    of = _yearly(366)
    found = visits(situation(of), NEW_YEAR, date(2026, 12, 31), of.start)
    assert len({visit.key for visit in found}) == 366
    day = next(visit.planned_date for visit in found if visit.key.sequence == 2)
    assert [visit.key.sequence for visit in found if visit.planned_date == day] == [1, 2]
    ordered_ = [row for row in due(situation(of), day) if row.planned_date == day]
    assert [(row.state, row.workorder_no) for row in ordered_] == [
        (VisitState.ORDERING, f"C1042-Y-{day:%Y%m%d}-ALL"),
        (VisitState.ORDERING, f"C1042-Y-{day:%Y%m%d}-ALL.s2"),
    ]


def test_the_contract_year_begins_on_the_day_of_the_start_and_29_february_does_not_drift() -> None:
    start = date(2024, 2, 29)
    assert [contract_year_start(start, year) for year in range(5)] == dates(
        "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"
    )
    assert contract_year_of(start, date(2025, 2, 27)) == 0
    assert contract_year_of(start, date(2025, 2, 28)) == 1
    assert contract_year_end(start, date(2027, 6, 1)) == date(2028, 2, 28)
    assert contract_year_end(date(2026, 4, 1), date(2027, 3, 31)) == date(2027, 3, 31)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.integers(1, 366))
def test_every_contract_year_has_exactly_the_number_and_in_order(start: date, number: int) -> None:
    found = [spread_date(start, position, number) for position in range(number)]
    assert found == sorted(found)
    assert found[0] == start
    assert found[-1] < contract_year_start(start, 1)
    of = _yearly(number, start=start)
    for year in (0, 1, 4):
        first, last = contract_year_start(start, year), contract_year_end(start, contract_year_start(start, year))
        assert len(visits(situation(of), first, last, start)) == number


@given(st.integers(1, 40), st.dates(NEW_YEAR, date(2029, 12, 31)), st.integers(0, 200))
def test_a_part_of_the_year_shows_the_visits_that_the_whole_has_there(number: int, since: date, length: int) -> None:
    of = situation(_yearly(number, start=date(2026, 3, 31)))
    until = date.fromordinal(since.toordinal() + length)
    whole = visits(of, NEW_YEAR, date(2031, 12, 31), NEW_YEAR)
    assert visits(of, since, until, NEW_YEAR) == [visit for visit in whole if since <= visit.planned_date <= until]


def test_the_number_counts_per_object_when_order_per_object_is_on() -> None:
    of = _yearly(3, objects=("CV-1", "CV-2"), order_per_object=True)
    found = visits(situation(of), NEW_YEAR, date(2026, 12, 31), NEW_YEAR)
    assert [visit.key.object for visit in found] == ["CV-1", "CV-2"] * 3
    together = replace(of, order_per_object=False)
    assert len(visits(situation(together), NEW_YEAR, date(2026, 12, 31), NEW_YEAR)) == 3


def test_at_start_orders_all_on_the_first_day_with_the_years_end_as_deadline() -> None:
    of = _yearly(3, Spread.AT_START, start=date(2026, 4, 1))
    rows = due(situation(of), date(2026, 4, 1))
    assert [(row.planned_date, row.deadline) for row in rows] == [(date(2026, 4, 1), date(2027, 3, 31))] * 3
    assert [row.workorder_no for row in rows] == [
        "C1042-Y-20260401-ALL",
        "C1042-Y-20260401-ALL.s2",
        "C1042-Y-20260401-ALL.s3",
    ]
    after = run(situation(of), date(2026, 4, 1), date(2027, 4, 2), sleeping=True)
    assert [line.nominal for line in ledger_lines(after)] == dates(*["2026-04-01"] * 3, *["2027-04-01"] * 3)


@pytest.mark.parametrize(
    ("fields", "deadline"),
    [
        ({"end": date(2026, 9, 30)}, "2026-09-30"),
        ({"end": date(2028, 9, 30)}, "2026-12-31"),
        ({"termination": Termination(date(2026, 6, 30), "MOVED")}, "2026-06-30"),
        ({"end": date(2026, 9, 30), "terms": Terms("STD", "-", renewal=Renewal.AUTOMATIC)}, "2026-12-31"),
    ],
)
def test_at_start_no_deadline_lies_after_the_contracts_last_day(fields: dict[str, Any], deadline: str) -> None:
    rows = due(situation(_yearly(2, Spread.AT_START, **fields)), NEW_YEAR)
    assert [row.deadline.isoformat() for row in rows] == [deadline] * 2


def test_an_order_at_the_start_that_is_still_to_be_made_ends_with_its_contract() -> None:
    row = written(NEW_YEAR, VisitState.ORDERING, "Y", workorder_no="C1042-Y-20260101-ALL")
    row = replace(row, deadline=date(2026, 12, 31))
    of = _yearly(1, Spread.AT_START, termination=Termination(date(2026, 3, 31), "MOVED"))
    today = date(2026, 2, 1)
    assert [visit.deadline for visit in visits(situation(of, [row]), NEW_YEAR, NEW_YEAR, today)] == dates("2026-03-31")
    sent = replace(row, state=VisitState.ORDERED)
    assert [visit.deadline for visit in visits(situation(of, [sent]), NEW_YEAR, NEW_YEAR, today)] == [row.deadline]


def test_ordering_the_second_of_a_day_ahead_does_not_take_the_place_of_the_first() -> None:
    of = _yearly(2, Spread.AT_START, start=date(2026, 4, 1), lead=days_in_advance(10))
    ahead = written(date(2026, 4, 1), plan_name="Y")
    ahead = replace(ahead, key=replace(ahead.key, sequence=2))
    (row,) = due(situation(of, [ahead]), date(2026, 4, 1))
    assert (row.key.sequence, row.state) == (1, VisitState.ORDERING)


def test_orders_of_one_day_do_not_wait_for_each_other() -> None:
    of = _yearly(3, Spread.AT_START, plan=plan("Y", previous_open=True))
    (first, *_) = due(situation(of), NEW_YEAR)
    assert len(due(situation(of, [first]), NEW_YEAR)) == 2


def test_a_visit_that_was_called_off_is_ordered_on_its_day_and_again_after_it_was_taken_back() -> None:
    of = replace(_yearly(5, Spread.CALL_OFF), lead=days_in_advance(7))
    wanted = replace(written(date(2026, 3, 10), VisitState.PLANNED, plan_name="Y"), pinned=True)
    now = situation(of, [wanted])
    assert wake_on(now, NEW_YEAR) == date(2026, 3, 3)
    assert ordered(due(now, date(2026, 3, 3))) == dates("2026-03-10")
    taken_back = replace(wanted, state=VisitState.WITHHELD, reason=Reason.CHANGED)
    assert ordered(due(situation(of, [taken_back]), date(2026, 3, 3))) == dates("2026-03-10")


def test_call_off_has_no_visits_of_itself_and_sleeps() -> None:
    of = _yearly(5, Spread.CALL_OFF)
    assert _dates_of(of, NEW_YEAR, date(2030, 12, 31)) == []
    assert wake_on(situation(of), NEW_YEAR) is None


def test_spread_visits_are_shifted_off_closed_days_and_the_next_ones_are_not() -> None:
    of = _yearly(7, plan=plan("Y", shift=Shift.NEXT_WORKING_DAY))
    found = visits(situation(of), NEW_YEAR, date(2026, 12, 31), NEW_YEAR)
    assert [visit.planned_date for visit in found[:3]] == dates("2026-01-02", "2026-02-23", "2026-04-13")
    assert found[1].key.nominal_date == date(2026, 2, 21)


def test_the_last_contract_year_stops_at_the_end() -> None:
    of = _yearly(4, end=date(2026, 9, 30))
    assert _dates_of(of, NEW_YEAR, date(2027, 12, 31)) == dates("2026-01-01", "2026-04-01", "2026-07-01")


def test_a_year_of_cycles_orders_the_number() -> None:
    after = run(situation(_yearly(7, lead=days_in_advance(20))), NEW_YEAR, date(2026, 12, 11), sleeping=True)
    assert len(ordered(after.ledger.values())) == 7
