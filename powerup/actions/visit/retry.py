"""visit.retry: a work order that the host refused is tried again (rules: Actions)."""

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.visit.order_by_hand import check_wanted, ordered_at_once
from powerup.actions.visit.target_visit import the_visit
from powerup.contracts.transitions import planned_again
from powerup.contracts.visit import LedgerVisit, Visit, VisitState
from powerup.texts import text


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Orders a visit again that the host refused."""
    visit = the_visit(scene)
    if visit.written is None or visit.written.state is not VisitState.FAILED:
        raise NotPossible(text("The visit of {day} has not failed.", day=visit.planned_date))
    check_wanted(scene, visit)
    return ordered_at_once(scene, visit, planned_again(visit.written))


def beside_visits(visit: Visit | LedgerVisit) -> bool:
    """Those that the host refused."""
    return visit.state is VisitState.FAILED


ACTION = Action(
    "visit.retry",
    text("Try again"),
    decide,
    target=TargetType.VISIT,
    whole_ledger=True,
    beside_visits=beside_visits,
)
