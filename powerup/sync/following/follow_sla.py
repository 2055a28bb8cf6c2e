"""Work orders at the host that fall under a corrective contract: found, followed, and warned of (rules: SLA).

The open lists that reconcile has read are enough; singly asked for is only what has left them before it was resolved.
Compleet is mostly not among them: an order that is resolved and there is closed, and one that is not is looked at when
people would have to be warned of it, or when that list is read, once a day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from sqlalchemy import Connection

from powerup.contracts.configuration import HostClock
from powerup.contracts.contract import Contract
from powerup.contracts.sla import SlaPolicy
from powerup.contracts.sla_clock import ServiceClock
from powerup.contracts.sla_matching import contract_of_work_order
from powerup.contracts.sla_order import Alarm, SlaOrder, WorkOrderLink, seen, watched
from powerup.contracts.whose_order import agrees
from powerup.outsmart.records import WorkOrder, WorkOrderStatus
from powerup.store.batches import batches
from powerup.store.sla_orders import SlaOrders, WorkOrderLinks
from powerup.store.tenants import Tenants
from powerup.sync.following.sla_warnings import standing_alarms, tell
from powerup.sync.kit.context import Cycle
from powerup.texts import Text, text

PAGE = 200
"""Work orders per transaction."""

MOST_SINGLE_READS = 50
"""Of those that have left the open lists; what is more than that waits for the next time."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known here when the open lists are gone through: corrective contracts by number and by customer, the
    policies, work orders that were found before, people's links, and row ids of work orders that visits have made."""

    contracts: Mapping[str, Contract]
    of_customer: Mapping[str, Sequence[Contract]]
    policies: Mapping[str, SlaPolicy]
    orders: Mapping[int, SlaOrder]
    links: Mapping[int, WorkOrderLink]
    made_here: frozenset[int]


def follow_sla(cycle: Cycle) -> None:
    """Find, follow and warn, after the open lists were read. Raises OutsmartError, StoreError."""
    orders = {order.row_id: order for order in cycle.open_orders.all() if not order.archived}
    with cycle.read() as connection:
        known = _known(cycle, connection, list(orders.values()))
    if not known.contracts and not known.orders:
        return
    present = [
        found
        for order in orders.values()
        if not _is_over(known, order) and (found := _found(cycle, known, order)) is not None
    ]
    gone = [order for order in known.orders.values() if order.row_id not in orders and order.closed_at is None]
    changed = [*present, *_left_the_lists(cycle, gone)]
    dropped = [row for row in orders if row in known.orders and row in known.links and _is_detached(known.links[row])]
    _write(cycle, known, changed, dropped)


def _is_over(known: _Known, order: WorkOrder) -> bool:
    """Whether the order was closed as resolved, and merely waits in Compleet to be settled."""
    before = known.orders.get(order.row_id)
    return before is not None and before.closed_at is not None and order.status is WorkOrderStatus.COMPLEET


def alarm_is_due(cycle: Cycle, connection: Connection) -> bool:
    """Whether people have to be warned of a work order by now, unless the host says that it was picked up meanwhile."""
    alarm_at = SlaOrders(connection, cycle.tenant.id).next_alarm_at()
    return alarm_at is not None and alarm_at <= cycle.moment


def _known(cycle: Cycle, connection: Connection, orders: Sequence[WorkOrder]) -> _Known:
    contracts = {each.number: each for each in cycle.contracts(connection).corrective()}
    of_customer: defaultdict[str, list[Contract]] = defaultdict(list)
    for contract in contracts.values():
        of_customer[contract.customer].append(contract)
    stored, rows = SlaOrders(connection, cycle.tenant.id), [order.row_id for order in orders]
    known = stored.of_rows(rows) | {order.row_id: order for order in stored.open()}
    new = [order for order in orders if order.row_id not in known and order.workorder_no] if contracts else []
    return _Known(
        contracts=contracts,
        of_customer=of_customer,
        policies={each.code: each for each in Tenants(connection).configuration(cycle.tenant.id).sla_policies},
        orders=known,
        links=WorkOrderLinks(connection, cycle.tenant.id).of_rows(rows),
        made_here=_made_here(cycle, connection, new),
    )


def _made_here(cycle: Cycle, connection: Connection, orders: Sequence[WorkOrder]) -> frozenset[int]:
    """Row ids of those of the orders that visits have made: what merely carries a number of ours is somebody else's."""
    visits = cycle.ledger(connection).by_workorder_numbers([order.workorder_no for order in orders])
    claimants = cycle.contracts(connection).claimants([visit.key.contract for visit in visits.values()])
    return frozenset(
        order.row_id
        for order in orders
        if (visit := visits.get(order.workorder_no)) is not None
        and (visit.host_row_id == order.row_id or agrees(order, visit, claimants[visit.key.contract]))
    )


def _is_detached(link: WorkOrderLink) -> bool:
    return link.contract is None


