"""Planned against done: per contract, customer or year how many visits were agreed and what came of them, what was
worked and what it cost (rules: Planned against done).

The visits are counted as the account counts them, and by its code. A year of very many contracts is not counted while
somebody waits: a page counts what stands on it, files and commands go on page by page.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.account import AccountFigures, AccountOutcome, account_visits, agreed_on, figures_of, outcome_of
from powerup.contracts.contract import Contract
from powerup.contracts.days import EARLIEST_DAY
from powerup.contracts.planned_against_done import Done, done_of
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Reason, Visit
from powerup.documents.price import plain
from powerup.readings.contract_list import ContractFilter, ContractList, ContractRow, ListedStatus
from powerup.readings.decisions import Decision, Decisions
from powerup.readings.forecast import Forecast
from powerup.readings.year_plan import period_of
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostNames

MOST_ON_PAGE = 200
"""Contracts that are counted for one page; those of one customer are never divided."""

YEARS_SHOWN = 5
"""By year: the one that is asked for and those before it."""

_MONTHS = range(1, 13)
_UNDECIDED = Decision()


class DoneBy(StrEnum):
    """What a row is of."""

    CONTRACT = "contract"
    CUSTOMER = "customer"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class DoneWanted:
    """Which contracts are counted, in which calendar year, and by what. By year it is that year and those before."""

    year: int
    by: DoneBy = DoneBy.CONTRACT
    filter: ContractFilter = field(default_factory=ContractFilter)


@dataclass(frozen=True, slots=True)
class DoneRow:
    """A row: of one contract, or of all contracts of a customer or a year.

    Names are as the host had them, empty where they were never read; contract, customer and their names are empty where
    the row is of several. contracts is of how many it is. problem says why a contract could not be counted.
    """

    year: int
    done: Done
    contracts: int = 1
    contract: str = ""
    contract_name: str = ""
    customer: str = ""
    customer_name: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DonePage:
    """Some rows, what they come to together, and the cursor of those that follow. months are the figures of each month
    of the year, by the agreed days, empty by year. too_many: by year, of more contracts than are counted at once."""

    rows: tuple[DoneRow, ...]
    together: Done
    months: tuple[AccountFigures, ...]
    next: str | None
    too_many: bool = False


_Told = list[tuple[Visit, AccountOutcome]]


@dataclass(frozen=True, slots=True)
class _Counted:
    """One contract in one year."""

    contract: Contract
    year: int
    told: _Told
    done: Done
    problem: str | None = None


class PlannedAgainstDone:
    """The contracts of one tenant by what was done, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._list = ContractList(connection, around)

    def page(self, wanted: DoneWanted, limit: int, cursor: str | None = None) -> DonePage:
        """The rows behind a cursor, or the first ones; at most limit, and of MOST_ON_PAGE contracts. Raises
        CursorRefused for a cursor that is none, or that of another list."""
        limit = max(1, min(limit, MOST_ON_PAGE))
        match wanted.by:
            case DoneBy.CONTRACT:
                found, following = self._list.contracts(_of_year(wanted), limit, cursor)
                return self._shown(wanted, found, following, lambda one: one.contract.number)
            case DoneBy.CUSTOMER:
                found, following = self._of_customers(_of_year(wanted), limit, cursor)
                return self._shown(wanted, found, following, lambda one: one.contract.customer)
            case DoneBy.YEAR:
                return self._by_year(wanted)

    def rows(self, wanted: DoneWanted) -> Iterator[DoneRow]:
        """All rows, of however many contracts, one page after the other."""
        if wanted.by is DoneBy.YEAR:
            yield from self._years(wanted)
            return
        page = self.page(wanted, MOST_ON_PAGE)
        yield from page.rows
        while page.next is not None:
            page = self.page(wanted, MOST_ON_PAGE, page.next)
            yield from page.rows

    def beside(self, rows: Sequence[ContractRow]) -> tuple[ContractRow, ...]:
        """Rows of the list of contracts, each with how it did this calendar year."""
        contracts = Contracts(self._connection, self._around.tenant_id).of_numbers([row.number for row in rows])
        counted = self._counted(contracts, [self._around.today.year])
        done = {one.contract.number: one.done for one in counted if one.problem is None}
        return tuple(replace(row, this_year=done.get(row.number)) for row in rows)

    def _shown(
        self,
        wanted: DoneWanted,
        contracts: Sequence[Contract],
        following: str | None,
        key: Callable[[_Counted], str],
    ) -> DonePage:
        counted = self._counted(contracts, [wanted.year])
        groups: defaultdict[str, list[_Counted]] = defaultdict(list)
        for one in counted:
            groups[key(one)].append(one)
        rows = tuple(self._row(wanted, some) for some in groups.values())
        return DonePage(self._named(rows), _together(counted), _by_month(counted), following)

    def _by_year(self, wanted: DoneWanted) -> DonePage:
        _, following = self._list.contracts(_of_any_year(wanted), MOST_ON_PAGE)
        if following is not None:
            return DonePage((), Done(), (), None, too_many=True)
        rows = tuple(self._years(wanted))
        return DonePage(rows, reduce(add, (row.done for row in rows), Done()), (), None)

    def _years(self, wanted: DoneWanted) -> Iterator[DoneRow]:
        """The years in which there was something, of all contracts, some at a time."""
        rows: dict[int, DoneRow] = {}
        cursor: str | None = None
        while True:
            contracts, cursor = self._list.contracts(_of_any_year(wanted), MOST_ON_PAGE, cursor)
            for one in self._counted(contracts, _years_shown(wanted.year)):
                if one.told or one.problem or one.done.price:
                    before = rows.get(one.year, DoneRow(one.year, Done(), 0))
                    rows[one.year] = replace(
                        before,
                        done=before.done + one.done,
                        contracts=before.contracts + 1,
                        problem=before.problem or one.problem,
                    )
            if cursor is None:
                break
        yield from (rows[year] for year in sorted(rows))

    def _of_customers(self, asked: ContractFilter, limit: int, cursor: str | None) -> tuple[list[Contract], str | None]:
        """The contracts of some customers, of no more customers than have as many as are counted at once."""
        customers, following = self._list.customers(asked, limit, cursor)
        if not customers:
            return [], None
        found = self._list.of_customers(asked, customers)
        if len(found) <= MOST_ON_PAGE:
            return found, following
        last = found[MOST_ON_PAGE].customer
        fitting = [each for each in found if each.customer < last]
        fitting = fitting or [each for each in found if each.customer == customers[0]]
        if fitting[-1].customer == customers[-1]:
            return fitting, following
        return fitting, self._list.customers_behind(asked, fitting[-1].customer)

    def _row(self, wanted: DoneWanted, some: Sequence[_Counted]) -> DoneRow:
        contract, problem = some[0].contract, next((one.problem for one in some if one.problem), None)
        row = DoneRow(wanted.year, _together(some), len(some), customer=contract.customer, problem=problem)
        if wanted.by is DoneBy.CONTRACT:
            return replace(row, contract=contract.number, contract_name=contract.name)
        return row

    def _named(self, rows: tuple[DoneRow, ...]) -> tuple[DoneRow, ...]:
        names = HostNames(self._connection, self._around.tenant_id).of_customers({row.customer for row in rows})
        return tuple(replace(row, customer_name=names.get(row.customer) or "") for row in rows)

    def _counted(self, contracts: Sequence[Contract], years: Iterable[int]) -> list[_Counted]:
        """Each of the contracts in each of the years, in their order."""
        situations = Forecast(self._connection, self._around).situations_of(contracts)
        found = [self._agreed(situation, year) for situation in situations for year in years]
        skipped = [(one.contract, visit) for one, visits in found for visit in visits if visit.reason is Reason.SKIPPED]
        decided = Decisions(self._connection, self._around.tenant_id).of(skipped) if skipped else {}
        return [self._told(one, visits, decided) for one, visits in found]

    def _agreed(self, situation: ContractSituation, year: int) -> tuple[_Counted, tuple[Visit, ...]]:
        nothing = _Counted(situation.contract, year, [], Done())
        try:
            return nothing, account_visits(situation, *period_of(year, None), self._around.today).agreed
        except Exception as error:  # noqa: BLE001 - a contract that cannot be worked out says so, the others are counted
            return replace(nothing, problem=str(error) or type(error).__name__), ()

    def _told(self, one: _Counted, visits: Iterable[Visit], decided: Mapping[str, Decision]) -> _Counted:
        if one.problem is not None:
            return one
        today, cost = self._around.today, self._around.configuration.settings.cost_per_hour
        told = [(visit, outcome_of(visit, today, decided.get(str(visit.key), _UNDECIDED).wish)) for visit in visits]
        agreed = [each for each in told if each[1] is not AccountOutcome.NOT_AGREED]
        return replace(one, told=agreed, done=done_of(one.contract, agreed, period_of(one.year, None), today, cost))


