"""Parts that several types of message have: a person, a tenant, access to the host's API, a target.

Each is a class, the schema that makes it, and an example.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import fields

from powerup.actions.kit.request import Actor, Role, Target, TargetType
from powerup.documents.schema import Choice, Whole
from powerup.store.installations import HostLinks
from powerup.webhooks.kit.message_fields import COUNT, Language, Line, MessageSchema, check_timezone

SOURCE = "webhook"
"""This entrance, as the audit trail names it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something at the host."""

    id: str
    name: str
    role: Role

    def as_actor(self) -> Actor:
        """The person as actions know one."""
        return Actor(self.id, self.name, self.role, SOURCE)


class PersonSchema(MessageSchema[Person]):
    """The actor of a message."""

    makes = Person

    id = Line(required=True)
    name = Line(required=True)
    role = Choice(Role, required=True)


@dataclass(frozen=True, slots=True)
class HostTenant:
    """The host's customer account; None where a message leaves a member as it was."""

    id: str | None = None
    name: str | None = None
    locale: str | None = None
    timezone: str | None = None


class TenantSchema(MessageSchema[HostTenant]):
    """The tenant, in installation.created all of it."""

    makes = HostTenant

    id = Line(required=True)
    name = Line(required=True)
    locale = Language(required=True)
    timezone = fields.String(required=True, validate=check_timezone)


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """Where the host's API is, and what opens it."""

    base_url: str
    token: str = field(repr=False)
    software_token: str = field(repr=False)


class ApiAccessSchema(MessageSchema[ApiAccess]):
    """Address and tokens of the host's API."""

    makes = ApiAccess

    base_url = Line(required=True)
    token = Line(longest=1000, required=True)
    software_token = Line(longest=1000, required=True)


class LinksSchema(MessageSchema[HostLinks]):
    """Where the host shows its records."""

    makes = HostLinks

    work_order = Line(longest=1000)
    relation = Line(longest=1000)
    object = Line(longest=1000)


class TargetSchema(MessageSchema[Target]):
    """What an action is about."""

    makes = Target

    type = Choice(TargetType, required=True)
    id = Line(required=True)
    version = Whole(allow_none=True, validate=COUNT)


EXAMPLE_PERSON: Mapping[str, Any] = {"id": "u_17", "name": "A. de Wit", "role": "admin"}
EXAMPLE_API: Mapping[str, Any] = {
    "base_url": "https://app.out-smart.com/openapi/8/",
    "token": "…",
    "software_token": "…",
}
EXAMPLE_LINKS: Mapping[str, Any] = {"work_order": "https://app.out-smart.com/workorders/{row_id}"}
EXAMPLE_KEY = "whsec_YW4gZXhhbXBsZSwgYW5kIG5vIGtleSBvZiBhbnlib2R5"
"""Says that it is an example, and no key of anybody."""
