"""Open work orders at the host that carry one of our numbers, though the ledger does not have them under it
(rules: Whose order is it?; architecture: step 6)."""

from collections.abc import Sequence
from contextlib import suppress

from powerup.contracts.sla_order import WorkOrderLink
from powerup.contracts.visit import Doubt, LedgerVisit, VisitState
from powerup.contracts.whose_order import Claimant, Whose, agrees, is_attempted, is_lost, whose
from powerup.outsmart.errors import Decision, OutsmartError
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.store.sla_orders import WorkOrderLinks
from powerup.sync.kit.context import Cycle, stamped
from powerup.sync.kit.outcomes import as_seen
from powerup.sync.kit.single_reads import OrderUnclearError
from powerup.sync.kit.whose import adopted, claimants_of, settled_by
from powerup.sync.kit.written_over import keep_present, write_over
from powerup.texts import Text, text

NOT_AT_HOST_YET = (VisitState.ORDERING, VisitState.FAILED)
GONE = (VisitState.SETTLED, VisitState.REMOVED)


def follow_strays(cycle: Cycle, orders: Sequence[WorkOrder]) -> None:
    """Adopt orders that are a visit's own after all; take back second ones. Raises OutsmartError, StoreError.

    orders are those that no open visit has by their row id, the oldest first; most are none of ours.
    """
    with cycle.read() as connection:
        visits = cycle.ledger(connection).by_workorder_numbers([order.workorder_no for order in orders])
        carrying = [order.row_id for order in orders if order.workorder_no in visits]
        links = WorkOrderLinks(connection, cycle.tenant.id).of_rows(carrying)
    claimants = claimants_of(cycle, visits.values())
    for order in orders:
        visit = visits.get(order.workorder_no)
        if visit is None:
            continue
        claimant = claimants[visit.key.contract]
        seen = _own(cycle, visit, order, claimant)
        if seen is not None:
            visits[order.workorder_no] = seen
        elif _is_taken_before_any_attempt(visit):
            _take_another_number(cycle, visit, order, claimant)
            del visits[order.workorder_no]
        elif _may_be_second(visit, order) and not _is_attached(links.get(order.row_id)):
            cycle.tally.attention += _second(cycle, visit, order, claimant)


def _may_be_second(visit: LedgerVisit, order: WorkOrder) -> bool:
    """Whether an order with the visit's number is one too many; who archived it has seen to it.

    While the visit's own order was not seen, or may be this one, nobody can say so.
    """
    unsettled = visit.state is VisitState.RETRACTING or visit.attempted_at is not None or visit.doubt is Doubt.ANSWERED
    return visit.host_row_id != order.row_id and not unsettled and not order.archived


def _is_attached(link: WorkOrderLink | None) -> bool:
    """Whether a person has put the order under a contract: it is meant to be there."""
    return link is not None and link.contract is not None


def _is_taken_before_any_attempt(visit: LedgerVisit) -> bool:
    """Whether the visit is about to be ordered for the first time under a number that an order has already."""
    return visit.state is VisitState.ORDERING and not is_attempted(visit)


def _take_another_number(cycle: Cycle, visit: LedgerVisit, order: WorkOrder, claimant: Claimant) -> None:
    with suppress(OrderUnclearError):  # it is asked again when it is sent, or here
        after = settled_by(cycle, visit, claimant, [order], outcome_unknown=False, attempted=False)
        with cycle.write() as connection:
            ledger = cycle.ledger(connection)
            write_over(connection, ledger, stamped([after], cycle.clock()), visit.state, keep_present)
        cycle.count([after])
        cycle.tally.woken |= after.state is VisitState.ORDERING


def _own(cycle: Cycle, visit: LedgerVisit, order: WorkOrder, claimant: Claimant) -> LedgerVisit | None:
    """The visit as it is with this order, when that is its own: it was made unseen, or has come back."""
    came_back = visit.state in GONE and visit.host_row_id == order.row_id and visit.doubt is None
    not_known_yet = visit.state in NOT_AT_HOST_YET or (cycle.looks_up_all and visit.host_row_id is None)
    unknown = visit.attempted_at is not None or is_lost(visit)
    unseen = not_known_yet and whose(order, visit, claimant, outcome_unknown=unknown) is Whose.OURS
    if not came_back and not unseen:
        return None
    seen = adopted(cycle, visit, order) if unseen else as_seen(visit, order, cycle.today)
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


def _second(cycle: Cycle, visit: LedgerVisit, order: WorkOrder, claimant: Claimant) -> list[Text]:
    """Take back a second order while nobody has started it; what a person is told of it.

    The list may be of before it was started, or taken back in this very cycle; so it is read once more.
    """
    named = {"number": order.workorder_no, "row": str(order.row_id)}
    if not agrees(order, visit, claimant):
        return [_of_somebody_else(visit, order)]
    present = cycle.host.work_order(row_id=order.row_id) if order.status is WorkOrderStatus.KLAARGEZET else order
    if present is None:
        return []
    if not agrees(present, visit, claimant):
        return [_of_somebody_else(visit, present)]
    if present.status is not WorkOrderStatus.KLAARGEZET or not _deleted(cycle, present):
        return [
            text(
                "The host has work order {number} twice (row {row} is the second), and it could not be taken back. "
                "Delete it there if it is not needed.",
                **named,
            )
        ]
    return [text("The host had work order {number} twice; the second one (row {row}) was taken back.", **named)]


def _of_somebody_else(visit: LedgerVisit, order: WorkOrder) -> Text:
    """Names both orders: the one that carries the number, and the visit's own where it has one."""
    named = {"number": order.workorder_no, "row": str(order.row_id)}
    if visit.host_row_id is None:
        return text(
            "A work order of somebody else carries our number {number} at the host (row {row}). It is left alone.",
            **named,
        )
    return text(
        "A work order of somebody else carries our number {number} at the host (row {row}; ours is row {own}). It is "
        "left alone.",
        own=str(visit.host_row_id),
        **named,
    )


def _deleted(cycle: Cycle, order: WorkOrder) -> bool:
    cycle.before_change()
    try:
        cycle.host.delete_work_order(order.row_id)
    except OutsmartError as error:
        match error.decision:
            case Decision.RETRY | Decision.STOP:
                raise
            case Decision.LOOK_UP | Decision.CORRECT | Decision.NONE:
                return False
    cycle.tally.retracted += 1
    return True
