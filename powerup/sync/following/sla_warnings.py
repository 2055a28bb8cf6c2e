"""What people are told of work orders under an SLA: each warning once, and what still stands as long as it does
(rules: SLA)."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from powerup.contracts.sla_order import Alarm, Promise, SlaOrder
from powerup.contracts.sla_standing import SlaStage
from powerup.sync.kit.context import Cycle
from powerup.tenants.tell_host import raise_attention
from powerup.texts import Text, counted, first_of, text


def tell(cycle: Cycle, connection: Connection, alarm: Alarm) -> None:
    """Have the host told of one warning, in the transaction that writes that it was."""
    data = {
        "message": cycle.say(_sentence(cycle, alarm)),
        "kind": "sla",
        "number": 1,
        "contracts": [alarm.order.contract],
        "visits": [],
        "target": {"type": "work_order", "id": str(alarm.order.row_id)},
    }
    raise_attention(connection, cycle.tenant.id, data, cycle.clock())


def _sentence(cycle: Cycle, alarm: Alarm) -> Text:
    values = {
        "number": alarm.order.workorder_no,
        "contract": alarm.order.contract,
        "due_at": alarm.due_at.astimezone(cycle.tenant.zone) if alarm.due_at else "",
    }
    match alarm.promise, alarm.stage:
        case Promise.RESPONSE, SlaStage.BREACHED:
            return text("Work order {number} (contract {contract}) was not responded to by {due_at}.", **values)
        case Promise.RESOLUTION, SlaStage.BREACHED:
            return text("Work order {number} (contract {contract}) was not resolved by {due_at}.", **values)
        case Promise.RESPONSE, SlaStage():
            return text("Work order {number} (contract {contract}) needs a response by {due_at}.", **values)
        case Promise.RESOLUTION, SlaStage():
            return text("Work order {number} (contract {contract}) has to be resolved by {due_at}.", **values)


def standing_alarms(orders: Sequence[SlaOrder]) -> Iterable[Text]:
    """What is still so of what people were warned of, to be shown as long as it is."""
    waiting = [order for order in orders if order.closed_at is None]
    broken = [order.workorder_no for order in waiting if SlaStage.BREACHED in _unmet(order)]
    if broken:
        yield counted(
            "Over the time of its SLA: work order {numbers}.",
            "Over the time of their SLA: work orders {numbers}.",
            len(broken),
            numbers=first_of(broken),
        )
    nearly = [order.workorder_no for order in waiting if _unmet(order) == {SlaStage.WARNING}]
    if nearly:
        yield counted(
            "Nearly over the time of its SLA: work order {numbers}.",
            "Nearly over the time of their SLA: work orders {numbers}.",
            len(nearly),
            numbers=first_of(nearly),
        )


def _unmet(order: SlaOrder) -> set[SlaStage]:
    """The stages that people were warned of and that are not over."""
    promises = ((order.response_told, order.responded_at), (order.resolution_told, order.resolved_at))
    return {told for told, met_at in promises if told is not None and met_at is None}
