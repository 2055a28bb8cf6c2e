"""The list of a tenant's contracts: filtered, sorted and cut into pages by the database, for pages and API alike.

What is shown of the visits of a contract is computed for the rows of the page alone, so that it is never stale; the
list is filtered and sorted by what is stored of the contract itself.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract, ContractType, Status, pause_on
from powerup.contracts.days import A_DAY
from powerup.contracts.notice import last_day_to_stop
from powerup.contracts.planned_against_done import Done
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Visit, VisitKey, VisitState
from powerup.readings.employee_names import in_order_of_names
from powerup.readings.list_cursor import cursor_of, place_of
from powerup.store.batches import batches
from powerup.store.contract_rows import pauses_of
from powerup.store.contracts import Contracts, is_held
from powerup.store.host_facts import known_hindrances
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.marks import Marked, facts_from
from powerup.store.search_text import search_words
from powerup.store.service_tables import host_names
from powerup.store.tables import contract_objects, contracts, in_play, visit_plans
from powerup.store.tables import visits as ledger_table

MOST_ON_PAGE = 200
MOST_COUNTED = 1_000
"""Of longer lists it is said that they are longer."""

LOOKED_AHEAD = timedelta(days=400)
"""How far the next visit is looked for; one that comes later is not told."""

NO_TERMS = "-"
"""In place of a code of terms: contracts without any."""

_STILL_COMES = frozenset(
    {VisitState.PLANNED, VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.FAILED}
)
_DONE = frozenset({VisitState.COMPLETED, VisitState.SETTLED})
_NOT_VISITED = frozenset({VisitState.WITHHELD, VisitState.REMOVED, VisitState.RETRACTING})


class ListedStatus(StrEnum):
    """The status of a contract on a day, and one of its own for those that were deleted, which no other lists."""

    NOT_STARTED = "not_started"
    ACTIVE = "active"
    ENDED = "ended"
    TERMINATED = "terminated"
    DELETED = "deleted"


class ContractSort(StrEnum):
    """What a list is sorted by. END is the day on which the period that runs ends, as agreed or early."""

    NUMBER = "number"
    NAME = "name"
    CUSTOMER = "customer"
    TYPE = "type"
    START = "start"
    END = "end"
    LAST_NOTICE_DATE = "last_notice_date"
    TERMS = "terms"
    EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class ContractOrder:
    """By what a list is sorted, then by number; what has no value comes last either way."""

    by: ContractSort = ContractSort.NUMBER
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """Which contracts are listed; what is empty asks for nothing, and all that is asked has to hold.

    search: words of which each is in the number, the name, the customer's number, name, place or postal code, or an
    object's code, name or serial number. statuses: one of them, all but the deleted where there is none. terms: their
    code, or NO_TERMS. contract_template: its code. employee: of the contract or of one of its plans. ends_within,
    notice_within: days from today, today and the last of them included; a contract that goes on by itself ends with
    each period. failed: a visit could not be ordered, or the contract could not be worked out. held: its orders wait
    for a person's word. in_year: it runs in that calendar year, or has a written visit of it; deleted ones are not left
    out then. number: the one contract of that number. paused: it runs, and stands still today.
    """

    search: str = ""
    statuses: tuple[ListedStatus, ...] = ()
    types: tuple[ContractType, ...] = ()
    customer: str = ""
    terms: str = ""
    contract_template: str = ""
    employee: str = ""
    ends_within: int | None = None
    notice_within: int | None = None
    failed: bool = False
    held: bool = False
    in_year: int | None = None
    number: str = ""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class ContractRow:
    """What a list shows of a contract.

    customer_name, place, employee_name: as the host had them when they were last read, empty where they never were.
    status_date: the day of deletion, the start of what has not begun, else the last day, None while nothing ends it.
    end: the end of the period that runs, and goes_on whether another one follows by itself. paused_until: of the pause
    that holds today; paused says that there is one, which may be open. next_visit: the first planned for today or later
    and not withheld. done, planned: visits of the calendar year, withheld ones not among them. failed: how many visits
    could not be ordered. problem: why the contract could not be worked out; next_visit, done and planned are empty
    then. this_year: how it did in the calendar year, None where that was not asked for or cannot be counted.
    """

    number: str
    version: int
    name: str
    type: ContractType
    customer: str
    customer_name: str
    place: str
    status: ListedStatus
    status_date: date | None
    start: date
    end: date | None
    goes_on: bool
    paused: bool
    paused_until: date | None
    next_visit: date | None
    last_notice_date: date | None
    done: int
    planned: int
    employee: str | None
    employee_name: str
    terms_code: str | None
    terms_name: str | None
    contract_template: str | None
    objects: int
    failed: int
    held: bool
    problem: str | None
    this_year: Done | None = None


_MEMBERS = tuple(each.name for each in fields(ContractRow) if each.name != "this_year")


def row_document(row: ContractRow) -> dict[str, Any]:
    """The row by the names of its members, but for this_year; `asdict` would copy each value, which takes as
    long as reading them."""
    return {name: getattr(row, name) for name in _MEMBERS}


@dataclass(frozen=True, slots=True)
class ContractPage:
    """Some rows of a list, and the cursor of those that follow, None where none do."""

    rows: tuple[ContractRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ContractChoices:
    """What can be filtered by, as pairs of code and name: employees by name, with their number where they have none."""

    employees: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str], ...]
    contract_templates: tuple[tuple[str, str], ...]


class ContractList:
    """The contracts of one tenant as a list, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._tenant_id = around.tenant_id
        self._of_tenant = contracts.c.tenant_id == around.tenant_id

    def page(
        self, wanted: ContractFilter, order: ContractOrder, limit: int = 50, cursor: str | None = None
    ) -> ContractPage:
        """The rows behind a cursor, or the first ones; at most limit, and MOST_ON_PAGE.

        Raises CursorRefused for a cursor that is none, or that of another list.
        """
        limit = max(1, min(limit, MOST_ON_PAGE))
        return self._page(wanted, order, limit, self._found(wanted, order, limit + 1, cursor))

    def first_page(self, wanted: ContractFilter, order: ContractOrder, limit: int = 50) -> tuple[ContractPage, int]:
        """The first rows, as `page` gives them, and how many there are in all, as `count` does; the list is gone
        through once for both."""
        limit = max(1, min(limit, MOST_ON_PAGE))
        found = self._found(wanted, order, MOST_COUNTED + 1, None)
        return self._page(wanted, order, limit, found), len(found)

    def contracts(
        self, wanted: ContractFilter, limit: int, cursor: str | None = None
    ) -> tuple[list[Contract], str | None]:
        """Contracts by number behind a cursor, or the first ones, at most limit, and the cursor of those that follow.
        Raises CursorRefused."""
        order = ContractOrder()
        found = self._found(wanted, order, limit + 1, cursor)
        numbers = [row.number for row in found[:limit]]
        loaded = {each.number: each for each in Contracts(self._connection, self._tenant_id).of_numbers(numbers)}
        more = len(found) > limit
        following = cursor_of(_list_mark(wanted, order), numbers[-1], numbers[-1]) if more else None
        return [loaded[number] for number in numbers], following

    def customers(self, wanted: ContractFilter, limit: int, cursor: str | None = None) -> tuple[list[str], str | None]:
        """The customers of these contracts by debtor number, likewise. Raises CursorRefused."""
        conditions = _conditions(wanted, self._tenant_id, self._around.today)
        query = select(contracts.c.customer).where(self._of_tenant, *conditions).distinct()
        if cursor is not None:
            query = query.where(contracts.c.customer > place_of(cursor, _customers_mark(wanted))[0])
        found = list(self._connection.scalars(query.order_by(contracts.c.customer).limit(limit + 1)))
        return found[:limit], self.customers_behind(wanted, found[limit - 1]) if len(found) > limit else None

    def customers_behind(self, wanted: ContractFilter, customer: str) -> str:
        """The cursor of the customers that follow one."""
        return cursor_of(_customers_mark(wanted), customer, "")

    def of_customers(self, wanted: ContractFilter, customers: Sequence[str]) -> list[Contract]:
        """Those of these contracts that are of these customers, by customer and number."""
        found: list[str] = []
        for some in batches(customers):
            found += self._connection.scalars(self._listed(wanted).where(contracts.c.customer.in_(some)))
        loaded = Contracts(self._connection, self._tenant_id).of_numbers(found)
        return sorted(loaded, key=lambda contract: (contract.customer, contract.number))

    def count(self, wanted: ContractFilter, most: int = MOST_COUNTED) -> int:
        """How many contracts there are, counted no further than one beyond most."""
        some = self._listed(wanted).limit(most + 1).subquery()
        return int(self._connection.scalar(select(func.count()).select_from(some)) or 0)

    def targets(self, wanted: ContractFilter, most: int = MOST_COUNTED) -> list[tuple[str, int]]:
        """Number and version of every contract of the list by number, no more than most."""
        query = self._listed(wanted).add_columns(contracts.c.version).order_by(contracts.c.number).limit(most)
        return [(row.number, row.version) for row in self._connection.execute(query)]

    def doubles(self, customer: str, type_: ContractType, address: str | None, objects: Collection[str]) -> list[str]:
        """Numbers of contracts of this type that run or will, and are for one of these objects; where there are none,
        for this address of the customer, or none of its own, without objects."""
        tenant_id, today = self._tenant_id, self._around.today
        running = or_(*(_has_status(each, today) for each in (ListedStatus.ACTIVE, ListedStatus.NOT_STARTED)))
        of_objects = select(contract_objects.c.contract).where(contract_objects.c.tenant_id == tenant_id)
        there = (
            contracts.c.number.in_(of_objects.where(contract_objects.c.object.in_(objects)))
            if objects
            else and_(
                contracts.c.address.is_(None) if address is None else contracts.c.address == address,
                contracts.c.number.not_in(of_objects),
            )
        )
        conditions = (
            self._of_tenant,
            contracts.c.customer == customer,
            contracts.c.type == type_.value,
            running,
            there,
        )
        return list(
            self._connection.scalars(select(contracts.c.number).where(*conditions).order_by(contracts.c.number))
        )

    def choices(self) -> ContractChoices:
        """What the tenant's contracts can be filtered by."""
        named = _each_once(contracts.c.employee, self._of_tenant)
        in_plans = _each_once(visit_plans.c.employee, visit_plans.c.tenant_id == self._tenant_id)
        employees = named.union(in_plans)
        numbers = self._connection.scalars(employees).all()
        return ContractChoices(
            in_order_of_names(numbers, HostNames(self._connection, self._tenant_id).of_employees(numbers)),
            tuple((terms.code, terms.name) for terms in self._around.configuration.terms),
            tuple((each.code, each.name) for each in self._around.configuration.contract_templates),
        )

    def _listed(self, wanted: ContractFilter) -> Select[Any]:
        conditions = [*_conditions(wanted, self._tenant_id, self._around.today)]
        if wanted.paused:
            running = _has_status(ListedStatus.ACTIVE, self._around.today)
            conditions += [running, contracts.c.number.in_(self._paused())]
        return select(contracts.c.number).where(self._of_tenant, *conditions)

    def _paused(self) -> ColumnElement[Any]:
        """The numbers of those that stand still today, by the rule itself, since a pause may come back every year."""
        some = contracts.c.deleted_on.is_(None), cast(contracts.c.pauses, String) != "[]"
        rows = self._connection.execute(select(contracts.c.number, contracts.c.pauses).where(self._of_tenant, *some))
        today = self._around.today
        found = [row.number for row in rows if pause_on(pauses_of(row.pauses), today)]
        return bindparam("paused", found, contracts.c.number.type, expanding=True, literal_execute=True)

    def _found(
        self, wanted: ContractFilter, order: ContractOrder, limit: int, cursor: str | None
    ) -> Sequence[Row[Any]]:
        """Number and sort key of the first contracts, or of those behind a cursor."""
        key = _sort_key(order)
        query = self._listed(wanted).add_columns(key.label("sort_key"))
        if (named := _named_by(order.by)) is not None:
            query = query.select_from(_with_name(*named))
        query = query.order_by(key.desc() if order.descending else key, *_by_number(order)).limit(limit)
        if cursor is not None:
            query = query.where(_behind(key, order, place_of(cursor, _list_mark(wanted, order))))
        return self._connection.execute(query).all()

    def _page(
        self, wanted: ContractFilter, order: ContractOrder, limit: int, found: Sequence[Row[Any]]
    ) -> ContractPage:
        shown, following = found[:limit], None
        if len(found) > limit:
            last = shown[-1]
            following = cursor_of(_list_mark(wanted, order), _plain(last.sort_key), last.number)
        return ContractPage(tuple(self._rows([row.number for row in shown])), following)

    def _rows(self, numbers: Sequence[str]) -> Iterator[ContractRow]:
        loaded = {each.number: each for each in Contracts(self._connection, self._tenant_id).of_numbers(numbers)}
        known = known_hindrances(self._connection, self._tenant_id)
        customers = {each.customer for each in loaded.values()}
        host = HostNames(self._connection, self._tenant_id)
        names = host.of(NameKind.CUSTOMER, customers)
        employees = host.of_employees({each.template.employee for each in loaded.values()})
        ledgers = Ledger(self._connection, self._tenant_id).for_schedule(list(loaded.values()), self._year_began)
        marked = select(contracts.c.number, contracts.c.problem, is_held().label("held"))
        marks = self._connection.execute(marked.where(self._of_tenant, contracts.c.number.in_(numbers)))
        states = {row.number: row for row in marks}
        for number in numbers:
            contract, state = loaded[number], states[number]
            situation = self._situation(contract, ledgers[number], known, held=bool(state.held))
            name = names.get(contract.customer, HostName(""))
            yield self._row(situation, name, employees.get(contract.template.employee or "", ""), state.problem)

    @property
    def _year_began(self) -> date:
        return self._around.today.replace(month=1, day=1)

    def _situation(
        self, contract: Contract, ledger: Mapping[VisitKey, LedgerVisit], known: Marked, *, held: bool
    ) -> ContractSituation:
        around = self._around
        facts = facts_from(known, contract)
        settings = around.configuration.settings
        return ContractSituation(contract, around.calendar, settings, ledger, facts, awaiting_release=held)

    def _row(
        self, situation: ContractSituation, name: HostName, employee_name: str, problem: str | None
    ) -> ContractRow:
        contract, today = situation.contract, self._around.today
        found, raised = self._visits(situation)
        of_year = [each for each in found if each.planned_date.year == today.year]
        coming = (each.planned_date for each in found if _comes(each, today))
        pause = contract.pause_on(today)
        terms = contract.terms
        termination = contract.termination
        return ContractRow(
            number=contract.number,
            version=contract.version,
            name=contract.name,
            type=contract.type,
            customer=contract.customer,
            customer_name=name.name,
            place=name.place,
            status=_listed_status(contract, today),
            status_date=status_date(contract, today),
            start=contract.start,
            end=termination.last_day if termination else contract.end,
            goes_on=terms is not None and terms.goes_on and termination is None,
            paused=pause is not None,
            paused_until=pause.until if pause else None,
            next_visit=next(coming, None),
            last_notice_date=last_day_to_stop(contract),
            done=sum(each.state in _DONE for each in of_year),
            planned=sum(each.state not in _NOT_VISITED for each in of_year),
            employee=contract.template.employee,
            employee_name=employee_name,
            terms_code=terms.code if terms else None,
            terms_name=terms.name if terms else None,
            contract_template=contract.contract_template,
            objects=len(contract.objects_on(today)),
            failed=sum(each.state is VisitState.FAILED for each in situation.ledger.values()),
            held=situation.awaiting_release,
            problem=problem or raised,
        )

    def _visits(self, situation: ContractSituation) -> tuple[list[Visit], str | None]:
        """Those of the year and those that come, or why they cannot be worked out."""
        if situation.contract.deleted_on is not None:
            return [], None
        today, year_ends = self._around.today, self._year_began.replace(month=12, day=31)
        try:
            found = visits(situation, self._year_began, year_ends, today)
            if not any(_comes(each, today) for each in found):
                found += visits(situation, year_ends + A_DAY, today + LOOKED_AHEAD, today)
            return found, None
        except Exception as error:  # noqa: BLE001 - a contract that cannot be worked out says so, the others are shown
            return [], str(error) or type(error).__name__


