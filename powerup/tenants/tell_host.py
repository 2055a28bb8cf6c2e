"""Messages that a cycle causes, to the host and to the tenant's own addresses, written with it and sent by the outbox
(webhooks page, section 6)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from powerup.store.changes_out import ChangesOut
from powerup.store.identifiers import new_id
from powerup.store.installations import Installation, Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.webhook_addresses import ChangeEvent


def is_listening(connection: Connection, tenant_id: str) -> bool:
    """Whether a host takes messages for the tenant now."""
    return _listening(connection, tenant_id) is not None


def tell_host(
    connection: Connection, tenant_id: str, message_type: str, data: Mapping[str, Any], now: datetime
) -> None:
    """Write a message for the host that installed the power-up; a tenant without webhooks has none. now is aware.

    Suspending stops no message (webhooks page, section 6): a person may be waiting for how something ended.
    """
    installation = _listening(connection, tenant_id)
    if installation is None:
        return
    Outbox(connection).add(
        OutgoingMessage(
            tenant_id=tenant_id,
            id=new_id("msg"),
            installation_id=installation.id,
            type=message_type,
            data=data,
            created_at=now,
            next_attempt_at=now,
        )
    )


def raise_attention(connection: Connection, tenant_id: str, data: Mapping[str, Any], now: datetime) -> None:
    """Tell the host, and whoever else wants to hear of it, that a person is needed; now is aware."""
    event = ChangeEvent.ATTENTION_RAISED
    tell_host(connection, tenant_id, event.value, data, now)
    ChangesOut(connection, tenant_id).tell(event, [data], now)


def tell_again(connection: Connection, message: OutgoingMessage, now: datetime) -> None:
    """Have a message that was given up tried anew, because a person wants it; now is aware."""
    waiting = replace(message, state=OutgoingState.WAITING, attempts=0, next_attempt_at=now)
    Outbox(connection).save(waiting, message.attempts)


def _listening(connection: Connection, tenant_id: str) -> Installation | None:
    newest = next(iter(Installations(connection).of_tenant(tenant_id)), None)
    return newest if newest and newest.state is not InstallationState.UNINSTALLED else None
