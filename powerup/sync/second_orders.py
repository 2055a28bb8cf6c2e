"""Open work orders at the host that carry one of our numbers, though the ledger does not have them under it
(rules: The two ideas; architecture: step 6)."""

from collections.abc import Sequence
from dataclasses import replace

from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.outsmart.errors import Decision, OutsmartError
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.sync.context import Cycle, stamped
from powerup.sync.look_up import customers_of
from powerup.sync.outcomes import as_seen, is_ours
from powerup.sync.writing import keep_present, write_over
from powerup.texts import Text, text

NOT_AT_HOST_YET = (VisitState.ORDERING, VisitState.FAILED)
GONE = (VisitState.SETTLED, VisitState.REMOVED)


def follow_strays(cycle: Cycle, orders: Sequence[WorkOrder]) -> None:
    """Adopt orders that are a visit's own after all; take back second ones. Raises OutsmartError, StoreError.

    orders are those that no open visit has by their row id, the oldest first; most are none of ours.
    """
    with cycle.read() as connection:
        visits = cycle.ledger(connection).by_workorder_numbers([order.workorder_no for order in orders])
    customers = customers_of(cycle, visits.values())
    for order in orders:
        visit = visits.get(order.workorder_no)
        if visit is None:
            continue
        seen = _own(cycle, visit, order, customers[visit.key.contract])
        if seen is not None:
            visits[order.workorder_no] = seen
        elif _may_be_second(visit, order):
            cycle.tally.attention += _second(cycle, visit, order, customers[visit.key.contract])


def _may_be_second(visit: LedgerVisit, order: WorkOrder) -> bool:
    """Whether an order with the visit's number is one too many; who archived it has seen to it."""
    return visit.host_row_id != order.row_id and visit.state is not VisitState.RETRACTING and not order.archived


def _own(cycle: Cycle, visit: LedgerVisit, order: WorkOrder, customer: str) -> LedgerVisit | None:
    """The visit as it is with this order, when that is its own: it was made unseen, or has come back."""
    came_back = visit.state in GONE and visit.host_row_id == order.row_id
    not_known_yet = visit.state in NOT_AT_HOST_YET or (cycle.looks_up_all and visit.host_row_id is None)
    unseen = not_known_yet and is_ours(order, customer, visit)
    if not came_back and not unseen:
        return None
    seen = as_seen(visit, order, cycle.today)
    if unseen:
        seen = replace(seen, told_date=order.work_date, refusal=None, retry_at=None)
    if seen != visit:
        with cycle.write() as connection:
            ledger = cycle.ledger(connection)
            write_over(connection, ledger, stamped([seen], cycle.clock()), visit.state, keep_present)
            cycle.wake_followers(connection, [seen])
        if visit.state in NOT_AT_HOST_YET:
            cycle.count([seen])
        else:
            cycle.tally.status_changes += 1
            cycle.tally.changed.add(seen.key.contract)
    return seen


def _second(cycle: Cycle, visit: LedgerVisit, order: WorkOrder, customer: str) -> list[Text]:
    """Take back a second order while nobody has started it; what a person is told of it.

    The list may be of before it was started, or taken back in this very cycle; so it is read once more.
    """
    named = {"number": order.workorder_no, "row": str(order.row_id)}
    if not is_ours(order, customer, visit):
        return [
            text(
                "A work order of somebody else carries our number {number} at the host (row {row}). It is left alone.",
                **named,
            )
        ]
    present = cycle.host.work_order(row_id=order.row_id) if order.status is WorkOrderStatus.KLAARGEZET else order
    if present is None:
        return []
    if present.status is not WorkOrderStatus.KLAARGEZET or not _deleted(cycle, present):
        return [
            text(
                "The host has work order {number} twice (row {row} is the second), and it could not be taken back. "
                "Delete it there if it is not needed.",
                **named,
            )
        ]
    return [text("The host had work order {number} twice; the second one (row {row}) was taken back.", **named)]


def _deleted(cycle: Cycle, order: WorkOrder) -> bool:
    cycle.before_change()
    try:
        cycle.host.delete_work_order(order.row_id)
    except OutsmartError as error:
        if error.decision in (Decision.RETRY, Decision.STOP):
            raise
        return False
    cycle.tally.retracted += 1
    return True
