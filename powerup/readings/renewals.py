"""Contracts by the day on which somebody has to decide about them: what renews by itself, by hand, or ends (rules:
Terms).

Filtered, sorted and cut into pages by the database; prices and reminders are worked out for the rows of a page alone.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, func, literal, select, tuple_

from powerup.actions.contract.index import not_indexed_in_words
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.indexation import NotIndexedError, by_agreement
from powerup.contracts.notice import AtEnd, act_by, at_end, notice_until
from powerup.contracts.price import Price
from powerup.contracts.price_index import PriceIndex
from powerup.contracts.terms import Renewal, renewed_end
from powerup.documents.price import plain
from powerup.readings.list_cursor import cursor_of, place_of
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.reminders import Reminder, Reminders
from powerup.store.tables import contracts
from powerup.texts import Text

MOST_ON_PAGE = 200
MOST_COUNTED = 1_000
"""Of longer lists it is said that they are longer."""

USUAL_DAYS = 90


class ReminderState(StrEnum):
    """How far a reminder is: the host has its task, it is on its way, or the host refused it and it is tried again."""

    SENT = "sent"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RenewalFilter:
    """Which contracts are listed: those to be decided about within so many days from today, all that is asked holding.
    Empty asks for nothing; terms is their code."""

    within: int = USUAL_DAYS
    kinds: tuple[AtEnd, ...] = ()
    customer: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class PriceToCome:
    """What a contract costs now and from the first day after its end; new is None where nobody can say, and why_not
    says why. is_kept: the new price stands in the contract already; else it is what an indexation as agreed gives."""

    old: Decimal
    since: date
    new: Decimal | None = None
    is_kept: bool = False
    why_not: Text | None = None


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder of the present notice date, and how far it is; at (UTC) is when it was sent or is tried again."""

    days: int
    state: ReminderState
    at: Any = None


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """A contract of the list. act_by: the last day to decide. new_end: that of the period that follows, None where the
    contract ends, or goes on for good."""

    contract: Contract
    customer: HostName
    at_end: AtEnd
    act_by: date
    new_end: date | None
    price: PriceToCome | None
    reminders: tuple[ReminderRow, ...]

    @property
    def end(self) -> date | None:
        """The last day of the period that runs, or of the contract."""
        return self.contract.termination.last_day if self.contract.termination else self.contract.end

    @property
    def for_good(self) -> bool:
        """Whether it goes on without an end."""
        terms = self.contract.terms
        return self.at_end is AtEnd.BY_ITSELF and terms is not None and terms.renewal is Renewal.INDEFINITE


@dataclass(frozen=True, slots=True)
class RenewalPage:
    """Some rows, and the cursor of those that follow, None where none do."""

    rows: tuple[RenewalRow, ...]
    next: str | None


