"""Keys for other software, made and revoked by people, with a line of the audit trail for each."""

from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor
from powerup.store.api_keys import ApiKey, ApiKeys, Scope
from powerup.store.audit_trail import AuditTrail
from powerup.store.encryption import Secret

MOST_NAME = 100
"""Letters of what people call a key."""


def make_key(
    connection: Connection, tenant_id: str, scope: Scope, name: str, actor: Actor, now: datetime
) -> tuple[ApiKey, Secret]:
    """A new key and its secret, to be shown once; now is aware."""
    key, secret = ApiKeys(connection).make(tenant_id, scope, now, " ".join(name.split())[:MOST_NAME])
    told = {"after": {"id": key.id, "name": key.name, "scope": scope.value}}
    AuditTrail(connection, tenant_id).add(audit_line(actor, now, "key.make", ("key", key.id), **told))
    return key, secret


def revoke_key(connection: Connection, tenant_id: str, key_id: str, actor: Actor, now: datetime) -> bool:
    """Let a key count no longer, from now (aware) on; whether it did until then."""
    if not ApiKeys(connection).revoke(tenant_id, key_id, now):
        return False
    told = {"before": {"id": key_id}}
    AuditTrail(connection, tenant_id).add(audit_line(actor, now, "key.revoke", ("key", key_id), **told))
    return True
