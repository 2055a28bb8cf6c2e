"""visit.skip: one visit is left out; the series does not shift (rules: Actions)."""

from dataclasses import dataclass, replace

from marshmallow import fields

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, Written, given_up, with_rows
from powerup.actions.visit.target_visit import is_not_started, its_order, the_visit
from powerup.contracts.account import SkipWish
from powerup.contracts.effects import EffectKind
from powerup.contracts.effects_of_change import effects_on_visit, of_existing
from powerup.contracts.transitions import left_out
from powerup.contracts.visit import AT_HOST, Reason, Visit, VisitState
from powerup.documents.schema import Choice, DocumentSchema
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class SkipInput:
    """reason is a remark for the audit trail, wish whose it was, None where nobody said it (rules: Account)."""

    reason: str = ""
    wish: SkipWish | None = None


class SkipSchema(DocumentSchema):
    """Input of visit.skip."""

    makes = SkipInput

    reason = fields.String(metadata={"label": text("Reason"), "format": "text"})
    wish = Choice(SkipWish, allow_none=True, metadata={"label": text("At whose wish"), "empty": text("not said")})


def decide(scene: ActionScene, _: SkipInput) -> Change:
    """Withholds the visit; a work order that has not started is taken back."""
    visit = the_visit(scene)
    before = scene.contract_situation
    written = _skipped(scene, visit)
    if not written.ledger:
        raise NotPossible(_why_not(visit))
    after = replace(before, ledger=with_rows(before.ledger, written.ledger))
    return Change(
        text("The visit of {day} is skipped.", day=visit.planned_date),
        effects_on_visit(before, after, written.ledger[0], scene.today, written.effects),
        ledger=written.ledger,
        at_host=written.at_host,
    )


ACTION = Action(
    "visit.skip",
    text("Skip"),
    decide,
    SkipSchema,
    TargetType.VISIT,
    questions=its_order,
    whole_ledger=True,
    beside_visits=is_not_started,
)


def _skipped(scene: ActionScene, visit: Visit) -> Written:
    row = visit.written
    if row is not None and row.state in (VisitState.ORDERING, VisitState.ORDERED, VisitState.FAILED):
        return given_up([row], Reason.SKIPPED, ExistingOrders.RETRACT, scene.readings.work_orders)
    if visit.state is not VisitState.PLANNED:
        return Written()
    skipped = left_out(visit, Reason.SKIPPED)
    return Written((skipped,), (of_existing(skipped, EffectKind.WITHHELD, Reason.SKIPPED),))


def _why_not(visit: Visit) -> Text:
    if visit.state in AT_HOST:
        return text("The work order of {day} has been started and stays.", day=visit.planned_date)
    return text("The visit of {day} will not get a work order anyway.", day=visit.planned_date)
