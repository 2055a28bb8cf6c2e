"""Which contract a work order of the host belongs to."""

from sqlalchemy import Connection

from powerup.actions.kit.request import Target, TargetType
from powerup.store.ledger import Ledger
from powerup.store.sla_orders import WorkOrderLinks


def contract_of_order(connection: Connection, tenant_id: str, row_id: str) -> str | None:
    """The number of the contract that made the work order, or that it was attached to; None where that is none."""
    number = Target(TargetType.WORK_ORDER, row_id).row_id
    if number is None:
        return None
    visit = Ledger(connection, tenant_id).by_row_ids([number]).get(number)
    if visit is not None:
        return visit.key.contract
    link = WorkOrderLinks(connection, tenant_id).of_rows([number]).get(number)
    return link.contract if link else None
