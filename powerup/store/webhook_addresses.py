"""Addresses of a tenant's own that are told of changes: which events each wants, and what its messages are signed with
(the API page: Changes out)."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from powerup.store.database import cipher_of
from powerup.store.encryption import Secret
from powerup.store.identifiers import new_id
from powerup.store.installations import InstallationKey, keys_opened, keys_to_seal
from powerup.store.traffic_tables import webhook_addresses


class ChangeEvent(StrEnum):
    """What an address may be told of."""

    CONTRACT_CREATED = "contract.created"
    CONTRACT_CHANGED = "contract.changed"
    CONTRACT_DELETED = "contract.deleted"
    VISIT_CHANGED = "visit.changed"
    ATTENTION_RAISED = "attention.raised"


WEBHOOK_TEST = "webhook.test"
"""The type of the message that an address has to take before it is used."""


class AddressState(StrEnum):
    """Whether an address is told of anything: untested until a test was answered well, off after it failed for long."""

    UNTESTED = "untested"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """One address. keys sign its messages, the present one first; moments are in UTC. failing_since is when the first
    message failed since one was taken, last_failure why, of the last try."""

    tenant_id: str
    id: str
    url: str
    events: tuple[ChangeEvent, ...]
    keys: tuple[InstallationKey, ...]
    made_at: datetime
    state: AddressState = AddressState.UNTESTED
    tested_at: datetime | None = None
    failing_since: datetime | None = None
    last_failure: str | None = None


class WebhookAddresses:
    """Reads and writes the addresses of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._of_tenant = webhook_addresses.c.tenant_id == tenant_id

    def make(self, url: str, events: Sequence[ChangeEvent], now: datetime) -> tuple[WebhookAddress, Secret]:
        """A new address and the key that its messages are signed with, to be shown once. now is aware."""
        key = new_key()
        made = WebhookAddress(self._tenant_id, new_id("wha"), url, tuple(events), (InstallationKey(key),), now)
        row = {"tenant_id": self._tenant_id, "id": made.id, "made_at": now} | self._values(made)
        self._connection.execute(insert(webhook_addresses), row)
        return made, key

    def get(self, address_id: str, *, lock: bool = False) -> WebhookAddress | None:
        """The address of that id, or None; lock keeps others from changing it until the transaction ends."""
        query = select(webhook_addresses).where(self._of_tenant, webhook_addresses.c.id == address_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return self._address(row) if row else None

    def all(self) -> list[WebhookAddress]:
        """Every address, the oldest first."""
        query = select(webhook_addresses).where(self._of_tenant)
        rows = self._connection.execute(query.order_by(webhook_addresses.c.made_at, webhook_addresses.c.id))
        return [self._address(row) for row in rows]

    def wanting(self) -> dict[str, frozenset[str]]:
        """The events that each address in use wants, by its id; keys are not opened."""
        columns = webhook_addresses.c
        query = select(columns.id, columns.events).where(self._of_tenant, columns.state == AddressState.ON.value)
        return {row.id: frozenset(row.events) for row in self._connection.execute(query.order_by(columns.id))}

    def save(self, address: WebhookAddress) -> None:
        """Write what has changed of an address; one that was removed meanwhile stays so."""
        which = self._of_tenant & (webhook_addresses.c.id == address.id)
        self._connection.execute(update(webhook_addresses).where(which).values(self._values(address)))

    def remove(self, address_id: str) -> None:
        """Take an address away."""
        self._connection.execute(delete(webhook_addresses).where(self._of_tenant, webhook_addresses.c.id == address_id))

    def _values(self, address: WebhookAddress) -> dict[str, Any]:
        return {
            "url": address.url,
            "events": [each.value for each in address.events],
            "keys": cipher_of(self._connection).seal(keys_to_seal(address.keys)),
            "state": address.state.value,
            "tested_at": address.tested_at,
            "failing_since": address.failing_since,
            "last_failure": address.last_failure,
        }

    def _address(self, row: Row[Any]) -> WebhookAddress:
        return WebhookAddress(
            tenant_id=row.tenant_id,
            id=row.id,
            url=row.url,
            events=tuple(ChangeEvent(each) for each in row.events),
            keys=keys_opened(cipher_of(self._connection).open(row._mapping["keys"])),
            made_at=row.made_at,
            state=AddressState(row.state),
            tested_at=row.tested_at,
            failing_since=row.failing_since,
            last_failure=row.last_failure,
        )


def new_key() -> Secret:
    """A key that signs messages, of 256 random bits."""
    return Secret("whsec_" + b64encode(token_bytes(32)).decode())


def with_key(address: WebhookAddress, key: Secret, old_until: datetime) -> WebhookAddress:
    """The address with another key; the one of now counts until that moment (aware), earlier ones no longer."""
    return replace(address, keys=(InstallationKey(key), replace(address.keys[0], until=old_until)))
