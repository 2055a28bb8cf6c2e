"""When a tenant's next cycle has something to do, if nobody wakes it before."""

from datetime import datetime

from powerup.store.sla_orders import SlaOrders
from powerup.sync.kit.context import Cycle
from powerup.sync.kit.pace import next_midnight


def next_cycle_at(cycle: Cycle) -> datetime:
    """The earliest of: now, where contracts are still due; the next day; the next comparison with the host; the next
    look-up of an order with an unknown outcome; the next retry of a failed visit; the next warning of an SLA. A tenant
    for which cycles only say what they would do has none of these to be done, and is looked at as often as it is
    compared."""
    now = cycle.clock()
    if cycle.wish.dry_run:
        return min(next_midnight(cycle.tenant, now), now + cycle.pace.reconcile_every)
    with cycle.read() as connection:
        still_due = bool(cycle.contracts(connection).due(cycle.today, limit=1))
        attempted_at, retry_at = cycle.ledger(connection).earliest_waits()
        alarm_at = SlaOrders(connection, cycle.tenant.id).next_alarm_at()
    if still_due:
        return now
    reconciled_at = cycle.tally.reconciled_at or cycle.tenant.reconciled_at or now
    moments = [next_midnight(cycle.tenant, now), reconciled_at + cycle.pace.reconcile_every]
    if attempted_at:
        moments.append(attempted_at + cycle.pace.look_up_after)
    if retry_at:
        moments.append(retry_at)
    if alarm_at:
        moments.append(alarm_at - (cycle.moment - now))  # it is told on the tenant's clock
    return max(min(moments), now)
