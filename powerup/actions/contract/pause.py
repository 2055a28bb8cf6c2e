"""contract.pause: a stand-still, with the choice to extend the end by it (rules: Actions)."""

from dataclasses import dataclass, replace
from datetime import date

from marshmallow import fields

from powerup.actions.contract.changed_pauses import in_order, overlap, pauses_changed, why_not_every_year, with_end
from powerup.actions.contract.not_ended import check_not_ended
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, given_up, open_orders
from powerup.contracts.contract import Contract, Pause
from powerup.contracts.days import A_DAY
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason
from powerup.documents.schema import Choice, Day, DocumentSchema, Truth
from powerup.texts import text


@dataclass(frozen=True, slots=True)
class PauseInput:
    """Both days inclusive; until None is open. extend_end moves the agreed end by the length of the pause.
    existing_orders are those planned inside it. every_year: it comes back each year on the same days."""

    start: date
    until: date | None = None
    reason: str = ""
    extend_end: bool = False
    existing_orders: ExistingOrders = ExistingOrders.KEEP
    every_year: bool = False

    @property
    def pause(self) -> Pause:
        """The pause that is asked for."""
        return Pause(self.start, self.until, self.reason, self.extend_end, self.every_year)


class PauseSchema(DocumentSchema):
    """Input of contract.pause."""

    makes = PauseInput

    start = Day(required=True, data_key="from", metadata={"label": text("From")})
    until = Day(allow_none=True, metadata={"label": text("Until")})
    reason = fields.String(metadata={"label": text("Reason"), "format": "text"})
    extend_end = Truth(metadata={"label": text("Extend the end by the pause"), "empty": text("no")})
    every_year = Truth(metadata={"label": text("Every year again, on the same days"), "empty": text("no")})
    existing_orders = Choice(
        ExistingOrders, metadata={"label": text("Work orders in the pause"), "default": ExistingOrders.KEEP.value}
    )


def questions(scene: ActionScene, wanted: PauseInput) -> HostQuestions:
    """The present status of the work orders that would be taken back."""
    if wanted.existing_orders is ExistingOrders.KEEP:
        return HostQuestions()
    return HostQuestions(work_orders=open_orders(_inside(scene.contract_situation, wanted.pause)))


def decide(scene: ActionScene, wanted: PauseInput) -> Change:
    """Visits planned inside are withheld; work orders that exist are kept, or taken back."""
    before = scene.contract_situation
    _check(scene, before.contract, wanted)
    contract = replace(before.contract, pauses=in_order((*before.contract.pauses, wanted.pause)))
    if wanted.until is not None and wanted.extend_end:
        contract = _extended(contract, wanted.start, wanted.until)
    message = text("Contract {number} is paused from {start}.", number=contract.number, start=wanted.start)
    inside = _inside(before, wanted.pause)
    given = given_up(inside, Reason.PAUSED, wanted.existing_orders, scene.readings.work_orders)
    return pauses_changed(scene, before, contract, message, given, wanted.start)


ACTION = Action("contract.pause", text("Pause"), decide, PauseSchema, questions=questions, possible=check_not_ended)


def _check(scene: ActionScene, contract: Contract, wanted: PauseInput) -> None:
    check_not_ended(scene)
    if wanted.start < scene.today:
        raise invalid("/input/from", "in_the_past", text("A pause begins today or later."))
    if wanted.until is not None and wanted.until < wanted.start:
        raise invalid(
            "/input/until", "before_start", text("The pause ends before it begins, {start}.", start=wanted.start)
        )
    if (wrong := why_not_every_year(wanted.pause)) is not None:
        member, code, message = wrong
        raise invalid(f"/input/{member}", code, message)
    for other in contract.pauses:
        if overlap(wanted.pause, other):
            raise invalid("/input/from", "overlaps", text("There is already a pause from {start}.", start=other.start))


def _extended(contract: Contract, start: date, until: date) -> Contract:
    if contract.end is None:
        return contract
    return with_end(contract, contract.end + (until - start + A_DAY))


def _inside(situation: ContractSituation, pause: Pause) -> list[LedgerVisit]:
    alone = replace(situation.contract, pauses=(pause,))
    return [visit for visit in situation.ledger.values() if alone.pause_on(visit.planned_date)]