def _comes(visit: Visit, today: date) -> bool:
    return visit.planned_date >= today and visit.state in _STILL_COMES


def _list_mark(wanted: ContractFilter, order: ContractOrder) -> str:
    """What a cursor belongs to."""
    return hashlib.sha256(repr((astuple(wanted), astuple(order))).encode()).hexdigest()[:16]


def _customers_mark(wanted: ContractFilter) -> str:
    return f"customers {_list_mark(wanted, ContractOrder())}"


def status_date(contract: Contract, today: date) -> date | None:
    """The day that belongs to the status: that of deletion, the start of what has not begun, else the last day."""
    if contract.deleted_on:
        return contract.deleted_on
    return contract.start if contract.status(today) is Status.NOT_STARTED else contract.last_day


def _listed_status(contract: Contract, today: date) -> ListedStatus:
    return ListedStatus.DELETED if contract.deleted_on else ListedStatus(contract.status(today).value)


def _each_once(column: ColumnElement[str], of_tenant: ColumnElement[bool]) -> Select[Any]:
    """The values of a column that an index has, each found behind the one before, so that few values among very many
    rows cost little: a database that is asked for them as they are goes through all rows."""
    there = of_tenant, column.is_not(None)
    walk = select(func.min(column).label("value")).where(*there).cte(recursive=True)
    following = select(func.min(column)).where(*there, column > walk.c.value).correlate(walk).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.value.is_not(None)))
    return select(walk.c.value).where(walk.c.value.is_not(None))


