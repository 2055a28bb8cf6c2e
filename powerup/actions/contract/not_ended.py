"""What several actions ask of a contract: that it has not ended."""

from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.scene import ActionScene
from powerup.texts import text


def check_not_ended(scene: ActionScene) -> None:
    """Raises NotPossible for a contract whose last day has passed, or that is deleted."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is not None or contract.has_ended(scene.today):
        raise NotPossible(text("Contract {number} has already ended.", number=contract.number))
