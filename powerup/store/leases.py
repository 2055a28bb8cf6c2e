"""The lease on a tenant: one worker at a time, and one that was taken over can no longer write (architecture: Parts).

Each taking over raises the tenant's fence. A worker names its fence in every commit, so that one which slept through
the end of its lease finds out before it writes or creates anything. Times are the caller's.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from powerup.store.errors import LeaseLostError
from powerup.store.tables import tenants


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a tenant until a moment (UTC), and the fence that proves it."""

    tenant_id: str
    owner: str
    fence: int
    until: datetime


def acquire(connection: Connection, tenant_id: str, owner: str, now: datetime, seconds: float) -> Lease | None:
    """Take the lease if it is free or has run out; None while another one has it.

    The condition is part of the update, so that of two workers that try at once, one finds it taken. `woken` is
    cleared: the cycle that begins now sees whatever woke the tenant before.
    """
    until = now + timedelta(seconds=seconds)
    fence = connection.scalar(
        update(tenants)
        .where(tenants.c.id == tenant_id, or_(tenants.c.lease_until.is_(None), tenants.c.lease_until <= now))
        .values(fence=tenants.c.fence + 1, lease_owner=owner, lease_until=until, woken=False)
        .returning(tenants.c.fence)
    )
    return None if fence is None else Lease(tenant_id, owner, fence, until)


def renew(connection: Connection, lease: Lease, now: datetime, seconds: float) -> Lease:
    """Keep the lease for that long from now. Raises LeaseLostError when another worker has taken over."""
    until = now + timedelta(seconds=seconds)
    _change(connection, lease, until, lease.owner)
    return replace(lease, until=until)


def release(connection: Connection, lease: Lease) -> None:
    """Give the lease back before its time. Raises LeaseLostError when another worker has taken over."""
    _change(connection, lease, None, None)


def check_fence(connection: Connection, lease: Lease) -> None:
    """Make sure that the lease was not taken over, and cannot be until this transaction ends.

    Call it last before a commit: on PostgreSQL it holds the tenant's row. Raises LeaseLostError.
    """
    ours = select(tenants.c.id).where(tenants.c.id == lease.tenant_id, tenants.c.fence == lease.fence)
    if connection.scalar(ours.with_for_update(key_share=True)) is None:
        raise LeaseLostError(lease.tenant_id, lease.fence)


def look(connection: Connection, lease: Lease) -> None:
    """Make sure that the lease was not taken over or away so far; locks nothing. Raises LeaseLostError."""
    if connection.scalar(select(tenants.c.fence).where(tenants.c.id == lease.tenant_id)) != lease.fence:
        raise LeaseLostError(lease.tenant_id, lease.fence)


def revoke(connection: Connection, tenant_id: str) -> None:
    """Take the lease from whoever has it: what it has not committed yet is dropped, and it makes no further call that
    creates, a second later at most."""
    connection.execute(
        update(tenants)
        .where(tenants.c.id == tenant_id)
        .values(fence=tenants.c.fence + 1, lease_owner=None, lease_until=None)
    )


def holder(connection: Connection, tenant_id: str, now: datetime) -> str | None:
    """Who has the lease at that moment, or None when it is free."""
    held = select(tenants.c.lease_owner).where(tenants.c.id == tenant_id, tenants.c.lease_until > now)
    return connection.scalar(held)


def _change(connection: Connection, lease: Lease, until: datetime | None, owner: str | None) -> None:
    changed = connection.execute(
        update(tenants)
        .where(tenants.c.id == lease.tenant_id, tenants.c.fence == lease.fence)
        .values(lease_until=until, lease_owner=owner)
    )
    if changed.rowcount == 0:
        raise LeaseLostError(lease.tenant_id, lease.fence)
