"""visit.move: one visit on another day; the series does not shift (rules: Actions)."""

from dataclasses import dataclass, replace
from datetime import date

from powerup.actions.kit.action import Action, WaitsFor
from powerup.actions.kit.answer import NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.day_words import days_in_words
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import started, with_rows
from powerup.actions.visit.move_warnings import move_warnings
from powerup.actions.visit.target_visit import check_not_stood_for, is_not_started, its_order, the_visit
from powerup.contracts.contract import Pause
from powerup.contracts.effects import Effect, EffectKind
from powerup.contracts.effects_of_change import effects_on_visit, of_existing
from powerup.contracts.series import Series
from powerup.contracts.transitions import held_by_hand, recalled, retracting, taken_back
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState, is_computed_again
from powerup.documents.schema import Day, DocumentSchema
from powerup.texts import Text, text

_NOT_ORDERED = (VisitState.PLANNED, VisitState.WITHHELD, VisitState.FAILED)


@dataclass(frozen=True, slots=True)
class MoveInput:
    """to is the new planned date."""

    to: date


class MoveSchema(DocumentSchema):
    """Input of visit.move."""

    makes = MoveInput

    to = Day(required=True, metadata={"label": text("New date")})


def decide(scene: ActionScene, wanted: MoveInput) -> Change:
    """A visit without a work order is held on its new date. One that is scheduled gets its new date at the host; one
    with a deadline only, which the host cannot change, is taken back and ordered again at once."""
    visit = the_visit(scene)
    _check_day(scene, visit, wanted.to)
    before = scene.contract_situation
    row, at_host = _moved(scene, visit, wanted.to)
    done = taken_back(row) if row.state is VisitState.RETRACTING else row
    after = replace(before, ledger=with_rows(before.ledger, [done]))
    return Change(
        text("The visit of {day} is moved to {to}.", day=visit.planned_date, to=wanted.to),
        effects_on_visit(before, after, row, scene.today, _lines(visit, row)),
        ledger=(row,),
        at_host=at_host,
        warnings=tuple(move_warnings(before, visit, wanted.to, scene.today)),
    )


ACTION = Action(
    "visit.move",
    text("Move"),
    decide,
    MoveSchema,
    TargetType.VISIT,
    questions=its_order,
    whole_ledger=True,
    waits_for=WaitsFor.NEW_DATE,
    beside_visits=is_not_started,
)


def _moved(scene: ActionScene, visit: Visit, to: date) -> tuple[LedgerVisit, bool]:
    """The row to write, and whether the sync has something to do for it at the host."""
    row = visit.written
    if row is None or is_computed_again(row) or row.state in _NOT_ORDERED:
        return _dated(scene, held_by_hand(visit), to), False
    if row.state is VisitState.ORDERING and row.attempted_at is None:
        return _dated(scene, recalled(row), to), False
    if row.state is not VisitState.ORDERED or started(row, scene.readings.work_orders):
        raise NotPossible(text("The work order of {day} has been started and stays.", day=visit.planned_date))
    if row.told_date is not None:
        return _dated(scene, row, to), True
    taken_back = _dated(scene, retracting(row, Reason.CHANGED), to)
    return replace(taken_back, generation_date=min(taken_back.generation_date, scene.today)), True


def _dated(scene: ActionScene, row: LedgerVisit, to: date) -> LedgerVisit:
    """The row on its new day, where no rule moves it any more."""
    situation = scene.contract_situation
    plan_ = situation.contract.plan(row.key.plan)
    if plan_ is None:
        raise NotPossible(text("The visit plan {name} is no longer in the contract.", name=row.key.plan))
    occurrence = Series(situation.contract, plan_, situation.calendar, situation.settings).planned_on(row.key, to)
    return replace(
        row,
        planned_date=to,
        generation_date=occurrence.generation_date,
        deadline=occurrence.deadline,
        pinned=True,
        asked_for=True,
        moved_from=row.moved_from or row.planned_date,
    )


def _lines(visit: Visit, row: LedgerVisit) -> list[Effect]:
    """What is told of a work order that exists; a visit without one is told by the comparison of before and after."""
    if visit.written is None or row.state is VisitState.PLANNED:
        return []
    if row.state is VisitState.RETRACTING:
        return [of_existing(visit.written, EffectKind.RETRACTED, Reason.CHANGED)]
    return [of_existing(row, EffectKind.MOVED, None)]


def _check_day(scene: ActionScene, visit: Visit, to: date) -> None:
    """Not out of the contract, into a pause or into the past; the refusal names the allowed days."""
    contract = scene.contract_situation.contract
    check_not_stood_for(visit)
    if visit.reason in (Reason.TERMINATED, Reason.CONTRACT_ENDED, Reason.CONTRACT_DELETED):
        raise NotPossible(text("The visit of {day} lies after the contract's last day.", day=visit.planned_date))
    if to == visit.planned_date:
        raise invalid("/input/to", "unchanged", text("The visit is on {day} already.", day=to))
    first = max(scene.today, contract.start)
    last = contract.last_day
    if to < first or (last is not None and to > last):
        raise invalid("/input/to", "not_allowed", text("Choose a day {days}.", days=days_in_words(first, last)))
    code = visit.key.object
    if visit.key.visited_as is not None and not contract.has_on(code, to):
        message = text("Another object is visited in the place of {code} on {day}.", day=to, code=code)
        raise invalid("/input/to", "replaced", message)
    pause = contract.pause_on(to)
    if pause is not None:
        raise invalid("/input/to", "paused", _outside_the_pause(pause, first, last))


def _outside_the_pause(pause: Pause, first: date, last: date | None) -> Text:
    if pause.until is None:
        return text(
            "The contract is paused from {start} until further notice. Choose a day {days}, outside the pause.",
            start=pause.start,
            days=days_in_words(first, last),
        )
    return text(
        "The contract is paused from {start} to {until}. Choose a day {days}, outside the pause.",
        start=pause.start,
        until=pause.until,
        days=days_in_words(first, last),
    )
