"""What is to be invoiced of a contract in a month: a list for the bookkeeping, since nothing is invoiced here (rules:
Terms, Invoice list)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.price import Invoiced, Price, PricePer, in_cents
from powerup.contracts.several_addresses import parts_by_date
from powerup.contracts.terms import Period, PeriodUnit, add_period
from powerup.contracts.visit import LedgerVisit

_MONTH = Period(1, PeriodUnit.MONTH)
_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of the list. key names it within its contract for ever: the first day of its period, or its visit.

    first and until are the days that it is for, both inclusive; pro_rata says that they are less than a whole period.
    """

    contract: str
    key: str
    first: date
    until: date
    amount: Decimal
    pro_rata: bool = False


def invoice_period_of(contract: Contract) -> Period | None:
    """The contract's own invoice period, else that of its terms."""
    if contract.price is not None and contract.price.invoice_period is not None:
        return contract.price.invoice_period
    return contract.terms.invoice_period if contract.terms else None


def lines_of_periods(contract: Contract, month: date) -> Iterator[InvoiceLine]:
    """The lines of a contract whose price is per invoice period, in the month of that first day.

    An invoice period is in the month in which it begins, or in which it ends where it is invoiced in arrears; it has
    the price of its first day, and less by days where the contract does not have all of it.
    """
    price, period = contract.price, invoice_period_of(contract)
    if price is None or period is None or price.per is PricePer.VISIT or contract.deleted_on is not None:
        return
    after = add_period(month, _MONTH)
    for line in _lines(contract, price, period, month, after):
        if month <= _invoiced_on(price, line.first, line.until) < after:
            yield line


def price_of_days(contract: Contract, first: date, last: date) -> Decimal | None:
    """What a contract whose price is per invoice period costs from first to last, both inclusive; a period that reaches
    further counts by its days. None where it has no such price."""
    price, period = contract.price, invoice_period_of(contract)
    if price is None or period is None or price.per is PricePer.VISIT or contract.deleted_on is not None:
        return None
    amount = Decimal(0)
    for line in _lines(contract, price, period, first, last + A_DAY):
        within = (min(line.until, last) - max(line.first, first)).days + 1
        amount += line.amount * max(within, 0) / ((line.until - line.first).days + 1)
    return in_cents(amount)


def _lines(contract: Contract, price: Price, period: Period, since: date, before: date) -> Iterator[InvoiceLine]:
    """Of each invoice period that has a day from since on and before another, as far as the contract has it."""
    for begins, ends in _periods(contract.start, period, since, before):
        first, until = max(begins, contract.start), min(ends, contract.last_day or date.max)
        if first <= until:
            part = Decimal((until - first).days + 1) / ((ends - begins).days + 1)
            amount = in_cents(price.amount_on(first) * part)
            yield InvoiceLine(contract.number, first.isoformat(), first, until, amount, part != 1)


def lines_of_visits(
    contract: Contract, done: Iterable[LedgerVisit], parts: Iterable[LedgerVisit] = ()
) -> Iterator[InvoiceLine]:
    """The lines of a contract whose price is per visit: of its visits that were done, with the price of that day.

    One with an order per address has one line, on the day on which the first of them was done; parts are all orders of
    such dates, whenever they were done.
    """
    if contract.price is None or contract.price.per is PricePer.INVOICE_PERIOD or contract.deleted_on is not None:
        return
    beside = parts_by_date(parts)
    for visit in done:
        day = visit.completed_on
        if day is not None and not any(_was_done_before(other, visit) for other in beside.get(visit.key.whole, ())):
            yield InvoiceLine(contract.number, str(visit.key.whole), day, day, contract.price.amount_on(day))


def invoiced_between(contract: Contract, since: date, until: date) -> Decimal:
    """What the invoice periods of a contract come to that are invoiced from since to until, both inclusive; nothing
    where its price is per visit."""
    amount, month = Decimal("0.00"), since.replace(day=1)
    while month <= until:
        for line in lines_of_periods(contract, month):
            if contract.price is not None and since <= _invoiced_on(contract.price, line.first, line.until) <= until:
                amount += line.amount
        month = add_period(month, _MONTH)
    return amount


def _was_done_before(other: LedgerVisit, visit: LedgerVisit) -> bool:
    days = other.completed_on, visit.completed_on
    return days[0] is not None and days[1] is not None and (days[0], other.key) < (days[1], visit.key)


def _invoiced_on(price: Price, first: date, until: date) -> date:
    match price.invoiced:
        case Invoiced.IN_ADVANCE:
            return first
        case Invoiced.IN_ARREARS:
            return until


def _periods(start: date, period: Period, since: date, before: date) -> Iterator[tuple[date, date]]:
    """The invoice periods, both days inclusive, that have a day from since on and before another. Months that divide a
    year are those of the calendar, so that a quarter is one; all others count from the contract's start."""
    origin = date(start.year, 1, 1) if _is_of_the_calendar(period) else start
    place = _place_of(origin, period, since)
    while (begins := add_period(origin, period, place)) < before:
        place += 1
        yield begins, add_period(origin, period, place) - A_DAY


def _is_of_the_calendar(period: Period) -> bool:
    match period.unit:
        case PeriodUnit.YEAR:
            return period.number == 1
        case PeriodUnit.MONTH:
            return _MONTHS_OF_A_YEAR % period.number == 0
        case PeriodUnit.DAY | PeriodUnit.WEEK:
            return False


def _place_of(origin: date, period: Period, day: date) -> int:
    """Which period the day lies in, counted from 0; the first one for a day before all of them."""
    low, high = 0, 1
    while add_period(origin, period, high) <= day:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if add_period(origin, period, middle) <= day else (low, middle)
    return low
