"""The price of a contract: what is asked per invoice period or per visit, from which day, and how it follows an
agreement on indexation (rules: Terms, Price). Amounts are euros without VAT, in whole cents."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from powerup.contracts.terms import Period

CENT = Decimal("0.01")

MOST_AMOUNT = Decimal("9999999.99")
"""The largest amount that is accepted: above it a typing error is likelier than a wish."""

MOST_PERCENTAGE = Decimal(100)
"""The largest percentage by which a price rises or falls at once."""


class PricePer(StrEnum):
    """What an amount is asked for."""

    INVOICE_PERIOD = "invoice_period"
    VISIT = "visit"


class Invoiced(StrEnum):
    """Whether an invoice period is invoiced when it begins or when it has ended."""

    IN_ADVANCE = "in_advance"
    IN_ARREARS = "in_arrears"


@dataclass(frozen=True, slots=True)
class ByPercentage:
    """It was agreed that the price rises by so many percent a year."""

    percentage: Decimal


@dataclass(frozen=True, slots=True)
class ByIndex:
    """It was agreed that the price follows an index of the tenant, from the value of its base month (2026-10) on."""

    index: str
    base_month: str


Indexation = ByPercentage | ByIndex


@dataclass(frozen=True, slots=True)
class EarlierPrice:
    """An amount that was asked from its day on, until the next one."""

    price_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What a contract costs: information, and what the invoice list is made of; nothing is invoiced here.

    amount is without VAT and counts from price_date on; earlier are those before it, the oldest first, which were asked
    per the same. Before all of them the oldest counts. invoice_period None is that of the contract's terms. vat_code
    and ledger_code are texts of the tenant's bookkeeping that go along.
    """

    amount: Decimal
    price_date: date
    per: PricePer = PricePer.INVOICE_PERIOD
    invoice_period: Period | None = None
    invoiced: Invoiced = Invoiced.IN_ADVANCE
    indexation: Indexation | None = None
    vat_code: str | None = None
    ledger_code: str | None = None
    earlier: tuple[EarlierPrice, ...] = ()

    def amount_on(self, day: date) -> Decimal:
        """The amount that counts on a day."""
        if self.price_date <= day or not self.earlier:
            return self.amount
        begun = [each.amount for each in self.earlier if each.price_date <= day]
        return begun[-1] if begun else self.earlier[0].amount


def in_cents(amount: Decimal) -> Decimal:
    """An amount in whole cents, a half one rounded up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def following(known: Price | None, new: Price) -> Price:
    """A price as it is entered over one that was known: the amounts before its day stay, while what they were asked
    for is the same; those from that day on are replaced."""
    if known is None or (known.per, known.invoice_period) != (new.per, new.invoice_period):
        return replace(new, earlier=())
    before = (*known.earlier, EarlierPrice(known.price_date, known.amount))
    return replace(new, earlier=tuple(each for each in before if each.price_date < new.price_date))
