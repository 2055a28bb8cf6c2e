"""What an operation of the API is: its address, who may use it, what it takes, and what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from marshmallow import RAISE, Schema

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor, Role
from powerup.api.entrance import API
from powerup.documents.json_schema import JsonSchema
from powerup.presses.press import Presses
from powerup.rate import RateLimit
from powerup.store.api_keys import ApiKey, Scope
from powerup.store.database import Database
from powerup.store.tenants import Environment, Tenant
from powerup.texts import Reader
from powerup.timing import Clock

ROLES: Mapping[Scope, Role] = {Scope.READ: Role.VIEWER, Scope.WRITE: Role.PLANNER, Scope.ADMIN: Role.ADMIN}
"""What a person may do who has what a key of that scope has."""


MOST_BYTES = 256 * 1024
"""Of a body, but for operations that say otherwise."""


class Taken(Schema):
    """What a request has: a query or a body. A name that is not known is refused, never passed over."""

    class Meta:
        unknown = RAISE


@dataclass(frozen=True, slots=True)
class ApiParts:
    """What the API works with; clock gives aware moments in UTC, base_url is where it is, with a final slash."""

    database: Database
    presses: Presses
    clock: Clock
    base_url: str
    environment: Environment
    limit: RateLimit = field(default_factory=RateLimit)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key of a tenant, and the tenant as it is now."""

    key: ApiKey
    tenant: Tenant
    around: TenantCircumstances
    reader: Reader

    @property
    def actor(self) -> Actor:
        """The key as actions know who presses."""
        return Actor(self.key.id, self.key.name or self.key.id, ROLES[self.key.scope], API.name)

    def may(self, scope: Scope) -> bool:
        """Whether the key may do what asks for a scope."""
        return ROLES[self.key.scope].may(ROLES[scope])


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read: who asks, at which moment (aware), the query and the body as their schemas load them."""

    caller: Caller
    now: datetime
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tenant_id(self) -> str:
        """Whose contracts the request is about."""
        return self.caller.tenant.id

    @property
    def reader(self) -> Reader:
        """Who reads the answer."""
        return self.caller.reader


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers: a document of JSON values."""

    document: Any
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Described:
    """One status that an operation may answer: when, with what, and an example of it."""

    when: str
    schema: type[Schema] | JsonSchema | None = None
    example: Any = None
    headers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What an operation takes as its body, as it is published; without a schema any object comes in, and the view reads
    it."""

    described: JsonSchema
    example: Mapping[str, Any]
    schema: type[Schema] | None = None
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation, at an address below /api/v1 with `{names}` in it.

    Args:
        name: its operationId.
        group: under which heading it stands.
        asked: an example of the query.
        headers: names of the headers that it heeds beside those that all do.
    """

    method: str
    path: str
    name: str
    group: str
    summary: str
    scope: Scope
    answers: Mapping[int, Described]
    description: str = ""
    query: type[Schema] = Taken
    asked: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    headers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """A message as it is published: when it comes, the schema of its data, and an example of that."""

    when: str
    schema: type[Schema]
    example: Mapping[str, Any]


View = Callable[..., Reply]
"""Takes the Call, and by name what stands in the address."""
