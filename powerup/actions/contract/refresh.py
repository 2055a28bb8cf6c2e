"""contract.refresh: reads what the host has of a contract again, and says what changed (rules: Actions).

The action only asks; the sync reads (`powerup.sync`), and its run ends with what changed.
"""

from powerup.actions.contract.edit import possible
from powerup.actions.kit.action import Action, WaitsFor
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.scene import ActionScene
from powerup.texts import text


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Has the sync read customer, objects, employee and work orders of the contract at once."""
    possible(scene)
    contract = scene.contract_situation.contract
    return Change(text("Contract {number} is read again at the host.", number=contract.number), at_host=True)


ACTION = Action("contract.refresh", text("Refresh"), decide, possible=possible, waits_for=WaitsFor.READING)
