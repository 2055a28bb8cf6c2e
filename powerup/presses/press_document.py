"""A press that is deferred, as the JSON document that is kept of it.

During an upgrade one version may find what another has kept. A member that this version does not know may limit what
the press was to do, so that one who cannot read it leaves the press to a process that can. A member that is missing,
as the other did not know it yet, is what it was without it. What no version has ever left out has to be there.
"""

from typing import Any

from marshmallow import fields

from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.documents.errors import InvalidDocumentError
from powerup.documents.schema import Choice, DocumentSchema, Truth, Whole, read_document
from powerup.texts import text

_UNKNOWN = ("unknown", "unknown_choice")
"""Codes of what another version may know."""


class UnreadablePress(NotPossible):
    """What was kept of a press cannot be carried out as it was meant."""

    def __init__(self) -> None:
        super().__init__(text("What was kept of this press cannot be read. Nothing was changed; press again."))


class PressOfNewerVersion(NotPossible):
    """What was kept of a press has something that this version does not know."""

    def __init__(self) -> None:
        super().__init__(
            text(
                "This was pressed in a newer version of the power-up, and this one cannot carry it out. "
                "Nothing was changed; press again."
            )
        )


class _TargetSchema(DocumentSchema):
    makes = Target

    type = Choice(TargetType, required=True)
    id = fields.String(required=True)
    version = Whole(allow_none=True)


class _ActorSchema(DocumentSchema):
    makes = Actor

    id = fields.String(required=True)
    name = fields.String(required=True)
    role = Choice(Role, required=True)
    source = fields.String(required=True)


class PressSchema(DocumentSchema):
    """A press as it was asked for. The run it belongs to stands beside it."""

    makes = Request

    action = fields.String(required=True)
    target = fields.Nested(_TargetSchema, required=True)
    actor = fields.Nested(_ActorSchema, required=True)
    input = fields.Dict(keys=fields.String(), required=True)
    preview = Truth(required=True)
    confirmation = fields.String(allow_none=True)
    intent_id = fields.String(allow_none=True)
    not_after = fields.AwareDateTime(format="iso", allow_none=True)
    binding = fields.String()
    locale = fields.String()


_SCHEMA = PressSchema()


def press_document(request: Request) -> dict[str, Any]:
    """What is kept of a press."""
    document: dict[str, Any] = _SCHEMA.dump(request)
    return document


def press_from_document(document: object) -> Request:
    """The press that was kept. Raises PressOfNewerVersion, and UnreadablePress when no version can have kept that."""
    try:
        request: Request = read_document(_SCHEMA, document)
    except InvalidDocumentError as error:
        of_newer = any(flaw.code in _UNKNOWN for flaw in error.errors)
        raise (PressOfNewerVersion if of_newer else UnreadablePress) from error
    return request
