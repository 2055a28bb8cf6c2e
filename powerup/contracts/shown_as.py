"""How a visit is shown to people at a glance: what has come of it, and whether it was done when it was agreed."""

from enum import StrEnum

from powerup.contracts.reasons import WAITING
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState


class ShownAs(StrEnum):
    """What people tell apart in a picture; a visit is exactly one of these."""

    DONE_IN_TIME = "done_in_time"
    DONE_OUTSIDE_WINDOW = "done_outside_window"
    DONE_LATE = "done_late"
    UNDER_WAY = "under_way"
    ORDERED = "ordered"
    PLANNED = "planned"
    WAITING = "waiting"
    SKIPPED = "skipped"
    PAUSED = "paused"
    FAILED = "failed"
    WITHHELD = "withheld"
    REMOVED = "removed"


def shown_as(visit: Visit | LedgerVisit, window_before: int = 0) -> ShownAs:
    """As what a visit is shown; window_before is how many days before its planned date its plan lets it be done."""
    match visit.state:
        case VisitState.PLANNED:
            return ShownAs.WAITING if visit.reason in WAITING else ShownAs.PLANNED
        case VisitState.ORDERING | VisitState.ORDERED | VisitState.RETRACTING:
            return ShownAs.ORDERED
        case VisitState.IN_PROGRESS:
            return ShownAs.UNDER_WAY
        case VisitState.COMPLETED | VisitState.SETTLED:
            return _done(visit, window_before)
        case VisitState.WITHHELD:
            return _withheld(visit.reason)
        case VisitState.FAILED:
            return ShownAs.FAILED
        case VisitState.REMOVED:
            return ShownAs.REMOVED


def _done(visit: Visit | LedgerVisit, window_before: int) -> ShownAs:
    """Late is after the deadline. Before its window a visit is only where it has one; one whose day of completion is
    not known is taken to have been in time."""
    row = visit.written if isinstance(visit, Visit) else visit
    done_on = row.completed_on if row is not None else None
    if done_on is None:
        return ShownAs.DONE_IN_TIME
    if done_on > visit.deadline:
        return ShownAs.DONE_LATE
    has_window = window_before > 0 or visit.deadline > visit.planned_date
    days_early = (visit.planned_date - done_on).days
    return ShownAs.DONE_OUTSIDE_WINDOW if has_window and days_early > window_before else ShownAs.DONE_IN_TIME


def _withheld(reason: Reason | None) -> ShownAs:
    if reason is Reason.SKIPPED:
        return ShownAs.SKIPPED
    return ShownAs.PAUSED if reason is Reason.PAUSED else ShownAs.WITHHELD
