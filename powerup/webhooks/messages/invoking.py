"""A button was pressed at a host: the message's press is done, with its inbox row, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from marshmallow import fields
from sqlalchemy import Connection

from powerup.actions.kit.request import Request, Target
from powerup.documents.schema import Truth
from powerup.presses.press import PreparedPress, Presses
from powerup.store.installations import Installation
from powerup.webhooks.kit.answers import AnswerDocument
from powerup.webhooks.kit.message_fields import Language, Line, MessageSchema, Moment
from powerup.webhooks.kit.message_parts import EXAMPLE_PERSON, Person, PersonSchema, TargetSchema
from powerup.webhooks.kit.message_type import Changing
from powerup.webhooks.kit.prepared_message import Message, Prepared
from powerup.webhooks.kit.webhook_parts import WebhookParts
from powerup.webhooks.messages.presses_of_hosts import binding_of


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


class InvokedSchema(MessageSchema[Invoked]):
    """action.invoked."""

    makes = Invoked

    action = Line(required=True)
    target = fields.Nested(TargetSchema, required=True)
    input = fields.Dict(keys=fields.String())
    actor = fields.Nested(PersonSchema, required=True)
    locale = Language()
    intent_id = Line(required=True)
    preview = Truth()
    not_after = Moment(allow_none=True)
    confirmation = Line(longest=4000, allow_none=True)


@dataclass(frozen=True, slots=True)
class _Press:
    """The press of a message, which has the turn of its installation."""

    presses: Presses
    request: Request
    prepared: PreparedPress
    now: datetime

    def carry_out(self, connection: Connection, current: Installation) -> AnswerDocument:
        return self.presses.carry_out(connection, current.tenant_id, self.request, self.prepared, self.now)


def invoked(parts: WebhookParts, message: Message[Invoked], installation: Installation) -> Prepared:
    """A button was pressed: what it needs is read at the host first."""
    request, now = _request(message), message.now
    return _Press(parts.presses, request, parts.presses.prepare(installation.tenant_id, request, now), now)


def _request(message: Message[Invoked]) -> Request:
    data = message.data
    envelope = message.envelope
    return Request(
        action=data.action,
        target=data.target,
        actor=data.actor.as_actor(),
        input=data.input,
        preview=data.preview,
        confirmation=data.confirmation,
        intent_id=data.intent_id,
        not_after=data.not_after,
        binding=binding_of(envelope.installation_id, envelope.generation),
        locale=data.locale,
    )


INVOKED = Changing(
    "action.invoked",
    InvokedSchema,
    {
        "action": "contract.terminate",
        "target": {"type": "contract", "id": "1042", "version": 1},
        "input": {"last_day": "2026-12-30", "reason": "MOVED", "remark": "", "existing_orders": "retract"},
        "actor": EXAMPLE_PERSON,
        "locale": "nl",
        "intent_id": "int_a0",
        "not_after": "2026-12-28T10:05:00Z",
        "confirmation": None,
    },
    invoked,
)
