"""Prices of a contract (rules: Terms, Price)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from powerup.contracts.price import EarlierPrice, Price, PricePer, following, in_cents
from powerup.contracts.terms import Period, PeriodUnit

FIRST = Price(Decimal("120.00"), date(2026, 1, 1))
RAISED = replace(FIRST, amount=Decimal("123.00"), price_date=date(2027, 1, 1))
BEFORE = EarlierPrice(date(2026, 1, 1), Decimal("120.00"))


def test_a_price_with_a_later_day_leaves_the_one_before_it() -> None:
    assert following(FIRST, RAISED) == replace(RAISED, earlier=(BEFORE,))


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2026, 6, 1)])
def test_a_price_takes_the_place_of_all_from_its_day_on(day: date) -> None:
    corrected = replace(FIRST, amount=Decimal("125.00"), price_date=day)
    assert following(replace(RAISED, earlier=(BEFORE,)), corrected).earlier == (BEFORE,)


@pytest.mark.parametrize(
    "other", [replace(RAISED, per=PricePer.VISIT), replace(RAISED, invoice_period=Period(3, PeriodUnit.MONTH))]
)
def test_an_amount_for_something_else_counts_for_all_days(other: Price) -> None:
    assert following(FIRST, other).amount_on(date(2026, 5, 1)) == Decimal("123.00")


def test_each_amount_counts_from_its_day_and_the_first_before_it() -> None:
    price = following(FIRST, RAISED)
    days = [date(2020, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2030, 1, 1)]
    assert [str(price.amount_on(day)) for day in days] == ["120.00", "120.00", "123.00", "123.00"]


def test_half_a_cent_is_rounded_up() -> None:
    assert [str(in_cents(Decimal(amount))) for amount in ("1.005", "1.0049", "2.675")] == ["1.01", "1.00", "2.68"]
