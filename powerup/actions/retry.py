"""visit.retry: a work order that the host refused is tried again (rules: Actions)."""

from powerup.actions.action import Action
from powerup.actions.answer import NotPossible
from powerup.actions.change import Change, Scene
from powerup.actions.input import NoInput
from powerup.actions.offer import BesideVisits
from powerup.actions.order_at_once import check_wanted, ordered_at_once
from powerup.actions.request import TargetType
from powerup.actions.target_visit import the_visit
from powerup.contracts.transitions import planned_again
from powerup.contracts.visit import LedgerVisit, Visit, VisitState
from powerup.texts import text


def decide(scene: Scene, _: NoInput) -> Change:
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
    beside_visits=BesideVisits(beside_visits, place=1),
)
