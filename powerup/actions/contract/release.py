"""contract.release: a person lets through what the change cap holds back of one contract (rules: Generation)."""

from powerup.actions.contract.let_through import let_through
from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.scene import ActionScene
from powerup.texts import text


def possible(scene: ActionScene) -> None:
    """Only what waits is released, also after the contract's end."""
    situation = scene.contract_situation
    contract = situation.contract
    if contract.deleted_on is not None:
        raise NotPossible(text("Contract {number} is deleted; undo that first.", number=contract.number))
    if not situation.awaiting_release:
        raise NotPossible(
            text("Contract {number} has no work orders that wait to be released.", number=contract.number)
        )


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Lets one contract's orders through; the next cycle makes them."""
    possible(scene)
    return let_through([scene.contract_situation], scene.today)


ACTION = Action("contract.release", text("Release work orders"), decide, style=Style.DANGER, possible=possible)
