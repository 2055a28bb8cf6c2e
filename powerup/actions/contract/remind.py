"""contract.remind: a task at the host about the notice date, when a person wants one (rules: Terms, Renewals).

Beside those that come by themselves; the contract gets no new version by it.
"""

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.notice import reminded_until
from powerup.texts import text


def possible(scene: ActionScene) -> None:
    """Only of a contract whose notice date, or whose end, is still to come."""
    contract = scene.contract_situation.contract
    if reminded_until(contract, scene.today) is None:
        raise NotPossible(text("Contract {number} has no notice date to come.", number=contract.number))


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Changes nothing of the contract; the task is sent with the next cycle, once a day at most."""
    possible(scene)
    contract = scene.contract_situation.contract
    until = reminded_until(contract, scene.today)
    return Change(
        text(
            "A task about contract {number} goes to the host. Last notice date: {until}.",
            number=contract.number,
            until=until,
        ),
        reminds_of=until,
    )


ACTION = Action("contract.remind", text("Remind"), decide, possible=possible)
