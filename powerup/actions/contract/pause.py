"""contract.pause: a stand-still, with the choice to extend the end by it (rules: Actions)."""

from dataclasses import dataclass, replace
from datetime import date

from marshmallow import fields

from powerup.actions.contract.changed_pauses import pauses_changed, with_end
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
    existing_orders are those planned inside it."""

    start: date
    until: date | None = None
    reason: str = ""
    extend_end: bool = False
    existing_orders: ExistingOrders = ExistingOrders.KEEP


class PauseSchema(DocumentSchema):
    """Input of contract.pause."""

    makes = PauseInput

    start = Day(required=True, data_key="from", metadata={"label": text("From")})
    until = Day(allow_none=True, metadata={"label": text("Until")})
    reason = fields.String(metadata={"label": text("Reason"), "format": "text"})
    extend_end = Truth(metadata={"label": text("Extend the end by the pause"), "empty": text("no")})
    existing_orders = Choice(
        ExistingOrders, metadata={"label": text("Work orders in the pause"), "default": ExistingOrders.KEEP.value}
    )


def questions(scene: ActionScene, wanted: PauseInput) -> HostQuestions:
    """The present status of the work orders that would be taken back."""
    if wanted.existing_orders is ExistingOrders.KEEP:
        return HostQuestions()
    return HostQuestions(work_orders=open_orders(_inside(scene.contract_situation, wanted.start, wanted.until)))


def decide(scene: ActionScene, wanted: PauseInput) -> Change:
    """Visits planned inside are withheld; work orders that exist are kept, or taken back."""
    before = scene.contract_situation
    _check(scene, before.contract, wanted)
    pauses = (*before.contract.pauses, Pause(wanted.start, wanted.until, wanted.reason, wanted.extend_end))
    contract = replace(before.contract, pauses=tuple(sorted(pauses, key=lambda pause: pause.start)))
    if wanted.until is not None and wanted.extend_end:
        contract = _extended(contract, wanted.start, wanted.until)
    message = text("Contract {number} is paused from {start}.", number=contract.number, start=wanted.start)
    inside = _inside(before, wanted.start, wanted.until)
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
    for other in contract.pauses:
        begins_before_ours_ends = wanted.until is None or other.start <= wanted.until
        if begins_before_ours_ends and (other.until is None or other.until >= wanted.start):
            raise invalid("/input/from", "overlaps", text("There is already a pause from {start}.", start=other.start))


def _extended(contract: Contract, start: date, until: date) -> Contract:
    if contract.end is None:
        return contract
    return with_end(contract, contract.end + (until - start + A_DAY))


def _inside(situation: ContractSituation, start: date, until: date | None) -> list[LedgerVisit]:
    return [
        visit
        for visit in situation.ledger.values()
        if visit.planned_date >= start and (until is None or visit.planned_date <= until)
    ]
