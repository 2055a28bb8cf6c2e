"""Work orders under a corrective contract, and people's word on which contract one falls under (rules: SLA)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select

from powerup.contracts.sla import SlaPolicy
from powerup.contracts.sla_order import SlaOrder, WorkOrderLink
from powerup.contracts.sla_standing import SlaStage, StatusFact
from powerup.documents.configuration import sla_policy_document, sla_policy_from_document
from powerup.store.batches import batches
from powerup.store.service_tables import sla_orders, work_order_links


@dataclass(frozen=True, slots=True)
class SlaPromises:
    """What a month's figures ask of a work order, without the statuses that it was seen in. Moments are in UTC."""

    row_id: int
    workorder_no: str
    contract: str
    priority: str | None
    came_in_at: datetime
    response_due_at: datetime | None
    resolution_due_at: datetime | None
    responded_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None


class SlaOrders:
    """The work orders under an SLA of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._of_tenant = sla_orders.c.tenant_id == tenant_id

    def open(self) -> list[SlaOrder]:
        """Those that were in an open list of the host when it was last looked at, by row id."""
        return self._read(sla_orders.c.closed_at.is_(None))

    def open_of(self, contracts: Sequence[str]) -> list[SlaOrder]:
        """Those of these contracts that are open, by row id."""
        chosen = sla_orders.c.contract.in_(contracts)
        return self._read(and_(sla_orders.c.closed_at.is_(None), chosen)) if contracts else []

    def came_in(self, since: datetime, until: datetime) -> list[SlaPromises]:
        """What was promised of those that came in from a moment on and before another (both aware), by moment."""
        columns = [sla_orders.c[each.name] for each in fields(SlaPromises)]
        between = sla_orders.c.came_in_at >= since, sla_orders.c.came_in_at < until
        query = select(*columns).where(self._of_tenant, *between)
        rows = self._connection.execute(query.order_by(sla_orders.c.came_in_at, sla_orders.c.row_id))
        return [SlaPromises(*row) for row in rows]

    def open_rows(self) -> frozenset[int]:
        """The host's row ids of those that are open."""
        query = select(sla_orders.c.row_id).where(self._of_tenant, sla_orders.c.closed_at.is_(None))
        # In this order, so that SQLite goes by the index of open ones, which is short.
        return frozenset(self._connection.scalars(query.order_by(sla_orders.c.row_id)))

    def of_rows(self, row_ids: Sequence[int]) -> dict[int, SlaOrder]:
        """Those with one of these row ids of the host, closed ones too, by row id."""
        return {order.row_id: order for some in batches(row_ids) for order in self._read(sla_orders.c.row_id.in_(some))}

    def next_alarm_at(self) -> datetime | None:
        """When the next of them needs a warning (UTC), or None."""
        query = select(func.min(sla_orders.c.next_alarm_at))
        first: datetime | None = self._connection.scalar(
            query.where(self._of_tenant, sla_orders.c.next_alarm_at.is_not(None))
        )
        return first

    def save(self, orders: Sequence[SlaOrder]) -> None:
        """Write work orders, in the place of what was known of them."""
        if orders:
            self.drop([order.row_id for order in orders])
            self._connection.execute(insert(sla_orders), [self._row(order) for order in orders])

    def drop(self, row_ids: Sequence[int]) -> None:
        """Forget work orders: they fall under no contract any more."""
        for some in batches(row_ids):
            self._connection.execute(delete(sla_orders).where(self._of_tenant, sla_orders.c.row_id.in_(some)))

    def _read(self, condition: ColumnElement[bool]) -> list[SlaOrder]:
        query = select(sla_orders).where(self._of_tenant, condition).order_by(sla_orders.c.row_id)
        return [_order(row) for row in self._connection.execute(query)]

    def _row(self, order: SlaOrder) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant_id,
            "row_id": order.row_id,
            "workorder_no": order.workorder_no,
            "contract": order.contract,
            "priority": order.priority,
            "policy": _policy_text(order.policy),
            "came_in_at": order.came_in_at,
            "facts": [[fact.moment.isoformat(), fact.status, fact.work_status] for fact in order.facts],
            "response_due_at": order.response_due_at,
            "resolution_due_at": order.resolution_due_at,
            "responded_at": order.responded_at,
            "resolved_at": order.resolved_at,
            "response_told": order.response_told.value if order.response_told else None,
            "resolution_told": order.resolution_told.value if order.resolution_told else None,
            "next_alarm_at": order.next_alarm_at,
            "closed_at": order.closed_at,
        }


class WorkOrderLinks:
    """The links of one tenant's work orders, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._of_tenant = work_order_links.c.tenant_id == tenant_id

    def of_rows(self, row_ids: Sequence[int]) -> dict[int, WorkOrderLink]:
        """What people said of these work orders, by the host's row id; those of which nobody did are left out."""
        found: dict[int, WorkOrderLink] = {}
        for some in batches(row_ids):
            query = select(work_order_links).where(self._of_tenant, work_order_links.c.row_id.in_(some))
            found |= {row.row_id: WorkOrderLink(row.row_id, row.contract) for row in self._connection.execute(query)}
        return found

    def rows(self) -> frozenset[int]:
        """The host's row ids of all work orders of which people said something."""
        return frozenset(self._connection.scalars(select(work_order_links.c.row_id).where(self._of_tenant)))

    def save(self, link: WorkOrderLink) -> None:
        """Write a person's word, in the place of an earlier one."""
        ours = (self._of_tenant, work_order_links.c.row_id == link.row_id)
        self._connection.execute(delete(work_order_links).where(*ours))
        row = {"tenant_id": self._tenant_id, "row_id": link.row_id, "contract": link.contract}
        self._connection.execute(insert(work_order_links), row)


def _order(row: Row[Any]) -> SlaOrder:
    return SlaOrder(
        row_id=row.row_id,
        workorder_no=row.workorder_no,
        contract=row.contract,
        priority=row.priority,
        policy=_policy(row.policy),
        came_in_at=row.came_in_at,
        facts=tuple(_facts(row.facts)),
        response_due_at=row.response_due_at,
        resolution_due_at=row.resolution_due_at,
        responded_at=row.responded_at,
        resolved_at=row.resolved_at,
        response_told=SlaStage(row.response_told) if row.response_told else None,
        resolution_told=SlaStage(row.resolution_told) if row.resolution_told else None,
        next_alarm_at=row.next_alarm_at,
        closed_at=row.closed_at,
    )


def _facts(rows: Iterable[tuple[str, str, str | None]]) -> Iterable[StatusFact]:
    return (StatusFact(datetime.fromisoformat(moment), status, work_status) for moment, status, work_status in rows)


@lru_cache(maxsize=256)
def _policy_text(policy: SlaPolicy) -> str:
    return json.dumps(sla_policy_document(policy), ensure_ascii=False)


@lru_cache(maxsize=256)
def _policy(text: str) -> SlaPolicy:
    return sla_policy_from_document(json.loads(text))
