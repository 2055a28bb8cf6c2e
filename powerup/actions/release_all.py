"""tenant.release: a person lets through all that the change cap holds back (rules: Generation)."""

from powerup.actions.action import Action, Style
from powerup.actions.answer import NotPossible
from powerup.actions.change import Change, Scene
from powerup.actions.input import NoInput
from powerup.actions.releasing import let_through
from powerup.actions.request import TargetType
from powerup.texts import text


def possible(scene: Scene) -> None:
    """Only where something waits."""
    if not (scene.waiting or scene.held):
        raise NotPossible(text("No work orders wait to be released."))


def decide(scene: Scene, _: NoInput) -> Change:
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
