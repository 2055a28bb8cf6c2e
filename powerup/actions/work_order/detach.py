"""work_order.detach: a person takes a work order out of its contract (rules: SLA).

The sync goes by it when it next compares open work orders with the host, which is at once.
"""

from datetime import date

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.order_on_card import Choices, OrderOnCard
from powerup.actions.kit.request import TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.work_order.target_order import check_not_made, its_presence, the_order
from powerup.contracts.sla_order import WorkOrderLink
from powerup.texts import text


def decide(scene: ActionScene, _: NoInput) -> Change:
    """Takes the work order out of its contract; it falls under none until a person attaches it again."""
    order = the_order(scene)
    return Change(
        text("Work order {order} falls under no contract any more.", order=order.workorder_no),
        link=WorkOrderLink(order.row_id, None),
    )


def beside_order(order: OrderOnCard, _: date) -> Choices:
    """Nothing to choose; grey where the work order is under no contract."""
    check_not_made(order)
    if not order.under:
        raise NotPossible(text("This work order is under no contract."))
    return {}


ACTION = Action(
    "work_order.detach",
    text("Take out of its contract"),
    decide,
    target=TargetType.WORK_ORDER,
    questions=its_presence,
    beside_order=beside_order,
)
