"""A button was pressed: read at the host what it needs, then decide, write and answer in one transaction.

When the host is slower than a person should wait, the wish is kept instead, and goes on in the background.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import Connection

from powerup.actions.kit.answer import Answer, AnswerStatus, Refusal
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.actions.kit.host_reading import LONGER_SECONDS, HostSlow, read_at_host
from powerup.actions.kit.request import Request, Target
from powerup.actions.perform import perform, prepare, refused
from powerup.documents.schema import Truth
from powerup.store.inbox import Inbox, TakenMessage
from powerup.store.installations import Installation
from powerup.store.runs import Runs, RunState
from powerup.store.tenants import Tenants
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader, text
from powerup.webhooks.entrance import Entrance
from powerup.webhooks.message_fields import LOCALE, Line, MessageSchema
from powerup.webhooks.message_parts import EXAMPLE_PERSON, Person, PersonSchema, TargetSchema
from powerup.webhooks.message_type import Changing
from powerup.webhooks.wishes import binding_of, keep_wish
from powerup.webhooks.work import Answered, Delivery, Intent, Work

READ_WITHIN_SECONDS = 0.6
"""For all that is read at the host: what is left of the 800 ms for an answer goes to the database and the way."""

_DONE = (AnswerStatus.SUCCEEDED, AnswerStatus.ACCEPTED)
"""A press that ended so has had its change; a second confirmation of it brings no other."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What was read at the host, or why it need not or could not be."""

    readings: HostReadings
    refusal: Refusal | None = None


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
    locale = fields.String(validate=validate.Regexp(LOCALE))
    intent_id = Line(required=True)
    preview = Truth()
    not_after = fields.AwareDateTime(format="iso", allow_none=True)
    confirmation = Line(longest=4000, allow_none=True)


@dataclass(frozen=True, slots=True)
class _Press:
    """One press gives one change, however often and in whichever order its messages come."""

    delivery: Delivery[Invoked]
    request: Request
    prepared: _Prepared
    confirmations: Confirmations

    def carry_out(self, connection: Connection, current: Installation) -> Answered:
        data, now = self.delivery.data, self.delivery.now
        earlier = Inbox(connection, current.tenant_id, current.id).of_intent(data.intent_id)
        if (given := _answered_before(earlier, Runs(connection, current.tenant_id), data)) is not None:
            return given
        around = circumstances_of(connection, Tenants(connection).get(current.tenant_id), now)
        refusal = self.prepared.refusal
        if isinstance(refusal, HostSlow):
            answer = keep_wish(connection, current.tenant_id, self.request, now)
        elif refusal is not None:
            answer = refused(refusal)
        else:
            answer = perform(connection, around, self.request, self.prepared.readings, self.confirmations, now)
        return _answered(answer, data)


def invoked(entrance: Entrance, delivery: Delivery[Invoked], installation: Installation) -> Work:
    """A button was pressed: what it needs is read at the host first."""
    request = _request(delivery)
    prepared = _prepared(entrance, delivery, installation, request)
    return _Press(delivery, request, prepared, entrance.confirmations)


def _request(delivery: Delivery[Invoked]) -> Request:
    data = delivery.data
    envelope = delivery.envelope
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


def _prepared(
    entrance: Entrance, delivery: Delivery[Invoked], installation: Installation, request: Request
) -> _Prepared:
    try:
        with entrance.database.read() as connection:
            tenant = Tenants(connection).get(installation.tenant_id)
            around = circumstances_of(connection, tenant, delivery.now)
            questions = prepare(connection, around, request, delivery.now)
        if questions == HostQuestions():
            return _Prepared(HostReadings())
        with entrance.open_host(tenant, READ_WITHIN_SECONDS + LONGER_SECONDS) as host:
            return _Prepared(read_at_host(host, questions, READ_WITHIN_SECONDS))
    except Refusal as refusal:
        return _Prepared(HostReadings(), refusal)


def _answered(answer: Answer, data: Invoked) -> Answered:
    document = answer_document(answer, Reader(data.locale))
    if data.preview:
        return Answered(document)
    ended = answer.status is not AnswerStatus.NEEDS_CONFIRMATION
    return Answered(document, Intent(data.intent_id, _asked(data), _digest(data.confirmation or ""), ended))


def _answered_before(earlier: list[TakenMessage], runs: Runs, data: Invoked) -> Answered | None:
    """The answer that this press already has, or the conflict of a press that asks for something else this time."""
    asked, confirmation = _asked(data), _digest(data.confirmation or "")
    for message in earlier:
        asked_then, _, confirmation_then = (message.intent_hash or "").partition(".")
        if asked_then != asked:
            return Answered(_other_input(data))
        given: dict[str, Any] = json.loads(message.answer)
        came_to = _came_to(given, runs)
        if came_to == AnswerStatus.NEEDS_CONFIRMATION:
            continue
        if data.confirmation is None or confirmation_then == confirmation or came_to in _DONE:
            return Answered(given)
    return None


def _came_to(given: Mapping[str, Any], runs: Runs) -> str:
    """The status of an answer; of a wish that was carried out in the background the one that it ended with."""
    run = runs.get(given["run"]["id"]) if "run" in given else None
    if run is not None and run.wish is not None and run.state is RunState.FINISHED:
        given = run.answer
    return str(given["status"])


def _other_input(data: Invoked) -> dict[str, object]:
    told = text("This press of the button was used before, for something else. Nothing was changed; press it again.")
    return {"status": AnswerStatus.CONFLICT.value, "message": Reader(data.locale).say(told)}


def _asked(data: Invoked) -> str:
    """What a press asks for, as a hash; the same however its members are ordered."""
    return _digest(json.dumps([data.action, data.target.type, data.target.id, data.input], sort_keys=True))


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()


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
