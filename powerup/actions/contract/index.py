"""contract.index: a new price from a day on, by what was agreed or by a percentage of a person's own (rules: Terms,
Indexation). It changes the price alone; old and new are shown first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from marshmallow import fields, validate

from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.answer import NotPossible, PriceChange, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.request import Role
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.indexation import (
    Indexed,
    IndexReading,
    NotIndexed,
    NotIndexedError,
    by_agreement,
    by_own_percentage,
)
from powerup.contracts.price import Price
from powerup.contracts.price_index import ValueKind
from powerup.contracts.terms import Period, PeriodUnit, add_period
from powerup.documents.price import Percentage
from powerup.documents.schema import Day, DocumentSchema
from powerup.texts import Euros, Text, text

MOST_REASON = 200
"""Characters of a reason, which stands in a letter."""

_A_YEAR = Period(1, PeriodUnit.YEAR)


@dataclass(frozen=True, slots=True)
class IndexInput:
    """since is the first day of the new price; percentage is a person's own, in the place of what was agreed."""

    since: date
    percentage: Decimal | None = None
    reason: str | None = None


class IndexSchema(DocumentSchema):
    """Input of contract.index."""

    makes = IndexInput

    since = Day(data_key="from", required=True, metadata={"label": text("New price from")})
    percentage = Percentage(
        allow_none=True,
        metadata={
            "label": text("Percentage of your own"),
            "format": "decimal",
            "hint": text("Empty: as was agreed in the contract."),
        },
    )
    reason = fields.String(
        allow_none=True,
        validate=validate.Length(max=MOST_REASON, error="too_long: A text of at most {max} characters is expected."),
        metadata={
            "label": text("Reason"),
            "maxLength": MOST_REASON,
            "hint": text("For a percentage of your own: it stands in the contract's history."),
        },
    )


def possible(scene: ActionScene) -> None:
    """Only a contract that has a price and runs or will is indexed."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is not None:
        raise NotPossible(text("Contract {number} is deleted; undo that first.", number=contract.number))
    if contract.price is None:
        raise NotPossible(text("Contract {number} has no price.", number=contract.number))
    if contract.has_ended(scene.today):
        raise NotPossible(text("Contract {number} has ended.", number=contract.number))


def decide(scene: ActionScene, wanted: IndexInput) -> Change:
    """The new price, with a line of history; visits stay as they are."""
    possible(scene)
    contract = scene.contract_situation.contract
    price = contract.price
    if price is None:
        raise ValueError("A contract without a price is not indexed.")
    _check(price, wanted, contract.start)
    indexed = _indexed(scene, price, wanted)
    why = wanted.reason.strip() if wanted.reason and wanted.percentage is not None else indexation_in_words(indexed)
    changed = PriceChange(contract.number, indexed.old, indexed.price.amount, wanted.since, why)
    return Change(
        price_change_in_words(changed),
        contract=replace(contract, price=indexed.price, version=contract.version + 1),
        prices=(changed,),
        question=price_change_in_words(changed),
        warnings=tuple(_warnings(scene, price, wanted, indexed)),
    )


ACTION = Action(
    "contract.index",
    text("Index the price"),
    decide,
    IndexSchema,
    role=Role.ADMIN,
    style=Style.DANGER,
    possible=possible,
)


def price_change_in_words(change: PriceChange) -> Text:
    """Old and new, from when and why, in one sentence."""
    return text(
        "Contract {number}: {old} becomes {new} from {day}. {why}",
        number=change.contract,
        old=Euros(change.old),
        new=Euros(change.new),
        day=change.since,
        why=change.why,
    )


def _check(price: Price, wanted: IndexInput, start: date) -> None:
    if wanted.since < start:
        raise invalid("/input/from", "before_start", text("The contract starts later, on {start}.", start=start))
    if wanted.since <= price.price_date:
        message = text("The present price counts from {day}; choose a later day.", day=price.price_date)
        raise invalid("/input/from", "not_after_price", message)
    if wanted.percentage is not None and not (wanted.reason or "").strip():
        raise invalid("/input/reason", "required", text("A percentage of your own needs a reason."))


def _indexed(scene: ActionScene, price: Price, wanted: IndexInput) -> Indexed:
    indexes = scene.configuration.indexes
    if wanted.percentage is not None:
        return by_own_percentage(price, wanted.since, wanted.percentage, indexes)
    try:
        return by_agreement(price, wanted.since, indexes)
    except NotIndexedError as error:
        raise NotPossible(not_indexed_in_words(error)) from error


def _warnings(scene: ActionScene, price: Price, wanted: IndexInput, indexed: Indexed) -> Iterator[Text]:
    if price.earlier and wanted.since < add_period(price.price_date, _A_YEAR):
        yield text("The price already changed less than twelve months before, on {day}.", day=price.price_date)
    if indexed.last is not None and indexed.last.value.kind is ValueKind.PROVISIONAL:
        yield text("The value of {reading} is provisional.", reading=_named(indexed.last))
    if wanted.percentage is None:
        return
    try:
        agreed = by_agreement(price, wanted.since, scene.configuration.indexes)
    except NotIndexedError as error:
        yield not_indexed_in_words(error)
        return
    agreement = indexation_in_words(agreed)
    if indexed.price.amount > agreed.price.amount:
        yield text("This is more than the agreement gives: {new}. {why}", new=Euros(agreed.price.amount), why=agreement)
    else:
        yield text("The agreement gives {new}. {why}", new=Euros(agreed.price.amount), why=agreement)


def indexation_in_words(indexed: Indexed) -> Text:
    """What a new price was computed from: the percentage, or both values, and the factor where there is a link."""
    if indexed.base is None or indexed.last is None:
        return text("Percentage: {percentage}.", percentage=indexed.percentage)
    if indexed.factor == 1:
        return text(
            "{base} to {last}: {percentage} %.",
            base=_read(indexed.base),
            last=_read(indexed.last),
            percentage=indexed.risen_by,
        )
    return text(
        "{base}, linked by the factor {factor}, to {last}: {percentage} %.",
        base=_read(indexed.base),
        factor=indexed.factor,
        last=_read(indexed.last),
        percentage=indexed.risen_by,
    )


def not_indexed_in_words(error: NotIndexedError) -> Text:
    """Why an agreement gives no new price, and what can be done."""
    match error.reason:
        case NotIndexed.NO_AGREEMENT:
            return text("Nothing was agreed on indexation: give a percentage and a reason.")
        case NotIndexed.UNKNOWN_INDEX:
            return text("Your firm has no index {index}.", index=error.index)
        case NotIndexed.ENDED:
            return text(
                "Index {index} ended with {month} and none goes on as it: enter the link, or give a percentage.",
                index=error.index,
                month=error.month,
            )
        case NotIndexed.NO_BASE_VALUE:
            return text("Index {index} has no value of {month}.", index=error.index, month=error.month)
        case NotIndexed.NO_NEWER_VALUE:
            return text(
                "Index {index} has no value after {month} and before that day.", index=error.index, month=error.month
            )


def _read(reading: IndexReading) -> Text:
    return text("{reading} ({value})", reading=_named(reading), value=reading.value.value)


def _named(reading: IndexReading) -> Text:
    return text("{index} of {month}", index=reading.index, month=reading.month)
