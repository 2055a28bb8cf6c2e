"""The ledger follows what people do with work orders at the host (architecture: How a work order comes to be, step 6).

It costs what has changed, not what the host has piled up: Klaargezet and Opgehaald are read, and singly the few of ours
that are in neither any more. Compleet grows for ever where nobody settles, so it is read when many are missing, and
once a day for what waits to be settled. What people changed at the host is left as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from powerup.contracts.transitions import removed
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.whose_order import Claimant
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.store.batches import batches
from powerup.sync.following.follow_sla import alarm_is_due, follow_sla
from powerup.sync.following.read_employees import read_employees
from powerup.sync.following.second_orders import follow_strays
from powerup.sync.kit.context import PAGE, Cycle, stamped
from powerup.sync.kit.outcomes import as_seen
from powerup.sync.kit.pace import compares_completed
from powerup.sync.kit.single_reads import OrderUnclearError, order_of
from powerup.sync.kit.whose import claimants_of, first_sight
from powerup.sync.kit.written_over import keep_present, write_over

FEW = 10
"""Up to so many that are in no list are asked for one by one; more are looked for in Compleet first."""

MOST_SINGLE_READS = 200
"""Of those that are in no list; what is more than that waits for the next time."""

MOST_SETTLED_READS = 1000
"""Of those that waited to be settled and are in no list any more; they are looked at once a day."""

NOT_ITS_OWN = (VisitState.ORDERING, VisitState.FAILED)
"""What a visit becomes whose order was seen for the first time, and is somebody else's."""

OPEN = (VisitState.ORDERED, VisitState.IN_PROGRESS)
FOLLOWED = (*OPEN, VisitState.COMPLETED)


def reconcile(cycle: Cycle) -> None:
    """Compare open work orders with the host, when it is time; a dry run only tells what of the ledger would follow.

    Raises OutsmartError, StoreError.
    """
    if not _is_time(cycle):
        return
    reads, daily = _Reads(cycle), compares_completed(cycle.tenant, cycle.clock())
    missing = _compare(reads, cycle.visits_in(*OPEN))
    if daily or len(missing) > FEW:
        cycle.open_orders.read_completed()
        missing = _compare(reads, batches(missing, PAGE))
    _ask_singly(reads, missing[:MOST_SINGLE_READS])
    waiting = _compare(reads, cycle.visits_in(VisitState.COMPLETED) if daily else [_some_completed(cycle)])
    _ask_singly(reads, waiting[:MOST_SETTLED_READS])
    if cycle.wish.dry_run:
        return
    with cycle.read() as connection:
        followed = cycle.ledger(connection).row_ids(FOLLOWED)
    follow_strays(cycle, [order for order in cycle.open_orders.all() if order.row_id not in followed])
    follow_sla(cycle)
    if daily:
        read_employees(cycle)
    cycle.tally.reconciled_at = cycle.clock()
    if daily and len(waiting) <= MOST_SETTLED_READS:
        cycle.tally.completed_compared_at = cycle.clock()


def _is_time(cycle: Cycle) -> bool:
    last = cycle.tenant.reconciled_at
    if cycle.wish.by_person or last is None or last + cycle.pace.reconcile_every <= cycle.clock():
        return True
    with cycle.read() as connection:
        return bool(cycle.tally.readings) or alarm_is_due(cycle, connection)


def _compare(reads: "_Reads", pages: Iterable[Sequence[LedgerVisit]]) -> list[LedgerVisit]:
    """Write what the lists say of the visits; those that are in none of them."""
    missing: list[LedgerVisit] = []
    for page in pages:
        reads.prepare(page)
        listed = [(visit, order) for visit in page if (order := reads.listed(visit)) is not None]
        _write(
            reads.cycle, [(visit, seen) for visit, order in listed if (seen := reads.seen(visit, order)) is not None]
        )
        known = {visit.key for visit, _ in listed}
        missing += [visit for visit in page if visit.key not in known and not reads.is_fresh(visit)]
    return missing


