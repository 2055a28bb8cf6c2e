"""API keys: shown once when they are made, kept as a hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from secrets import token_urlsafe

from sqlalchemy import Connection, insert, select, update

from powerup.store.encryption import Secret
from powerup.store.identifiers import new_id
from powerup.store.traffic_tables import api_keys


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret."""

    tenant_id: str
    id: str
    scope: Scope


class ApiKeys:
    """Reads and writes API keys, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(self, tenant_id: str, scope: Scope, now: datetime) -> tuple[ApiKey, Secret]:
        """A new key of the tenant and its secret, which cannot be read again. now is aware."""
        secret = Secret(f"cmk_{token_urlsafe(32)}")
        key = ApiKey(tenant_id, new_id("key"), scope)
        self._connection.execute(
            insert(api_keys),
            {
                "tenant_id": tenant_id,
                "id": key.id,
                "hash": _hash(secret),
                "scope": scope.value,
                "created_at": now,
                "revoked_at": None,
            },
        )
        return key, secret

    def find(self, secret: Secret) -> ApiKey | None:
        """The key with that secret, or None when there is none or it was revoked. Looked up by hash, so that timing
        tells nothing."""
        query = select(api_keys).where(api_keys.c.hash == _hash(secret), api_keys.c.revoked_at.is_(None))
        row = self._connection.execute(query).one_or_none()
        return ApiKey(row.tenant_id, row.id, Scope(row.scope)) if row else None

    def revoke(self, tenant_id: str, key_id: str, now: datetime) -> None:
        """Let a key count no longer."""
        which = (api_keys.c.tenant_id == tenant_id) & (api_keys.c.id == key_id)
        self._connection.execute(update(api_keys).where(which).values(revoked_at=now))


def _hash(secret: Secret) -> str:
    # The secret is 256 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.reveal().encode()).hexdigest()