def _named_by(sort: ContractSort) -> tuple[NameKind, ColumnElement[Any]] | None:
    """Whose name a list is sorted by, and what of a contract says who that is."""
    match sort:
        case ContractSort.CUSTOMER:
            return NameKind.CUSTOMER, contracts.c.customer
        case ContractSort.EMPLOYEE:
            return NameKind.EMPLOYEE, contracts.c.employee
        case (
            ContractSort.NUMBER
            | ContractSort.NAME
            | ContractSort.TYPE
            | ContractSort.START
            | ContractSort.END
            | ContractSort.LAST_NOTICE_DATE
            | ContractSort.TERMS
        ):
            return None


def _with_name(kind: NameKind, code: ColumnElement[Any]) -> Any:
    """Contracts, each with what is known of its customer or employee."""
    same = and_(
        host_names.c.tenant_id == contracts.c.tenant_id, host_names.c.kind == kind.value, host_names.c.code == code
    )
    return contracts.outerjoin(host_names, same)


_ENDS = func.coalesce(contracts.c.last_day, contracts.c.end_date)
"""The end of the period that runs, or of a termination."""


def _conditions(wanted: ContractFilter, tenant_id: str, today: date) -> Iterator[ColumnElement[bool]]:
    for word in search_words(wanted.search):
        yield _has_word(word, tenant_id)
    yield from _conditions_in_time(wanted, tenant_id, today)
    if wanted.types:
        yield contracts.c.type.in_([each.value for each in wanted.types])
    yield from _named_conditions(wanted)
    if wanted.employee:
        yield _has_employee(wanted.employee, tenant_id)
    if wanted.ends_within is not None:
        yield _ENDS.between(today, today + timedelta(days=wanted.ends_within))
    if wanted.notice_within is not None:
        yield contracts.c.last_notice_date.between(today, today + timedelta(days=wanted.notice_within))
    if wanted.failed:
        yield _has_failed(tenant_id)
    if wanted.held:
        yield is_held()


