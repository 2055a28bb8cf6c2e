"""What the host's answers and records mean for a visit (rules: The two ideas)."""

from datetime import date, datetime, timedelta

from powerup.actions.kit.written_visits import STATE_OF_STATUS
from powerup.contracts import transitions
from powerup.contracts.visit import LedgerVisit
from powerup.outsmart.outgoing import Scheduled, Unscheduled
from powerup.outsmart.records import WorkOrder
from powerup.timing import ListedWaits

RETRY_AFTER = ListedWaits((timedelta(hours=1), timedelta(hours=4), timedelta(days=1)))
"""How long after its first, second and every later failure a visit is tried again (architecture: Exactly)."""


def ordered(visit: LedgerVisit, row_id: int, when: Scheduled | Unscheduled, now: datetime) -> LedgerVisit:
    """The host says that it has it, with this date or deadline."""
    told = when.work_date if isinstance(when, Scheduled) else None
    return transitions.ordered(visit, row_id, told, now)


def refused(visit: LedgerVisit, words: str, now: datetime) -> LedgerVisit:
    """The host refused the record under its number, in its own words; it is tried again by itself."""
    return transitions.refused(visit, words, now + RETRY_AFTER.after(visit.attempts))


def not_possible(visit: LedgerVisit, words: str, now: datetime) -> LedgerVisit:
    """Something that its work order needs is not at the host; it is looked for again."""
    return transitions.not_possible(visit, words, now + RETRY_AFTER.after(visit.attempts + 1))


def as_seen(visit: LedgerVisit, order: WorkOrder, today: date) -> LedgerVisit:
    """The visit in the state in which the host has its work order now."""
    status = STATE_OF_STATUS[order.status] if order.status else None
    return transitions.seen(
        visit,
        status,
        order.row_id,
        archived=order.archived,
        done_on=done_on(order),
        worked_minutes=worked_minutes(order),
        today=today,
    )


def done_on(order: WorkOrder) -> date | None:
    """When the work was done: the last work period's date, else the work date (rules: Recurrence, floating)."""
    days = [period.work_date for period in order.work_periods if period.work_date]
    return max(days, default=order.work_date)


def worked_minutes(order: WorkOrder) -> int | None:
    """How long was worked on it, all its work periods together; None where there are none, or one does not say how long
    it was (rules: Planned against done)."""
    lengths = [period.minutes for period in order.work_periods]
    known = [length for length in lengths if length is not None]
    return sum(known) if lengths and len(known) == len(lengths) else None
