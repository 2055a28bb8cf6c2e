"""After a restored backup: the host may have work orders that this database does not know of, so every number is looked
up there before anything is ordered, and what was written off meanwhile is looked up, too (operations page)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from powerup.contracts.contract import Contract
from powerup.contracts.visit import LedgerVisit, VisitState, work_order_number
from powerup.outsmart.records import WorkOrder
from powerup.store.batches import batches
from powerup.sync.context import Cycle, stamped
from powerup.sync.last_look import Outgoing
from powerup.sync.outcomes import as_seen
from powerup.sync.writing import keep_present, write_over

FURTHER_TRIES = 2
"""So many tries beyond the one that is known here may have gone to the host since the backup was made."""

PAGE = 100


def known_at_host(cycle: Cycle, outgoing: Outgoing) -> Outgoing:
    """The visit as it is with the order that the host has for it already, not to be ordered then; else unchanged.

    Raises OutsmartError.
    """
    if outgoing.order is None:
        return outgoing
    adopted = _adopted(cycle, outgoing.visit, outgoing.contract)
    return replace(outgoing, visit=adopted, order=None) if adopted else outgoing


def recover_withheld(cycle: Cycle) -> None:
    """Follow orders at the host whose visits this very cycle has written off, because their day has passed.

    Raises OutsmartError, StoreError.
    """
    if not cycle.tally.withheld:
        return
    with cycle.read() as connection:
        written_off = cycle.ledger(connection).withheld_since(cycle.tally.started_at)
    for page in batches(written_off, PAGE):
        with cycle.read() as connection:
            found = cycle.contracts(connection).of_numbers(list({visit.key.contract for visit in page}))
        adopted = list(_all_adopted(cycle, page, {contract.number: contract for contract in found}))
        with cycle.write() as connection:
            ledger = cycle.ledger(connection)
            write_over(connection, ledger, stamped(adopted, cycle.clock()), VisitState.WITHHELD, keep_present)
            cycle.wake_followers(connection, adopted)


def _all_adopted(
    cycle: Cycle, visits: Sequence[LedgerVisit], contracts: Mapping[str, Contract]
) -> Iterator[LedgerVisit]:
    for visit in visits:
        adopted = _adopted(cycle, visit, contracts[visit.key.contract])
        if adopted:
            yield adopted


def _adopted(cycle: Cycle, visit: LedgerVisit, contract: Contract) -> LedgerVisit | None:
    """The visit with the order that carries its number of the latest try, of the same customer."""
    for try_number in range(visit.try_number + FURTHER_TRIES, 0, -1):
        number = work_order_number(cycle.settings.number_prefix, visit.key, try_number)
        order = cycle.host.work_order(workorder_no=number)
        if order and order.customer_debtor_number == contract.customer:
            return _with(cycle, replace(visit, workorder_no=number, try_number=try_number), order)
    return None


def _with(cycle: Cycle, visit: LedgerVisit, order: WorkOrder) -> LedgerVisit:
    return replace(as_seen(visit, order, cycle.today), told_date=order.work_date, refusal=None, retry_at=None)
