"""work_order.attach: a person says which contract a work order falls under (rules: SLA).

The sync goes by it when it next compares open work orders with the host, which is at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible, invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.order_on_card import Choices, OrderOnCard
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.work_order.target_order import check_not_made, its_presence, the_order
from powerup.contracts.contract import Contract, ContractType, Status
from powerup.contracts.sla_order import WorkOrderLink
from powerup.documents.schema import Code, DocumentSchema
from powerup.outsmart.records import WorkOrder
from powerup.texts import Text, text

MOST_CHOICES = 200
"""Of contracts in one list; where there are more, people know the number."""


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


def decide(scene: ActionScene, _: AttachInput) -> Change:
    """Links the work order with the contract that was named, in the place of whichever it falls under now."""
    order, contract = the_order(scene), scene.contract_situation.contract
    _check(contract, scene)
    return Change(
        text("Work order {order} falls under contract {number}.", order=order.workorder_no, number=contract.number),
        link=WorkOrderLink(order.row_id, contract.number),
        warnings=_warnings(order, contract),
    )


def beside_order(order: OrderOnCard, today: date) -> Choices:
    """The contracts to choose from, but the one that the work order is under; those of that one's customer first.
    Nobody has said yet here whose a work order is that is under none."""
    check_not_made(order)
    active = attachable(order.corrective, today)
    customers = {contract.customer for contract in active if contract.number in order.under}
    offered = [contract for contract in active if contract.number not in order.under]
    if not offered:
        raise NotPossible(text("There is no active corrective contract to put it under."))
    if len(offered) > MOST_CHOICES:
        return {}
    offered.sort(key=lambda contract: contract.customer not in customers)
    return {"contract": [(contract.number, _in_words(contract)) for contract in offered]}


ACTION = Action(
    "work_order.attach",
    text("Put under a contract"),
    decide,
    AttachSchema,
    TargetType.WORK_ORDER,
    questions=its_presence,
    beside_order=beside_order,
)


def _in_words(contract: Contract) -> Text:
    """The contract as people choose it from a list."""
    return text(
        "{number} {name} (customer {customer})", number=contract.number, name=contract.name, customer=contract.customer
    )


def _check(contract: Contract, scene: ActionScene) -> None:
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
