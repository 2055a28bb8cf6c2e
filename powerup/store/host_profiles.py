"""What a tenant's host was seen to do when it was probed, and the numbers of work orders of probes (host page 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from powerup.contracts.host_profile import HostProfile
from powerup.store.service_tables import host_profiles, probe_numbers


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """One thing that a host was seen to do: the name of the assumption, its value, and when (UTC)."""

    name: str
    value: str | int | bool
    seen_at: datetime


class HostProfiles:
    """The profile of one tenant's host, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def all(self) -> list[ProfileEntry]:
        """All that was seen, by name."""
        table = host_profiles.c
        query = select(host_profiles).where(table.tenant_id == self._tenant_id).order_by(table.name)
        return [ProfileEntry(row.name, row.value, row.seen_at) for row in self._connection.execute(query)]

    def profile(self) -> HostProfile:
        """All that was seen, for who works by it."""
        return HostProfile({each.name: each.value for each in self.all()})

    def save(self, entries: Iterable[ProfileEntry]) -> None:
        """Write what was seen, each in the place of what was seen of it before; the rest stays."""
        rows = [{"name": each.name, "value": each.value, "seen_at": each.seen_at} for each in entries]
        if not rows:
            return
        table = host_profiles.c
        names = [row["name"] for row in rows]
        self._connection.execute(delete(host_profiles).where(table.tenant_id == self._tenant_id, table.name.in_(names)))
        self._connection.execute(insert(host_profiles), [{"tenant_id": self._tenant_id} | row for row in rows])


@dataclass(frozen=True, slots=True)
class ProbeNumber:
    """A number under which a probe may have left a work order; posted_at (UTC) until its last post was answered."""

    number: str
    posted_at: datetime | None = None


class ProbeNumbers:
    """The numbers of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def all(self) -> list[ProbeNumber]:
        """All that are not forgotten, by number."""
        table = probe_numbers.c
        query = select(probe_numbers).where(table.tenant_id == self._tenant_id).order_by(table.workorder_no)
        return [ProbeNumber(row.workorder_no, row.posted_at) for row in self._connection.execute(query)]

    def write_down(self, number: str, now: datetime) -> None:
        """That it is posted now, for the first time or again; now is aware."""
        if self._set(number, now) == 0:
            row = {"tenant_id": self._tenant_id, "workorder_no": number, "posted_at": now}
            self._connection.execute(insert(probe_numbers), row)

    def answered(self, number: str) -> None:
        """That the host answered its last post."""
        self._set(number, None)

    def forget(self, number: str) -> None:
        """That the host has nothing of it."""
        self._connection.execute(delete(probe_numbers).where(*self._is(number)))

    def _set(self, number: str, posted_at: datetime | None) -> int:
        statement = update(probe_numbers).where(*self._is(number)).values(posted_at=posted_at)
        return self._connection.execute(statement).rowcount

    def _is(self, number: str) -> tuple[ColumnElement[bool], ...]:
        return probe_numbers.c.tenant_id == self._tenant_id, probe_numbers.c.workorder_no == number
