"""Work orders that an action takes back are deleted at the host, unless somebody has started them (rules: Actions)."""

from dataclasses import replace

from powerup.contracts.transitions import taken_back
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.contracts.whose_order import Claimant
from powerup.outsmart.errors import Decision, OutsmartError
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.sync.kit.context import Cycle, stamped
from powerup.sync.kit.outcomes import RETRY_AFTER, as_seen
from powerup.sync.kit.single_reads import OrderUnclearError, ask_again_at, order_of
from powerup.sync.kit.successors import decide_again
from powerup.sync.kit.whose import claimants_of, numbered_orders, own_at_first_sight, own_order
from powerup.sync.kit.written_over import keep_present, write_over
from powerup.sync.ordering.look_up import is_old_enough


def retract(cycle: Cycle) -> None:
    """Take back every work order whose visit is in `retracting`. Raises OutsmartError, StoreError."""
    for page in cycle.visits_in(VisitState.RETRACTING):
        waiting = [visit for visit in page if _is_time(cycle, visit)]
        claimants = claimants_of(cycle, waiting)
        for visit in waiting:
            outcome = _outcome(cycle, visit, claimants[visit.key.contract])
            if cycle.wish.dry_run:
                cycle.tell([outcome])
            else:
                _write(cycle, outcome)


def _is_time(cycle: Cycle, visit: LedgerVisit) -> bool:
    if visit.host_row_id is None and visit.attempted_at is not None:
        return is_old_enough(cycle, visit)
    return visit.retry_at is None or visit.retry_at <= cycle.clock() or cycle.wish.by_person


def _outcome(cycle: Cycle, visit: LedgerVisit, claimant: Claimant) -> LedgerVisit:
    try:
        return _taken_back(cycle, visit, claimant)
    except OrderUnclearError as unclear:
        return replace(visit, refusal=unclear.words, retry_at=ask_again_at(cycle, visit))


def _taken_back(cycle: Cycle, visit: LedgerVisit, claimant: Claimant) -> LedgerVisit:
    """What becomes of the visit, by what the host says of its work order at this moment."""
    order = _order_of(cycle, visit, claimant)
    if order is None:
        return taken_back(visit)
    if order.status is not WorkOrderStatus.KLAARGEZET:
        return as_seen(visit, order, cycle.today)
    return _deleted(cycle, replace(visit, host_row_id=order.row_id, attempted_at=None, doubt=None), order)


def _order_of(cycle: Cycle, visit: LedgerVisit, claimant: Claimant) -> WorkOrder | None:
    """The visit's own order; what merely has its number, or was named in an answer, is not deleted for it."""
    if visit.host_row_id is not None:
        order = order_of(cycle, visit, row_id=visit.host_row_id)
        return order if visit.doubt is None else own_at_first_sight(cycle, visit, claimant, order)
    if visit.attempted_at is None:
        return None
    return own_order(numbered_orders(cycle, visit, claimant), visit, claimant, outcome_unknown=True)


def _deleted(cycle: Cycle, visit: LedgerVisit, order: WorkOrder) -> LedgerVisit:
    """Delete the order by its row id. With an unknown outcome, or refused, it is looked at again later."""
    if cycle.wish.dry_run:
        cycle.tally.retracted += 1
        return taken_back(visit)
    cycle.before_change()
    try:
        cycle.host.delete_work_order(order.row_id)
    except OutsmartError as error:
        match error.decision:
            case Decision.RETRY | Decision.STOP:
                raise
            case Decision.LOOK_UP:
                return replace(visit, retry_at=cycle.clock() + cycle.pace.look_up_after)
            case Decision.CORRECT | Decision.NONE:
                return replace(visit, refusal=error.host_words, retry_at=cycle.clock() + RETRY_AFTER.after(1))
    cycle.tally.retracted += 1
    return taken_back(visit)


def _write(cycle: Cycle, visit: LedgerVisit) -> None:
    with cycle.write() as connection:
        written = write_over(
            connection,
            cycle.ledger(connection),
            stamped([visit], cycle.clock()),
            VisitState.RETRACTING,
            keep_present,
        )
        for each in written:
            if each.state is not VisitState.RETRACTING:
                cycle.contracts(connection).wake([each.key.contract])
                decide_again(cycle.contracts(connection), each)
        cycle.wake_followers(connection, written)
    cycle.count([visit])
