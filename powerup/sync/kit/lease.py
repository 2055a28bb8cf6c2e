"""Working under a lease: renewed while working, checked in every commit and before every call that creates."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from powerup.errors import PowerupError
from powerup.store import leases
from powerup.store.database import Database
from powerup.store.errors import LeaseLostError, StoreUnavailableError
from powerup.store.leases import Lease
from powerup.texts import text
from powerup.timing import Clock

LOOK_SECONDS = 1.0
"""How soon a worker notices that its lease was taken away."""


class TenantBusyError(PowerupError):
    """Another worker has the tenant's lease."""

    def __init__(self, tenant_id: str, owner: str | None) -> None:
        super().__init__(
            text("A cycle of tenant {tenant} runs already ({owner}). Try again.", tenant=tenant_id, owner=owner)
            if owner
            else text("A cycle of tenant {tenant} has ended this moment. Try again.", tenant=tenant_id)
        )
        self.tenant_id = tenant_id


class HeldLease:
    """The lease of this worker on a tenant, kept alive by a thread while it is entered.

    The thread is there for calls that take longer than the lease, such as the host's lists; and it looks every second
    whether the lease was taken away, so that a tenant which is stopped gets no order more after that.
    """

    def __init__(self, database: Database, lease: Lease, clock: Clock, seconds: float) -> None:
        self._database = database
        self._lease = lease
        self._clock = clock
        self._seconds = seconds
        self._ended = threading.Event()
        self._lost = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"lease of {lease.tenant_id}", daemon=True)

    @property
    def fence(self) -> int:
        """The number of this taking over; a later one is higher."""
        return self._lease.fence

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop renewing, and give the lease back unless another worker has it by now."""
        self._ended.set()
        self._keeper.join()
        try:
            with self._database.write() as connection:
                leases.release(connection, self._lease)
        except (LeaseLostError, StoreUnavailableError):
            return  # it runs out by itself

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed only if the lease is still ours. Raises LeaseLostError."""
        with self._database.write() as connection:
            yield connection
            leases.check_fence(connection, self._lease)

    def ensure(self) -> None:
        """Make sure that the lease has not run out while this worker slept, and was not found to be taken; before each
        call that creates.

        Raises LeaseLostError.
        """
        if self._lost.is_set() or self._clock() >= self._lease.until:
            raise LeaseLostError(self._lease.tenant_id, self._lease.fence)

    def _keep(self) -> None:
        pause = min(LOOK_SECONDS, self._seconds / 3)
        passed = 0.0
        while not self._ended.wait(pause):
            passed += pause
            try:
                if passed >= self._seconds / 3:
                    self._renew()
                    passed = 0.0
                else:
                    self._look()
            except LeaseLostError:
                self._lost.set()
                return
            except StoreUnavailableError:
                continue

    def _renew(self) -> None:
        with self._database.write() as connection:
            self._lease = leases.renew(connection, self._lease, self._clock(), self._seconds)

    def _look(self) -> None:
        with self._database.read() as connection:
            leases.look(connection, self._lease)


def take_lease(database: Database, tenant_id: str, owner: str, clock: Clock, seconds: float) -> HeldLease:
    """Take the tenant's lease, to be entered. Raises TenantBusyError when another worker has it."""
    now = clock()
    with database.write() as connection:
        lease = leases.acquire(connection, tenant_id, owner, now, seconds)
        holder = leases.holder(connection, tenant_id, now)
    if lease is None:
        raise TenantBusyError(tenant_id, holder)
    return HeldLease(database, lease, clock, seconds)
