"""The audit trail: who changed what, when, what it was before and after. Lines are added, never changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select

from powerup.store.batches import batches
from powerup.store.traffic_tables import audit_lines


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change. at is in UTC; before and after are documents of the target, None where it was not there.

    source is the entrance it came by: webhook, command, api, panel or timer.
    """

    id: str
    at: datetime
    actor_id: str
    actor_name: str
    role: str
    source: str
    action: str
    target_type: str
    target_id: str
    input: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    counts: Mapping[str, Any] | None = None


_ENDING_OR_PAUSING = ("contract.create", "contract.import", "contract.terminate", "contract.pause", "contract.resume")
"""Actions that may give a contract an early end or a pause."""

_ADD = insert(audit_lines)
_COLUMNS = [column for column in audit_lines.c if column.name != "tenant_id"]


class AuditTrail:
    """The audit lines of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def add(self, line: AuditLine) -> None:
        """Write a line, in the transaction of the change that it tells of."""
        self.add_all([line])

    def add_all(self, lines: Iterable[AuditLine]) -> None:
        """Write lines, in the transaction of the changes that they tell of."""
        rows = [
            {"tenant_id": self._tenant_id} | {column.name: getattr(line, column.name) for column in _COLUMNS}
            for line in lines
        ]
        if rows:
            self._connection.execute(_ADD, rows)

    def of_target(self, target_type: str, target_id: str) -> list[AuditLine]:
        """The lines about one target, the oldest first."""
        query = self._all().where(audit_lines.c.target_type == target_type, audit_lines.c.target_id == target_id)
        return [AuditLine(**row._mapping) for row in self._connection.execute(query)]

    def newest_of_target(self, target_type: str, target_id: str, limit: int) -> list[AuditLine]:
        """The newest lines about one target, the newest first."""
        query = self._all().where(audit_lines.c.target_type == target_type, audit_lines.c.target_id == target_id)
        newest_first = query.order_by(None).order_by(audit_lines.c.at.desc(), audit_lines.c.id.desc())
        return [AuditLine(**row._mapping) for row in self._connection.execute(newest_first.limit(limit))]

    def of_contract(self, number: str) -> list[AuditLine]:
        """The lines about a contract and its visits, the oldest first."""
        query = self._all().where(_is_about(number))
        return [AuditLine(**row._mapping) for row in self._connection.execute(query)]

    def newest_of_contract(
        self, number: str, limit: int, *, passed_over: int = 0, action: str | None = None
    ) -> list[AuditLine]:
        """The newest lines about a contract and its visits, the newest first, behind so many that were passed over; of
        one action alone where one is named."""
        query = self._all().where(_is_about(number))
        if action is not None:
            query = query.where(audit_lines.c.action == action)
        newest_first = query.order_by(None).order_by(audit_lines.c.at.desc(), audit_lines.c.id.desc())
        rows = self._connection.execute(newest_first.limit(limit).offset(passed_over))
        return [AuditLine(**row._mapping) for row in rows]

    def of_action(self, action: str, ids: Sequence[str], target_type: str = "contract") -> list[AuditLine]:
        """The lines about one action on any of these contracts, by number, or visits, by their public ids; the oldest
        first of each."""
        found = []
        for some in batches(ids):
            of_these = audit_lines.c.target_id.in_(some) & (audit_lines.c.action == action)
            query = self._all().where(audit_lines.c.target_type == target_type, of_these)
            found += [AuditLine(**row._mapping) for row in self._connection.execute(query)]
        return found

    def of_pauses(self, numbers: Sequence[str]) -> list[AuditLine]:
        """The lines of these contracts that may have given them a pause, the oldest first of each."""
        return [line for line in self._ending_or_pausing(numbers) if (line.after or {}).get("pauses")]

    def who_ended_or_paused(self, numbers: Sequence[str]) -> dict[str, dict[str, str]]:
        """By contract number who last gave it an early end (`ended`) and who last changed its pauses (`paused`)."""
        found: dict[str, dict[str, str]] = {}
        for line in self._ending_or_pausing(numbers):
            before, after, doers = line.before or {}, line.after or {}, found.setdefault(line.target_id, {})
            if after.get("last_day") and after.get("last_day") != before.get("last_day"):
                doers["ended"] = line.actor_name
            if after.get("pauses") and after.get("pauses") != before.get("pauses"):
                doers["paused"] = line.actor_name
        return found

    def _ending_or_pausing(self, numbers: Sequence[str]) -> Iterator[AuditLine]:
        for some in batches(numbers):
            of_these = audit_lines.c.target_id.in_(some) & audit_lines.c.action.in_(_ENDING_OR_PAUSING)
            query = self._all().where(audit_lines.c.target_type == "contract", of_these)
            yield from (AuditLine(**row._mapping) for row in self._connection.execute(query))

    def of_contracts_since(self, moment: datetime, limit: int) -> list[AuditLine]:
        """The lines about any contract or visit at or after a moment (aware), the newest first, at most limit."""
        of_contracts = audit_lines.c.target_type.in_(("contract", "visit"))
        query = self._all().where(audit_lines.c.at >= moment, of_contracts).order_by(None)
        newest = query.order_by(audit_lines.c.at.desc(), audit_lines.c.id.desc()).limit(limit)
        return [AuditLine(**row._mapping) for row in self._connection.execute(newest)]

    def with_pressed_visits(self, moment: datetime) -> frozenset[str]:
        """The numbers of the contracts of which a visit was pressed at or after a moment (aware)."""
        query = select(audit_lines.c.target_id).where(
            audit_lines.c.tenant_id == self._tenant_id, audit_lines.c.target_type == "visit", audit_lines.c.at >= moment
        )
        return frozenset(str(each).partition(":")[0] for each in self._connection.scalars(query.distinct()))

    def latest(self, limit: int) -> list[AuditLine]:
        """The newest lines of the tenant, the newest first."""
        return self.before(None, limit)

    def before(self, place: tuple[datetime, str] | None, limit: int) -> list[AuditLine]:
        """The newest lines of the tenant that are older than the one at that place (its moment, aware, and its id), the
        newest first."""
        query = self._all().order_by(None).order_by(audit_lines.c.at.desc(), audit_lines.c.id.desc()).limit(limit)
        if place is not None:
            at, line_id = place
            older = (audit_lines.c.at < at) | ((audit_lines.c.at == at) & (audit_lines.c.id < line_id))
            query = query.where(audit_lines.c.at <= at, older)  # the first is what the index is asked for
        return [AuditLine(**row._mapping) for row in self._connection.execute(query)]

    def _all(self) -> Any:
        return (
            select(*_COLUMNS)
            .where(audit_lines.c.tenant_id == self._tenant_id)
            .order_by(audit_lines.c.at, audit_lines.c.id)
        )


def _is_about(number: str) -> ColumnElement[bool]:
    """The ids of a contract's visits begin with its number and a colon, which no number has."""
    target = audit_lines.c.target_id
    itself = (audit_lines.c.target_type == "contract") & (target == number)
    of_visits = (audit_lines.c.target_type == "visit") & (target >= f"{number}:") & (target < f"{number};")
    return itself | of_visits
