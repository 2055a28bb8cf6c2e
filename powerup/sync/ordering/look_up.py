"""Orders of which nobody knows whether the host has them are looked up before anything is sent again (architecture:
How a work order comes to be, step 4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from powerup.contracts.transitions import not_found
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.whose_order import Claimant
from powerup.sync.kit.context import Cycle, stamped
from powerup.sync.kit.single_reads import OrderUnclearError, ask_again_at
from powerup.sync.kit.whose import claimants_of, numbered_orders, settled_by
from powerup.sync.kit.written_over import keep_host_facts, write_over

SINGLE_READS = 10
"""Up to so many are asked for one by one; more are looked for in the open lists first."""


def look_up(cycle: Cycle) -> None:
    """Settle the visits whose attempt has no known outcome, once it is old enough. Raises OutsmartError, StoreError."""
    for visits in cycle.visits_in(VisitState.ORDERING):
        page = [visit for visit in visits if is_old_enough(cycle, visit)]
        if not page:
            continue
        found = list(_all_found(cycle, page, claimants_of(cycle, page)))
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


def _all_found(cycle: Cycle, page: Sequence[LedgerVisit], claimants: Mapping[str, Claimant]) -> Iterator[LedgerVisit]:
    """The visits by what the host says; one of which it says nothing usable is asked for again later."""
    for visit in page:
        try:
            yield _found(cycle, visit, claimants[visit.key.contract], many=len(page) > SINGLE_READS)
        except OrderUnclearError:
            yield replace(visit, retry_at=ask_again_at(cycle, visit))


def _found(cycle: Cycle, visit: LedgerVisit, claimant: Claimant, *, many: bool) -> LedgerVisit:
    orders = numbered_orders(cycle, visit, claimant, listed_first=many)
    if not orders:
        return not_found(visit)
    return settled_by(cycle, visit, claimant, orders, outcome_unknown=True)
