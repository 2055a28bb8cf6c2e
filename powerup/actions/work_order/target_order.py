"""The work order at the host that a button stands beside."""

from powerup.actions.kit.answer import InvalidInput, NotPossible, invalid
from powerup.actions.kit.host_questions import HostQuestions
from powerup.actions.kit.order_on_card import OrderOnCard
from powerup.actions.kit.scene import ActionScene
from powerup.outsmart.records import WorkOrder
from powerup.texts import text


def its_presence(scene: ActionScene, _: object) -> HostQuestions:
    """Whether the work order is there."""
    return HostQuestions(work_orders=(_row_id(scene),))


def the_order(scene: ActionScene) -> WorkOrder:
    """The work order of the scene, as the host said. Raises InvalidInput when there is none."""
    order = scene.readings.work_orders.get(_row_id(scene))
    if order is None:
        raise _unknown(scene)
    return order


def check_not_made(order: OrderOnCard) -> None:
    """Attach and detach are about corrective contracts: an order that a contract made stays with that.

    Raises NotPossible.
    """
    if order.made_by is not None:
        raise NotPossible(text("Contract {number} made this work order, so it stays with it.", number=order.made_by))


def _row_id(scene: ActionScene) -> int:
    """A work order is named by the host's own row id."""
    row_id = scene.target.row_id
    if row_id is None:
        raise _unknown(scene)
    return row_id


def _unknown(scene: ActionScene) -> InvalidInput:
    told = text("The host has no work order {id}.", id=scene.target.id)
    return invalid("/target/id", "unknown_work_order", told)
