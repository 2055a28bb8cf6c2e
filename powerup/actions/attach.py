"""work_order.attach and .detach: a person says which contract a work order falls under (rules: SLA).

The sync goes by it when it next compares open work orders with the host, which is at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from powerup.actions.answer import NotPossible, invalid
from powerup.actions.change import Change, Scene
from powerup.actions.host_reading import HostQuestions
from powerup.contracts.contract import Contract, ContractType, Status
from powerup.contracts.sla_order import WorkOrderLink
from powerup.documents.schema import Code, DocumentSchema
from powerup.outsmart.records import WorkOrder
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class AttachInput:
    """contract is the number of a corrective contract."""

    contract: str


class AttachSchema(DocumentSchema):
    """Input of work_order.attach."""

    makes = AttachInput

    contract = Code(required=True, metadata={"label": text("Contract")})


def attachable(corrective: Iterable[Contract], today: date) -> list[Contract]:
    """Those of the corrective contracts that a work order can be put under."""
    return [each for each in corrective if each.deleted_on is None and each.status(today) is Status.ACTIVE]


def in_words(contract: Contract) -> Text:
    """The contract as people choose it from a list."""
    return text(
        "{number} {name} (customer {customer})", number=contract.number, name=contract.name, customer=contract.customer
    )


def questions(scene: Scene, _: object) -> HostQuestions:
    """Whether the work order is there."""
    return HostQuestions(work_orders=(_row_id(scene),))


def plan(scene: Scene, _: AttachInput) -> Change:
    """Links the work order with the contract that was named, in the place of whichever it falls under now."""
    order, contract = _order(scene), scene.contract_situation.contract
    _check(contract, scene)
    return Change(
        text("Work order {order} falls under contract {number}.", order=order.workorder_no, number=contract.number),
        link=WorkOrderLink(order.row_id, contract.number),
        warnings=_warnings(order, contract),
    )


def plan_detach(scene: Scene, _: object) -> Change:
    """Takes the work order out of its contract; it falls under none until a person attaches it again."""
    order = _order(scene)
    return Change(
        text("Work order {order} falls under no contract any more.", order=order.workorder_no),
        link=WorkOrderLink(order.row_id, None),
    )


def _check(contract: Contract, scene: Scene) -> None:
    if contract.type is not ContractType.CORRECTIVE:
        raise invalid(
            "/input/contract",
            "not_corrective",
            text("Contract {number} is not a corrective one, so it promises no times.", number=contract.number),
        )
    if not attachable([contract], scene.today):
        raise invalid("/input/contract", "not_active", text("Contract {number} is not active.", number=contract.number))


def _warnings(order: WorkOrder, contract: Contract) -> tuple[Text, ...]:
    if order.customer_debtor_number == contract.customer:
        return ()
    return (
        text(
            "The work order is of customer {customer}, the contract of customer {other}.",
            customer=order.customer_debtor_number,
            other=contract.customer,
        ),
    )


def _order(scene: Scene) -> WorkOrder:
    order = scene.readings.work_orders.get(_row_id(scene))
    if order is None:
        raise NotPossible(text("The host has no work order {id}.", id=scene.target.id))
    return order


def _row_id(scene: Scene) -> int:
    """A work order is named by the host's own row id."""
    row_id = scene.target.row_id
    if row_id is None:
        raise invalid("/target/id", "unknown_work_order", text("The host has no work order {id}.", id=scene.target.id))
    return row_id
