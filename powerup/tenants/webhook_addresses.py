"""A tenant's own addresses that are told of changes: added, tested, changed and removed by people, with a line of the
audit trail for each (the API page: Changes out)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import Connection

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor
from powerup.errors import PowerupError
from powerup.outsmart.address import origin_of
from powerup.outsmart.public_ranges import is_this_machine, leads_outside
from powerup.store.audit_trail import AuditTrail
from powerup.store.encryption import Secret
from powerup.store.identifiers import new_id
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.tenants import Environment
from powerup.store.turns import take_turn
from powerup.store.webhook_addresses import (
    WEBHOOK_TEST,
    AddressState,
    ChangeEvent,
    WebhookAddress,
    WebhookAddresses,
    new_key,
    with_key,
)
from powerup.texts import Text, text

MOST_ADDRESSES = 10
KEPT_BESIDE = timedelta(hours=72)
"""How long the key before the present one signs, too, as of the keys of installations (webhooks page, section 3)."""

_LONGEST_URL = 1000
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class AddressRefused(PowerupError):
    """An address that is not taken: pointer is what of it is wrong, code why."""

    def __init__(self, pointer: str, code: str, sentence: Text) -> None:
        super().__init__(sentence)
        self.pointer = pointer
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class AddressCare:
    """Changes the addresses of one tenant in the name of a person, on a connection that a transaction of Database has
    given; now is aware. In the sandbox environment an address on this machine is taken, too."""

    connection: Connection
    tenant_id: str
    environment: Environment
    actor: Actor
    now: datetime

    @property
    def _addresses(self) -> WebhookAddresses:
        return WebhookAddresses(self.connection, self.tenant_id)

    def add(self, url: str, events: Collection[ChangeEvent] = ()) -> tuple[WebhookAddress, Secret]:
        """A new address, which wants these events, all where none are named, and its key, to be shown once. A test is
        sent to it. Raises AddressRefused."""
        url = url.strip()
        check_url(url, self.environment)
        take_turn(self.connection, f"webhook addresses of {self.tenant_id}")
        others = self._addresses.all()
        if any(each.url == url for each in others):
            raise AddressRefused("/url", "exists", text("This address is there already."))
        if len(others) >= MOST_ADDRESSES:
            told = text("There are {most} addresses; remove one that is not used.", most=MOST_ADDRESSES)
            raise AddressRefused("/url", "too_many", told)
        made, key = self._addresses.make(url, _in_order(events), self.now)
        self._note("webhook.add", made, after=_told(made))
        self._send_test(made)
        return made, key

    def want(self, address_id: str, events: Collection[ChangeEvent]) -> WebhookAddress | None:
        """Let an address be told of these events from now on; None where it is not there. Raises AddressRefused."""
        if not events:
            raise AddressRefused("/events", "required", text("Choose at least one event."))
        before = self._addresses.get(address_id, lock=True)
        if before is None:
            return None
        after = replace(before, events=_in_order(events))
        if after != before:
            self._addresses.save(after)
            self._note("webhook.change", after, before=_told(before), after=_told(after))
        return after

    def test(self, address_id: str) -> OutgoingMessage | None:
        """Have a test sent to an address, which is used again once it was answered 2xx; None where it is not there."""
        address = self._addresses.get(address_id)
        return None if address is None else self._send_test(address)

    def rotate(self, address_id: str) -> tuple[WebhookAddress, Secret] | None:
        """Another key for an address, to be shown once, beside which the present one signs for KEPT_BESIDE; None where
        it is not there."""
        before = self._addresses.get(address_id, lock=True)
        if before is None:
            return None
        key = new_key()
        after = with_key(before, key, self.now + KEPT_BESIDE)
        self._addresses.save(after)
        self._note("webhook.rotate", after, after={"id": after.id})
        return after, key

    def remove(self, address_id: str) -> bool:
        """Take an address away with its messages, also those that wait; whether it was there."""
        address = self._addresses.get(address_id, lock=True)
        if address is None:
            return False
        self._addresses.remove(address_id)
        Outbox(self.connection).forget_address(self.tenant_id, address_id)
        self._note("webhook.remove", address, before=_told(address))
        return True

    def _send_test(self, address: WebhookAddress) -> OutgoingMessage:
        """One that waits already is as good."""
        outbox = Outbox(self.connection)
        newest = outbox.newest_of_address(self.tenant_id, address.id, WEBHOOK_TEST)
        if newest is not None and newest.state is OutgoingState.WAITING:
            return newest
        message = OutgoingMessage(
            tenant_id=self.tenant_id,
            id=new_id("msg"),
            installation_id="",
            type=WEBHOOK_TEST,
            data={"address": address.id},
            created_at=self.now,
            next_attempt_at=self.now,
            address_id=address.id,
        )
        outbox.add(message)
        return message

    def _note(self, action: str, address: WebhookAddress, **told: Mapping[str, Any]) -> None:
        line = audit_line(self.actor, self.now, action, ("webhook_address", address.id), **told)
        AuditTrail(self.connection, self.tenant_id).add(line)


def check_url(url: str, environment: Environment) -> None:
    """That an address may be told of changes: https, of the public internet. Raises AddressRefused."""
    parts = _parts(url)
    if parts is None:
        told = text("Expected an address such as https://erp.example/hook, without name, password or fragment.")
        raise AddressRefused("/url", "invalid", told)
    host = parts.hostname or ""
    trying_out = environment is Environment.SANDBOX
    if trying_out and is_this_machine(host):
        return  # for trying out; the sandbox guards no connection either
    if parts.scheme != "https":
        raise AddressRefused("/url", "not_https", text("The address has to begin with https://."))
    if not trying_out and not leads_outside(host, origin_of(parts)[2]):
        raise AddressRefused("/url", "not_public", text("This address is not on the public internet."))


def is_under_test(connection: Connection, address: WebhookAddress) -> bool:
    """Whether a test of it is under way."""
    newest = Outbox(connection).newest_of_address(address.tenant_id, address.id, WEBHOOK_TEST)
    return newest is not None and newest.state is OutgoingState.WAITING


def address_document(address: WebhookAddress, *, testing: bool = False) -> dict[str, Any]:
    """An address as JSON values, without its keys."""
    moments = ("made_at", "tested_at", "failing_since")
    return {
        "id": address.id,
        "url": address.url,
        "events": [each.value for each in address.events],
        "state": address.state.value,
        "testing": testing,
        **{name: moment.isoformat() if (moment := getattr(address, name)) else None for name in moments},
        "last_failure": address.last_failure,
    }


def _parts(url: str) -> SplitResult | None:
    if len(url) > _LONGEST_URL or not _PRINTABLE.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return parts if usable and "@" not in parts.netloc and not parts.fragment else None


def _in_order(events: Collection[ChangeEvent]) -> tuple[ChangeEvent, ...]:
    return tuple(each for each in ChangeEvent if each in events or not events)


def _told(address: WebhookAddress) -> dict[str, Any]:
    """What the audit trail says of it; what stands in its query may be a secret."""
    return {"id": address.id, "url": address.url.partition("?")[0], "events": [each.value for each in address.events]}


ADDRESS_STATES: Mapping[AddressState, Text] = {
    AddressState.UNTESTED: text("not used yet"),
    AddressState.ON: text("in use"),
    AddressState.OFF: text("switched off"),
}
"""Each state of an address in words."""
