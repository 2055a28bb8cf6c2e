"""What becomes of a visit by the orders that carry its number at the host (rules: Whose order is it?).

The rule is in `powerup.contracts.whose_order`; here it is asked, on every way by which an order is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from powerup.contracts.transitions import clash, under_another_number
from powerup.contracts.visit import LedgerVisit, work_order_number
from powerup.contracts.whose_order import LAST_TRY, Claimant, Whose, agrees, best_of, whose
from powerup.outsmart.records import WorkOrder
from powerup.sync.kit.context import Cycle
from powerup.sync.kit.outcomes import as_seen
from powerup.sync.kit.single_reads import order_of
from powerup.texts import Text, text


def claimants_of(cycle: Cycle, visits: Iterable[LedgerVisit]) -> dict[str, Claimant]:
    """What the contract of each visit says about whose an order is, by contract number."""
    with cycle.read() as connection:
        return cycle.contracts(connection).claimants([visit.key.contract for visit in visits])


def numbered_orders(
    cycle: Cycle, visit: LedgerVisit, claimant: Claimant, listed_first: bool = False
) -> list[WorkOrder]:
    """The orders that carry the visit's number, or none. Raises OrderUnclearError, OutsmartError.

    A host may hold several of one number, of which a single read gives one. Unless that one is plainly the visit's
    own, the open lists are searched for others; listed_first: they are searched first, which saves single reads.
    """
    number = visit.workorder_no or ""
    listed = cycle.open_orders.with_number(number) if listed_first else []
    if listed:
        return listed
    order = order_of(cycle, visit, workorder_no=number)
    if order is None or agrees(order, visit, claimant):
        return [order] if order else []
    return [order, *(each for each in _listed(cycle, visit, claimant) if each.row_id != order.row_id)]


def _listed(cycle: Cycle, visit: LedgerVisit, claimant: Claimant) -> list[WorkOrder]:
    """The orders of the open lists that carry the visit's number; before it is a clash, Compleet is searched, too."""
    number = visit.workorder_no or ""
    listed = cycle.open_orders.with_number(number)
    if not any(each.customer_debtor_number == claimant.customer for each in listed):
        cycle.open_orders.read_completed()
        listed = cycle.open_orders.with_number(number)
    return listed


def own_order(
    orders: Iterable[WorkOrder], visit: LedgerVisit, claimant: Claimant, *, outcome_unknown: bool
) -> WorkOrder | None:
    """Of the orders that carry the visit's number its own, or None."""
    order = best_of(orders, visit, claimant)
    if order and whose(order, visit, claimant, outcome_unknown=outcome_unknown) is Whose.OURS:
        return order
    return None


def adopted(cycle: Cycle, visit: LedgerVisit, order: WorkOrder) -> LedgerVisit:
    """The visit with an order that was found to be its own."""
    seen = as_seen(visit, order, cycle.today)
    return replace(seen, told_date=order.work_date, refusal=None, retry_at=None)


def settled_by(
    cycle: Cycle,
    visit: LedgerVisit,
    claimant: Claimant,
    orders: Sequence[WorkOrder],
    *,
    outcome_unknown: bool,
    attempted: bool = True,
) -> LedgerVisit:
    """The visit by the orders, one or more, that carry its number: with its own, else what becomes of a clash.

    outcome_unknown, attempted: whether an attempt of ours under that number may have made an order that nobody has
    heard of, and whether there was one at all. Raises OrderUnclearError, OutsmartError.
    """
    own = own_order(orders, visit, claimant, outcome_unknown=outcome_unknown)
    if own:
        return adopted(cycle, visit, own)
    other = best_of(orders, visit, claimant)
    if other is None:
        raise ValueError(f"No order carries the number of visit {visit.key}.")
    verdict = whose(other, visit, claimant, outcome_unknown=outcome_unknown)
    if attempted and verdict is Whose.UNLIKE:
        return _failed(cycle, visit, other)
    return _under_next_free_number(cycle, visit, claimant, other)


def first_sight(cycle: Cycle, visit: LedgerVisit, claimant: Claimant, order: WorkOrder | None) -> LedgerVisit | None:
    """The visit by the first look at the order whose row id an answer to a post gave; None when it is not there.

    What an answer says is believed only now: a host may have answered with an order that it had already. People may
    have changed it since, so its customer alone decides. Raises OrderUnclearError, OutsmartError.
    """
    own = own_at_first_sight(cycle, visit, claimant, order)
    if own:
        seen = as_seen(visit, own, cycle.today)
        return seen if own.row_id == visit.host_row_id else replace(seen, told_date=own.work_date)
    return settled_by(cycle, visit, claimant, [order], outcome_unknown=True) if order else None


def own_at_first_sight(
    cycle: Cycle, visit: LedgerVisit, claimant: Claimant, order: WorkOrder | None
) -> WorkOrder | None:
    """The visit's own order: the one whose row id the answer to a post gave (None where it is not there), else another
    of the open lists that carries its number; None when none of them is its own. Raises OutsmartError."""
    if order and whose(order, visit, claimant, outcome_unknown=True) is Whose.OURS:
        return order
    listed = _listed(cycle, visit, claimant) if order else cycle.open_orders.with_number(visit.workorder_no or "")
    return own_order(listed, visit, claimant, outcome_unknown=True)


def _under_next_free_number(cycle: Cycle, visit: LedgerVisit, claimant: Claimant, other: WorkOrder) -> LedgerVisit:
    """The visit on its way again, under the next try's number that nobody has; with its own order where that has it."""
    for try_number in range(visit.try_number + 1, LAST_TRY + 1):
        number = work_order_number(cycle.settings.number_prefix, visit.key, try_number)
        going = under_another_number(visit, number, try_number)
        found = order_of(cycle, going, workorder_no=number)
        if found is None or agrees(found, going, claimant):
            cycle.tally.attention.append(_of_somebody_else(going, other))
            return adopted(cycle, going, found) if found else going
    return _failed(cycle, visit, other)


def _failed(cycle: Cycle, visit: LedgerVisit, other: WorkOrder) -> LedgerVisit:
    """Only a person can say whose the order is."""
    words = clash_words(cycle, visit, other)
    cycle.tally.attention.append(words)
    return clash(visit, cycle.say(words))


def clash_words(cycle: Cycle, visit: LedgerVisit, other: WorkOrder) -> Text:
    """What is said of a visit whose number another work order has, with the number that a retry takes."""
    following = work_order_number(cycle.settings.number_prefix, visit.key, visit.try_number + 1)
    return text(
        "Another work order has this number: {number} of customer {customer}, row {row}. Look whose it is at the "
        "host; then retry the visit of {day} of contract {contract}, which makes {following}.",
        number=other.workorder_no,
        customer=other.customer_debtor_number,
        row=str(other.row_id),
        day=visit.planned_date,
        contract=visit.key.contract,
        following=following,
    )


def _of_somebody_else(visit: LedgerVisit, other: WorkOrder) -> Text:
    return text(
        "Work order {number} at the host (row {row}, customer {customer}) is not that of contract {contract} and is "
        "left alone; the visit of {day} has the number {own}.",
        number=other.workorder_no,
        row=str(other.row_id),
        customer=other.customer_debtor_number,
        contract=visit.key.contract,
        day=visit.planned_date,
        own=visit.workorder_no or "",
    )
