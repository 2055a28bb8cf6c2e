"""visit.assign: another engineer for one visit alone (rules: Actions)."""

from dataclasses import dataclass, replace
from datetime import time

from powerup.actions.form.contract_check import unknown_at_host
from powerup.actions.kit.action import Action, WaitsFor
from powerup.actions.kit.answer import InvalidInput, NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import started, with_rows
from powerup.actions.visit.target_visit import check_not_stood_for, is_not_started, its_order, the_visit
from powerup.contracts.contract import Contract
from powerup.contracts.effects import Effect, EffectKind
from powerup.contracts.effects_of_change import effects_on_visit, of_existing
from powerup.contracts.schedule import written_from
from powerup.contracts.series import Series
from powerup.contracts.transitions import retracting, taken_back
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState
from powerup.contracts.who_goes import who_goes
from powerup.documents.schema import Code, DocumentSchema, TimeOfDay
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class AssignInput:
    """employee is a number of the host, None for whom the contract has; start_time is local time of the tenant."""

    employee: str | None = None
    start_time: time | None = None


class AssignSchema(DocumentSchema):
    """Input of visit.assign."""

    makes = AssignInput

    employee = Code(
        allow_none=True,
        metadata={"label": text("Employee"), "format": "host:employee", "empty": text("as the contract has it")},
    )
    start_time = TimeOfDay(allow_none=True, metadata={"label": text("Start time"), "format": "time"})


def questions(scene: ActionScene, wanted: AssignInput) -> HostQuestions:
    """Whether the employee exists, and the present status of the visit's work order."""
    return replace(its_order(scene, wanted), employees=wanted.employee is not None)


def decide(scene: ActionScene, wanted: AssignInput) -> Change:
    """Before its order is made, the employee is kept with the visit. An order that is scheduled is changed at the host;
    where the host cannot change it, it is taken back and ordered again at once."""
    visit = the_visit(scene)
    _check(scene, visit, wanted)
    before = scene.contract_situation
    row, at_host = _assigned(scene, visit, wanted)
    lines = _lines(visit, row)
    after = replace(before, ledger=with_rows(before.ledger, [taken_back(row) if lines else row]))
    return Change(
        _message(visit, wanted),
        effects_on_visit(before, after, row, scene.today, lines),
        ledger=(row,),
        at_host=at_host,
    )


ACTION = Action(
    "visit.assign",
    text("Assign"),
    decide,
    AssignSchema,
    TargetType.VISIT,
    questions=questions,
    whole_ledger=True,
    waits_for=WaitsFor.EMPLOYEE,
    beside_visits=is_not_started,
)


def _check(scene: ActionScene, visit: Visit, wanted: AssignInput) -> None:
    check_not_stood_for(visit)
    if wanted.employee is None and wanted.start_time is not None:
        raise invalid("/input/start_time", "without_employee", text("A start time is given with an employee."))
    problems = tuple(unknown_at_host("/input/employee", wanted.employee, scene.readings.employees))
    if problems:
        raise InvalidInput(problems[0].message, problems)
    if visit.planned_date < scene.today:
        raise NotPossible(text("The visit of {day} has passed; move it first.", day=visit.planned_date))
    is_known_as_started = visit.state in (VisitState.IN_PROGRESS, VisitState.COMPLETED, VisitState.SETTLED)
    if is_known_as_started or (visit.written and started(visit.written, scene.readings.work_orders)):
        raise NotPossible(text("The work order of {day} has been started and stays.", day=visit.planned_date))
    if visit.state is VisitState.RETRACTING:
        raise NotPossible(
            text("The work order of {day} is being taken back; wait until it is.", day=visit.planned_date)
        )
    if visit.state is VisitState.ORDERING and visit.written and visit.written.attempted_at is not None:
        raise NotPossible(text("The work order of {day} is being made; wait until it is.", day=visit.planned_date))
    if not is_not_started(visit) and visit.state is not VisitState.ORDERING:
        raise NotPossible(text("The visit of {day} will not get a work order anyway.", day=visit.planned_date))
    own = (visit.written.employee, visit.written.start_time) if visit.written else (None, None)
    if own == (wanted.employee, wanted.start_time):
        raise invalid("/input/employee", "unchanged", text("The visit of {day} is so already.", day=visit.planned_date))


def _assigned(scene: ActionScene, visit: Visit, wanted: AssignInput) -> tuple[LedgerVisit, bool]:
    """The row to write, and whether the sync has something to do for it at the host."""
    known = visit.written
    row = (
        known
        if known is not None and known.state is not VisitState.WITHHELD
        else replace(written_from(visit), reason=None)
    )
    contract = scene.contract_situation.contract
    assigned = replace(row, employee=wanted.employee, start_time=wanted.start_time)
    match row.state:
        case VisitState.PLANNED:
            return replace(assigned, pinned=wanted.employee is not None or _is_held(scene, row)), False
        case VisitState.ORDERED if _can_be_told(contract, row, assigned):
            return replace(assigned, untold=True), True
        case VisitState.ORDERED:
            again = replace(retracting(assigned, Reason.CHANGED), pinned=True, asked_for=True)
            return replace(again, generation_date=min(again.generation_date, scene.today)), True
        case (
            VisitState.ORDERING
            | VisitState.FAILED
            | VisitState.WITHHELD
            | VisitState.RETRACTING
            | VisitState.IN_PROGRESS
            | VisitState.COMPLETED
            | VisitState.SETTLED
            | VisitState.REMOVED
        ):  # on its way to the host, or refused there: the next attempt says it; the others were refused before
            return assigned, False


def _is_held(scene: ActionScene, row: LedgerVisit) -> bool:
    """Whether a visit whose employee is taken back keeps its day for another reason: its rule does not give it that."""
    situation = scene.contract_situation
    plan = situation.contract.plan(row.key.plan)
    if plan is None or row.asked_for or row.moved_from is not None:
        return row.pinned
    series = Series(situation.contract, plan, situation.calendar, situation.settings)
    return row.pinned and not (series.has(row.key) and series.occurrence(row.key).planned_date == row.planned_date)


def _can_be_told(contract: Contract, before: LedgerVisit, after: LedgerVisit) -> bool:
    """Whether the host can change the order: it takes another employee or time, but none and no time not, and a
    deadline stays (host page 4.7)."""
    was, will = who_goes(contract, before), who_goes(contract, after)
    if before.told_date is None or was is None or will is None:
        return False
    return will.start_time is not None or was.start_time is None


def _lines(visit: Visit, row: LedgerVisit) -> list[Effect]:
    if visit.written is None or row.state is not VisitState.RETRACTING:
        return []
    return [of_existing(visit.written, EffectKind.RETRACTED, Reason.CHANGED)]


def _message(visit: Visit, wanted: AssignInput) -> Text:
    if wanted.employee is None:
        return text("The visit of {day} goes to whom the contract has.", day=visit.planned_date)
    return text("The visit of {day} goes to employee {employee}.", day=visit.planned_date, employee=wanted.employee)
