"""contract.undo_termination: takes back an early end while its last day has not passed (rules: Actions)."""

from dataclasses import replace

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import as_if_done, brought_back, with_rows
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.visit import Reason
from powerup.texts import text


def possible(scene: ActionScene) -> None:
    """Only an early end whose last day has not passed can be undone."""
    contract = scene.contract_situation.contract
    if contract.termination is None:
        raise NotPossible(text("Contract {number} has no early end to undo.", number=contract.number))
    if scene.today > contract.termination.last_day:
        raise NotPossible(
            text(
                "The last day, {last_day}, has passed: restart the contract instead.",
                last_day=contract.termination.last_day,
            )
        )


def decide(scene: ActionScene, _: NoInput) -> Change:
    """As if nothing had happened, but for numbers of work orders that were taken back meanwhile."""
    possible(scene)
    before = scene.contract_situation
    contract = before.contract
    rows = brought_back(before.ledger.values(), Reason.TERMINATED, scene.today)
    resumed = replace(contract, termination=None, version=contract.version + 1)
    after = replace(before, contract=resumed, ledger=with_rows(before.ledger, rows))
    return Change(
        text("The early end of contract {number} is undone.", number=contract.number),
        effects_of(before, as_if_done(after), scene.today),
        contract=resumed,
        ledger=rows,
    )


ACTION = Action("contract.undo_termination", text("Undo termination"), decide, possible=possible)
