"""contract.delete: only while no work of it is done (rules: Actions; host page 1.11)."""

from collections.abc import Iterable
from dataclasses import replace

from powerup.actions.kit.action import Action, Style
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.request import Role
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import ExistingOrders, given_up, open_orders, with_rows
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.outsmart.records import WorkOrderStatus
from powerup.texts import first_of, text

_DONE = (VisitState.COMPLETED, VisitState.SETTLED)
_DONE_AT_HOST = (WorkOrderStatus.COMPLEET, WorkOrderStatus.AFGEHANDELD)


def questions(scene: ActionScene, _: NoInput) -> HostQuestions:
    """The present status of every work order of the contract that was not done when it was last seen."""
    ledger = scene.contract_situation.ledger.values()
    started = (v.host_row_id for v in ledger if v.state is VisitState.IN_PROGRESS and v.host_row_id is not None)
    return HostQuestions(work_orders=(*open_orders(ledger), *sorted(started)))


def possible(scene: ActionScene) -> None:
    """Only while no work is done, as far as the scene knows (rules: Actions)."""
    contract = scene.contract_situation.contract
    if contract.deleted_on is not None:
        raise NotPossible(text("Contract {number} is already deleted.", number=contract.number))
    done = _done(scene, scene.contract_situation.ledger.values())
    if done:
        raise NotPossible(
            text(
                "Contract {number} cannot be deleted, because work has been done: {orders}. Terminate it instead.",
                number=contract.number,
                orders=first_of(done),
            )
        )


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Deletes the contract; orders still Klaargezet are taken back, ones in progress are kept and unlinked."""
    before = scene.contract_situation
    contract = before.contract
    possible(scene)
    given = given_up(
        before.ledger.values(), Reason.CONTRACT_DELETED, ExistingOrders.RETRACT, scene.readings.work_orders
    )
    deleted = replace(contract, deleted_on=scene.today, version=contract.version + 1)
    after = replace(before, contract=deleted, ledger=with_rows(before.ledger, given.ledger))
    return Change(
        text("Contract {number} is deleted.", number=contract.number),
        effects_of(before, after, scene.today, given.effects),
        contract=deleted,
        ledger=given.ledger,
        at_host=given.at_host,
    )


ACTION = Action(
    "contract.delete",
    text("Delete"),
    decide,
    role=Role.ADMIN,
    style=Style.DANGER,
    questions=questions,
    possible=possible,
    whole_ledger=True,
)


def _done(scene: ActionScene, ledger: Iterable[LedgerVisit]) -> list[str]:
    """Numbers of the work orders that are completed or settled, here or by the host's word of this moment."""
    numbers = []
    for visit in ledger:
        order = scene.readings.work_orders.get(visit.host_row_id or 0)
        if visit.state in _DONE or (order is not None and order.status in _DONE_AT_HOST):
            numbers.append(visit.workorder_no or str(visit.key))
    return sorted(numbers)
