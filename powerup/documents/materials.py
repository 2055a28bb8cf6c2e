"""Materials of work orders as a document: what a contract keeps, its form shows and the audit trail has (webhooks page,
section 9)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from powerup.contracts.contract import OrderMaterial
from powerup.documents.price import DecimalText, plain

MOST_DECIMALS = 4
"""Of a price of one unit."""

NUMBER = r"[0-9]{1,5}(\.[0-9]{1,2})?"
UNIT_PRICE = rf"[0-9]{{1,7}}(\.[0-9]{{1,{MOST_DECIMALS}}})?"


class NumberOf(DecimalText):
    """How many of something, such as 2 or 1.5 kilograms."""

    pattern = NUMBER
    expected = "invalid_number_of: A number such as 2 or 1.5 is expected."


class UnitPrice(DecimalText):
    """The price of one unit in euros."""

    pattern = UNIT_PRICE
    expected = "invalid_unit_price: A price such as 24.95 is expected."


def materials_document(materials: Iterable[OrderMaterial]) -> list[dict[str, Any]]:
    """The materials as JSON values."""
    return [
        {"code": each.code, "number": plain(each.number), "price": None if each.price is None else plain(each.price)}
        for each in materials
    ]


def materials_of(document: Iterable[dict[str, Any]]) -> tuple[OrderMaterial, ...]:
    """The materials of their own document, which is taken to be right."""
    return tuple(
        OrderMaterial(each["code"], Decimal(each["number"]), None if each["price"] is None else Decimal(each["price"]))
        for each in document
    )
