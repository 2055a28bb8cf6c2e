"""A year of a contract without something and with it, visit by visit, in hours and price (rules: Planning, What if).

The two years are computed alike, of the contract as it is and as it would be; what differs is what people are shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from powerup.contracts.contract import Contract
from powerup.contracts.invoicing import invoiced_between
from powerup.contracts.planned_work import Work, is_work, work_of
from powerup.contracts.price import PricePer
from powerup.contracts.schedule import written_from
from powerup.contracts.visit import Visit, VisitKey, VisitState
from powerup.contracts.who_goes import who_goes

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class VisitOfYear:
    """What a visit is in a year. comes: it is done, or to be done; reason says why it is not, where something does.

    minutes count for one that comes (guessed where it has no duration of its own), and amount for one with a price.
    ordered_on is the day on which its work order is made, or was.
    """

    planned_date: date
    ordered_on: date
    comes: bool
    reason: str = ""
    employee: str = ""
    minutes: int = 0
    guessed: bool = False
    amount: Decimal = _NOTHING


@dataclass(frozen=True, slots=True)
class ContractYear:
    """A year of one contract: its visits, and what its invoice periods come to."""

    contract: Contract
    visits: Mapping[VisitKey, VisitOfYear] = field(default_factory=dict)
    periods: Decimal = _NOTHING

    @property
    def work(self) -> Work:
        """The visits that come, and the time of them."""
        coming = [visit for visit in self.visits.values() if visit.comes]
        return Work(len(coming), sum(each.minutes for each in coming), sum(each.guessed for each in coming))

    @property
    def amount(self) -> Decimal:
        """What the year comes to, without VAT."""
        return self.periods + sum((visit.amount for visit in self.visits.values()), _NOTHING)


@dataclass(frozen=True, slots=True)
class VisitDifference:
    """A visit that is another one, or none, on one of the two sides."""

    key: VisitKey
    was: VisitOfYear | None
    will: VisitOfYear | None

    @property
    def day(self) -> date:
        """The sooner of its days."""
        return min(each.planned_date for each in (self.was, self.will) if each is not None)


class DifferenceKind(StrEnum):
    """What becomes of a visit: one more, one less, on another day, or the same day and something else of it."""

    ADDED = "added"
    GONE = "gone"
    MOVED = "moved"
    OTHERWISE = "otherwise"


def difference_of(difference: VisitDifference) -> DifferenceKind:
    """The kind of a difference, by what weighs most."""
    days = [each.planned_date if each and each.comes else None for each in (difference.was, difference.will)]
    return kind_of(*days)


def kind_of(was: date | None, will: date | None) -> DifferenceKind:
    """The kind by the days on which a visit comes, None where it does not come."""
    if was is None or will is None:
        return DifferenceKind.GONE if will is None else DifferenceKind.ADDED
    return DifferenceKind.OTHERWISE if was == will else DifferenceKind.MOVED


def contract_year(contract: Contract, visits: Iterable[Visit], since: date, until: date) -> ContractYear:
    """The year of a contract from since to until, both inclusive; visits are those that are planned in it."""
    found: dict[VisitKey, VisitOfYear] = {}
    priced: set[VisitKey] = set()
    for visit in visits:
        comes = is_work(visit)
        amount = _NOTHING
        if comes and contract.price is not None and contract.price.per is PricePer.VISIT:
            # A date with an order per address is one visit to be paid.
            if visit.key.whole not in priced:
                amount = contract.price.amount_on(visit.planned_date)
            priced.add(visit.key.whole)
        found[visit.key] = _of_year(contract, visit, amount, comes=comes)
    return ContractYear(contract, found, invoiced_between(contract, since, until))


def visit_differences(was: ContractYear | None, will: ContractYear | None) -> Iterator[VisitDifference]:
    """The visits that are not the same on both sides, of a contract that is on one of them at least."""
    before, after = (was.visits if was else {}), (will.visits if will else {})
    for key in {**before, **after}:
        earlier, later = before.get(key), after.get(key)
        if earlier != later and any(each is not None and each.comes for each in (earlier, later)):
            yield VisitDifference(key, earlier, later)


def _of_year(contract: Contract, visit: Visit, amount: Decimal, *, comes: bool) -> VisitOfYear:
    work = work_of(contract, visit)
    goes = who_goes(contract, written_from(visit))
    return VisitOfYear(
        visit.planned_date,
        visit.generation_date,
        comes,
        str(visit.reason) if visit.reason and (not comes or visit.state is VisitState.PLANNED) else "",
        goes.employee if goes else "",
        work.minutes if comes else 0,
        bool(work.guessed) and comes,
        amount,
    )
