"""contract.undo_delete: a deleted contract comes back within thirty days (rules: Actions)."""

from dataclasses import replace
from datetime import date, timedelta

from powerup.actions.contract.chain import running_in_chain, runs_on_as
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.request import Role
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import as_if_done, brought_back, with_rows
from powerup.contracts.contract import Status
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.situation import ContractSituation, unsettled_from
from powerup.contracts.visit import LedgerVisit, Reason
from powerup.texts import text

UNDO_WITHIN = timedelta(days=30)


def possible(scene: ActionScene) -> None:
    """A deletion can be undone for thirty days, unless the contract was restarted as one that runs."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is None:
        raise NotPossible(text("Contract {number} is not deleted.", number=contract.number))
    if scene.today > contract.deleted_on + UNDO_WITHIN:
        raise NotPossible(text("Contract {number} was deleted more than 30 days ago.", number=contract.number))
    would_run = contract.status(scene.today) in (Status.ACTIVE, Status.NOT_STARTED)
    running = running_in_chain(scene)
    if running is not None and would_run:
        raise NotPossible(runs_on_as(contract, running))


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Brings a deleted contract back; what is overdue by now follows the catch-up policy (rules: Actions)."""
    possible(scene)
    before = scene.contract_situation
    contract = before.contract
    rows = brought_back(_withheld_by_it(before), Reason.CONTRACT_DELETED, date.min)
    back = unsettled_from(replace(contract, deleted_on=None, version=contract.version + 1), rows)
    after = replace(before, contract=back, ledger=with_rows(before.ledger, rows))
    return Change(
        text("Contract {number} is back.", number=contract.number),
        effects_of(before, as_if_done(after), scene.today),
        contract=back,
        ledger=rows,
    )


ACTION = Action(
    "contract.undo_delete",
    text("Undo delete"),
    decide,
    role=Role.ADMIN,
    possible=possible,
    whole_ledger=True,
)


def _withheld_by_it(situation: ContractSituation) -> list[LedgerVisit]:
    """Visits that this deletion withheld: an earlier one left those behind that had no order by then."""
    deleted_on = situation.contract.deleted_on or date.max
    return [
        visit
        for visit in situation.ledger.values()
        if visit.workorder_no is not None or visit.planned_date >= deleted_on
    ]
