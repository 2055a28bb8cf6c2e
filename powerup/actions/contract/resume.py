"""contract.resume: the contract goes on before its pause would have ended (rules: Actions)."""

from dataclasses import dataclass, replace
from datetime import date

from powerup.actions.contract.changed_pauses import pauses_changed, with_end
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import Written
from powerup.contracts.contract import Contract, Pause
from powerup.contracts.days import A_DAY
from powerup.documents.schema import Day, DocumentSchema
from powerup.texts import text


@dataclass(frozen=True, slots=True)
class ResumeInput:
    """on is the first day that is worked again."""

    on: date


class ResumeSchema(DocumentSchema):
    """Input of contract.resume."""

    makes = ResumeInput

    on = Day(required=True, metadata={"label": text("Goes on from")})


def possible(scene: ActionScene) -> None:
    """Only a pause that runs or is to come can be ended."""
    contract = scene.contract_situation.contract
    if not any(pause.until is None or pause.until >= scene.today for pause in contract.pauses):
        raise NotPossible(text("Contract {number} is not paused.", number=contract.number))


def decide(scene: ActionScene, wanted: ResumeInput) -> Change:
    """Ends the pause that runs or comes on the day before; one that would have no day left was never made.

    Orders that were taken back for it come again by their days in advance.
    """
    possible(scene)
    before = scene.contract_situation
    contract = before.contract
    pause = next(
        (p for p in contract.pauses if p.start <= wanted.on and (p.until is None or wanted.on <= p.until)), None
    )
    if pause is None:
        raise NotPossible(text("Contract {number} is not paused on {day}.", number=contract.number, day=wanted.on))
    if wanted.on < scene.today:
        raise invalid("/input/on", "in_the_past", text("A contract is resumed today or later."))
    left = () if wanted.on == pause.start else (replace(pause, until=wanted.on - A_DAY),)
    others = (other for other in contract.pauses if other is not pause)
    resumed = replace(contract, pauses=tuple(sorted((*others, *left), key=lambda other: other.start)))
    resumed = _end_after(resumed, pause, wanted.on)
    message = text("Contract {number} goes on from {day}.", number=contract.number, day=wanted.on)
    return pauses_changed(scene, before, resumed, message, Written())


ACTION = Action("contract.resume", text("Resume"), decide, ResumeSchema, possible=possible)


def _end_after(contract: Contract, pause: Pause, goes_on: date) -> Contract:
    """The agreed end moves by the days that were paused: an open pause has not moved it yet, another one too far."""
    if not pause.extends_end or contract.end is None:
        return contract
    days = goes_on - (pause.start if pause.until is None else pause.until + A_DAY)
    return with_end(contract, contract.end + days) if days else contract
