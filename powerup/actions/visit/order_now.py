"""visit.order_now: a person wants the work order of one visit at once (rules: Actions, Generation)."""

from dataclasses import replace

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.visit.order_by_hand import check_wanted, ordered_at_once
from powerup.actions.visit.target_visit import check_not_stood_for, the_visit
from powerup.contracts.schedule import written_from
from powerup.contracts.transitions import planned_again
from powerup.contracts.visit import LedgerVisit, Visit, VisitState
from powerup.texts import Text, text


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Orders a visit that is not due yet, was withheld, or whose work order was removed at the host."""
    visit = the_visit(scene)
    _check(scene, visit)
    return ordered_at_once(scene, visit, replace(_orderable_row(visit), asked_for=True))


def beside_visits(visit: Visit | LedgerVisit) -> bool:
    """Those that wait for their day, or whose order was removed at the host."""
    return visit.state in (VisitState.PLANNED, VisitState.REMOVED)


ACTION = Action(
    "visit.order_now",
    text("Order now"),
    decide,
    target=TargetType.VISIT,
    whole_ledger=True,
    beside_visits=beside_visits,
)


def _check(scene: ActionScene, visit: Visit) -> None:
    check_not_stood_for(visit)
    if visit.state not in (VisitState.PLANNED, VisitState.WITHHELD, VisitState.REMOVED):
        raise NotPossible(_why_not(visit))
    check_wanted(scene, visit)


def _why_not(visit: Visit) -> Text:
    match visit.state:
        case VisitState.FAILED:
            return text("The host refused the work order of {day}; choose “Try again”.", day=visit.planned_date)
        case VisitState.RETRACTING:
            return text("The work order of {day} is being taken back; wait until it is.", day=visit.planned_date)
        case (
            VisitState.ORDERING
            | VisitState.ORDERED
            | VisitState.IN_PROGRESS
            | VisitState.COMPLETED
            | VisitState.SETTLED
            | VisitState.PLANNED
            | VisitState.WITHHELD
            | VisitState.REMOVED
        ):
            return text("The visit of {day} already has its work order.", day=visit.planned_date)


def _orderable_row(visit: Visit) -> LedgerVisit:
    if visit.written is not None and visit.written.state in (VisitState.WITHHELD, VisitState.REMOVED):
        return planned_again(visit.written)
    return written_from(visit)
