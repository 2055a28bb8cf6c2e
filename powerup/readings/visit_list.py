"""The list of visits of a period, whatever their state: written ones and those that are only computed.

The future is computed, never stored (decision 0001), so a list costs what its contracts cost. Only those are looked at
that have a written visit in the period, or wake by its end: a contract wakes on the day on which the order of its next
visit is made, which is no later than the day after that visit. Where there are more than MOST_CONTRACTS of them, the
list reaches as far as it can, and says so.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from powerup.actions.catalogue import ON_VISITS
from powerup.actions.kit.action import Action
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.object_words import object_words
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.schedule import written_from
from powerup.contracts.shown_as import ShownAs, shown_as
from powerup.contracts.visit import Reason, Visit, VisitState
from powerup.contracts.who_goes import who_goes
from powerup.readings.forecast import Forecast, number_of
from powerup.readings.list_cursor import cursor_of, place_of
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.service_tables import host_names
from powerup.store.tables import contract_objects, contracts, visit_plans
from powerup.store.tables import visits as ledger

MOST_CONTRACTS = 1_000
"""So many are worked out for one page."""

LONGEST = timedelta(days=91)
LONGEST_OF_ONE = timedelta(days=365)
"""From the first day to the last: of all contracts, and of one customer or contract."""

_NOT_DONE = frozenset({VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.FAILED})


class VisitSort(StrEnum):
    """What a list is sorted by, then by day and contract."""

    DAY = "day"
    CONTRACT = "contract"
    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits are listed, planned from since to until, both inclusive; what is empty asks for nothing.

    late: not done by its deadline, or done after it. employee: whom it is given to, else of its plan or contract.
    region: the first figures of its customer's postal code.
    """

    since: date
    until: date
    states: tuple[VisitState, ...] = ()
    reasons: tuple[Reason, ...] = ()
    customer: str = ""
    contract: str = ""
    employee: str = ""
    type_of_work: str = ""
    object: str = ""
    late: bool = False
    region: str = ""

    @property
    def longest(self) -> timedelta:
        """How long the period may be."""
        return LONGEST_OF_ONE if self.customer or self.contract else LONGEST


