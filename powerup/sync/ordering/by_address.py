"""Visits whose objects lie at several addresses become one for each address, right before they are sent (rules:
Generation, Several addresses). Whatever decided that they are to be ordered, a cycle or a person, comes by here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from powerup.contracts.contract import Contract
from powerup.contracts.several_addresses import (
    may_have_several,
    parts_by_date,
    split_by_address,
    with_present_objects,
)
from powerup.contracts.transitions import withheld
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey
from powerup.contracts.whose_order import Claimant
from powerup.store.errors import LedgerConflictError
from powerup.sync.kit.context import Cycle, stamped
from powerup.sync.ordering.last_look import Outgoing
from powerup.sync.ordering.restored import with_its_order

_Replaced = tuple[LedgerVisit, Sequence[LedgerVisit]]
"""A visit as it is written, and what is to be in its place."""


@dataclass(frozen=True, slots=True)
class ByAddress:
    """A page of visits to be sent, and those of them that are not, since the orders of their date exist already."""

    page: Sequence[LedgerVisit]
    stood_for: Sequence[Outgoing] = ()


def at_several_addresses(cycle: Cycle, contract: Contract, visit: LedgerVisit) -> list[LedgerVisit]:
    """What a visit to be ordered becomes by the addresses that its objects have now; itself where they have one."""
    return split_by_address(contract, visit, cycle.facts.address_of, cycle.settings.number_prefix)


def by_address(cycle: Cycle, page: Sequence[LedgerVisit], contracts: Mapping[str, Contract]) -> ByAddress:
    """The visits of a page with one order per address. What changes is written, but in a dry run; who was quicker wins,
    and such a visit waits for the next cycle."""
    concerned = [visit for visit in page if _may_change(contracts[visit.key.contract], visit)]
    if not concerned:
        return ByAddress(page)
    with cycle.read() as connection:
        parts = parts_by_date(cycle.ledger(connection).parts_of({visit.key for visit in concerned}))
    twice = {visit.key: visit for visit in concerned if visit.key.address is None and visit.key in parts}
    changes = [
        each
        for visit in concerned
        if visit.key not in twice
        for each in _changes(cycle, contracts[visit.key.contract], visit, parts)
    ]
    present = {visit.key: [visit] for visit in page if visit.key not in twice}
    present |= {before.key: list(after) for before, after in changes}
    if not cycle.wish.dry_run and changes:
        written = _write(cycle, changes, contracts)
        present |= {before.key: [] for before, _ in changes if before.key not in written}
    stood_for = [
        Outgoing(visit, withheld(visit, Reason.COVERED), contracts[key.contract]) for key, visit in twice.items()
    ]
    return ByAddress([visit for several in present.values() for visit in several], stood_for)


def _may_change(contract: Contract, visit: LedgerVisit) -> bool:
    return visit.key.address is not None or (visit.key.visited_as is None and may_have_several(contract))


def _changes(
    cycle: Cycle, contract: Contract, visit: LedgerVisit, parts: Mapping[VisitKey, list[LedgerVisit]]
) -> list[_Replaced]:
    if visit.key.address is None:
        several = at_several_addresses(cycle, contract, visit)
        return [(visit, several)] if len(several) > 1 and not _is_at_host(cycle, contract, visit) else []
    beside = parts.get(visit.key.whole, [visit])
    changed = with_present_objects(contract, beside, cycle.facts.address_of)
    return [(visit, [each]) for each in changed if each.key == visit.key]


def _is_at_host(cycle: Cycle, contract: Contract, visit: LedgerVisit) -> bool:
    """Whether, after a restored backup, the host has the one order of a date already."""
    if not cycle.looks_up_all:
        return False
    return with_its_order(cycle, visit, Claimant(contract.customer, contract.objects)) is not None


def _write(cycle: Cycle, changes: Sequence[_Replaced], contracts: Mapping[str, Contract]) -> set[VisitKey]:
    """Write what is in the place of visits whose contract, locked from now on, is as it was looked at; gives their
    keys."""
    with cycle.write() as connection:
        numbers = sorted({before.key.contract for before, _ in changes})
        versions = cycle.contracts(connection).versions_of(numbers, lock=True)
        as_looked_at = [
            (before, stamped(after, cycle.clock()))
            for before, after in changes
            if versions.get(before.key.contract) == contracts[before.key.contract].version
        ]
        return _written(cycle, connection, as_looked_at)


def _written(cycle: Cycle, connection: Connection, changes: Sequence[_Replaced]) -> set[VisitKey]:
    """All at once, or where somebody was quicker with one of them each by itself."""
    ledger = cycle.ledger(connection)
    try:
        with connection.begin_nested():
            for before, after in changes:
                if after[0].key == before.key:
                    ledger.update(after[0], before.state)
                else:
                    ledger.split(before, after)
    except LedgerConflictError:
        if len(changes) < 2:
            return set()
        return {key for each in changes for key in _written(cycle, connection, [each])}
    return {before.key for before, _ in changes}