def _conditions_in_time(wanted: ContractFilter, tenant_id: str, today: date) -> Iterator[ColumnElement[bool]]:
    if wanted.statuses:
        yield or_(*(_has_status(each, today) for each in wanted.statuses))
    elif wanted.in_year is None:
        yield _is_kept()
    if wanted.in_year is not None:
        yield _is_of_year(wanted.in_year, tenant_id)


def _named_conditions(wanted: ContractFilter) -> Iterator[ColumnElement[bool]]:
    """What the contract itself names by a code."""
    if wanted.number:
        yield contracts.c.number == wanted.number
    if wanted.customer:
        yield contracts.c.customer == wanted.customer
    if wanted.terms:
        none = wanted.terms == NO_TERMS
        yield contracts.c.terms_code.is_(None) if none else contracts.c.terms_code == wanted.terms
    if wanted.contract_template:
        yield contracts.c.contract_template == wanted.contract_template


def _has_word(word: str, tenant_id: str) -> ColumnElement[bool]:
    of_objects = select(contract_objects.c.contract).where(
        contract_objects.c.tenant_id == tenant_id,
        contract_objects.c.object.in_(_codes_with(word, NameKind.OBJECT, tenant_id)),
    )
    return or_(
        contracts.c.search_text.contains(word, autoescape=True),
        contracts.c.customer.in_(_codes_with(word, NameKind.CUSTOMER, tenant_id)),
        contracts.c.number.in_(of_objects),
    )


