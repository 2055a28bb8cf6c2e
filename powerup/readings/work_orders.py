"""The work orders of one tenant that come of its contracts: made for visits, or put under an SLA."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.sla_order import SlaOrder
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.readings.sla_overview import sla_row
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.store.service_tables import sla_orders
from powerup.store.sla_orders import SlaOrders
from powerup.store.tables import contracts, visits

_WITHOUT_ORDER = (VisitState.PLANNED, VisitState.WITHHELD, VisitState.FAILED)
"""A visit in these states may have had an order, and has none now."""


@dataclass(frozen=True, slots=True)
class WorkOrderFilter:
    """Which orders are listed, by number of contract, debtor number and state of their visit; what is empty asks for
    nothing. An order under an SLA is of no visit."""

    contract: str = ""
    customer: str = ""
    states: tuple[VisitState, ...] = ()


class WorkOrders:
    """On a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def listed(self, wanted: WorkOrderFilter, before: int | None, limit: int) -> list[dict[str, Any]]:
        """At most so many of them as JSON values, the highest row id first, below the row id given."""
        rows = [*self._of_visits(wanted, before, limit), *self._under_sla(wanted, before, limit)]
        return self._documents(sorted(set(rows), reverse=True)[:limit])

    def one(self, row_id: int) -> dict[str, Any] | None:
        """The order of that row id of the host; None where none of ours has it."""
        found = self._documents([row_id])
        return found[0] if found else None

    def _of_visits(self, wanted: WorkOrderFilter, before: int | None, limit: int) -> list[int]:
        states = [each.value for each in wanted.states]
        column = visits.c.host_row_id
        query = select(column).where(visits.c.tenant_id == self._around.tenant_id, column.is_not(None))
        query = query.where(visits.c.state.in_(states) if states else visits.c.state.not_in(_WITHOUT_ORDER))
        query = query.where(*self._narrowed(wanted, column, visits.c.contract, before))
        return list(self._connection.scalars(query.order_by(column.desc()).limit(limit)))

    def _under_sla(self, wanted: WorkOrderFilter, before: int | None, limit: int) -> list[int]:
        if wanted.states:
            return []
        column = sla_orders.c.row_id
        query = select(column).where(sla_orders.c.tenant_id == self._around.tenant_id)
        query = query.where(*self._narrowed(wanted, column, sla_orders.c.contract, before))
        return list(self._connection.scalars(query.order_by(column.desc()).limit(limit)))

    def _narrowed(
        self, wanted: WorkOrderFilter, row_id: Column[int], contract: Column[str], before: int | None
    ) -> Iterator[ColumnElement[bool]]:
        if before is not None:
            yield row_id < before
        if wanted.contract:
            yield contract == wanted.contract
        if wanted.customer:
            of_tenant = contracts.c.tenant_id == self._around.tenant_id
            yield contract.in_(select(contracts.c.number).where(of_tenant, contracts.c.customer == wanted.customer))

    def _documents(self, row_ids: list[int]) -> list[dict[str, Any]]:
        tenant_id = self._around.tenant_id
        made = Ledger(self._connection, tenant_id).by_row_ids(row_ids)
        made = {row_id: visit for row_id, visit in made.items() if visit.state not in _WITHOUT_ORDER}
        promised = SlaOrders(self._connection, tenant_id).of_rows(row_ids)
        numbers = {each.key.contract for each in made.values()} | {each.contract for each in promised.values()}
        found = Contracts(self._connection, tenant_id).of_numbers(sorted(numbers))
        customers = {each.number: each.customer for each in found}
        return [
            self._document(row_id, made.get(row_id), promised.get(row_id), customers)
            for row_id in row_ids
            if row_id in made or row_id in promised
        ]

    def _document(
        self, row_id: int, visit: LedgerVisit | None, order: SlaOrder | None, customers: dict[str, str]
    ) -> dict[str, Any]:
        contract = visit.key.contract if visit else order.contract if order else ""
        return {
            "row_id": row_id,
            "workorder_no": visit.workorder_no if visit else order.workorder_no if order else None,
            "contract": contract,
            "customer": customers[contract],
            "visit": str(visit.key) if visit else None,
            "planned_date": visit.planned_date.isoformat() if visit else None,
            "state": visit.state.value if visit else None,
            "completed_on": visit.completed_on.isoformat() if visit and visit.completed_on else None,
            "sla": sla_row(order, self._around) if order else None,
        }