def _found(cycle: Cycle, known: _Known, order: WorkOrder) -> SlaOrder | None:
    """The open work order under its contract, as it is seen now; None when it falls under none."""
    before, contract = known.orders.get(order.row_id), _contract_of(cycle, known, order)
    if contract is not None and (before is None or before.contract != contract.number):
        policy = known.policies.get(contract.sla_policy or "")
        if policy is None:
            cycle.tally.attention.append(_without_policy(contract))
            return None
        came_in_at = before.came_in_at if before else _came_in_at(cycle, order)
        facts = before.facts if before else ()
        before = SlaOrder(order.row_id, order.workorder_no, contract.number, None, policy, came_in_at, facts)
    if before is None or _detached(known, order):
        return None
    current = replace(before, workorder_no=order.workorder_no, priority=order.priority or None, closed_at=None)
    return seen(current, _status(order), order.work_status, cycle.moment)


def _contract_of(cycle: Cycle, known: _Known, order: WorkOrder) -> Contract | None:
    """The contract that a new work order falls under, or that a person has linked it to; None leaves it as it was.

    A visit's own work order falls under a contract by a person's word only.
    """
    link = known.links.get(order.row_id)
    if link is not None:
        linked = known.contracts.get(link.contract or "")
        return contract_of_work_order([linked], cycle.today, "", (), linked.number) if linked else None
    if order.row_id in known.orders or order.row_id in known.made_here:
        return None
    day = order.created_at.date() if order.created_at else cycle.today
    candidates = known.of_customer.get(order.customer_debtor_number, ())
    return contract_of_work_order(candidates, day, order.customer_debtor_number, order.objects)


def _detached(known: _Known, order: WorkOrder) -> bool:
    link = known.links.get(order.row_id)
    return link is not None and _is_detached(link)


def _came_in_at(cycle: Cycle, order: WorkOrder) -> datetime:
    """When the host made it, on the clock that settings or the host's profile say; never later than now."""
    if order.created_at is None:
        return cycle.moment
    on_utc = cycle.profile.clock(cycle.settings) is HostClock.UTC
    zone: tzinfo = UTC if on_utc else cycle.tenant.zone
    return min(order.created_at.replace(tzinfo=zone).astimezone(UTC), cycle.moment)


def _status(order: WorkOrder) -> str:
    return order.status.value if order.status else ""


def _left_the_lists(cycle: Cycle, gone: Sequence[SlaOrder]) -> Iterable[SlaOrder]:
    """Work orders that are in no open list: settled, removed, or not listed yet. What was resolved needs no look."""
    now, reads = cycle.moment, 0
    for order in gone:
        if order.resolved_at is not None:
            yield replace(order, closed_at=now)
        elif _waits_in_compleet(cycle, order):
            yield order
        elif reads < MOST_SINGLE_READS:
            reads += 1
            yield _looked_up(cycle, order)
        else:
            yield order


def _waits_in_compleet(cycle: Cycle, order: SlaOrder) -> bool:
    """Whether it was completed when it was last seen, and nobody has to be warned of it now."""
    if cycle.open_orders.has_completed or not order.facts:
        return False
    warned_now = order.next_alarm_at is not None and order.next_alarm_at <= cycle.moment
    return order.facts[-1].status == WorkOrderStatus.COMPLEET and not warned_now


def _looked_up(cycle: Cycle, order: SlaOrder) -> SlaOrder:
    at_host, now = cycle.host.work_order(row_id=order.row_id), cycle.moment
    if at_host is None or at_host.archived:
        return replace(order, closed_at=now)
    current = seen(order, _status(at_host), at_host.work_status, now)
    return replace(current, closed_at=now) if at_host.status is WorkOrderStatus.AFGEHANDELD else current


def _write(cycle: Cycle, known: _Known, changed: Sequence[SlaOrder], dropped: Sequence[int]) -> None:
    """Write what is otherwise than it was, each page in one transaction with the warnings that it brings."""
    judged = [_judged(cycle, order) for order in changed]
    fresh = [(order, alarms) for order, alarms in judged if order != known.orders.get(order.row_id)]
    if dropped:
        with cycle.write() as connection:
            SlaOrders(connection, cycle.tenant.id).drop(dropped)
    for page in batches(fresh, PAGE):
        with cycle.write() as connection:
            SlaOrders(connection, cycle.tenant.id).save([order for order, _ in page])
            for alarm in (alarm for _, alarms in page for alarm in alarms):
                tell(cycle, connection, alarm)
    cycle.tally.told += standing_alarms([order for order, _ in judged])


def _judged(cycle: Cycle, order: SlaOrder) -> tuple[SlaOrder, list[Alarm]]:
    clock = ServiceClock(order.policy.clock, cycle.calendar, cycle.tenant.zone)
    return watched(order, clock, cycle.moment)


def _without_policy(contract: Contract) -> Text:
    return text(
        "Contract {number} has the SLA policy {policy}, which is not configured any more. Choose another one.",
        number=contract.number,
        policy=contract.sla_policy or "-",
    )
