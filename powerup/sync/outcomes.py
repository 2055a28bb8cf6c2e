"""What becomes of a ledger visit when something was tried, as values to be written (rules: The two ideas)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from powerup.actions.written_visits import STATE_OF_STATUS
from powerup.contracts.visit import AT_HOST, Doubt, LedgerVisit, Reason, VisitState, work_order_number
from powerup.outsmart.outgoing import Scheduled, Unscheduled
from powerup.outsmart.records import WorkOrder
from powerup.timing import ListedWaits

RETRY_AFTER = ListedWaits((timedelta(hours=1), timedelta(hours=4), timedelta(days=1)))
"""How long after its first, second and every later failure a visit is tried again (architecture: Exactly)."""


def withheld(visit: LedgerVisit, reason: Reason) -> LedgerVisit:
    """No work order will come, or it was taken back."""
    return replace(
        visit,
        state=VisitState.WITHHELD,
        reason=reason,
        host_row_id=None,
        attempted_at=None,
        refusal=None,
        retry_at=None,
        doubt=None,
    )


def attempted(visit: LedgerVisit, now: datetime) -> LedgerVisit:
    """A call to order it goes out now; until its answer is written, nobody knows its outcome."""
    return replace(visit, attempted_at=now, attempts=visit.attempts + 1, refusal=None, retry_at=None, changed_at=now)


def not_attempted(visit: LedgerVisit) -> LedgerVisit:
    """The call of `attempted` did nothing at the host."""
    return replace(visit, attempted_at=None, attempts=max(visit.attempts - 1, 0))


def ordered(visit: LedgerVisit, row_id: int, when: Scheduled | Unscheduled, now: datetime) -> LedgerVisit:
    """The host says that it has it, Klaargezet, with this date or deadline; believed once it is seen."""
    told = when.work_date if isinstance(when, Scheduled) else None
    return replace(
        visit,
        state=VisitState.ORDERED,
        reason=None,
        host_row_id=row_id,
        attempted_at=None,
        told_date=told,
        changed_at=now,
        doubt=visit.doubt or Doubt.ANSWERED,
    )


def refused(visit: LedgerVisit, words: str, now: datetime) -> LedgerVisit:
    """The host refused the record under its number, in its own words."""
    return replace(
        visit,
        state=VisitState.FAILED,
        attempted_at=None,
        refusal=words,
        retry_at=now + RETRY_AFTER.after(visit.attempts),
    )


def not_possible(visit: LedgerVisit, words: str, now: datetime) -> LedgerVisit:
    """Something that its work order needs is not at the host; no call was made, so its number stays unused."""
    return replace(refused(replace(visit, attempts=visit.attempts + 1), words, now), workorder_no=None)


def not_found(visit: LedgerVisit) -> LedgerVisit:
    """The host has no order with its number, as yet: it is sent again, and the attempt remembered, which may arrive."""
    return replace(visit, attempted_at=None, retry_at=None, doubt=Doubt.LOST)


def clash(visit: LedgerVisit, words: str) -> LedgerVisit:
    """Another work order has its number (rules: Whose order is it?). Only a person can say whose it is."""
    return replace(
        visit,
        state=VisitState.FAILED,
        reason=None,
        host_row_id=None,
        attempted_at=None,
        attempts=max(visit.attempts, 1),  # the number is used up, so that a retry takes the next one
        refusal=words,
        retry_at=None,
        told_date=None,
        doubt=None,
    )


def is_clash(visit: LedgerVisit) -> bool:
    """Whether it failed because another order has its number: no cycle tries it again, only a person's word does."""
    return visit.state is VisitState.FAILED and visit.retry_at is None


def under_another_number(visit: LedgerVisit, number: str, try_number: int) -> LedgerVisit:
    """On its way again under a number that never left for the host."""
    return replace(
        visit,
        state=VisitState.ORDERING,
        reason=None,
        workorder_no=number,
        try_number=try_number,
        host_row_id=None,
        attempted_at=None,
        attempts=0,
        refusal=None,
        retry_at=None,
        completed_on=None,
        told_date=None,
        doubt=None,
    )


def tried_again(visit: LedgerVisit, prefix: str) -> LedgerVisit:
    """A failed visit on its way again: under the next try's number when the host refused it under the present one."""
    try_number = visit.try_number + 1 if visit.workorder_no else visit.try_number
    number = work_order_number(prefix, visit.key, try_number)
    return replace(visit, state=VisitState.ORDERING, try_number=try_number, workorder_no=number, doubt=None)


def as_seen(visit: LedgerVisit, order: WorkOrder, today: date) -> LedgerVisit:
    """The visit in the state in which the host has its work order now.

    An archived order comes no more: it is removed when it was not done yet, settled when it was (host page 4.8). With a
    status that API 8 does not name it is there all the same, so the visit is ordered at least.
    """
    state = STATE_OF_STATUS[order.status] if order.status else visit.state
    if state not in AT_HOST:
        state = VisitState.ORDERED
    if order.archived and state in (VisitState.ORDERED, VisitState.IN_PROGRESS):
        state = VisitState.REMOVED
    elif order.archived and state is VisitState.COMPLETED:
        state = VisitState.SETTLED
    done = state in (VisitState.COMPLETED, VisitState.SETTLED)
    return replace(
        visit,
        state=state,
        reason=None,
        host_row_id=order.row_id,
        attempted_at=None,
        doubt=None,
        completed_on=done_on(order) or visit.completed_on or today if done else None,
    )


def done_on(order: WorkOrder) -> date | None:
    """When the work was done: the last work period's date, else the work date (rules: Recurrence, floating)."""
    days = [period.work_date for period in order.work_periods if period.work_date]
    return max(days, default=order.work_date)
