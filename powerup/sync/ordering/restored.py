"""After a restored backup: the host may have work orders that this database does not know of, so every number is looked
up there before anything is ordered, and what was written off meanwhile is looked up, too (operations page)."""

from dataclasses import replace

from powerup.contracts.visit import LedgerVisit, VisitState, work_order_number
from powerup.contracts.whose_order import Claimant
from powerup.store.batches import batches
from powerup.sync.kit.context import Cycle, stamped
from powerup.sync.kit.whose import adopted, numbered_orders, own_order, settled_by
from powerup.sync.kit.written_over import keep_present, write_over
from powerup.sync.ordering.last_look import Outgoing

FURTHER_TRIES = 2
"""So many tries beyond the one that is known here may have gone to the host since the backup was made."""

PAGE = 100


def known_at_host(cycle: Cycle, outgoing: Outgoing) -> Outgoing:
    """The visit as it is with the order that the host has for it already, not to be ordered then; else unchanged.

    Raises OutsmartError.
    """
    if outgoing.order is None:
        return outgoing
    contract = outgoing.contract
    claimant = Claimant(contract.customer, contract.objects)
    known = with_its_order(cycle, outgoing.visit, claimant)
    if known is not None:
        return replace(outgoing, visit=known, order=None)
    taken = numbered_orders(cycle, outgoing.visit, claimant)
    if not taken:
        return outgoing
    another = settled_by(cycle, outgoing.visit, claimant, taken, outcome_unknown=True)
    cycle.tally.woken |= another.state is VisitState.ORDERING
    return replace(outgoing, visit=another, order=None)


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
            claimants = cycle.contracts(connection).claimants([visit.key.contract for visit in page])
        found = [with_its_order(cycle, visit, claimants[visit.key.contract]) for visit in page]
        known = [visit for visit in found if visit is not None]
        with cycle.write() as connection:
            ledger = cycle.ledger(connection)
            write_over(connection, ledger, stamped(known, cycle.clock()), VisitState.WITHHELD, keep_present)
            cycle.wake_followers(connection, known)


def with_its_order(cycle: Cycle, visit: LedgerVisit, claimant: Claimant) -> LedgerVisit | None:
    """The visit with its own order, of the latest try that the host has one of.

    The database that knew of the attempts is lost, so that the outcome of each is unknown.
    """
    for try_number in range(visit.try_number + FURTHER_TRIES, 0, -1):
        number = work_order_number(cycle.settings.number_prefix, visit.key, try_number)
        tried = replace(visit, workorder_no=number, try_number=try_number)
        order = own_order(numbered_orders(cycle, tried, claimant), tried, claimant, outcome_unknown=True)
        if order is not None:
            return adopted(cycle, tried, order)
    return None
