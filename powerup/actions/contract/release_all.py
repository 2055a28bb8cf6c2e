"""tenant.release: a person lets through all that the change cap holds back (rules: Generation)."""

from powerup.actions.contract.let_through import let_through
from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.texts import text


def possible(scene: ActionScene) -> None:
    """Only where something waits."""
    if not (scene.waiting or scene.held):
        raise NotPossible(text("No work orders wait to be released."))


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Lets the orders of all contracts through that wait; the next cycle makes them."""
    possible(scene)
    return let_through(scene.waiting, scene.today)


ACTION = Action(
    "tenant.release",
    text("Release all work orders that wait"),
    decide,
    target=TargetType.TENANT,
    style=Style.DANGER,
    possible=possible,
)
