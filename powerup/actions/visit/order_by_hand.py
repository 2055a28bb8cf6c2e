"""Ordering one visit because a person wants it, without waiting for its day (rules: Actions, Generation)."""

from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.effects import EffectKind, Effects
from powerup.contracts.effects_of_change import of_existing
from powerup.contracts.reasons import reason_against
from powerup.contracts.series import deadline_if_made
from powerup.contracts.transitions import ordered_by_hand
from powerup.contracts.visit import LedgerVisit, Visit, VisitState
from powerup.texts import text


def check_wanted(scene: ActionScene, visit: Visit) -> None:
    """That the sync, which looks once more before it orders, would not withhold it. Raises NotPossible."""
    situation = scene.contract_situation
    reason = reason_against(situation.contract, visit, situation.facts)
    if reason is not None:
        raise NotPossible(
            text("The visit of {day} cannot be ordered: {reason}.", day=visit.planned_date, reason=reason)
        )


def ordered_at_once(scene: ActionScene, visit: Visit, row: LedgerVisit) -> Change:
    """The change that has the sync make the visit's work order now; row is the visit as it may be ordered."""
    before = scene.contract_situation
    deadline = deadline_if_made(before.contract, row.deadline, scene.today)
    ordering = ordered_by_hand(row, before.settings.number_prefix, deadline)
    shown = of_existing(ordering, EffectKind.CREATED, None, VisitState.PLANNED)
    return Change(
        text("The work order of {day} is being made.", day=visit.planned_date),
        Effects((shown,)),
        ledger=(ordering,),
        at_host=True,
    )
