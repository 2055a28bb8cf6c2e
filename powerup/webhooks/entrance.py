"""What the handling of messages is given by the composition root, and what a handler is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from powerup.actions.confirmation import Confirmations
from powerup.outsmart.client import OutsmartClient
from powerup.store.database import Database
from powerup.store.installations import Installation
from powerup.store.tenants import Environment, Tenant
from powerup.webhooks.addresses import AddressLists
from powerup.webhooks.admission import KeyKind
from powerup.webhooks.answers import AnswerDocument
from powerup.webhooks.messages import Envelope

OpenHost = Callable[[Tenant, float], OutsmartClient]
"""Opens a client for a tenant's host whose calls together have so many seconds; to be closed."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way in for hosts. audience is our base address; listing_keys are decoded.

    open_decoy decrypts as much as the keys of an installation are, and throws it away: called for an installation that
    is not known, so that the answer takes as long as for one that is.
    """

    database: Database
    confirmations: Confirmations
    open_host: OpenHost
    addresses: AddressLists
    audience: str
    environment: Environment
    listing_keys: tuple[bytes, ...] = field(repr=False)
    open_decoy: Callable[[], object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that came in through all checks, with its data read; now (aware) is when it is handled."""

    envelope: Envelope
    kinds: frozenset[KeyKind]
    data: Any
    now: datetime


@dataclass(frozen=True, slots=True)
class Intent:
    """One press of a button: hashes of what it asks and of its confirmation; ended unless a confirmation is awaited."""

    id: str
    asked: str
    confirmation: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, to be kept in the inbox of the tenant, with the press that it belongs to."""

    document: AnswerDocument
    intent: Intent | None = None


Work = Callable[[Connection, Installation], Answered]
"""What is done for a message inside its one transaction; the installation is as it stands then."""

Installing = Callable[[Connection, Installation | None], Answered]
"""The same for a host that installs: it may have no installation yet."""

Handler = Callable[[Entrance, Delivery, Installation], Work]
"""Prepares a message outside its transaction, where the host may be read, and gives the work to be done inside it."""


def answering(document: AnswerDocument) -> Installing:
    """The work that is nothing but this answer."""
    return lambda _connection, _installation: Answered(document)
