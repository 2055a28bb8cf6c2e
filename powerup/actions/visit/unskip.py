"""visit.unskip: a visit that was skipped comes back (rules: Actions)."""

from dataclasses import replace

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import with_rows
from powerup.actions.visit.target_visit import the_visit
from powerup.contracts.effects_of_change import effects_on_visit
from powerup.contracts.transitions import planned_again
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState
from powerup.texts import text


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Brings a skipped visit back while its day has not passed."""
    visit = the_visit(scene)
    row = visit.written
    if row is None or row.state is not VisitState.WITHHELD or row.reason is not Reason.SKIPPED:
        raise NotPossible(text("The visit of {day} is not skipped.", day=visit.planned_date))
    if visit.planned_date < scene.today:
        raise NotPossible(text("The visit of {day} has passed.", day=visit.planned_date))
    back = planned_again(row)
    before = scene.contract_situation
    after = replace(before, ledger=with_rows(before.ledger, [back]))
    return Change(
        text("The visit of {day} is planned again.", day=visit.planned_date),
        effects_on_visit(before, after, back, scene.today),
        ledger=(back,),
    )


def beside_visits(visit: Visit | LedgerVisit) -> bool:
    """Those that a person left out."""
    return visit.state is VisitState.WITHHELD and visit.reason is Reason.SKIPPED


ACTION = Action(
    "visit.unskip",
    text("Undo skip"),
    decide,
    target=TargetType.VISIT,
    whole_ledger=True,
    beside_visits=beside_visits,
)
