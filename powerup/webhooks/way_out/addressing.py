"""Whom a message of the outbox goes to, and how it is written to them: to the host that installed the power-up, with
its envelope, or to an address of the tenant's own, as Standard Webhooks has it; and what its tries say of that address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from powerup.errors import PowerupError
from powerup.store.installations import InstallationKey, Installations, InstallationState
from powerup.store.outbox import Outbox, OutgoingMessage
from powerup.store.tenants import Tenants, TenantState
from powerup.store.webhook_addresses import WEBHOOK_TEST, AddressState, WebhookAddress, WebhookAddresses
from powerup.webhooks.kit.envelope import API_VERSION
from powerup.webhooks.kit.refusal import json_bytes
from powerup.webhooks.kit.signature import signed_headers
from powerup.webhooks.way_out.posting import Outcome, Posted

OFF_AFTER = timedelta(days=3)
"""An address that took nothing for so long is told of nothing any more, until a test goes well."""

_SWITCHED_OFF = "the address is switched off"


class NobodyToTell(PowerupError):
    """Whoever the message is for is not there any more, or is told of nothing."""


@dataclass(frozen=True, slots=True)
class AddressedMessage:
    """A message as it is posted now."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def addressed_message(connection: Connection, message: OutgoingMessage, now: datetime) -> AddressedMessage:
    """The message for whom it goes to, signed with each key that is valid now (aware). Raises NobodyToTell."""
    return (
        _to_host(connection, message, now)
        if message.address_id is None
        else _to_address(connection, message, message.address_id, now)
    )


def note_outcome(connection: Connection, message: OutgoingMessage, posted: Posted, now: datetime) -> None:
    """Write what a try says of the address it went to, where it went to one of the tenant's own; now is aware."""
    if message.address_id is None:
        return
    addresses = WebhookAddresses(connection, message.tenant_id)
    address = addresses.get(message.address_id, lock=True)
    if address is None:
        return
    after = _after_test(address, posted, now) if message.type == WEBHOOK_TEST else _after(address, posted, now)
    if after != address:
        addresses.save(after)
    if after.state is AddressState.OFF and address.state is not AddressState.OFF:
        Outbox(connection).stop_address(message.tenant_id, address.id, _SWITCHED_OFF)


def _to_host(connection: Connection, message: OutgoingMessage, now: datetime) -> AddressedMessage:
    installation = next(iter(Installations(connection).of_tenant(message.tenant_id)), None)
    if installation is None or installation.callback_url is None or installation.state is InstallationState.UNINSTALLED:
        raise NobodyToTell("the power-up is not installed any more")
    tenant = Tenants(connection).get(message.tenant_id, open_tokens=False)
    body = json_bytes(
        {
            "type": message.type,
            "api_version": API_VERSION,
            "sent_at": _written(now),
            "audience": installation.callback_url,
            "environment": tenant.environment.value,
            "installation": {"id": installation.id, "generation": installation.generation},
            "tenant": {"id": tenant.host_tenant_id},
            "data": message.data,
        }
    )
    headers = signed_headers(_valid(installation.keys, now), message.id, installation.id, body, now)
    return AddressedMessage(installation.callback_url, headers, body)


def _to_address(connection: Connection, message: OutgoingMessage, address_id: str, now: datetime) -> AddressedMessage:
    """The same bytes at every try: its timestamp is when it was written."""
    if Tenants(connection).get(message.tenant_id, open_tokens=False).state is TenantState.UNINSTALLED:
        raise NobodyToTell("the power-up is not installed any more")
    address = WebhookAddresses(connection, message.tenant_id).get(address_id)
    if address is None:
        raise NobodyToTell("the address was removed")
    if address.state is not AddressState.ON and message.type != WEBHOOK_TEST:
        raise NobodyToTell(_SWITCHED_OFF)
    body = json_bytes({"type": message.type, "timestamp": _written(message.created_at), "data": message.data})
    headers = signed_headers(_valid(address.keys, now), message.id, None, body, now)
    return AddressedMessage(address.url, headers, body)


def _after_test(address: WebhookAddress, posted: Posted, now: datetime) -> WebhookAddress:
    """A test that goes well switches the address on; one that fails changes nothing but what is said of it."""
    if posted.outcome is Outcome.DELIVERED:
        return replace(address, state=AddressState.ON, tested_at=now, failing_since=None, last_failure=None)
    return replace(address, last_failure=posted.words)


def _after(address: WebhookAddress, posted: Posted, now: datetime) -> WebhookAddress:
    match posted.outcome:
        case Outcome.DELIVERED:
            return replace(address, failing_since=None, last_failure=None)
        case Outcome.GONE:
            return replace(address, state=AddressState.OFF, last_failure=posted.words)
        case Outcome.FAILED:
            since = address.failing_since or now
            failing = replace(address, failing_since=since, last_failure=posted.words)
            return replace(failing, state=AddressState.OFF) if now - since >= OFF_AFTER else failing


def _valid(keys: Iterable[InstallationKey], now: datetime) -> tuple[str, ...]:
    return tuple(each.key.reveal() for each in keys if each.is_valid(now))


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