def _of_year(wanted: DoneWanted) -> ContractFilter:
    return replace(wanted.filter, in_year=wanted.year)


def _of_any_year(wanted: DoneWanted) -> ContractFilter:
    return replace(wanted.filter, statuses=wanted.filter.statuses or tuple(ListedStatus))


def _years_shown(last: int) -> range:
    return range(max(last - YEARS_SHOWN + 1, EARLIEST_DAY.year), last + 1)


def _together(counted: Iterable[_Counted]) -> Done:
    return reduce(add, (one.done for one in counted), Done())


def _by_month(counted: Iterable[_Counted]) -> tuple[AccountFigures, ...]:
    """The figures of each month of the year, by the days that their rules gave the visits."""
    months: dict[int, _Told] = {month: [] for month in _MONTHS}
    for one in counted:
        for visit, outcome in one.told:
            months[agreed_on(visit).month].append((visit, outcome))
    return tuple(figures_of(told) for told in months.values())


def done_document(row: DoneRow) -> dict[str, Any]:
    """A row as JSON values; amounts in euros without VAT, as texts."""
    done, figures = row.done, row.done.figures
    return {
        "year": row.year,
        "contract": row.contract or None,
        "contract_name": row.contract_name or None,
        "customer": row.customer or None,
        "customer_name": row.customer_name or None,
        "contracts": row.contracts,
        "agreed": figures.agreed,
        "outcomes": {outcome.value: number for outcome, number in figures.counts.items()},
        "done_on_time": figures.on_time,
        "done_late": figures.late,
        "days_late": figures.days_late,
        "missed": figures.missed,
        "worked_minutes": figures.worked_minutes if figures.timed else None,
        "visits_with_hours": figures.timed,
        "price": _amount(done.price),
        "price_per_hour": _amount(done.price_per_hour),
        "margin": _amount(done.margin),
        "problem": row.problem,
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)
