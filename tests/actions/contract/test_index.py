"""contract.index: old and new price, and what is refused and warned of (rules: Terms, Indexation)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.actions.kit.change import Change
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.price import ByIndex, ByPercentage, EarlierPrice, Price
from tests.actions.scenes import decide, scene, situation, the_contract
from tests.contracts.test_indexation import CPI_2015, CPI_2025

PRICE = Price(Decimal("120.00"), date(2026, 1, 1), indexation=ByPercentage(Decimal("2.5")))
BY_INDEX = replace(PRICE, indexation=ByIndex("CPI-2015", "2025-06"))
FROM = "2028-01-01"


def _pressed(
    price: Price | None, entered: dict[str, Any], indexes: Any = (CPI_2015, CPI_2025)
) -> tuple[Contract, Change]:
    around = scene(situation(the_contract(price=price)))
    around = replace(around, configuration=replace(TenantConfiguration(), indexes=tuple(indexes)))
    change = decide("contract.index", around, entered)
    assert change.contract is not None
    return change.contract, change


def test_two_and_a_half_percent_shows_old_and_new_and_changes_the_price_alone() -> None:
    changed, change = _pressed(PRICE, {"from": FROM})
    [told] = change.prices
    assert (str(told.old), str(told.new), told.since) == ("120.00", "123.00", date(2028, 1, 1))
    assert changed.price == replace(
        PRICE, amount=Decimal("123.00"), price_date=date(2028, 1, 1),
        earlier=(EarlierPrice(date(2026, 1, 1), Decimal("120.00")),),
    )  # fmt: skip
    assert replace(changed, price=PRICE, version=1) == the_contract(price=PRICE)
    assert not change.ledger
    assert not change.effects.counts()


def test_across_a_link_both_values_and_the_factor_are_shown() -> None:
    _, change = _pressed(BY_INDEX, {"from": "2027-01-01"})
    assert str(change.prices[0].why) == (
        "CPI-2015 of 2025-06 (131), linked by the factor 0.7634, to CPI-2025 of 2026-10 (102.1): 2.09 %."
    )
    assert str(change.prices[0].new) == "122.51"


def test_an_ended_index_is_told_and_not_computed_on() -> None:
    with pytest.raises(NotPossible, match="CPI-2015 ended with 2025-12"):
        _pressed(BY_INDEX, {"from": FROM}, (CPI_2015,))


def test_a_percentage_of_ones_own_needs_a_reason_and_more_than_agreed_warns() -> None:
    with pytest.raises(InvalidInput) as refused:
        _pressed(PRICE, {"from": FROM, "percentage": "4"})
    assert [problem.pointer for problem in refused.value.problems] == ["/input/reason"]
    _, change = _pressed(PRICE, {"from": FROM, "percentage": "4", "reason": "Wages"})
    assert [str(each) for each in change.warnings] == [
        "This is more than the agreement gives: €123.00. Percentage: 2.5."
    ]
    assert (str(change.prices[0].new), change.prices[0].why) == ("124.80", "Wages")


def test_a_second_one_within_twelve_months_warns() -> None:
    first, change = _pressed(PRICE, {"from": "2027-07-01"})
    assert change.warnings == ()
    _, again = _pressed(first.price, {"from": "2028-06-30"})
    assert [str(each) for each in again.warnings] == [
        "The price already changed less than twelve months before, on July 1, 2027."
    ]
    assert _pressed(first.price, {"from": "2028-07-01"})[1].warnings == ()


def test_a_new_price_counts_from_a_later_day_than_the_present_one() -> None:
    with pytest.raises(InvalidInput):
        _pressed(PRICE, {"from": "2026-01-01"})


def test_a_contract_without_a_price_or_agreement_says_so() -> None:
    with pytest.raises(NotPossible, match="has no price"):
        _pressed(None, {"from": FROM})
    with pytest.raises(NotPossible, match="give a percentage"):
        _pressed(replace(PRICE, indexation=None), {"from": FROM})
