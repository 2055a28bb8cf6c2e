"""What comes in the next days of a tenant: its visits by day, whether their orders are made or still have to be.

What is written down is counted by the database. What is not written yet is worked out of the contracts whose turn comes
in those days, which an index knows, and never of all contracts.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import VisitState
from powerup.store.contracts import Contracts
from powerup.store.host_facts import known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.store.tables import contracts, in_play
from powerup.store.tables import visits as ledger_table

MOST_WORKED_OUT = 150
"""Contracts whose turn comes that are worked out for a page; of more it is said how many there are."""


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day with its visits that are to be done: ordered are those with a work order, to_order those whose order is
    still to be made, failed those whose order could not be. closed says why nobody works, empty where people do."""

    day: date
    ordered: int
    to_order: int
    failed: int
    closed: str

    @property
    def visits(self) -> int:
        """All of them."""
        return self.ordered + self.to_order + self.failed


@dataclass(frozen=True, slots=True)
class ComingDays:
    """The days of a period, those without work left out. Of so many contracts more orders will be made for them that
    they were not worked out here: not_worked_out, 0 where all were."""

    days: tuple[ComingDay, ...]
    not_worked_out: int

    @property
    def visits(self) -> int:
        """All visits of the days."""
        return sum(each.visits for each in self.days)


def coming_days(connection: Connection, around: TenantCircumstances, number_of_days: int) -> ComingDays:
    """The visits planned from today on, on a connection that a transaction of Database has given."""
    until = around.today + timedelta(days=number_of_days - 1)
    written = _written(connection, around, until)
    numbers, their_number = _whose_turn_comes(connection, around, until)
    worked_out = _to_order(connection, around, numbers, until)
    days = (around.today + timedelta(days=each) for each in range(number_of_days))
    return ComingDays(
        tuple(_day(each, written, worked_out, around) for each in days if each in written or worked_out[each]),
        their_number - len(numbers),
    )


def _day(
    day: date, written: dict[date, Counter[VisitState]], to_order: Counter[date], around: TenantCircumstances
) -> ComingDay:
    states = written.get(day, Counter())
    return ComingDay(
        day,
        states.total() - states[VisitState.PLANNED] - states[VisitState.FAILED],
        to_order[day] + states[VisitState.PLANNED],
        states[VisitState.FAILED],
        around.calendar.reason_closed(day) or "",
    )


def _written(connection: Connection, around: TenantCircumstances, until: date) -> dict[date, Counter[VisitState]]:
    table = ledger_table.c
    query = (
        select(table.planned_date, table.state, func.count())
        .where(table.tenant_id == around.tenant_id, in_play(table.state))
        .where(table.planned_date >= around.today, table.planned_date <= until)
        .group_by(table.planned_date, table.state)
    )
    found: dict[date, Counter[VisitState]] = {}
    for day, state, number in connection.execute(query):
        found.setdefault(day, Counter())[VisitState(state)] += number
    return found


def _whose_turn_comes(connection: Connection, around: TenantCircumstances, until: date) -> tuple[list[str], int]:
    """The numbers of the contracts, none where they are too many, and how many they are."""
    query = select(contracts.c.number).where(contracts.c.tenant_id == around.tenant_id, contracts.c.wake_on <= until)
    some = list(connection.scalars(query.limit(MOST_WORKED_OUT + 1)))
    if len(some) <= MOST_WORKED_OUT:
        return some, len(some)
    return [], connection.scalar(select(func.count()).select_from(query.subquery())) or 0


def _to_order(connection: Connection, around: TenantCircumstances, numbers: list[str], until: date) -> Counter[date]:
    """How many visits of these contracts have no row yet, by day."""
    return Counter(
        visit.planned_date
        for situation in _situations(connection, around, numbers)
        for visit in visits(situation, around.today, until, around.today)
        if visit.written is None and visit.state is VisitState.PLANNED
    )


def _situations(connection: Connection, around: TenantCircumstances, numbers: list[str]) -> Iterator[ContractSituation]:
    found = [each for each in Contracts(connection, around.tenant_id).of_numbers(numbers) if each.deleted_on is None]
    ledgers = Ledger(connection, around.tenant_id).for_schedule(found, around.today)
    known = known_hindrances(connection, around.tenant_id)
    for contract in found:
        facts, settings = facts_from(known, contract), around.configuration.settings
        yield ContractSituation(contract, around.calendar, settings, ledgers[contract.number], facts)
