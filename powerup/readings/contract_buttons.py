"""The buttons of a contract's page: each action with its label, what it will do where that is known beforehand, and why
it is grey (webhooks page, section 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from powerup.actions.catalogue import ACTIONS, ON_VISITS
from powerup.actions.contract import delete, pause, terminate
from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, given_up
from powerup.actions.visit import move
from powerup.contracts.effects import EffectKind
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, Visit
from powerup.readings.card_buttons import CardButtons
from powerup.texts import Text, counted, text


@dataclass(frozen=True, slots=True)
class PageButton:
    """An action beside its target. reason is why it is grey, None where it can be pressed; will_do is what becomes of
    the work orders that exist, None where that cannot be said or there are none."""

    action: str
    label: Text
    is_danger: bool
    reason: Text | None = None
    will_do: Text | None = None


class ContractButtons:
    """The buttons of one contract and its visits, for one person."""

    def __init__(self, buttons: CardButtons, scene: ActionScene) -> None:
        """scene is that of the contract, with its whole ledger and its chain."""
        self._buttons = buttons
        self._scene = scene
        self._situation = scene.contract_situation
        self._on_visits = {action.id: _button(action, buttons.why_off(action)) for action in ON_VISITS}

    def of_contract(self) -> Sequence[PageButton]:
        """Every action on the contract, in the order in which people see them."""
        return [self._of_contract(action) for action in ACTIONS if action.target is TargetType.CONTRACT]

    def of_visit(self, visit: Visit) -> Sequence[PageButton]:
        """The actions that make sense for a visit; of a deleted contract none does."""
        if self._situation.contract.deleted_on is not None:
            return ()
        return [
            self._on_visits[action.id] for action in ON_VISITS if action.beside_visits and action.beside_visits(visit)
        ]

    def can_be_moved(self, visit: Visit) -> bool:
        """Whether the person can give the visit another day."""
        return any(each.action == move.ACTION.id and each.reason is None for each in self.of_visit(visit))

    def _of_contract(self, action: Action) -> PageButton:
        reason = self._buttons.why_off(action, self._scene)
        return _button(action, reason, None if reason else will_do(action, self._situation, self._scene.today))


def _button(action: Action, reason: Text | None, does: Text | None = None) -> PageButton:
    return PageButton(action.id, action.label, action.style is Style.DANGER, reason, does)


def will_do(action: Action, situation: ContractSituation, today: date) -> Text | None:
    """What an action does to the work orders that exist, as far as the ledger knows: deleting takes back what has not
    started; terminating and pausing as of today can, where the person chooses that."""
    if action.id == delete.ACTION.id:
        retracted, kept = _of_orders(situation.ledger.values(), Reason.CONTRACT_DELETED)
        return _said(retracted, kept) if retracted or kept else None
    if action.id not in (terminate.ACTION.id, pause.ACTION.id):
        return None
    later = [row for row in situation.ledger.values() if row.planned_date > today]
    retracted, kept = _of_orders(later, Reason.TERMINATED)
    if not retracted:
        return None
    return counted(
        "{number} work order after today can be taken back.",
        "{number} work orders after today can be taken back.",
        retracted,
    )


def _of_orders(ledger: Iterable[LedgerVisit], reason: Reason) -> tuple[int, int]:
    """How many of the orders that exist are taken back where that is chosen, and how many stay."""
    kinds = [effect.kind for effect in given_up(ledger, reason, ExistingOrders.RETRACT, {}).effects]
    return kinds.count(EffectKind.RETRACTED), kinds.count(EffectKind.KEPT)


def _said(retracted: int, kept: int) -> Text:
    if not kept:
        return counted("Takes {number} work order back.", "Takes {number} work orders back.", retracted)
    return text("Takes back {retracted}, keeps {kept}.", retracted=retracted, kept=kept)
