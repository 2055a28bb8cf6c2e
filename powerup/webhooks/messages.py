"""What a host may say: the envelope of every message, and the data of each type (webhooks page, sections 2 to 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from powerup.actions.request import Actor, Role, Target
from powerup.store.tenants import Environment

API_VERSION = "1"
SOURCE = "webhook"
"""This entrance, as the audit trail names it."""

EVENTS = (
    "work_order.changed",
    "work_order.deleted",
    "relation.changed",
    "object.changed",
    "object.deleted",
    "employee.changed",
)
"""What may change at the host, by the type of the message that says so."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every message says about itself; data is still as it came."""

    type: str
    sent_at: datetime
    audience: str
    environment: Environment
    installation_id: str
    generation: int
    tenant_id: str
    data: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something at the host."""

    id: str
    name: str
    role: Role

    def as_actor(self) -> Actor:
        """The person as actions know one."""
        return Actor(self.id, self.name, self.role, SOURCE)


@dataclass(frozen=True, slots=True)
class HostTenant:
    """The host's customer account; None where a message leaves a member as it was."""

    id: str | None = None
    name: str | None = None
    locale: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """Where the host's API is, and what opens it."""

    base_url: str
    token: str = field(repr=False)
    software_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Created:
    """Data of installation.created."""

    tenant: HostTenant
    key: str = field(repr=False)
    api: ApiAccess
    origins: tuple[str, ...]
    callback_url: str
    challenge: str
    actor: Person


@dataclass(frozen=True, slots=True)
class ByPerson:
    """Data of installation.suspended, .resumed, .uninstalled and .erased."""

    actor: Person | None = None


@dataclass(frozen=True, slots=True)
class KeyRotated:
    """Data of installation.key_rotated."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CredentialsChanged:
    """Data of installation.credentials_changed."""

    api: ApiAccess


@dataclass(frozen=True, slots=True)
class Updated:
    """Data of installation.updated; what is None stays. today is for the sandbox environment."""

    tenant: HostTenant = field(default_factory=HostTenant)
    origins: tuple[str, ...] | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Invoked:
    """Data of action.invoked: a button was pressed. not_after is aware."""

    action: str
    target: Target
    actor: Person
    intent_id: str
    input: Mapping[str, object] = field(default_factory=dict)
    locale: str = "nl"
    preview: bool = False
    not_after: datetime | None = None
    confirmation: str | None = None


@dataclass(frozen=True, slots=True)
class CardsRequested:
    """Data of cards.requested: what is to be shown beside a record."""

    target: Target
    actor: Person
    locale: str = "nl"


@dataclass(frozen=True, slots=True)
class RecordsChanged:
    """Data of an event: the ids of records that changed or were deleted at the host."""

    ids: tuple[str, ...]
