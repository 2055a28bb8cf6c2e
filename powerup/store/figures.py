"""How the work of all tenants stands at one moment, for an operator's measuring (operations page)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, select
from sqlalchemy.sql import FromClause

from powerup.contracts.visit import VisitState
from powerup.store.outbox import OutgoingState
from powerup.store.queue import waiting_hints
from powerup.store.tables import in_play, tenants, visits
from powerup.store.tenants import Environment, TenantState
from powerup.store.timekeeping import Done, last_done
from powerup.store.traffic_tables import outbox


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of tenants, jobs and messages. longest_due_seconds: how long the tenant that waits longest is due."""

    leases_held: int
    tenants_due: int
    longest_due_seconds: float
    tenants_with_attention: int
    hints_waiting: int
    messages_waiting: int
    messages_dead: int
    last_tick: datetime | None


def figures(connection: Connection, environment: Environment, now: datetime) -> Figures:
    """The figures of this environment's tenants; now is aware. Each is found by an index or in the tenants' table."""
    ours = (tenants.c.environment == environment.value) & (tenants.c.state == TenantState.ACTIVE.value)
    due = ours & (tenants.c.next_cycle_at <= now)
    earliest = connection.scalar(select(func.min(tenants.c.next_cycle_at)).where(due))
    failed = exists().where(
        visits.c.tenant_id == tenants.c.id, in_play(visits.c.state), visits.c.state == VisitState.FAILED.value
    )
    dead = outbox.c.state == OutgoingState.DEAD.value
    return Figures(
        leases_held=_count(connection, tenants, tenants.c.lease_until > now),
        tenants_due=_count(connection, tenants, due),
        longest_due_seconds=(now - earliest).total_seconds() if earliest else 0.0,
        tenants_with_attention=_count(connection, tenants, ours & (tenants.c.attention.is_not(None) | failed)),
        hints_waiting=waiting_hints(connection),
        messages_waiting=_count(connection, outbox, outbox.c.next_attempt_at.is_not(None)),
        messages_dead=_count(connection, outbox, dead),
        last_tick=last_done(connection, Done.TICK),
    )


def _count(connection: Connection, table: FromClause, condition: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(condition)) or 0)
