"""What is kept of a probe of a tenant's host: the numbers of its work orders while it runs, and what was seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor
from powerup.outsmart.probe.assumptions import Seen
from powerup.outsmart.probe.orders import KeptNumber
from powerup.store.audit_trail import AuditTrail
from powerup.store.database import Database
from powerup.store.host_profiles import HostProfiles, ProbeNumbers, ProfileEntry
from powerup.timing import Clock


class KeptJournal:
    """The numbers of one tenant's probes in the database; each line is committed before the host is called."""

    def __init__(self, database: Database, tenant_id: str, clock: Clock) -> None:
        self._database = database
        self._tenant_id = tenant_id
        self._clock = clock

    def kept(self) -> Sequence[KeptNumber]:
        """All that were not forgotten."""
        with self._database.read() as connection:
            found = ProbeNumbers(connection, self._tenant_id).all()
        return [KeptNumber(each.number, each.posted_at) for each in found]

    def write_down(self, number: str) -> None:
        """That an order of this number is posted now."""
        with self._database.write() as connection:
            ProbeNumbers(connection, self._tenant_id).write_down(number, self._clock())

    def answered(self, number: str) -> None:
        """That the host answered the post."""
        with self._database.write() as connection:
            ProbeNumbers(connection, self._tenant_id).answered(number)

    def forget(self, number: str) -> None:
        """That the host has no order of it any more."""
        with self._database.write() as connection:
            ProbeNumbers(connection, self._tenant_id).forget(number)


def keep_profile(
    connection: Connection, tenant_id: str, found: Mapping[str, Seen], actor: Actor, now: datetime
) -> None:
    """Write what was seen; what was not seen this time stays as it was seen before. now is aware."""
    seen = {name: each.value for name, each in found.items() if each.value is not None}
    profiles = HostProfiles(connection, tenant_id)
    before = {each.name: each.value for each in profiles.all()}
    profiles.save([ProfileEntry(name, value, now) for name, value in seen.items()])
    changed = {name: value for name, value in seen.items() if before.get(name) != value}
    if changed:
        earlier = {name: before[name] for name in changed if name in before}
        line = audit_line(
            actor, now, "tenant.host_probed", ("tenant", tenant_id), before=earlier or None, after=changed
        )
        AuditTrail(connection, tenant_id).add(line)
