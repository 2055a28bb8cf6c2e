"""contract.refresh: reads what the host has of a contract again, and says what changed (rules: Actions).

The action only asks; the sync reads (`powerup.sync`), and its run ends with what changed.
"""

from powerup.actions.answer import NotPossible
from powerup.actions.change import Change, Scene
from powerup.actions.input import NoInput
from powerup.texts import text


def plan(scene: Scene, _: NoInput) -> Change:
    """Has the sync read customer, objects, employee and work orders of the contract at once."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is not None:
        raise NotPossible(text("Contract {number} is deleted; undo that first.", number=contract.number))
    return Change(text("Contract {number} is read again at the host.", number=contract.number), at_host=True)