@dataclass(frozen=True, slots=True)
class VisitRow:
    """What a list shows of a visit. Names are as the host had them, empty where they were never read; actions are those
    that make sense for it."""

    contract: Contract
    visit: Visit
    customer_name: str
    object_name: str
    employee: str
    employee_name: str
    type_of_work: str
    workorder_no: str
    late: bool
    actions: tuple[Action, ...]

    @property
    def id(self) -> str:
        """The visit's public id."""
        return str(self.visit.key)

    @property
    def target(self) -> str:
        """As a press of many names it, with the contract's version that was seen."""
        return f"{self.id}@{self.contract.version}"


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Some rows, and the cursor of those that follow. through is the last day that could be looked at, None where that
    is none: too many contracts may have a visit even on the first. count is that of all rows through that day."""

    rows: tuple[VisitRow, ...]
    next: str | None
    through: date | None
    count: int


class VisitList:
    """The visits of one tenant as a list, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def page(
        self, wanted: VisitFilter, sort: VisitSort, limit: int, cursor: str | None = None, *, descending: bool = False
    ) -> VisitPage:
        """The rows behind a cursor, or the first ones; at most limit.

        Raises CursorRefused for a cursor that is none, or that of another list or of another day.
        """
        mark = _mark(wanted, sort, descending=descending, today=self._around.today)
        place = place_of(cursor, mark) if cursor else None
        through = self._reach(wanted)
        if through is None:
            return VisitPage((), None, None, 0)
        found = list(self._rows(wanted, through))
        ordered = sorted(found, key=lambda row: (_sort_key(row, sort), row.id), reverse=descending)
        if place is not None:
            ordered = [
                row for row in ordered if _is_behind((_sort_key(row, sort), row.id), place, descending=descending)
            ]
        shown = tuple(ordered[:limit])
        following = cursor_of(mark, _sort_key(shown[-1], sort), shown[-1].id) if len(ordered) > limit else None
        return VisitPage(shown, following, through, len(found))

    def _reach(self, wanted: VisitFilter) -> date | None:
        """The last day of the period through which few enough contracts may have a visit."""
        until = wanted.until
        while until >= wanted.since:
            if self._count(wanted, until) <= MOST_CONTRACTS:
                return until
            until = wanted.since + (until - wanted.since) // 2 if until > wanted.since else wanted.since - A_DAY
        return None

    def _count(self, wanted: VisitFilter, until: date) -> int:
        some = select(contracts.c.number).where(*self._conditions(wanted, until)).limit(MOST_CONTRACTS + 1).subquery()
        return int(self._connection.scalar(select(func.count()).select_from(some)) or 0)

    def _conditions(self, wanted: VisitFilter, until: date) -> Iterator[ColumnElement[bool]]:
        tenant_id = self._around.tenant_id
        yield contracts.c.tenant_id == tenant_id
        yield contracts.c.deleted_on.is_(None)
        planned = ledger.c.planned_date.between(wanted.since, until)
        # Asked of one contract after the other, so that few of them cost little and very many are not all asked.
        of_contract = ledger.c.tenant_id == tenant_id, ledger.c.contract == contracts.c.number
        written = exists(select(ledger.c.contract).where(*of_contract, planned).correlate(contracts))
        yield or_(contracts.c.wake_on <= until + A_DAY, written)
        if wanted.customer:
            yield contracts.c.customer == wanted.customer
        if wanted.contract:
            yield contracts.c.number == wanted.contract
        if wanted.region:
            names = host_names.c
            there = names.tenant_id == tenant_id, names.kind == NameKind.CUSTOMER.value
            at = names.postal_code.startswith(wanted.region, autoescape=True)
            yield contracts.c.customer.in_(select(names.code).where(*there, at))
        if wanted.object:
            linked = contract_objects.c.tenant_id == tenant_id, contract_objects.c.object == wanted.object
            yield contracts.c.number.in_(select(contract_objects.c.contract).where(*linked))
        of_plans = select(visit_plans.c.contract).where(visit_plans.c.tenant_id == tenant_id)
        if wanted.employee:
            given = ledger.c.tenant_id == tenant_id, ledger.c.employee == wanted.employee, planned
            yield or_(
                contracts.c.employee == wanted.employee,
                contracts.c.number.in_(of_plans.where(visit_plans.c.employee == wanted.employee)),
                contracts.c.number.in_(select(ledger.c.contract).where(*given)),
            )
        if wanted.type_of_work:
            yield or_(
                contracts.c.type_of_work == wanted.type_of_work,
                contracts.c.number.in_(of_plans.where(visit_plans.c.type_of_work == wanted.type_of_work)),
            )

    def _rows(self, wanted: VisitFilter, through: date) -> Iterator[VisitRow]:
        numbers = self._connection.scalars(select(contracts.c.number).where(*self._conditions(wanted, through)))
        found = Contracts(self._connection, self._around.tenant_id).of_numbers(list(numbers))
        planned = Forecast(self._connection, self._around).visits_of(found, wanted.since, through)
        rows = [row for row in self._all_rows(found, planned) if _is_wanted(row, wanted)]
        names = HostNames(self._connection, self._around.tenant_id)
        codes = {row.visit.key.visited_as or "" for row in rows} | {code for row in rows for code in row.visit.carries}
        objects = names.of(NameKind.OBJECT, codes - {""})
        employees = names.of_employees({row.employee for row in rows})
        for row in rows:
            yield replace(
                row,
                object_name=object_words(row.visit, lambda code: objects.get(code, HostName(code)).name),
                employee_name=employees.get(row.employee, ""),
            )

    def _all_rows(self, found: Sequence[Contract], planned: Sequence[tuple[Contract, Visit]]) -> Iterator[VisitRow]:
        names = HostNames(self._connection, self._around.tenant_id)
        customers = names.of_customers({each.customer for each in found})
        prefix, today = self._around.configuration.settings.number_prefix, self._around.today
        for contract, visit in planned:
            if visit.written is None and visit.reason in AFTER_THE_END:
                continue  # computed beyond the end of its contract: nobody expected it
            goes = who_goes(contract, written_from(visit))
            plan = contract.plan(visit.key.plan)
            yield VisitRow(
                contract,
                visit,
                customers.get(contract.customer, ""),
                "",
                goes.employee if goes else "",
                "",
                (plan.override.type_of_work if plan else None) or contract.template.type_of_work,
                number_of(visit, prefix) or "",
                is_late(visit, today),
                tuple(each for each in ON_VISITS if each.beside_visits and each.beside_visits(visit)),
            )


def is_late(visit: Visit, today: date) -> bool:
    """Whether it was to be done by a day that has passed and is not, or was done after that day."""
    return shown_as(visit) is ShownAs.DONE_LATE or (visit.state in _NOT_DONE and visit.deadline < today)


def _is_wanted(row: VisitRow, wanted: VisitFilter) -> bool:
    visit = row.visit
    return (
        (not wanted.states or visit.state in wanted.states)
        and (not wanted.reasons or visit.reason in wanted.reasons)
        and (not wanted.employee or row.employee == wanted.employee)
        and (not wanted.type_of_work or row.type_of_work == wanted.type_of_work)
        and (not wanted.object or wanted.object in row.contract.carried_by(visit))
        and (not wanted.late or row.late)
    )


def _sort_key(row: VisitRow, sort: VisitSort) -> str:
    day = row.visit.planned_date.isoformat()
    match sort:
        case VisitSort.DAY:
            return day
        case VisitSort.CONTRACT:
            return f"{row.contract.number}\n{day}"
        case VisitSort.CUSTOMER:
            return f"{(row.customer_name or row.contract.customer).casefold()}\n{day}"
        case VisitSort.EMPLOYEE:
            return f"{(row.employee_name or row.employee).casefold()}\n{day}"
        case VisitSort.STATE:
            return f"{row.visit.state.value}\n{day}"


def _is_behind(place: tuple[str, str], last: tuple[str, str], *, descending: bool) -> bool:
    return place < last if descending else place > last


def _mark(wanted: VisitFilter, sort: VisitSort, *, descending: bool, today: date) -> str:
    """What a cursor belongs to; what is late is so on a day, so the day is in it."""
    return hashlib.sha256(repr((astuple(wanted), sort, descending, today)).encode()).hexdigest()[:16]
