"""Reminders of notice dates: noted before the host is told, so that each is sent once (rules: Terms)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from powerup.store.batches import batches
from powerup.store.service_tables import reminders


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: so many days before the last notice date of a contract. reference names its task at the host.

    attempted_at (UTC) is set while the outcome of a call is not known; sent_at (UTC) once the host has the task.
    retry_at (UTC) is when one that the host refused is tried again. asked: a person wanted it.
    """

    contract: str
    last_notice_date: date
    days: int
    reference: str
    attempted_at: datetime | None = None
    retry_at: datetime | None = None
    sent_at: datetime | None = None
    asked: bool = False


class Reminders:
    """The reminders of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def note(self, reminder: Reminder) -> None:
        """Write a reminder that is to be sent, unless it was noted before."""
        if self._connection.scalar(select(reminders.c.reference).where(*self._key(reminder))) is None:
            self._connection.execute(insert(reminders), {"tenant_id": self._tenant_id} | asdict(reminder))

    def waiting(self) -> list[Reminder]:
        """What is still to be sent, by contract."""
        query = (
            select(*_COLUMNS)
            .where(reminders.c.tenant_id == self._tenant_id, reminders.c.sent_at.is_(None))
            .order_by(reminders.c.contract)
        )
        return [Reminder(**row._mapping) for row in self._connection.execute(query)]

    def of_contract(self, number: str) -> list[Reminder]:
        """Every reminder of a contract, those of the earliest notice date and of the most days before it first."""
        query = (
            select(*_COLUMNS)
            .where(reminders.c.tenant_id == self._tenant_id, reminders.c.contract == number)
            .order_by(reminders.c.last_notice_date, reminders.c.days.desc())
        )
        return [Reminder(**row._mapping) for row in self._connection.execute(query)]

    def of_contracts(self, numbers: Sequence[str]) -> dict[str, list[Reminder]]:
        """Those of some contracts, by number; the earliest notice date and the most days before it first."""
        found: dict[str, list[Reminder]] = {}
        for some in batches(numbers):
            query = (
                select(*_COLUMNS)
                .where(reminders.c.tenant_id == self._tenant_id, reminders.c.contract.in_(some))
                .order_by(reminders.c.last_notice_date, reminders.c.days.desc())
            )
            for row in self._connection.execute(query):
                found.setdefault(row.contract, []).append(Reminder(**row._mapping))
        return found

    def save(self, reminder: Reminder) -> None:
        """Write how far a reminder is."""
        progress: Mapping[str, Any] = {
            "attempted_at": reminder.attempted_at,
            "retry_at": reminder.retry_at,
            "sent_at": reminder.sent_at,
        }
        self._connection.execute(update(reminders).where(*self._key(reminder)).values(progress))

    def drop(self, reminder: Reminder) -> None:
        """Remove a reminder that is not to be sent any more."""
        self._connection.execute(delete(reminders).where(*self._key(reminder)))

    def _key(self, reminder: Reminder) -> tuple[ColumnElement[bool], ...]:
        return (
            reminders.c.tenant_id == self._tenant_id,
            reminders.c.contract == reminder.contract,
            reminders.c.last_notice_date == reminder.last_notice_date,
            reminders.c.days == reminder.days,
        )


_COLUMNS = [column for column in reminders.c if column.name != "tenant_id"]