class Renewals:
    """The renewals of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def page(self, wanted: RenewalFilter, limit: int = 50, cursor: str | None = None) -> RenewalPage:
        """The rows behind a cursor, or the first ones, by the day to act; at most limit, and MOST_ON_PAGE.

        Raises CursorRefused for a cursor that is none, or that of another list.
        """
        limit = max(1, min(limit, MOST_ON_PAGE))
        query = self._listed(wanted).add_columns(contracts.c.act_by).order_by(contracts.c.act_by, contracts.c.number)
        if cursor is not None:
            day, number = place_of(cursor, _mark(wanted))
            here = tuple_(literal(date.fromisoformat(day), Date()), literal(number, contracts.c.number.type))
            query = query.where(tuple_(contracts.c.act_by, contracts.c.number) > here)
        found = self._connection.execute(query.limit(limit + 1)).all()
        shown, following = found[:limit], None
        if len(found) > limit:
            following = cursor_of(_mark(wanted), shown[-1].act_by.isoformat(), shown[-1].number)
        return RenewalPage(tuple(self._rows([row.number for row in shown])), following)

    def counts(self, wanted: RenewalFilter) -> dict[AtEnd, int]:
        """How many of each kind there are, whatever kinds are asked for."""
        conditions = self._conditions(RenewalFilter(wanted.within, (), wanted.customer, wanted.terms))
        query = select(contracts.c.at_end, func.count()).where(*conditions).group_by(contracts.c.at_end)
        found = {kind: int(number) for kind, number in self._connection.execute(query)}
        return {kind: found.get(kind.value, 0) for kind in AtEnd}

    def targets(self, wanted: RenewalFilter, most: int = MOST_COUNTED) -> list[tuple[str, int]]:
        """Number and version of every contract of the list, no more than most."""
        query = self._listed(wanted).add_columns(contracts.c.version)
        query = query.order_by(contracts.c.act_by, contracts.c.number).limit(most)
        return [(row.number, row.version) for row in self._connection.execute(query)]

    def _listed(self, wanted: RenewalFilter) -> Any:
        return select(contracts.c.number).where(*self._conditions(wanted))

    def _conditions(self, wanted: RenewalFilter) -> Iterator[ColumnElement[bool]]:
        today = self._around.today
        yield contracts.c.tenant_id == self._around.tenant_id
        yield contracts.c.act_by.between(today, today + timedelta(days=wanted.within))
        yield contracts.c.deleted_on.is_(None)
        if wanted.kinds:
            yield contracts.c.at_end.in_([kind.value for kind in wanted.kinds])
        if wanted.customer:
            yield contracts.c.customer == wanted.customer
        if wanted.terms:
            yield contracts.c.terms_code == wanted.terms

    def _rows(self, numbers: Sequence[str]) -> Iterator[RenewalRow]:
        tenant_id = self._around.tenant_id
        loaded = {each.number: each for each in Contracts(self._connection, tenant_id).of_numbers(numbers)}
        customers = {each.customer for each in loaded.values()}
        names = HostNames(self._connection, tenant_id).of(NameKind.CUSTOMER, customers)
        reminders = Reminders(self._connection, tenant_id).of_contracts(numbers)
        for number in numbers:
            contract = loaded[number]
            kind, day = at_end(contract), act_by(contract)
            if kind is not None and day is not None:
                name = names.get(contract.customer, HostName(""))
                price = price_to_come(contract, kind, self._around.today, self._around.configuration.indexes)
                told = tuple(_reminders(contract, reminders.get(number, ())))
                yield RenewalRow(contract, name, kind, day, _new_end(contract, kind), price, told)


def price_to_come(contract: Contract, kind: AtEnd, today: date, indexes: Sequence[PriceIndex]) -> PriceToCome | None:
    """What the contract costs today and once it goes on; None where no price is kept."""
    price = contract.price
    if price is None:
        return None
    if price.price_date > today and price.earlier:
        return PriceToCome(price.amount_on(today), price.price_date, price.amount, is_kept=True)
    since = (contract.end or today) + A_DAY
    if kind is AtEnd.ENDS:
        return PriceToCome(price.amount, since)
    return _as_agreed(price, since, indexes)


def _as_agreed(price: Price, since: date, indexes: Sequence[PriceIndex]) -> PriceToCome:
    try:
        return PriceToCome(price.amount, since, by_agreement(price, since, indexes).price.amount)
    except NotIndexedError as error:
        return PriceToCome(price.amount, since, why_not=not_indexed_in_words(error))


def _new_end(contract: Contract, kind: AtEnd) -> date | None:
    match kind:
        case AtEnd.ENDS:
            return None
        case AtEnd.BY_ITSELF | AtEnd.BY_HAND:
            terms = contract.terms
            if terms is None or terms.renewal_period is None:
                return None
            return renewed_end(contract.start, terms, contract.renewals + 1, contract.end_counts_from)


def _reminders(contract: Contract, noted: Sequence[Reminder]) -> Iterator[ReminderRow]:
    until = notice_until(contract)
    for each in noted:
        if each.last_notice_date == until:
            yield _reminder_row(each)


def _reminder_row(reminder: Reminder) -> ReminderRow:
    if reminder.sent_at is not None:
        return ReminderRow(reminder.days, ReminderState.SENT, reminder.sent_at)
    if reminder.retry_at is not None:
        return ReminderRow(reminder.days, ReminderState.REFUSED, reminder.retry_at)
    return ReminderRow(reminder.days, ReminderState.WAITING)


def _mark(wanted: RenewalFilter) -> str:
    return hashlib.sha256(repr(("renewals", astuple(wanted))).encode()).hexdigest()[:16]


def renewal_document(row: RenewalRow) -> Mapping[str, Any]:
    """A row as JSON values; amounts in euros without VAT, as texts."""
    price, terms = row.price, row.contract.terms
    return {
        "contract": row.contract.number,
        "version": row.contract.version,
        "contract_name": row.contract.name,
        "customer": row.contract.customer,
        "customer_name": row.customer.name,
        "at_end": row.at_end.value,
        "act_by": row.act_by.isoformat(),
        "end": row.end.isoformat() if row.end else None,
        "new_end": row.new_end.isoformat() if row.new_end else None,
        "terms": terms.code if terms else None,
        "price": plain(price.old) if price else None,
        "new_price": plain(price.new) if price and price.new is not None else None,
        "new_price_from": price.since.isoformat() if price and price.new is not None else None,
        "new_price_is_kept": price is not None and price.is_kept,
        "reminders": [
            {"days": each.days, "state": each.state.value, "at": each.at.isoformat() if each.at else None}
            for each in row.reminders
        ],
    }
