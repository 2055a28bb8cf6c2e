"""What a price becomes when it is indexed: by what was agreed, or by a percentage of a person's own (rules: Terms,
Indexation). Computed exactly, and rounded once, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from powerup.contracts.price import ByIndex, ByPercentage, Price, following, in_cents
from powerup.contracts.price_index import IndexValue, PriceIndex, going_on_as
from powerup.errors import PowerupError


class NotIndexed(StrEnum):
    """Why an agreement gives no new price."""

    NO_AGREEMENT = "no_agreement"
    UNKNOWN_INDEX = "unknown_index"
    ENDED = "ended"
    NO_BASE_VALUE = "no_base_value"
    NO_NEWER_VALUE = "no_newer_value"


class NotIndexedError(PowerupError):
    """The agreement gives no new price from that day on. index and month are what it is about."""

    def __init__(self, reason: NotIndexed, index: str = "", month: str = "") -> None:
        super().__init__(f"{reason.value} {index} {month}".strip())
        self.reason, self.index, self.month = reason, index, month


@dataclass(frozen=True, slots=True)
class IndexReading:
    """A value as it was read: of which index and month."""

    index: str
    month: str
    value: IndexValue


@dataclass(frozen=True, slots=True)
class Indexed:
    """An indexation: the price that counts then, and what it was computed from.

    percentage is that of the agreement or a person's own; base and last are the values of an index, and factor is
    between them where the index goes on as another one, else 1.
    """

    old: Decimal
    price: Price
    percentage: Decimal | None = None
    base: IndexReading | None = None
    last: IndexReading | None = None
    factor: Decimal = Decimal(1)

    @property
    def risen_by(self) -> Decimal:
        """By how many percent the amount rises, in hundredths."""
        return in_cents((self.price.amount / self.old - 1) * 100) if self.old else Decimal(0)


def by_agreement(price: Price, day: date, indexes: Sequence[PriceIndex]) -> Indexed:
    """The price from a day on by what was agreed. Raises NotIndexedError where that gives none."""
    match price.indexation:
        case None:
            raise NotIndexedError(NotIndexed.NO_AGREEMENT)
        case ByPercentage():
            return by_percentage(price, day, price.indexation.percentage)
        case ByIndex():
            return _by_index(price, price.indexation, day, indexes)


def by_percentage(price: Price, day: date, percentage: Decimal) -> Indexed:
    """The price from a day on by so many percent more; what was agreed stays."""
    amount = in_cents(price.amount * (100 + percentage) / 100)
    return Indexed(price.amount, following(price, replace(price, amount=amount, price_date=day)), percentage)


def by_own_percentage(price: Price, day: date, percentage: Decimal, indexes: Sequence[PriceIndex]) -> Indexed:
    """The price by a percentage in the place of what was agreed: the base of an index moves as if that had been taken,
    so that the next indexation does not count the same months again."""
    indexed = by_percentage(price, day, percentage)
    try:
        agreed = by_agreement(price, day, indexes)
    except NotIndexedError:
        return indexed
    return replace(indexed, price=replace(indexed.price, indexation=agreed.price.indexation))


def _by_index(price: Price, agreed: ByIndex, day: date, indexes: Sequence[PriceIndex]) -> Indexed:
    base_index = next((each for each in indexes if each.code == agreed.index), None)
    if base_index is None:
        raise NotIndexedError(NotIndexed.UNKNOWN_INDEX, agreed.index)
    linked = going_on_as(base_index, indexes)
    if linked.ended is not None:
        raise NotIndexedError(NotIndexed.ENDED, linked.index.code, linked.ended)
    base = base_index.values.get(agreed.base_month)
    if base is None:
        raise NotIndexedError(NotIndexed.NO_BASE_VALUE, agreed.index, agreed.base_month)
    newer = [month for month in linked.index.values if agreed.base_month < month < f"{day:%Y-%m}"]
    if not newer:
        raise NotIndexedError(NotIndexed.NO_NEWER_VALUE, linked.index.code, agreed.base_month)
    month = max(newer)
    last = linked.index.values[month]
    amount = in_cents(price.amount * last.value / (base.value * linked.factor))
    then = replace(price, amount=amount, price_date=day, indexation=ByIndex(linked.index.code, month))
    return Indexed(
        price.amount,
        following(price, then),
        base=IndexReading(agreed.index, agreed.base_month, base),
        last=IndexReading(linked.index.code, month, last),
        factor=linked.factor,
    )
