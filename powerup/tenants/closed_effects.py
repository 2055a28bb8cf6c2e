"""What other closed days do to contracts, before they are taken over (rules: Closed ranges)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.closed_words import staying_in_words
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.effects import EffectKind, Effects
from powerup.contracts.effects_of_change import counted_until, effects_of
from powerup.contracts.schedule import as_written
from powerup.contracts.situation import ContractSituation
from powerup.contracts.staying import added, staying_on
from powerup.contracts.visit import OPEN, LedgerVisit, Visit
from powerup.store.contracts import Contracts
from powerup.store.host_facts import known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.texts import Text, counted, text

MOST_SAID = 20
"""Contracts that are named one by one."""

_MOST_ORDERS = 20_000


@dataclass(frozen=True, slots=True)
class ClosedContract:
    """What other closed days of its customer do to one contract. staying are visits that stay on days that are new."""

    contract: str
    name: str
    effects: Effects
    staying: tuple[Visit, ...]

    @property
    def moved(self) -> int:
        """How many visits come on another day."""
        return self._number(EffectKind.MOVED)

    @property
    def withheld(self) -> int:
        """How many visits are left out, since their plan skips days that are not worked."""
        return self._number(EffectKind.WITHHELD)

    def _number(self, kind: EffectKind) -> int:
        found = self.effects.counts().get(kind.value, 0)
        return sum(found.values()) if isinstance(found, dict) else found


def closed_at_customers(
    connection: Connection, around: TenantCircumstances, wanted: TenantConfiguration
) -> list[ClosedContract]:
    """What becomes of the contracts of customers that have other closed days in another configuration, in the order of
    their numbers; those of which nothing changes are left out."""
    customers = around.configuration.calendar.closed_otherwise(wanted.calendar)
    current = [
        each for each in Contracts(connection, around.tenant_id).by_customers(customers) if each.deleted_on is None
    ]
    if not current:
        return []
    known = known_hindrances(connection, around.tenant_id)
    ledgers = Ledger(connection, around.tenant_id).of_contracts([each.number for each in current])
    calendar = Calendar(wanted.calendar)
    found = []
    for contract in sorted(current, key=lambda each: each.number):
        before = ContractSituation(
            contract, around.calendar, wanted.settings, ledgers[contract.number], facts_from(known, contract)
        )
        after = replace(before, calendar=calendar)
        closed = added(around.calendar.closed_at(contract.customer), calendar.closed_at(contract.customer))
        effects = effects_of(before, after, around.today)
        staying = staying_on(after, closed, around.today, counted_until([contract], around.today))
        if staying or effects.counts():
            found.append(ClosedContract(contract.number, contract.name, effects, tuple(staying)))
    return found


def orders_staying(connection: Connection, around: TenantCircumstances, wanted: TenantConfiguration) -> list[Visit]:
    """The orders under way that stay on closed days of the tenant which there were not before, by planned date."""
    closed = added(around.configuration.calendar.closed_days, wanted.calendar.closed_days)
    if not closed:
        return []
    rows: Iterable[LedgerVisit] = Ledger(connection, around.tenant_id).in_states(OPEN, _MOST_ORDERS)
    found = [row for row in rows if row.planned_date >= around.today and any(c.is_on(row.planned_date) for c in closed)]
    return [as_written(row) for row in sorted(found, key=lambda row: (row.planned_date, row.key))]


def closed_in_words(contracts: Sequence[ClosedContract], orders: Sequence[Visit]) -> Iterator[Text]:
    """A sentence for the orders that stay, and one for each contract, and how many more there are."""
    yield from staying_in_words(orders)
    for each in contracts[:MOST_SAID]:
        changes = [words for number, words in _changes(each) if number]
        if changes:
            yield text("Contract {number}, {name}: {changes}.", number=each.contract, name=each.name, changes=changes)
        for words in staying_in_words(each.staying):
            yield text("Contract {number}, {name}: {changes}", number=each.contract, name=each.name, changes=words)
    if len(contracts) > MOST_SAID:
        yield text("and {more} more", more=len(contracts) - MOST_SAID)


def _changes(of: ClosedContract) -> Iterator[tuple[int, Text]]:
    yield of.moved, counted("{number} visit comes on another day", "{number} visits come on another day", of.moved)
    yield of.withheld, counted("{number} visit is left out", "{number} visits are left out", of.withheld)
    yield (
        len(of.staying),
        counted("{number} visit stays on its day", "{number} visits stay on their day", len(of.staying)),
    )
