"""What a message is answered with: the shape of every answer, and answers that are no action's (webhooks page, 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from marshmallow import EXCLUDE, Schema, fields

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.request import TargetType
from powerup.contracts.effects import EffectKind
from powerup.documents.errors import DocumentError
from powerup.documents.schema import Choice, Whole
from powerup.texts import Text, text

AnswerDocument = Mapping[str, object]

DONE = text("Done.")


class AnswerPart(Schema):
    """A part of an answer; readers ignore members they do not know."""

    class Meta:
        unknown = EXCLUDE


class ProblemSchema(AnswerPart):
    """What is wrong with one field."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class AnswerTargetSchema(AnswerPart):
    """A record; version where it has one."""

    type = Choice(TargetType, required=True)
    id = fields.String(required=True)
    version = Whole()


class EffectSchema(AnswerPart):
    """What happens to one visit."""

    effect = Choice(EffectKind, required=True)
    contract = fields.String(required=True, allow_none=True)
    plan = fields.String(required=True, allow_none=True)
    object = fields.String(required=True, allow_none=True)
    nominal_date = fields.Date(required=True, allow_none=True)
    planned_date = fields.Date(required=True, allow_none=True)
    moved_from = fields.Date(required=True, allow_none=True)
    workorder_no = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class ScheduleRowSchema(AnswerPart):
    """The visits of one plan on one day."""

    plan = fields.String(required=True)
    objects = fields.List(fields.String(), required=True)
    nominal_date = fields.Date(required=True)
    planned_date = fields.Date(required=True)
    weekday = fields.String(required=True)
    holiday = fields.String(required=True, allow_none=True)
    shifted_by = fields.String(required=True, allow_none=True)
    moved_from = fields.Date(required=True, allow_none=True)
    generation_date = fields.Date(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)


class ScheduleSchema(AnswerPart):
    """The schedule that results: the first rows by planned date, how many there are, and up to which day."""

    rows = fields.List(fields.Nested(ScheduleRowSchema), required=True)
    total = Whole(required=True)
    until = fields.Date(required=True)


class ConfirmationSchema(AnswerPart):
    """What confirms exactly the effects that are listed."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(format="iso", required=True)


class RunSchema(AnswerPart):
    """What goes on in the background."""

    id = fields.String(required=True)


class OutcomeSchema(AnswerPart):
    """Any answer of HTTP 200 but cards, and the data of run.finished."""

    status = Choice(AnswerStatus, required=True)
    message = fields.String()
    target = fields.Nested(AnswerTargetSchema)
    effects = fields.List(fields.Nested(EffectSchema))
    counts = fields.Dict(keys=fields.String())
    counted_until = fields.Date(allow_none=True)
    counts_from = fields.Dict(keys=fields.String(), values=fields.Date())
    schedule = fields.Nested(ScheduleSchema)
    refresh = fields.List(fields.Nested(AnswerTargetSchema))
    errors = fields.List(fields.Nested(ProblemSchema))
    warnings = fields.List(fields.String())
    confirmation = fields.Nested(ConfirmationSchema)
    run = fields.Nested(RunSchema)
    proof = fields.String()


class CardsChangedSchema(AnswerPart):
    """cards.changed: what the host should ask for anew."""

    targets = fields.List(fields.Nested(AnswerTargetSchema), required=True)


class FailedVisitSchema(AnswerPart):
    """A visit that could not be ordered; words are the host's, or say what it has not."""

    id = fields.String(required=True)
    contract = fields.String(required=True)
    customer = fields.String(required=True)
    customer_name = fields.String(required=True, allow_none=True)
    planned_date = fields.Date(required=True)
    words = fields.String(required=True)


class AttentionRaisedSchema(AnswerPart):
    """attention.raised: what needs a person. kind is `visits` (some could not be ordered: the first ten, number counts
    all), `sla` (a work order, which is the target), or `tenant`; contracts are those concerned, the first ten."""

    message = fields.String(required=True)
    kind = fields.String(required=True)
    number = Whole(required=True)
    contracts = fields.List(fields.String(), required=True)
    visits = fields.List(fields.Nested(FailedVisitSchema), required=True)
    target = fields.Nested(AnswerTargetSchema)


CALLBACK_SCHEMAS: Mapping[str, type[Schema]] = {
    "run.finished": OutcomeSchema,
    "cards.changed": CardsChangedSchema,
    "attention.raised": AttentionRaisedSchema,
}
"""Every type of callback, with the schema of its data (webhooks page, section 6)."""


def answer(status: AnswerStatus, message: Text, **members: object) -> AnswerDocument:
    """An answer to a message that no person waits for; in English, for the host's log."""
    return {"status": status.value, "message": str(message)} | members


def done(**members: object) -> AnswerDocument:
    """It was done, or already was so."""
    return answer(AnswerStatus.SUCCEEDED, DONE, **members)


def ignored(message: Text) -> AnswerDocument:
    """There is nothing to do, and nothing was done."""
    return answer(AnswerStatus.IGNORED, message)


def failed(message: Text) -> AnswerDocument:
    """It was tried and refused; nothing was changed."""
    return answer(AnswerStatus.FAILED, message)


def invalid(problems: Sequence[DocumentError]) -> AnswerDocument:
    """The data of the message cannot be used; pointers are from the data."""
    return answer(
        AnswerStatus.INVALID,
        text("Something in the message is not right; nothing was changed."),
        errors=[asdict(problem) for problem in problems],
    )
