"""Keys of calendars that people follow by an address: shown once when they are made, kept as a hash, revocable.

Whoever has the address reads the visits of one customer, contract or employee, or of the whole tenant, and nothing
else.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from powerup.store.encryption import Secret
from powerup.store.identifiers import new_id
from powerup.store.traffic_tables import calendar_keys


class CalendarKind(StrEnum):
    """Whose visits a calendar has."""

    CUSTOMER = "customer"
    CONTRACT = "contract"
    EMPLOYEE = "employee"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class CalendarKey:
    """A key without its secret. code is the customer's debtor number, the contract's or the employee's number, or the
    tenant's id; made_at is in UTC."""

    tenant_id: str
    id: str
    kind: CalendarKind
    code: str
    made_at: datetime


class CalendarKeys:
    """Reads and writes keys of calendars, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(self, tenant_id: str, kind: CalendarKind, code: str, now: datetime) -> tuple[CalendarKey, Secret]:
        """A new key and its secret, which cannot be read again; those that there are go on counting. now is aware."""
        secret = Secret(f"cmc_{token_urlsafe(32)}")
        key = CalendarKey(tenant_id, new_id("cal"), kind, code, now)
        row = {
            "tenant_id": tenant_id,
            "id": key.id,
            "hash": _hash(secret),
            "kind": kind.value,
            "code": code,
            "made_at": now,
            "revoked_at": None,
        }
        self._connection.execute(insert(calendar_keys), row)
        return key, secret

    def find(self, secret: Secret) -> CalendarKey | None:
        """The key with that secret, or None when there is none or it was revoked. Looked up by hash, so that timing
        tells nothing."""
        found = self._keys(calendar_keys.c.hash == _hash(secret))
        return found[0] if found else None

    def of(self, tenant_id: str, kind: CalendarKind, code: str) -> list[CalendarKey]:
        """The keys of a calendar that still count, the oldest first."""
        table = calendar_keys.c
        return self._keys(table.tenant_id == tenant_id, table.kind == kind.value, table.code == code)

    def of_tenant(self, tenant_id: str) -> list[CalendarKey]:
        """All keys of a tenant that still count, the oldest first."""
        return self._keys(calendar_keys.c.tenant_id == tenant_id)

    def revoke(self, tenant_id: str, key_id: str, now: datetime) -> CalendarKey | None:
        """Let a key count no longer; gives what it was, None where there is none that counts. now is aware."""
        which = (calendar_keys.c.tenant_id == tenant_id) & (calendar_keys.c.id == key_id)
        found = self._keys(which)
        self._connection.execute(
            update(calendar_keys).where(which, calendar_keys.c.revoked_at.is_(None)).values(revoked_at=now)
        )
        return found[0] if found else None

    def follow_customer(self, tenant_id: str, old: str, new: str) -> None:
        """Let the calendars of a customer go on under another debtor number."""
        table = calendar_keys.c
        of_customer = (table.kind == CalendarKind.CUSTOMER.value) & (table.code == old)
        self._connection.execute(
            update(calendar_keys).where(table.tenant_id == tenant_id, of_customer).values(code=new)
        )

    def _keys(self, *which: ColumnElement[bool]) -> list[CalendarKey]:
        table: Any = calendar_keys.c
        query = select(calendar_keys).where(*which, table.revoked_at.is_(None)).order_by(table.made_at, table.id)
        return [
            CalendarKey(row.tenant_id, row.id, CalendarKind(row.kind), row.code, row.made_at)
            for row in self._connection.execute(query)
        ]


def _hash(secret: Secret) -> str:
    # The secret is 256 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.reveal().encode()).hexdigest()
