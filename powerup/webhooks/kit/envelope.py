"""The envelope of every message: what it says of itself before its data (webhooks page, section 2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from powerup.documents.errors import DocumentError, errors_from
from powerup.documents.schema import Choice, Whole
from powerup.errors import PowerupError
from powerup.store.tenants import Environment
from powerup.webhooks.kit.message_fields import COUNT, Line, Moment

API_VERSION = "1"


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


class InvalidMessageError(PowerupError):
    """A message, or its data, is not what its schema says; problems has a pointer for each flaw."""

    def __init__(self, problems: list[DocumentError]) -> None:
        super().__init__("; ".join(f"{each.pointer}: {each.message}" for each in problems))
        self.problems = problems


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
    """What every message has around its data; types are those that are known."""

    class Meta:
        unknown = EXCLUDE

    type = fields.String(required=True)
    api_version = fields.String(
        required=True, validate=validate.Equal(API_VERSION, error="unknown_version: Version 1 is expected.")
    )
    sent_at = Moment(required=True)
    audience = Line(longest=1000, required=True)
    environment = Choice(Environment, required=True)
    installation = fields.Nested(InstallationSchema, required=True)
    tenant = fields.Nested(SenderTenantSchema, required=True)
    data = fields.Dict(keys=fields.String(), required=True)

    def __init__(self, types: Collection[str]) -> None:
        super().__init__()
        known = validate.OneOf([*types], error="unknown_type: This type is not known here.")
        self.fields["type"].validators = [known]

    def read(self, message: Mapping[str, Any]) -> Envelope:
        """The envelope of a parsed message. Raises InvalidMessageError with pointers from its root."""
        values = loaded(self, message)
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


def loaded(schema: Schema, document: Mapping[str, Any]) -> Any:
    """What the schema makes of a document. Raises InvalidMessageError with pointers from its root."""
    try:
        return schema.load(document)
    except ValidationError as error:
        raise InvalidMessageError(errors_from(error.messages)) from error
