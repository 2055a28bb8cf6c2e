"""visit.skip and visit.unskip: one visit is left out, or comes back; the series does not shift (rules: Actions)."""

from dataclasses import dataclass, replace

from marshmallow import fields

from powerup.actions.answer import NotPossible
from powerup.actions.change import Change, Scene
from powerup.actions.input import NoInput
from powerup.actions.target_visit import the_visit
from powerup.actions.written_visits import ExistingOrders, Written, given_up, with_rows
from powerup.contracts.changes import effects_on_visit, of_existing
from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import written_from
from powerup.contracts.visit import AT_HOST, Reason, Visit, VisitState, planned_again
from powerup.documents.schema import DocumentSchema
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class SkipInput:
    """reason is a remark for the audit trail."""

    reason: str = ""


class SkipSchema(DocumentSchema):
    """Input of visit.skip."""

    makes = SkipInput

    reason = fields.String(metadata={"label": text("Reason"), "format": "text"})


def plan(scene: Scene, _: SkipInput) -> Change:
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


def plan_undo(scene: Scene, _: NoInput) -> Change:
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


def _skipped(scene: Scene, visit: Visit) -> Written:
    row = visit.written
    if row is not None and row.state in (VisitState.ORDERING, VisitState.ORDERED, VisitState.FAILED):
        return given_up([row], Reason.SKIPPED, ExistingOrders.RETRACT, scene.readings.work_orders)
    if visit.state is not VisitState.PLANNED:
        return Written()
    skipped = replace(written_from(visit), state=VisitState.WITHHELD, reason=Reason.SKIPPED)
    return Written((skipped,), (of_existing(skipped, EffectKind.WITHHELD, Reason.SKIPPED),))


def _why_not(visit: Visit) -> Text:
    if visit.state in AT_HOST:
        return text("The work order of {day} has been started and stays.", day=visit.planned_date)
    return text("The visit of {day} will not get a work order anyway.", day=visit.planned_date)