def _ask_singly(reads: "_Reads", visits: Sequence[LedgerVisit]) -> None:
    for page in batches(visits, PAGE):
        reads.prepare(page)
        _write(reads.cycle, [(visit, seen) for visit in page if (seen := reads.seen_singly(visit)) is not None])


def _some_completed(cycle: Cycle) -> list[LedgerVisit]:
    """Completed visits that are looked at although it is not the time: whose order somebody has put back, or archived;
    those of a contract that a person refreshes; and where a person started the cycle the few that there are."""
    moved = [
        order for order in cycle.open_orders.all() if order.status is not WorkOrderStatus.COMPLEET or order.archived
    ]
    with cycle.read() as connection:
        ledger = cycle.ledger(connection)
        completed = ledger.row_ids([VisitState.COMPLETED])
        found = [*ledger.by_row_ids([order.row_id for order in moved if order.row_id in completed]).values()]
        for run in cycle.tally.readings:
            found += ledger.of_contract(run.contract) if run.contract else ()
        if cycle.wish.by_person and len(completed) <= FEW:
            found += ledger.in_states([VisitState.COMPLETED], FEW)
    return [*{visit.key: visit for visit in found if visit.state is VisitState.COMPLETED}.values()]


class _Reads:
    """What the host has of a visit's order: by the lists, else by itself."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        self._claimants: dict[str, Claimant] = {}

    def prepare(self, page: Sequence[LedgerVisit]) -> None:
        """Read what decides about those of the visits whose order is looked at for the first time."""
        doubtful = [visit for visit in page if visit.doubt]
        self._claimants = claimants_of(self.cycle, doubtful) if doubtful else {}

    def listed(self, visit: LedgerVisit) -> WorkOrder | None:
        """The visit's order as one of the lists has it."""
        return self.cycle.open_orders.with_row_id(visit.host_row_id) if visit.host_row_id is not None else None

    def seen_singly(self, visit: LedgerVisit) -> LedgerVisit | None:
        """As `seen`, by a look at the order itself."""
        try:
            order = order_of(self.cycle, visit, row_id=visit.host_row_id, workorder_no=visit.workorder_no)
        except OrderUnclearError:
            return None
        return self.seen(visit, order)

    def seen(self, visit: LedgerVisit, order: WorkOrder | None) -> LedgerVisit | None:
        """The visit as the host has it now, or None when that is as it was or is not clear."""
        try:
            found = self._found(visit, order) or removed(visit)
        except OrderUnclearError:
            return None
        return None if found == visit else found

    def _found(self, visit: LedgerVisit, order: WorkOrder | None) -> LedgerVisit | None:
        if visit.doubt:
            return first_sight(self.cycle, visit, self._claimants[visit.key.contract], order)
        return as_seen(visit, order, self.cycle.today) if order else None

    def is_fresh(self, visit: LedgerVisit) -> bool:
        """Whether this very cycle has ordered it, so that a list that lags need not have it."""
        return visit.changed_at is not None and visit.changed_at > self.cycle.tally.started_at


def _write(cycle: Cycle, changes: Sequence[tuple[LedgerVisit, LedgerVisit]]) -> None:
    """Write the visits as they were seen."""
    if not changes:
        return
    believed = [after for before, after in changes if after == replace(before, doubt=None)]
    changes = [(before, after) for before, after in changes if after != replace(before, doubt=None)]
    followed = [after for before, after in changes if before.state is not after.state]
    cycle.tally.status_changes += len(followed)
    if cycle.wish.dry_run:
        cycle.tally.rows += followed
        return
    by_state: defaultdict[VisitState, list[LedgerVisit]] = defaultdict(list)
    for before, after in changes:
        by_state[before.state].append(after)
    with cycle.write() as connection:
        ledger = cycle.ledger(connection)
        ledger.believe(believed)
        for state, visits in by_state.items():
            write_over(connection, ledger, stamped(visits, cycle.clock()), state, keep_present)
        cycle.wake_followers(connection, [after for _, after in changes])
    for before, after in changes:
        if after.state in NOT_ITS_OWN:
            cycle.was_not_ordered(before, after)
    cycle.tally.followed += followed
    cycle.tally.changed.update(after.key.contract for _, after in changes)
