"""The ledger follows what people do with work orders at the host (architecture: How a work order comes to be, step 6).

Three lists are read, and singly what is in none of them any more. What people changed at the host is left as it is.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.whose_order import Claimant
from powerup.outsmart.records import WorkOrder
from powerup.store.runs import Runs
from powerup.sync.context import Cycle, stamped
from powerup.sync.outcomes import as_seen
from powerup.sync.refresh import REFRESH
from powerup.sync.second_orders import follow_strays
from powerup.sync.single_reads import OrderUnclearError, order_of
from powerup.sync.sla import alarm_is_due, follow_sla
from powerup.sync.whose import claimants_of, first_sight
from powerup.sync.writing import keep_present, write_over

MOST_SINGLE_READS = 200
"""Orders that are in no list are asked for one by one; what is more than that waits for the next time."""

NOT_ITS_OWN = (VisitState.ORDERING, VisitState.FAILED)
"""What a visit becomes whose order was seen for the first time, and is somebody else's."""

FOLLOWED = (VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.COMPLETED)


def reconcile(cycle: Cycle) -> None:
    """Compare open work orders with the host, when it is time.

    A dry run only tells what of the ledger would follow.

    Raises OutsmartError, StoreError.
    """
    if not _is_time(cycle):
        return
    reads, followed = _Reads(cycle), set[int]()
    for page in cycle.visits_in(*FOLLOWED):
        reads.prepare(page)
        changes = [(visit, seen) for visit in page if (seen := reads.seen(visit)) is not None]
        present = {visit.key: visit for visit in page} | {seen.key: seen for _, seen in changes}
        followed |= {visit.host_row_id for visit in present.values() if visit.host_row_id is not None}
        _write(cycle, changes)
    if cycle.wish.dry_run:
        return
    strays = [order for order in cycle.open_orders.all() if order.row_id not in followed]
    follow_strays(cycle, strays)
    follow_sla(cycle)
    cycle.tally.reconciled_at = cycle.clock()


def _is_time(cycle: Cycle) -> bool:
    last = cycle.tenant.reconciled_at
    if cycle.wish.by_person or last is None or last + cycle.pace.reconcile_every <= cycle.clock():
        return True
    with cycle.read() as connection:
        refreshing = any(run.action == REFRESH for run in Runs(connection, cycle.tenant.id).waiting())
        return refreshing or alarm_is_due(cycle, connection)


class _Reads:
    """What the host has of a visit's order: by the lists, else by itself, as long as that was not done too often."""

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = cycle
        self._single_reads = 0
        self._claimants: dict[str, Claimant] = {}

    def prepare(self, page: Sequence[LedgerVisit]) -> None:
        """Read what decides about those of the visits whose order is looked at for the first time."""
        doubtful = [visit for visit in page if visit.doubt]
        self._claimants = claimants_of(self._cycle, doubtful) if doubtful else {}

    def seen(self, visit: LedgerVisit) -> LedgerVisit | None:
        """The visit as the host has it now, or None when that is as it was or was not asked."""
        order: WorkOrder | None = None
        if visit.host_row_id is not None:
            order = self._cycle.open_orders.with_row_id(visit.host_row_id)
        if order is None:
            if self._single_reads >= MOST_SINGLE_READS or self._is_fresh(visit):
                return None
            self._single_reads += 1
            try:
                order = order_of(self._cycle, visit, row_id=visit.host_row_id, workorder_no=visit.workorder_no)
            except OrderUnclearError:
                return None
        try:
            found = self._found(visit, order) or replace(visit, state=VisitState.REMOVED)
        except OrderUnclearError:
            return None
        return None if found == visit else found

    def _found(self, visit: LedgerVisit, order: WorkOrder | None) -> LedgerVisit | None:
        if visit.doubt:
            return first_sight(self._cycle, visit, self._claimants[visit.key.contract], order)
        return as_seen(visit, order, self._cycle.today) if order else None

    def _is_fresh(self, visit: LedgerVisit) -> bool:
        """Whether this very cycle has ordered it, so that a list that lags need not have it."""
        return visit.changed_at is not None and visit.changed_at > self._cycle.tally.started_at


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
