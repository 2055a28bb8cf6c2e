"""What messages have to look like; unknown members are ignored, unknown types refused (webhooks page, section 9).

The published JSON Schema is made of these schemas.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from powerup.actions.request import Role, Target, TargetType
from powerup.documents.errors import DocumentError, errors_from
from powerup.documents.schema import Choice, Day, Truth, Whole
from powerup.errors import PowerupError
from powerup.store.tenants import Environment
from powerup.webhooks.message_fields import COUNT, LOCALE, Line, MessageSchema, SigningKey, check_timezone
from powerup.webhooks.messages import (
    API_VERSION,
    EVENTS,
    ApiAccess,
    ByPerson,
    CardsRequested,
    Created,
    CredentialsChanged,
    Envelope,
    HostTenant,
    Invoked,
    KeyRotated,
    Person,
    RecordsChanged,
    Updated,
)

MOST_IDS = 500


class InvalidMessageError(PowerupError):
    """A message, or its data, is not what its schema says; problems has a pointer for each flaw."""

    def __init__(self, problems: list[DocumentError]) -> None:
        super().__init__("; ".join(f"{each.pointer}: {each.message}" for each in problems))
        self.problems = problems


class PersonSchema(MessageSchema):
    """The actor of a message."""

    makes = Person

    id = Line(required=True)
    name = Line(required=True)
    role = Choice(Role, required=True)


class TenantSchema(MessageSchema):
    """The tenant, in installation.created all of it."""

    makes = HostTenant

    id = Line(required=True)
    name = Line(required=True)
    locale = fields.String(required=True, validate=validate.Regexp(LOCALE))
    timezone = fields.String(required=True, validate=check_timezone)


class ApiAccessSchema(MessageSchema):
    """Address and tokens of the host's API."""

    makes = ApiAccess

    base_url = Line(required=True)
    token = Line(longest=1000, required=True)
    software_token = Line(longest=1000, required=True)


class CreatedSchema(MessageSchema):
    """installation.created."""

    makes = Created

    tenant = fields.Nested(TenantSchema, required=True)
    key = SigningKey(required=True)
    api = fields.Nested(ApiAccessSchema, required=True)
    origins = fields.List(Line(), required=True, validate=validate.Length(1, 20))
    callback_url = Line(longest=1000, required=True)
    challenge = Line(longest=1000, required=True)
    actor = fields.Nested(PersonSchema, required=True)


class ByPersonSchema(MessageSchema):
    """A change of the installation that says only who made it."""

    makes = ByPerson

    actor = fields.Nested(PersonSchema)


class KeyRotatedSchema(MessageSchema):
    """installation.key_rotated."""

    makes = KeyRotated

    key = SigningKey(required=True)


class CredentialsChangedSchema(MessageSchema):
    """installation.credentials_changed."""

    makes = CredentialsChanged

    api = fields.Nested(ApiAccessSchema, required=True)


class UpdatedSchema(MessageSchema):
    """installation.updated."""

    makes = Updated

    tenant = fields.Nested(lambda: TenantSchema(partial=True))
    origins = fields.List(Line(), validate=validate.Length(1, 20))
    today = Day()


class TargetSchema(MessageSchema):
    """What an action is about."""

    makes = Target

    type = Choice(TargetType, required=True)
    id = Line(required=True)
    version = Whole(allow_none=True, validate=COUNT)


class InvokedSchema(MessageSchema):
    """action.invoked."""

    makes = Invoked

    action = Line(required=True)
    target = fields.Nested(TargetSchema, required=True)
    input = fields.Dict(keys=fields.String())
    actor = fields.Nested(PersonSchema, required=True)
    locale = fields.String(validate=validate.Regexp(LOCALE))
    intent_id = Line(required=True)
    preview = Truth()
    not_after = fields.AwareDateTime(format="iso", allow_none=True)
    confirmation = Line(longest=4000, allow_none=True)


class CardsRequestedSchema(MessageSchema):
    """cards.requested."""

    makes = CardsRequested

    target = fields.Nested(TargetSchema, required=True)
    actor = fields.Nested(PersonSchema, required=True)
    locale = fields.String(validate=validate.Regexp(LOCALE))


class RecordsChangedSchema(MessageSchema):
    """An event."""

    makes = RecordsChanged

    ids = fields.List(Line(), required=True, validate=validate.Length(1, MOST_IDS))


DATA_SCHEMAS: Mapping[str, type[MessageSchema]] = {
    "installation.created": CreatedSchema,
    "installation.suspended": ByPersonSchema,
    "installation.resumed": ByPersonSchema,
    "installation.key_rotated": KeyRotatedSchema,
    "installation.credentials_changed": CredentialsChangedSchema,
    "installation.updated": UpdatedSchema,
    "installation.uninstalled": ByPersonSchema,
    "installation.erased": ByPersonSchema,
    "action.invoked": InvokedSchema,
    "cards.requested": CardsRequestedSchema,
    **dict.fromkeys(EVENTS, RecordsChangedSchema),
}
"""Every type of message there is, with the schema of its data."""


class InstallationSchema(Schema):
    """Which installation a message is of, and of which installing."""

    class Meta:
        unknown = EXCLUDE

    id = Line(required=True)
    generation = Whole(required=True, validate=COUNT)


class SenderTenantSchema(Schema):
    """Which tenant a message is of."""

    class Meta:
        unknown = EXCLUDE

    id = Line(required=True)


class EnvelopeSchema(Schema):
    """What every message has around its data."""

    class Meta:
        unknown = EXCLUDE

    type = fields.String(
        required=True,
        validate=validate.OneOf(list(DATA_SCHEMAS), error="unknown_type: This type is not known here."),
    )
    api_version = fields.String(
        required=True, validate=validate.Equal(API_VERSION, error="unknown_version: Version 1 is expected.")
    )
    sent_at = fields.AwareDateTime(format="iso", required=True)
    audience = Line(longest=1000, required=True)
    environment = Choice(Environment, required=True)
    installation = fields.Nested(InstallationSchema, required=True)
    tenant = fields.Nested(SenderTenantSchema, required=True)
    data = fields.Dict(keys=fields.String(), required=True)


def read_envelope(message: Mapping[str, Any]) -> Envelope:
    """The envelope of a parsed message. Raises InvalidMessageError with pointers from its root."""
    values = _load(EnvelopeSchema, message)
    installation = values["installation"]
    return Envelope(
        type=values["type"],
        sent_at=values["sent_at"],
        audience=values["audience"],
        environment=values["environment"],
        installation_id=installation["id"],
        generation=installation["generation"],
        tenant_id=values["tenant"]["id"],
        data=values["data"],
    )


def read_data(envelope: Envelope) -> Any:
    """The data of a message as the class of its type. Raises InvalidMessageError with pointers from the data."""
    return _load(DATA_SCHEMAS[envelope.type], envelope.data)


_built = cache(lambda kind: kind())
"""The one schema of a class: building it costs more than reading a message with it."""


def _load(kind: type[Schema], document: Mapping[str, Any]) -> Any:
    try:
        return _built(kind).load(document)
    except ValidationError as error:
        raise InvalidMessageError(errors_from(error.messages)) from error
