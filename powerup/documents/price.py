"""A price as a document: what a contract keeps, its form shows and the audit trail has (webhooks page, section 9)."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate

from powerup.contracts.price import (
    MOST_PERCENTAGE,
    ByIndex,
    ByPercentage,
    EarlierPrice,
    Indexation,
    Invoiced,
    Price,
    PricePer,
    in_cents,
)
from powerup.documents.words import period_from_text, period_text

Document = dict[str, Any]

AMOUNT = r"[0-9]{1,7}(\.[0-9]{1,2})?"
PERCENTAGE = r"-?[0-9]{1,3}(\.[0-9]{1,4})?"
MONTH = r"[12][0-9]{3}-(0[1-9]|1[0-2])"


class DecimalText(fields.Field[Decimal]):
    """A number as a text with a point: a number of JSON is not exact."""

    pattern: ClassVar[str]
    expected: ClassVar[str]

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        if not isinstance(value, str):
            raise ValidationError("Not a valid string.")
        if not re.fullmatch(self.pattern, value, re.ASCII):
            raise ValidationError(self.expected)
        return self.checked(Decimal(value))

    def checked(self, number: Decimal) -> Decimal:
        """The number as it is kept. Raises ValidationError for one that may not be."""
        return number.normalize() + 0

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else plain(value)


class Amount(DecimalText):
    """An amount in euros, with at most two decimals."""

    pattern = AMOUNT
    expected = "invalid_amount: An amount such as 120.00 is expected."

    def checked(self, number: Decimal) -> Decimal:
        """The amount with both its decimals."""
        return in_cents(number)


class Percentage(DecimalText):
    """A percentage: 2.5."""

    pattern = PERCENTAGE
    expected = "invalid_percentage: A percentage such as 2.5 is expected."

    def checked(self, number: Decimal) -> Decimal:
        """The percentage, if a price may change by it at once."""
        if not -MOST_PERCENTAGE < number <= MOST_PERCENTAGE:
            raise ValidationError("percentage_out_of_range: A percentage from -99.9999 to 100 is expected.")
        return super().checked(number)


class MonthOfYear(fields.String):
    """A month as 2026-10."""

    def __init__(self, **options: Any) -> None:
        expected = "invalid_month: A month such as 2026-10 is expected."
        super().__init__(validate=validate.Regexp(rf"^{MONTH}\Z", re.ASCII, error=expected), **options)


def plain(number: Decimal) -> str:
    """A number as a text, without an exponent."""
    return f"{number:f}"


def price_document(price: Price) -> Document:
    """The price as JSON values; absent members of a document are as the class has them."""
    return {
        "amount": plain(price.amount),
        "per": price.per.value,
        "price_date": price.price_date.isoformat(),
        "invoice_period": period_text(price.invoice_period) if price.invoice_period else None,
        "invoiced": price.invoiced.value,
        "indexation": indexation_document(price.indexation),
        "vat_code": price.vat_code,
        "ledger_code": price.ledger_code,
        "earlier": {each.price_date.isoformat(): plain(each.amount) for each in price.earlier},
    }


def indexation_document(indexation: Indexation | None) -> Document | None:
    """What was agreed on indexation, as JSON values."""
    match indexation:
        case None:
            return None
        case ByPercentage():
            return {"percentage": plain(indexation.percentage)}
        case ByIndex():
            return {"index": indexation.index, "base_month": indexation.base_month}


def price_of(document: Document) -> Price:
    """The price that such a document was made from."""
    period, indexation = document["invoice_period"], document["indexation"]
    return Price(
        amount=Decimal(document["amount"]),
        price_date=date.fromisoformat(document["price_date"]),
        per=PricePer(document["per"]),
        invoice_period=period_from_text(period) if period else None,
        invoiced=Invoiced(document["invoiced"]),
        indexation=_indexation_of(indexation) if indexation else None,
        vat_code=document["vat_code"],
        ledger_code=document["ledger_code"],
        earlier=tuple(
            EarlierPrice(date.fromisoformat(day), Decimal(amount)) for day, amount in document["earlier"].items()
        ),
    )


def _indexation_of(document: Document) -> Indexation:
    if "percentage" in document:
        return ByPercentage(Decimal(document["percentage"]))
    return ByIndex(document["index"], document["base_month"])
