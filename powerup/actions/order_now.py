"""visit.order_now and visit.retry: a person wants the work order of one visit at once (rules: Actions, Generation)."""

from dataclasses import replace

from powerup.actions.answer import NotPossible
from powerup.actions.change import Change, Scene
from powerup.actions.input import NoInput
from powerup.actions.target_visit import check_not_stood_for, the_visit
from powerup.contracts.changes import of_existing
from powerup.contracts.effects import EffectKind, Effects
from powerup.contracts.schedule import written_from
from powerup.contracts.series import deadline_if_made
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState, planned_again, work_order_number
from powerup.texts import Text, text

_NEVER = frozenset(
    {Reason.TERMINATED, Reason.CONTRACT_ENDED, Reason.CONTRACT_DELETED, Reason.CUSTOMER_BLOCKED, Reason.OBJECT_RETIRED}
)
"""Reasons that a person cannot overrule for one visit: the cause has to be mended first."""


def plan(scene: Scene, _: NoInput) -> Change:
    """Orders a visit that is not due yet, was withheld, or whose work order was removed at the host."""
    visit = the_visit(scene)
    _check(scene, visit)
    return _ordering(scene, visit, replace(_orderable_row(visit), asked_for=True))


def plan_retry(scene: Scene, _: NoInput) -> Change:
    """Orders a visit again that the host refused."""
    visit = the_visit(scene)
    if visit.written is None or visit.written.state is not VisitState.FAILED:
        raise NotPossible(text("The visit of {day} has not failed.", day=visit.planned_date))
    _check_wanted(scene, visit)
    return _ordering(scene, visit, planned_again(visit.written))


def _check(scene: Scene, visit: Visit) -> None:
    check_not_stood_for(visit)
    if visit.state not in (VisitState.PLANNED, VisitState.WITHHELD, VisitState.REMOVED):
        raise NotPossible(_why_not(visit))
    _check_wanted(scene, visit)


def _why_not(visit: Visit) -> Text:
    match visit.state:
        case VisitState.FAILED:
            return text("The host refused the work order of {day}; choose “Try again”.", day=visit.planned_date)
        case VisitState.RETRACTING:
            return text("The work order of {day} is being taken back; wait until it is.", day=visit.planned_date)
    return text("The visit of {day} already has its work order.", day=visit.planned_date)


def _check_wanted(scene: Scene, visit: Visit) -> None:
    """That the sync, which looks once more before it orders, would not withhold it."""
    contract = scene.contract_situation.contract
    reason = visit.reason if visit.reason in _NEVER else None
    if contract.last_day is not None and visit.planned_date > contract.last_day:
        reason = reason or Reason.CONTRACT_ENDED
    if contract.pause_on(visit.planned_date):
        reason = reason or Reason.PAUSED
    if reason is not None:
        raise NotPossible(
            text("The visit of {day} cannot be ordered: {reason}.", day=visit.planned_date, reason=reason)
        )


def _orderable_row(visit: Visit) -> LedgerVisit:
    if visit.written is not None and visit.written.state in (VisitState.WITHHELD, VisitState.REMOVED):
        return planned_again(visit.written)
    return written_from(visit)


def _ordering(scene: Scene, visit: Visit, row: LedgerVisit) -> Change:
    before = scene.contract_situation
    number = work_order_number(before.settings.number_prefix, visit.key, row.try_number)
    ordering = replace(
        row,
        state=VisitState.ORDERING,
        reason=None,
        workorder_no=number,
        deadline=deadline_if_made(before.contract, row.deadline, scene.today),
    )
    shown = replace(of_existing(ordering, EffectKind.CREATED, None), state=VisitState.PLANNED)
    return Change(
        text("The work order of {day} is being made.", day=visit.planned_date),
        Effects((shown,)),
        ledger=(ordering,),
        at_host=True,
    )
