"""What was planned of a contract in a year against what was done: visits, hours and price (rules: Planned against
done)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from powerup.contracts.account import AccountFigures, AccountOutcome, done_day, figures_of
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.invoicing import lines_of_visits, price_of_days
from powerup.contracts.price import PricePer, in_cents
from powerup.contracts.visit import LedgerVisit, Visit

_MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Done:
    """How one contract, or several together, did in a year.

    price is what they cost until today in euros without VAT, None where none has a price. margin is what is left of it
    after the hours worked, of those of which both are known, None where it is of none.
    """

    figures: AccountFigures = field(default_factory=AccountFigures)
    price: Decimal | None = None
    margin: Decimal | None = None

    @property
    def price_per_hour(self) -> Decimal | None:
        """What was asked for each hour worked; None where not all hours are known, or there are none."""
        minutes = self.figures.worked_minutes
        if self.price is None or not minutes or not self.figures.all_timed:
            return None
        return in_cents(self.price * _MINUTES_OF_AN_HOUR / minutes)

    def __add__(self, other: "Done") -> "Done":
        return Done(self.figures + other.figures, _both(self.price, other.price), _both(self.margin, other.margin))


def done_of(
    contract: Contract,
    found: Iterable[tuple[Visit, AccountOutcome]],
    days: tuple[date, date],
    today: date,
    cost_per_hour: Decimal,
) -> Done:
    """How a contract did from the first to the last of some days, both inclusive.

    Args:
        found: the visits that were agreed for these days, each with what came of it.
        cost_per_hour: what an hour of work costs, in euros; 0 gives no margin.
    """
    told = list(found)
    figures, price = figures_of(told), price_until(contract, (visit for visit, _ in told), days, today)
    return Done(figures, price, _margin(contract, figures, price, cost_per_hour))


def price_until(contract: Contract, agreed: Iterable[Visit], days: tuple[date, date], today: date) -> Decimal | None:
    """What a contract costs from the first to the last of some days, but no further than today, in euros without VAT:
    its invoice periods by days since it was entered, as what was done before is in no account; or its visits that were
    done, with the price of their day. None without a price."""
    if contract.price is None or contract.deleted_on is not None:
        return None
    match contract.price.per:
        case PricePer.INVOICE_PERIOD:
            return price_of_days(contract, max(days[0], contract.entered_on), min(days[1], today))
        case PricePer.VISIT:
            done = [row for visit in agreed if (row := _done(visit)) is not None]
            return sum((line.amount for line in lines_of_visits(contract, done, done)), Decimal("0.00"))


def _done(visit: Visit) -> LedgerVisit | None:
    return visit.written if done_day(visit) is not None else None


def _margin(
    contract: Contract, figures: AccountFigures, price: Decimal | None, cost_per_hour: Decimal
) -> Decimal | None:
    """Of a corrective contract nobody knows the hours: its work orders are made at the host."""
    known = figures.timed and figures.all_timed and contract.type is not ContractType.CORRECTIVE
    if price is None or not known or not cost_per_hour:
        return None
    return in_cents(price - cost_per_hour * figures.worked_minutes / _MINUTES_OF_AN_HOUR)


def _both(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other