def _codes_with(word: str, kind: NameKind, tenant_id: str) -> Select[Any]:
    of_kind = (host_names.c.tenant_id == tenant_id) & (host_names.c.kind == kind.value)
    return select(host_names.c.code).where(of_kind, host_names.c.search_text.contains(word, autoescape=True))


def _is_kept() -> ColumnElement[bool]:
    return contracts.c.deleted_on.is_(None)


def _has_status(status: ListedStatus, today: date) -> ColumnElement[bool]:
    """As `Contract.status` has it, in what is stored of its dates."""
    terminated = func.coalesce(contracts.c.last_day < today, False)
    ended = func.coalesce(contracts.c.ends_on < today, False)
    begun = contracts.c.start_date <= today
    match status:
        case ListedStatus.DELETED:
            return ~_is_kept()
        case ListedStatus.TERMINATED:
            return and_(_is_kept(), terminated)
        case ListedStatus.ENDED:
            return and_(_is_kept(), ~terminated, ended)
        case ListedStatus.NOT_STARTED:
            return and_(_is_kept(), ~terminated, ~ended, ~begun)
        case ListedStatus.ACTIVE:
            return and_(_is_kept(), ~terminated, ~ended, begun)


def _is_of_year(year: int, tenant_id: str) -> ColumnElement[bool]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    runs = and_(contracts.c.start_date <= last, func.coalesce(contracts.c.last_day, contracts.c.ends_on, last) >= first)
    of_contract = ledger_table.c.tenant_id == tenant_id, ledger_table.c.contract == contracts.c.number
    lies = or_(ledger_table.c.planned_date.between(first, last), ledger_table.c.moved_from.between(first, last))
    return or_(and_(_is_kept(), runs), exists().where(*of_contract, lies))


