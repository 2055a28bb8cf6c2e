"""Visits that were decided and not sent, because the tenant stood still: the catch-up policy holds for them, too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from powerup.contracts.catch_up import is_overdue, was_missed
from powerup.contracts.transitions import withheld
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey
from powerup.sync.kit.context import Cycle
from powerup.sync.ordering.last_look import Outgoing


def without_missed(cycle: Cycle, page: Sequence[Outgoing]) -> list[Outgoing]:
    """The visits that are to go out; those whose day passed before they were ever sent become withheld where the
    policy has it so. A change of a contract writes what is due also while its tenant is stopped."""
    overdue = [each for each in page if each.order and is_overdue(each.written, cycle.today)]
    if not overdue:
        return list(page)
    ledgers = _ledgers(cycle, overdue)
    missed = {
        each.visit.key
        for each in overdue
        if was_missed(each.visit, each.contract, ledgers[each.contract.number].values(), cycle.settings, cycle.today)
    }
    return [
        replace(each, visit=withheld(each.visit, Reason.MISSED), order=None) if each.visit.key in missed else each
        for each in page
    ]


def _ledgers(cycle: Cycle, overdue: Sequence[Outgoing]) -> Mapping[str, Mapping[VisitKey, LedgerVisit]]:
    """The visits of these contracts from the first that is overdue on, with those that a dry run would write."""
    contracts = {each.contract.number: each.contract for each in overdue}
    since = min(each.visit.planned_date for each in overdue)
    with cycle.read() as connection:
        found = cycle.ledger(connection).for_schedule(list(contracts.values()), since)
    for told in cycle.tally.rows:
        if told.key.contract in found:
            found[told.key.contract][told.key] = told
    return found
