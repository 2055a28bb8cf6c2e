"""Messages to the host that a cycle causes, written with it and sent by the outbox (webhooks page, section 6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from powerup.store.identifiers import new_id
from powerup.store.installations import Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingMessage


def tell_host(
    connection: Connection, tenant_id: str, message_type: str, data: Mapping[str, Any], now: datetime
) -> None:
    """Write a message for the host that installed the power-up; a tenant without webhooks has none. now is aware."""
    installations = Installations(connection).of_tenant(tenant_id)
    if not installations or installations[0].state is not InstallationState.ACTIVE:
        return
    Outbox(connection).add(
        OutgoingMessage(
            tenant_id=tenant_id,
            id=new_id("msg"),
            installation_id=installations[0].id,
            type=message_type,
            data=data,
            created_at=now,
            next_attempt_at=now,
        )
    )
