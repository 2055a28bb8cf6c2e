"""Yearly orders: a number of visits per contract year, spread or all at the start (rules: Contract types)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from powerup.contracts.contract import Contract, Spread, YearlyOrders
from powerup.contracts.days import A_DAY


def contract_year_start(start: date, year: int) -> date:
    """First day of the contract year with that index (0 is the first); 29 February clamps without drift."""
    return start + relativedelta(years=year)


def contract_year_of(start: date, day: date) -> int:
    """Index of the contract year that a day on or after the start falls in."""
    years = day.year - start.year
    return years if contract_year_start(start, years) <= day else years - 1


def contract_year_end(start: date, day: date) -> date:
    """Last day of the contract year that a day falls in."""
    return contract_year_start(start, contract_year_of(start, day) + 1) - A_DAY


def spread_date(year_start: date, position: int, number: int) -> date:
    """The date of the k-th (from 0) of N visits: k * 12 / N months after the first day of the contract year.

    Whole months go by calendar, clamped; the fraction is that part of the days of the month that follows, rounded
    down: 7 a year from 1 January gives 1 January, 21 February, 13 April.
    """
    months, remainder = divmod(position * 12, number)
    month_start = year_start + relativedelta(months=months)
    month_end = year_start + relativedelta(months=months + 1)
    return month_start + timedelta(days=(month_end - month_start).days * remainder // number)


def yearly_dates(contract: Contract, since: date, until: date) -> Iterator[tuple[date, int]]:
    """Nominal dates with sequence numbers of a yearly contract, both bounds inclusive; call-off has none."""
    orders = contract.yearly
    if orders is None:
        return
    first_year = contract_year_of(contract.counted_from, max(since, contract.counted_from))
    last_year = contract_year_of(contract.counted_from, until)
    for year in range(first_year, last_year + 1):
        for nominal, sequence in _dates_of_year(contract_year_start(contract.counted_from, year), orders):
            if since <= nominal <= until:
                yield nominal, sequence


def number_of_yearly_dates(contract: Contract, since: date, until: date) -> int:
    """As many as `yearly_dates` has, of the same arguments: of whole contract years by their number."""
    orders, start = contract.yearly, contract.counted_from
    since = max(since, start)
    if orders is None or orders.spread is Spread.CALL_OFF or since > until:
        return 0
    first_end, last_start = contract_year_end(start, since), contract_year_start(start, contract_year_of(start, until))
    if last_start <= since:
        return sum(1 for _ in yearly_dates(contract, since, until))
    between = contract_year_of(start, until) - contract_year_of(start, since) - 1
    at_the_ends = [*yearly_dates(contract, since, first_end), *yearly_dates(contract, last_start, until)]
    return len(at_the_ends) + between * orders.number


@lru_cache(maxsize=64)
def _dates_of_year(year_start: date, orders: YearlyOrders) -> tuple[tuple[date, int], ...]:
    """Kept, since all objects have the same."""
    match orders.spread:
        case Spread.AT_START:
            return tuple((year_start, sequence) for sequence in range(1, orders.number + 1))
        case Spread.SPREAD:
            seen: Counter[date] = Counter()
            found = []
            for position in range(orders.number):
                nominal = spread_date(year_start, position, orders.number)
                seen[nominal] += 1
                found.append((nominal, seen[nominal]))
            return tuple(found)
        case Spread.CALL_OFF:
            return ()
