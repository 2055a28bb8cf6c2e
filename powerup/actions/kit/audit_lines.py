"""Lines of the audit trail, with who did it and when filled in."""

from datetime import datetime
from typing import Any

from powerup.actions.kit.request import Actor
from powerup.store.audit_trail import AuditLine
from powerup.store.identifiers import new_id


def audit_line(actor: Actor, now: datetime, action: str, target: tuple[str, str], **told: Any) -> AuditLine:
    """The line of what an actor did to a target, given by its type and id; now is aware.

    told are the members of AuditLine that say what came in and what changed: input, before, after, counts.
    """
    target_type, target_id = target
    return AuditLine(
        id=new_id("aud"),
        at=now,
        actor_id=actor.id,
        actor_name=actor.name,
        role=actor.role.value,
        source=actor.source,
        action=action,
        target_type=target_type,
        target_id=target_id,
        **told,
    )
