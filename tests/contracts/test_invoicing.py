"""What is to be invoiced in a month, against calculations by hand (rules: Terms, Invoice list)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from powerup.contracts.contract import Contract, Termination
from powerup.contracts.invoicing import lines_of_periods, lines_of_visits
from powerup.contracts.price import EarlierPrice, Invoiced, Price, PricePer
from powerup.contracts.terms import Period, PeriodUnit
from tests.actions.scenes import the_contract

MONTHLY = Price(Decimal("120.00"), date(2027, 1, 1), invoice_period=Period(1, PeriodUnit.MONTH))


def _of(contract: Contract, year: int, month: int) -> list[tuple[str, str, str]]:
    lines = lines_of_periods(contract, date(year, month, 1))
    return [(f"{line.first}", f"{line.until}", f"{line.amount}") for line in lines]


def _contract(price: Price, start: date, last_day: date | None = None, end: date | None = None) -> Contract:
    termination = Termination(last_day, "MOVED") if last_day else None
    return the_contract(price=price, start=start, termination=termination, end=end)


def test_the_first_and_the_last_month_are_pro_rata_by_days() -> None:
    """By hand: 17 of the 31 days of March, 120.00 x 17 / 31 = 65.806...; 10 of the 30 of June, 40.00."""
    contract = _contract(MONTHLY, date(2027, 3, 15), date(2027, 6, 10))
    months = [line for month in range(1, 13) for line in _of(contract, 2027, month)]
    assert months == [
        ("2027-03-15", "2027-03-31", "65.81"),
        ("2027-04-01", "2027-04-30", "120.00"),
        ("2027-05-01", "2027-05-31", "120.00"),
        ("2027-06-01", "2027-06-10", "40.00"),
    ]


def test_a_quarter_is_one_of_the_calendar_in_advance_or_in_arrears() -> None:
    """By hand: 47 of the 90 days of the first quarter of 2027, 300.00 x 47 / 90 = 156.67."""
    quarterly = replace(MONTHLY, amount=Decimal("300.00"), invoice_period=Period(3, PeriodUnit.MONTH))
    contract = _contract(quarterly, date(2027, 2, 13))
    assert _of(contract, 2027, 2) == [("2027-02-13", "2027-03-31", "156.67")]
    assert _of(contract, 2027, 3) == []
    assert _of(contract, 2027, 4) == [("2027-04-01", "2027-06-30", "300.00")]
    behind = replace(contract, price=replace(quarterly, invoiced=Invoiced.IN_ARREARS))
    assert (_of(behind, 2027, 2), _of(behind, 2027, 4)) == ([], [])
    assert _of(behind, 2027, 3) == [("2027-02-13", "2027-03-31", "156.67")]
    assert _of(behind, 2027, 6) == [("2027-04-01", "2027-06-30", "300.00")]


def test_a_period_has_the_price_of_its_first_day() -> None:
    raised = replace(
        MONTHLY, price_date=date(2027, 5, 10), earlier=(EarlierPrice(date(2026, 1, 1), Decimal("100.00")),)
    )
    contract = _contract(raised, date(2026, 1, 1))
    assert [_of(contract, 2027, month)[0][2] for month in (4, 5, 6)] == ["100.00", "100.00", "120.00"]


@pytest.mark.parametrize(
    "period", [Period(4, PeriodUnit.WEEK), Period(5, PeriodUnit.MONTH), Period(30, PeriodUnit.DAY)]
)
def test_other_periods_count_from_the_start_and_each_comes_once(period: Period) -> None:
    contract = _contract(replace(MONTHLY, invoice_period=period), date(2026, 1, 31))
    lines = [
        line for month in range(36) for line in lines_of_periods(contract, date(2026 + month // 12, month % 12 + 1, 1))
    ]
    assert lines[0].first == date(2026, 1, 31)
    assert all((after.first - before.until).days == 1 for before, after in pairwise(lines))
    assert {line.amount for line in lines} == {Decimal("120.00")}


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 12])
def test_the_periods_of_a_contract_cover_each_of_its_days_once(number: int) -> None:
    contract = _contract(
        replace(MONTHLY, invoice_period=Period(number, PeriodUnit.MONTH)), date(2026, 2, 28), end=date(2028, 7, 4)
    )
    lines = [
        line for month in range(36) for line in lines_of_periods(contract, date(2026 + month // 12, month % 12 + 1, 1))
    ]
    assert (lines[0].first, lines[-1].until) == (date(2026, 2, 28), date(2028, 7, 4))
    assert all((after.first - before.until).days == 1 for before, after in pairwise(lines))


def test_a_deleted_contract_and_one_per_visit_have_no_periods() -> None:
    assert _of(replace(_contract(MONTHLY, date(2026, 1, 1)), deleted_on=date(2026, 2, 1)), 2027, 1) == []
    per_visit = _contract(replace(MONTHLY, per=PricePer.VISIT), date(2026, 1, 1))
    assert _of(per_visit, 2027, 1) == []
    assert list(lines_of_visits(per_visit, ())) == []
