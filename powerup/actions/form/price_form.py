"""The price in the form of a contract: what is entered of it, and whether it can be (rules: Terms, Price)."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields

from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.invoicing import invoice_period_of
from powerup.contracts.price import ByIndex, ByPercentage, Indexation, Invoiced, Price, PricePer, following
from powerup.documents.price import Amount, MonthOfYear, Percentage
from powerup.documents.schema import Choice, Code, Day
from powerup.documents.words import LengthOfTime
from powerup.texts import Text, text

MOST_CODE = 50
"""Characters of a code of the tenant's bookkeeping."""


class PriceFormPart(Schema):
    """A part of the form; gives the members that were entered, and refuses unknown ones."""

    class Meta:
        unknown = RAISE


class IndexationForm(PriceFormPart):
    """By how much the price rises: a percentage, or as an index of the tenant does."""

    percentage = Percentage(
        allow_none=True,
        metadata={"label": text("Percentage a year"), "format": "decimal", "hint": text("Such as 2.5.")},
    )
    index = Code(
        allow_none=True,
        metadata={
            "label": text("Or by an index"),
            "hint": text("The code of an index of your firm, such as CPI-2025."),
        },
    )
    base_month = MonthOfYear(
        allow_none=True,
        metadata={
            "label": text("Base month of the index"),
            "format": "month",
            "hint": text("The month whose value the price has, as 2026-10."),
        },
    )


class PriceForm(PriceFormPart):
    """What the contract costs."""

    amount = Amount(
        allow_none=True,
        metadata={
            "label": text("Amount without VAT"),
            "format": "decimal",
            "hint": text("In euros. Empty: no price is kept here."),
        },
    )
    per = Choice(PricePer, allow_none=True, metadata={"label": text("Asked per"), "empty": text("invoice period")})
    price_date = Day(
        allow_none=True,
        metadata={
            "label": text("Counts from"),
            "hint": text("Empty: from the start of the contract. With a later day, what was asked before it stays."),
        },
    )
    invoice_period = LengthOfTime(
        allow_none=True,
        metadata={
            "label": text("Invoice period"),
            "format": "period",
            "hint": text("Such as 3 months. Empty: as the contract terms say."),
        },
    )
    invoiced = Choice(Invoiced, allow_none=True, metadata={"label": text("Invoiced"), "empty": text("in advance")})
    indexation = fields.Nested(IndexationForm, allow_none=True, metadata={"label": text("Indexation")})
    vat_code = Code(allow_none=True, metadata={"label": text("VAT code"), "maxLength": MOST_CODE})
    ledger_code = Code(allow_none=True, metadata={"label": text("Ledger code"), "maxLength": MOST_CODE})


def with_price(old: Contract, contract: Contract, entered: Mapping[str, Any]) -> Price | None:
    """The price of the contract with what was entered of it; an empty amount takes it away. Raises InvalidInput."""
    if "price" not in entered:
        return contract.price
    given = entered["price"]
    if given is None or ("amount" in given and given["amount"] is None):
        _refuse_leftovers(old.price, given or {})
        return None
    known = old.price
    amount = given.get("amount", known and known.amount)
    if amount is None:
        raise _invalid("/amount", "required", text("This must be filled in."))
    price = Price(
        amount=amount,
        price_date=_given(given, "price_date", known and known.price_date) or contract.start,
        per=_given(given, "per", known and known.per) or PricePer.INVOICE_PERIOD,
        invoice_period=_given(given, "invoice_period", known and known.invoice_period),
        invoiced=_given(given, "invoiced", known and known.invoiced) or Invoiced.IN_ADVANCE,
        indexation=_indexation(given, known),
        vat_code=_given(given, "vat_code", known and known.vat_code),
        ledger_code=_given(given, "ledger_code", known and known.ledger_code),
    )
    return following(known, price)


def price_problems(
    contract: Contract, configuration: TenantConfiguration, before: Contract | None = None
) -> Iterator[FieldProblem]:
    """What is wrong with the price beside the rest of the contract. before is the contract that it changes: what stands
    there already is no reason to refuse another change."""
    price = contract.price
    if price is None or (before is not None and (before.price, before.terms) == (price, contract.terms)):
        return
    if price.per is PricePer.INVOICE_PERIOD and invoice_period_of(contract) is None:
        message = text("An invoice period is needed: these contract terms name none.")
        yield _problem("/invoice_period", "required", message)
    if isinstance(price.indexation, ByIndex):
        yield from _index_problems(price.indexation, configuration)
    for name in ("vat_code", "ledger_code"):
        if len(getattr(price, name) or "") > MOST_CODE:
            message = text("A text of at most {most} characters is expected.", most=MOST_CODE)
            yield _problem(f"/{name}", "too_long", message)


def _index_problems(agreed: ByIndex, configuration: TenantConfiguration) -> Iterator[FieldProblem]:
    known = [index.code for index in configuration.indexes]
    if agreed.index not in known:
        message = text("Your firm has no index {index}; known are: {known}.", index=agreed.index, known=known or "-")
        yield _problem("/indexation/index", "unknown_index", message)


def _given(entered: Mapping[str, Any], name: str, known: Any) -> Any:
    return entered.get(name, known)


def _indexation(entered: Mapping[str, Any], known: Price | None) -> Indexation | None:
    """What was entered is the whole agreement: a percentage, or an index with its base month."""
    if "indexation" not in entered:
        return known.indexation if known else None
    given = {name: value for name, value in (entered["indexation"] or {}).items() if value is not None}
    if not given:
        return None
    if "percentage" in given:
        if len(given) > 1:
            message = text("Either a percentage is expected, or an index with its base month.")
            raise _invalid("/indexation/percentage", "percentage_or_index", message)
        return ByPercentage(given["percentage"])
    for name in ("index", "base_month"):
        if name not in given:
            raise _invalid(f"/indexation/{name}", "required", text("This must be filled in."))
    return ByIndex(given["index"], given["base_month"])


def _refuse_leftovers(known: Price | None, given: Mapping[str, Any]) -> None:
    """Of a contract without a price, something was entered of one, but no amount."""
    if known is None and any(value is not None for value in given.values()):
        raise _invalid("/amount", "required", text("This must be filled in."))


def _problem(pointer: str, code: str, message: Text) -> FieldProblem:
    return FieldProblem(f"/input/price{pointer}", code, message)


def _invalid(pointer: str, code: str, message: Text) -> InvalidInput:
    return InvalidInput(message, (_problem(pointer, code, message),))
