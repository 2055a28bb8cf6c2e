"""contract.resume: the contract goes on before its pause would have ended (rules: Actions)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from powerup.actions.contract.changed_pauses import in_order, pauses_changed, with_end
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import Written
from powerup.contracts.contract import Contract, Pause
from powerup.contracts.days import A_DAY
from powerup.contracts.every_year import time_after
from powerup.documents.schema import Day, DocumentSchema, Truth
from powerup.texts import text


@dataclass(frozen=True, slots=True)
class ResumeInput:
    """on is the first day that is worked again. take_off: a pause of every year does not come back either."""

    on: date
    take_off: bool = False


class ResumeSchema(DocumentSchema):
    """Input of contract.resume."""

    makes = ResumeInput

    on = Day(required=True, metadata={"label": text("Goes on from")})
    take_off = Truth(metadata={"label": text("A pause of every year does not come back either"), "empty": text("no")})


def possible(scene: ActionScene) -> None:
    """Only a pause that runs or is to come can be ended."""
    contract = scene.contract_situation.contract
    if not any(pause.coming(scene.today) for pause in contract.pauses):
        raise NotPossible(text("Contract {number} is not paused.", number=contract.number))


def decide(scene: ActionScene, wanted: ResumeInput) -> Change:
    """Ends the pause that runs or comes on the day before; one that would have no day left was never made. A pause of
    every year comes back the next year, unless it is taken off.

    Orders that were taken back for it come again by their days in advance.
    """
    possible(scene)
    before = scene.contract_situation
    contract = before.contract
    taken_off = _next_of_every_year(contract, wanted.on) if wanted.take_off else None
    ending = [pause for pause in contract.pauses if pause is taken_off or _holds(pause, wanted.on)]
    if not ending:
        raise NotPossible(text("Contract {number} is not paused on {day}.", number=contract.number, day=wanted.on))
    if wanted.on < scene.today:
        raise invalid("/input/on", "in_the_past", text("A contract is resumed today or later."))
    left = [each for pause in ending for each in _left(pause, wanted.on, taken_off=pause is taken_off)]
    others = (other for other in contract.pauses if other not in ending)
    resumed = replace(contract, pauses=in_order((*others, *left)))
    for pause in ending:
        resumed = _end_after(resumed, pause, wanted.on)
    message = text("Contract {number} goes on from {day}.", number=contract.number, day=wanted.on)
    if taken_off is not None:
        message = text("Contract {number} is not paused every year any more.", number=contract.number)
    return pauses_changed(scene, before, resumed, message, Written())


ACTION = Action("contract.resume", text("Resume"), decide, ResumeSchema, possible=possible)


def _holds(pause: Pause, day: date) -> bool:
    coming = pause.coming(day)
    return coming is not None and coming.start <= day


def _next_of_every_year(contract: Contract, day: date) -> Pause | None:
    """The pause of every year that holds on a day, else that which comes next."""
    coming = ((each, pause) for pause in contract.pauses if pause.every_year and (each := pause.coming(day)))
    return min(coming, key=lambda found: found[0].start, default=(None, None))[1]


def _left(pause: Pause, on: date, *, taken_off: bool) -> Iterator[Pause]:
    """What is left of a pause that ends on the day before. Of one of every year the times that have passed stay, each
    as a pause of its own, and those that are still to come, unless it is taken off."""
    if not pause.every_year or pause.until is None:
        if pause.start < on:
            yield replace(pause, until=on - A_DAY)
        return
    years, times = 0, partial(time_after, pause.start, pause.until)
    while (days := times(years))[0] < on:
        yield replace(pause, start=days[0], until=min(days[1], on - A_DAY), every_year=False)
        years += 1
    if not taken_off:
        start, until = times(years + 1 if days[0] == on else years)
        yield replace(pause, start=start, until=until)


def _end_after(contract: Contract, pause: Pause, goes_on: date) -> Contract:
    """The agreed end moves by the days that were paused: an open pause has not moved it yet, another one too far."""
    if not pause.extends_end or contract.end is None:
        return contract
    days = goes_on - (pause.start if pause.until is None else pause.until + A_DAY)
    return with_end(contract, contract.end + days) if days else contract