def _has_employee(number: str, tenant_id: str) -> ColumnElement[bool]:
    of_plans = select(visit_plans.c.contract).where(
        visit_plans.c.tenant_id == tenant_id, visit_plans.c.employee == number
    )
    return or_(contracts.c.employee == number, contracts.c.number.in_(of_plans))


def _has_failed(tenant_id: str) -> ColumnElement[bool]:
    state = ledger_table.c.state
    failed = select(ledger_table.c.contract).where(
        ledger_table.c.tenant_id == tenant_id,
        state == literal(VisitState.FAILED.value, literal_execute=True),
        in_play(state),
    )
    with_problem = select(contracts.c.number).where(
        contracts.c.tenant_id == tenant_id, contracts.c.problem.is_not(None)
    )
    return contracts.c.number.in_(failed.union(with_problem))


def _sort_key(order: ContractOrder) -> ColumnElement[Any]:
    """The column that a list is sorted by, never empty, so that rows can be compared with a cursor."""
    match order.by:
        case ContractSort.NUMBER:
            return contracts.c.number
        case ContractSort.NAME:
            return contracts.c.sort_name
        case ContractSort.CUSTOMER:
            return _text(func.coalesce(func.nullif(host_names.c.search_text, ""), contracts.c.customer), order)
        case ContractSort.TYPE:
            return contracts.c.type
        case ContractSort.START:
            return contracts.c.start_date
        case ContractSort.END:
            return _day(_ENDS, order)
        case ContractSort.LAST_NOTICE_DATE:
            return _day(contracts.c.last_notice_date, order)
        case ContractSort.TERMS:
            return _text(contracts.c.terms_code, order)
        case ContractSort.EMPLOYEE:
            return _text(func.coalesce(func.nullif(host_names.c.search_text, ""), contracts.c.employee), order)


_AFTER_ALL_TEXTS = "\U0010ffff"


def _text(value: ColumnElement[Any], order: ContractOrder) -> ColumnElement[Any]:
    return func.coalesce(value, literal("" if order.descending else _AFTER_ALL_TEXTS))


def _day(value: ColumnElement[Any], order: ContractOrder) -> ColumnElement[Any]:
    return func.coalesce(value, literal(date.min if order.descending else date.max, Date()))


def _by_number(order: ContractOrder) -> list[Any]:
    if order.by is ContractSort.NUMBER:
        return []
    return [contracts.c.number.desc() if order.descending else contracts.c.number]


def _behind(key: ColumnElement[Any], order: ContractOrder, place: tuple[str, str]) -> ColumnElement[bool]:
    value: Any = date.fromisoformat(place[0]) if isinstance(key.type, Date) else place[0]
    here = tuple_(literal(value, key.type), literal(place[1], contracts.c.number.type))
    row = tuple_(key, contracts.c.number)
    return row < here if order.descending else row > here


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
