"""The price of a contract in words, and what of it was changed (rules: Terms, Price)."""

from collections.abc import Iterator, Mapping
from typing import Any

from powerup.actions.form.price_form import PriceForm
from powerup.actions.kit.labels import VALUE_LABELS
from powerup.contracts.contract import Contract
from powerup.contracts.invoicing import invoice_period_of
from powerup.contracts.price import ByIndex, ByPercentage, Indexation, Invoiced, Price, PricePer
from powerup.documents.price import price_of
from powerup.readings.period_words import period_in_words
from powerup.texts import Euros, Text, text

Fact = tuple[Text, object]

_LABELS: Mapping[str, Text] = {name: field.metadata["label"] for name, field in PriceForm().load_fields.items()}


def price_facts(contract: Contract) -> Iterator[Fact]:
    """What the contract costs and how that goes on, as pairs of a label and a value; nothing where no price is kept."""
    price = contract.price
    if price is None:
        return
    yield text("Price, without VAT"), price_in_words(contract, price)
    yield text("Counts from"), price.price_date
    if price.earlier:
        before = price.earlier[-1]
        words = text("{amount} from {day}", amount=Euros(before.amount), day=before.price_date)
        yield text("Price before that"), words
    if price.indexation is not None:
        yield _LABELS["indexation"], indexation_in_words(price.indexation)
    for name in ("vat_code", "ledger_code"):
        if (code := getattr(price, name)) is not None:
            yield _LABELS[name], code


def price_in_words(contract: Contract, price: Price) -> Text:
    """The amount, what it is asked for, and when."""
    amount = Euros(price.amount)
    match price.per:
        case PricePer.VISIT:
            return text("per visit {price}", price=amount)
        case PricePer.INVOICE_PERIOD:
            period = invoice_period_of(contract)
            length = period_in_words(period) if period else text("invoice period")
            return text("per {period} {price}, {when}", price=amount, period=length, when=_when(price.invoiced))


def _when(invoiced: Invoiced) -> Text:
    match invoiced:
        case Invoiced.IN_ADVANCE:
            return text("in advance")
        case Invoiced.IN_ARREARS:
            return text("in arrears")


def indexation_in_words(indexation: Indexation) -> Text:
    """What was agreed on indexation."""
    match indexation:
        case ByPercentage():
            return text("{percentage} % a year", percentage=indexation.percentage)
        case ByIndex():
            return text("by {index}, from {month}", index=indexation.index, month=indexation.base_month)


def price_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Text]:
    """What is otherwise between two prices as documents, member by member."""
    old, new = (price_of(dict(document)) if document else None for document in (before, after))
    for name, label in _LABELS.items():
        was, became = (_member(price, name) for price in (old, new))
        if was != became:
            yield text("{name}: {before} → {after}", name=label, before=was, after=became)


def _member(price: Price | None, name: str) -> object:
    value = getattr(price, name) if price else None
    match name, value:
        case _, None:
            return text("–")
        case "amount", _:
            return Euros(value)
        case "per" | "invoiced", _:
            return VALUE_LABELS[value.value]
        case "invoice_period", _:
            return period_in_words(value)
        case "indexation", _:
            return indexation_in_words(value)
        case _:
            return value
