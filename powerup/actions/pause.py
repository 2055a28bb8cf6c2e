"""contract.pause and contract.resume: a stand-still, with the choice to extend the end by it (rules: Actions)."""

from dataclasses import dataclass, replace
from datetime import date

from marshmallow import fields

from powerup.actions.answer import NotPossible, invalid
from powerup.actions.change import Change, Scene
from powerup.actions.host_reading import HostQuestions
from powerup.actions.written_visits import (
    ExistingOrders,
    Written,
    as_if_done,
    brought_back,
    given_up,
    open_orders,
    with_rows,
)
from powerup.contracts.changes import effects_of, of_existing
from powerup.contracts.contract import Contract, Pause, Status
from powerup.contracts.days import A_DAY
from powerup.contracts.effects import EffectKind
from powerup.contracts.schedule import Situation
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.documents.schema import Choice, Day, DocumentSchema, Truth
from powerup.texts import Text, text


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
    extend_end = Truth(metadata={"label": text("Extend the end by the pause")})
    existing_orders = Choice(
        ExistingOrders, metadata={"label": text("Work orders in the pause"), "default": ExistingOrders.KEEP.value}
    )


@dataclass(frozen=True, slots=True)
class ResumeInput:
    """on is the first day that is worked again."""

    on: date


class ResumeSchema(DocumentSchema):
    """Input of contract.resume."""

    makes = ResumeInput

    on = Day(required=True, metadata={"label": text("Goes on from")})


def questions(scene: Scene, wanted: PauseInput) -> HostQuestions:
    """The present status of the work orders that would be taken back."""
    if wanted.existing_orders is ExistingOrders.KEEP:
        return HostQuestions()
    return HostQuestions(work_orders=open_orders(_inside(scene.contract_situation, wanted.start, wanted.until)))


def possible(scene: Scene) -> None:
    """Only what has not ended is paused."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is not None or contract.status(scene.today) in (Status.ENDED, Status.TERMINATED):
        raise NotPossible(text("Contract {number} has already ended.", number=contract.number))


def resume_possible(scene: Scene) -> None:
    """Only a pause that runs or is to come can be ended."""
    contract = scene.contract_situation.contract
    if not any(pause.until is None or pause.until >= scene.today for pause in contract.pauses):
        raise NotPossible(text("Contract {number} is not paused.", number=contract.number))


def plan(scene: Scene, wanted: PauseInput) -> Change:
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
    return _change(scene, before, contract, message, given)


def plan_resume(scene: Scene, wanted: ResumeInput) -> Change:
    """Ends the pause that runs or comes on the day before; one that would have no day left was never made.

    Orders that were taken back for it come again by their days in advance.
    """
    resume_possible(scene)
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
    return _change(scene, before, resumed, message, Written())


def _check(scene: Scene, contract: Contract, wanted: PauseInput) -> None:
    possible(scene)
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


def with_pauses(before: Situation, contract: Contract, today: date) -> Written:
    """What other pauses do to visits that are written: intents inside one that never left are withheld; what was
    withheld for one that no longer holds is planned again."""
    never_left = [
        replace(visit, state=VisitState.WITHHELD, reason=Reason.PAUSED)
        for visit in before.ledger.values()
        if visit.state is VisitState.ORDERING and visit.attempted_at is None and contract.pause_on(visit.planned_date)
    ]
    paused_no_more = [
        visit
        for visit in brought_back(before.ledger.values(), Reason.PAUSED, today)
        if not contract.pause_on(visit.planned_date)
    ]
    effects = (of_existing(visit, EffectKind.WITHHELD, Reason.PAUSED) for visit in never_left)
    return Written((*never_left, *paused_no_more), tuple(effects))


def _end_after(contract: Contract, pause: Pause, goes_on: date) -> Contract:
    """The agreed end moves by the days that were paused: an open pause has not moved it yet, another one too far."""
    if not pause.extends_end or contract.end is None:
        return contract
    days = goes_on - (pause.start if pause.until is None else pause.until + A_DAY)
    return _ending(contract, contract.end + days) if days else contract


def _extended(contract: Contract, start: date, until: date) -> Contract:
    if contract.end is None:
        return contract
    return _ending(contract, contract.end + (until - start + A_DAY))


def _ending(contract: Contract, end: date) -> Contract:
    """A changed end starts the count of renewals anew (rules: Terms)."""
    return replace(contract, end=end, renewals=0, end_counts_from=end + A_DAY if contract.terms else None)


def _change(scene: Scene, before: Situation, contract: Contract, message: Text, given: Written) -> Change:
    held = replace(before, ledger=with_rows(before.ledger, given.ledger))
    written = with_pauses(held, contract, scene.today)
    contract = replace(contract, version=contract.version + 1)
    after = replace(held, contract=contract, ledger=with_rows(held.ledger, written.ledger))
    return Change(
        message,
        effects_of(before, as_if_done(after), scene.today, [*given.effects, *written.effects]),
        contract=contract,
        ledger=(*given.ledger, *written.ledger),
        at_host=given.at_host,
    )


def _inside(situation: Situation, start: date, until: date | None) -> list[LedgerVisit]:
    return [
        visit
        for visit in situation.ledger.values()
        if visit.planned_date >= start and (until is None or visit.planned_date <= until)
    ]
