"""What a price becomes when it is indexed, against calculations by hand (rules: Terms, Indexation)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from powerup.contracts.indexation import NotIndexed, NotIndexedError, by_agreement, by_own_percentage
from powerup.contracts.price import ByIndex, ByPercentage, EarlierPrice, Price
from powerup.contracts.price_index import IndexLink, IndexValue, PriceIndex, ValueKind, problems


def _index(code: str, values: dict[str, str], **more: Any) -> PriceIndex:
    return replace(
        PriceIndex(code, 2025, {month: IndexValue(Decimal(value)) for month, value in values.items()}), **more
    )


CPI_2015 = _index("CPI-2015", {"2025-06": "131.0", "2025-12": "132.4"}, ended="2025-12")
LINK = IndexLink("CPI-2015", "2025-12", Decimal("0.7634"))
CPI_2025 = _index("CPI-2025", {"2025-12": "101.0", "2026-10": "102.1", "2027-01": "103.0"}, links=(LINK,))
PRICE = Price(Decimal("120.00"), date(2026, 1, 1))
DAY = date(2027, 1, 1)


def test_two_and_a_half_percent_of_some_amounts() -> None:
    """By hand: 120.00 x 1.025 = 123.00; 99.99 x 1.025 = 102.48975; 0.20 x 1.025 = 0.205, half a cent, up."""
    by_hand = {"120.00": "123.00", "99.99": "102.49", "0.20": "0.21", "1234.56": "1265.42"}
    for old, new in by_hand.items():
        price = replace(PRICE, amount=Decimal(old), indexation=ByPercentage(Decimal("2.5")))
        assert str(by_agreement(price, DAY, ()).price.amount) == new


def test_by_an_index_from_its_base_month_to_the_last_value_before_the_day() -> None:
    """By hand: 120.00 x 102.1 / 101.0 = 121.3069...; the value of January is not before the first of January."""
    indexed = by_agreement(replace(PRICE, indexation=ByIndex("CPI-2025", "2025-12")), DAY, (CPI_2025,))
    assert indexed.price == replace(
        PRICE,
        amount=Decimal("121.31"),
        price_date=DAY,
        indexation=ByIndex("CPI-2025", "2026-10"),
        earlier=(EarlierPrice(date(2026, 1, 1), Decimal("120.00")),),
    )
    assert str(indexed.risen_by) == "1.09"


def test_across_a_link_both_values_and_the_factor_count() -> None:
    """By hand: 131.0 x 0.7634 = 100.0054; 120.00 x 102.1 / 100.0054 = 122.5133..."""
    indexed = by_agreement(replace(PRICE, indexation=ByIndex("CPI-2015", "2025-06")), DAY, (CPI_2015, CPI_2025))
    assert str(indexed.price.amount) == "122.51"
    assert indexed.price.indexation == ByIndex("CPI-2025", "2026-10")
    assert indexed.base is not None
    assert indexed.last is not None
    assert (indexed.base.value.value, indexed.factor, indexed.last.value.value) == (
        Decimal("131.0"), Decimal("0.7634"), Decimal("102.1"),
    )  # fmt: skip


@pytest.mark.parametrize("agreed", ["CPI-2015", "CPI-2020"])
def test_an_index_that_ended_is_never_computed_on(agreed: str) -> None:
    """Also one that another leads to, and though it has a value that is newer than the base month."""
    older = _index("CPI-2020", {"2025-06": "100.0"})
    ended = replace(CPI_2015, links=(IndexLink("CPI-2020", "2025-06", Decimal(1)),))
    with pytest.raises(NotIndexedError) as told:
        by_agreement(replace(PRICE, indexation=ByIndex(agreed, "2025-06")), DAY, (older, ended))
    assert (told.value.reason, told.value.index, told.value.month) == (NotIndexed.ENDED, "CPI-2015", "2025-12")


@pytest.mark.parametrize(
    ("agreed", "day", "reason"),
    [
        (None, DAY, NotIndexed.NO_AGREEMENT),
        (ByIndex("WAGES", "2025-12"), DAY, NotIndexed.UNKNOWN_INDEX),
        (ByIndex("CPI-2025", "2025-11"), DAY, NotIndexed.NO_BASE_VALUE),
        (ByIndex("CPI-2025", "2026-10"), DAY, NotIndexed.NO_NEWER_VALUE),
        (ByIndex("CPI-2025", "2025-12"), date(2026, 10, 31), NotIndexed.NO_NEWER_VALUE),
    ],
)
def test_what_cannot_be_computed_says_why(agreed: ByIndex | None, day: date, reason: NotIndexed) -> None:
    with pytest.raises(NotIndexedError) as told:
        by_agreement(replace(PRICE, indexation=agreed), day, (CPI_2025,))
    assert told.value.reason is reason


def test_a_percentage_of_ones_own_moves_the_base_of_the_index_too() -> None:
    agreed = replace(PRICE, indexation=ByIndex("CPI-2025", "2025-12"))
    own = by_own_percentage(agreed, DAY, Decimal(4), (CPI_2025,)).price
    assert (str(own.amount), own.indexation) == ("124.80", ByIndex("CPI-2025", "2026-10"))
    ended = replace(PRICE, indexation=ByIndex("CPI-2015", "2025-06"))
    assert by_own_percentage(ended, DAY, Decimal(4), (CPI_2015,)).price.indexation == ended.indexation


def test_what_is_wrong_with_a_list_of_indexes_is_found() -> None:
    again = replace(CPI_2025, code="CPI-2030")
    circle = replace(CPI_2015, links=(IndexLink("CPI-2025", "2025-12", Decimal(1)),))
    assert problems((CPI_2015, CPI_2025)) == []
    assert problems((CPI_2025,)) == [("0/links/0/from", "unknown_index")]
    assert problems((CPI_2015, CPI_2025, again)) == [("2/links/0/from", "goes_on_twice")]
    assert ("0/links/0/from", "goes_on_twice") in problems((circle, CPI_2025))
    assert problems((replace(CPI_2015, ended="2025-11"),)) == [("0/ended", "values_after_the_end")]


def test_values_are_definitive_unless_said() -> None:
    assert IndexValue(Decimal(1)).kind is ValueKind.DEFINITIVE
