"""API keys: shown once when they are made, kept as a hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from powerup.store.encryption import Secret
from powerup.store.identifiers import new_id
from powerup.store.traffic_tables import api_keys

USE_NOTED_EVERY = timedelta(hours=1)
"""So that a key that asks all day writes 24 times."""


class Scope(StrEnum):
    """What a key may do; each includes those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret; moments are in UTC. name is what people call it, and may be empty.

    last_used_at is exact to USE_NOTED_EVERY, and None for a key that was never used.
    """

    tenant_id: str
    id: str
    scope: Scope
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def use_is_to_be_noted(self, now: datetime) -> bool:
        """Whether a use of now (aware) tells more than what is known."""
        return self.last_used_at is None or now - self.last_used_at >= USE_NOTED_EVERY


class ApiKeys:
    """Reads and writes API keys, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(self, tenant_id: str, scope: Scope, now: datetime, name: str = "") -> tuple[ApiKey, Secret]:
        """A new key of the tenant and its secret, which cannot be read again. now is aware."""
        secret = Secret(f"cmk_{token_urlsafe(32)}")
        key = ApiKey(tenant_id, new_id("key"), scope, name, now)
        self._connection.execute(
            insert(api_keys),
            {
                "tenant_id": tenant_id,
                "id": key.id,
                "hash": _hash(secret),
                "scope": scope.value,
                "name": name,
                "created_at": now,
                "last_used_at": None,
                "revoked_at": None,
            },
        )
        return key, secret

    def find(self, secret: Secret) -> ApiKey | None:
        """The key with that secret, or None when there is none or it was revoked. Looked up by hash, so that timing
        tells nothing."""
        query = select(api_keys).where(api_keys.c.hash == _hash(secret), api_keys.c.revoked_at.is_(None))
        row = self._connection.execute(query).one_or_none()
        return _key(row) if row else None

    def of_tenant(self, tenant_id: str) -> list[ApiKey]:
        """All keys that the tenant ever had, the oldest first."""
        query = select(api_keys).where(api_keys.c.tenant_id == tenant_id)
        return [_key(row) for row in self._connection.execute(query.order_by(api_keys.c.created_at, api_keys.c.id))]

    def get(self, tenant_id: str, key_id: str) -> ApiKey | None:
        """The key of that id, also when it was revoked, or None."""
        query = select(api_keys).where(api_keys.c.tenant_id == tenant_id, api_keys.c.id == key_id)
        row = self._connection.execute(query).one_or_none()
        return _key(row) if row else None

    def note_use(self, key: ApiKey, now: datetime) -> None:
        """Write that a key was used, unless that is known well enough. now is aware."""
        known = api_keys.c.last_used_at
        of_old = or_(known.is_(None), known <= now - USE_NOTED_EVERY)
        which = (api_keys.c.tenant_id == key.tenant_id) & (api_keys.c.id == key.id) & of_old
        self._connection.execute(update(api_keys).where(which).values(last_used_at=now))

    def revoke(self, tenant_id: str, key_id: str, now: datetime) -> bool:
        """Let a key count no longer; says whether it did until now. now is aware."""
        which = (api_keys.c.tenant_id == tenant_id) & (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
        return self._connection.execute(update(api_keys).where(which).values(revoked_at=now)).rowcount == 1


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        tenant_id=row.tenant_id,
        id=row.id,
        scope=Scope(row.scope),
        name=row.name,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def _hash(secret: Secret) -> str:
    # The secret is 256 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.reveal().encode()).hexdigest()
