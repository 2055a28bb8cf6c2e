"""Addresses of calendars, made and revoked by people, with a line of the audit trail for each."""

from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor
from powerup.store.audit_trail import AuditTrail
from powerup.store.calendar_keys import CalendarKeys, CalendarKind
from powerup.store.encryption import Secret

MOST_KEYS = 20
"""Of one calendar; a reader more is given an address that is there, or one of them is revoked."""


def share(
    connection: Connection, tenant_id: str, kind: CalendarKind, code: str, actor: Actor, now: datetime
) -> Secret | None:
    """A new key of a calendar, to be shown once; None where it has MOST_KEYS. now is aware."""
    keys = CalendarKeys(connection)
    if len(keys.of(tenant_id, kind, code)) >= MOST_KEYS:
        return None
    key, secret = keys.make(tenant_id, kind, code, now)
    told = {"after": {"id": key.id, "kind": kind.value, "code": code}}
    AuditTrail(connection, tenant_id).add(audit_line(actor, now, "calendar.share", ("calendar", key.id), **told))
    return secret


def stop_sharing(connection: Connection, tenant_id: str, key_id: str, actor: Actor, now: datetime) -> bool:
    """Let a key count no longer, from now (aware) on; whether there was one."""
    revoked = CalendarKeys(connection).revoke(tenant_id, key_id, now)
    if revoked is None:
        return False
    told = {"before": {"id": revoked.id, "kind": revoked.kind.value, "code": revoked.code}}
    AuditTrail(connection, tenant_id).add(audit_line(actor, now, "calendar.stop", ("calendar", key_id), **told))
    return True
