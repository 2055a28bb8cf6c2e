"""Orders of which nobody knows whether the host has them are looked up before anything is sent again (architecture:
How a work order comes to be, step 4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.outsmart.records import WorkOrder
from powerup.sync.context import Cycle, stamped
from powerup.sync.last_look import clash_words
from powerup.sync.outcomes import as_seen, clash, is_ours
from powerup.sync.single_reads import OrderUnclearError, ask_again_at, order_of
from powerup.sync.writing import keep_host_facts, write_over

SINGLE_READS = 10
"""Up to so many are asked for one by one; more are looked for in the open lists first."""


def look_up(cycle: Cycle) -> None:
    """Settle the visits whose attempt has no known outcome, once it is old enough. Raises OutsmartError, StoreError."""
    for visits in cycle.visits_in(VisitState.ORDERING):
        page = [visit for visit in visits if is_old_enough(cycle, visit)]
        if not page:
            continue
        customers = customers_of(cycle, page)
        found = list(_all_found(cycle, page, customers))
        if cycle.wish.dry_run:
            cycle.tell(found)  # those that are not at the host would be sent again
            continue
        with cycle.write() as connection:
            settled = stamped(found, cycle.clock())
            write_over(connection, cycle.ledger(connection), settled, VisitState.ORDERING, keep_host_facts)
            cycle.wake_followers(connection, settled)
        cycle.count(found)


def is_old_enough(cycle: Cycle, visit: LedgerVisit) -> bool:
    """Whether its last attempt is so long ago that the host has done it by now, or will not, and it may be asked."""
    if visit.retry_at is not None and visit.retry_at > cycle.clock() and not cycle.wish.by_person:
        return False
    return visit.attempted_at is not None and visit.attempted_at + cycle.pace.look_up_after <= cycle.clock()


def customers_of(cycle: Cycle, visits: Iterable[LedgerVisit]) -> dict[str, str]:
    """The customer of each visit's contract, by contract number."""
    with cycle.read() as connection:
        contracts = cycle.contracts(connection).of_numbers([visit.key.contract for visit in visits])
    return {contract.number: contract.customer for contract in contracts}


def _all_found(cycle: Cycle, page: Sequence[LedgerVisit], customers: Mapping[str, str]) -> Iterator[LedgerVisit]:
    """The visits by what the host says; one of which it says nothing usable is asked for again later."""
    for visit in page:
        try:
            yield _found(cycle, visit, customers[visit.key.contract], many=len(page) > SINGLE_READS)
        except OrderUnclearError:
            yield replace(visit, retry_at=ask_again_at(cycle, visit))


def _found(cycle: Cycle, visit: LedgerVisit, customer: str, *, many: bool) -> LedgerVisit:
    order = None
    if many and visit.workorder_no:
        order = _best(visit, customer, cycle.open_orders.with_number(visit.workorder_no))
    order = order or order_of(cycle, visit, workorder_no=visit.workorder_no)
    if order is None:
        return replace(visit, attempted_at=None, retry_at=None)
    if is_ours(order, customer, visit):
        return replace(as_seen(visit, order, cycle.today), told_date=order.work_date, retry_at=None)
    return clash(visit, clash_words(cycle, order))


def _best(visit: LedgerVisit, customer: str, candidates: Sequence[WorkOrder]) -> WorkOrder | None:
    """Of work orders that carry the visit's number: its own, else the oldest."""
    ours = (order for order in candidates if is_ours(order, customer, visit))
    return next(ours, None) or next(iter(candidates), None)
