"""Which of all the work orders in the host's lists concern a tenant: those alone are kept, since the lists hold the
orders of everybody (architecture: long lists)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from powerup.contracts.visit import may_be_a_visits_number
from powerup.outsmart.listed import ListedOrder
from powerup.outsmart.records import WorkOrder
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from powerup.store.sla_orders import SlaOrders, WorkOrderLinks
from powerup.store.tables import STATES_IN_PLAY

PAGE = 500
"""Orders whose numbers are looked for in the ledger at once."""


@dataclass(frozen=True, slots=True)
class _Concerned:
    """Row ids of orders that visits in play have made, that are under an SLA, or that people have said something of;
    and customers with a corrective contract, under which any order of theirs can fall."""

    row_ids: frozenset[int]
    customers: frozenset[str]


@dataclass(slots=True)
class Sieve:
    """Lets through what concerns the tenant, by row id, by customer, or by a number that the ledger has.

    whatever_number: also what only looks like a number of a visit, where the ledger may have lost some.
    """

    database: Database
    tenant_id: str
    whatever_number: bool = False
    _concerned: _Concerned | None = field(default=None, init=False)

    def through(self, orders: Iterable[ListedOrder]) -> Iterator[WorkOrder]:
        """Those of the orders that concern the tenant, without their long text. Raises what reading them raises."""
        numbered: list[ListedOrder] = []
        known = self._read()
        for order in orders:
            if order.row_id in known.row_ids or order.customer_debtor_number in known.customers:
                yield _kept(order)
            elif may_be_a_visits_number(order.workorder_no):
                numbered.append(order)
                if len(numbered) == PAGE:
                    yield from self._ours(numbered)
                    numbered.clear()
        yield from self._ours(numbered)

    def _read(self) -> _Concerned:
        if self._concerned is None:
            with self.database.read() as connection:
                visits = Ledger(connection, self.tenant_id).row_ids(STATES_IN_PLAY)
                under_sla = SlaOrders(connection, self.tenant_id).open_rows()
                linked = WorkOrderLinks(connection, self.tenant_id).rows()
                customers = Contracts(connection, self.tenant_id).customers_of_corrective()
            self._concerned = _Concerned(visits | under_sla | linked, customers)
        return self._concerned

    def _ours(self, orders: Sequence[ListedOrder]) -> Iterator[WorkOrder]:
        if not orders:
            return
        with self.database.read() as connection:
            known = Ledger(connection, self.tenant_id).known_numbers([order.workorder_no for order in orders])
        for order in orders:
            if self.whatever_number or order.workorder_no in known:
                yield _kept(order)


def _kept(order: ListedOrder) -> WorkOrder:
    return replace(order.whole(), description="")
