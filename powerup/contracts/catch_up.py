"""Whether a visit that was decided to be ordered was missed meanwhile, by the catch-up policy (rules: Generation)."""

from collections.abc import Iterable
from datetime import date

from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import CatchUp, Contract
from powerup.contracts.visit import AT_HOST, LedgerVisit, VisitState

_STANDS = AT_HOST | {VisitState.ORDERING, VisitState.FAILED}


def is_overdue(visit: LedgerVisit, today: date) -> bool:
    """Whether its day passed before its work order was ever tried, and no person asked for it or waits for it."""
    never_tried = visit.state is VisitState.ORDERING and visit.attempts == 0 and visit.attempted_at is None
    waited_for = visit.asked_for or visit.run_id is not None
    return never_tried and not waited_for and visit.planned_date < today


def was_missed(
    visit: LedgerVisit, contract: Contract, others: Iterable[LedgerVisit], settings: TenantSettings, today: date
) -> bool:
    """Whether an overdue visit is not ordered any more. others are the visits of its contract, itself among them."""
    plan = contract.plan(visit.key.plan)
    match (plan and plan.catch_up) or settings.catch_up:
        case CatchUp.NONE:
            return True
        case CatchUp.ALL:
            return False
        case CatchUp.LATEST:
            return any(_is_later(other, visit) and other.planned_date < today for other in others)


def _is_later(other: LedgerVisit, visit: LedgerVisit) -> bool:
    """Whether it is a later visit of the same plan and object, and stands; several of one nominal date are as late."""
    same_series = (other.key.plan, other.key.visited_as) == (visit.key.plan, visit.key.visited_as)
    other_date = other.key.nominal_date != visit.key.nominal_date
    return same_series and other_date and other.planned_date > visit.planned_date and other.state in _STANDS
