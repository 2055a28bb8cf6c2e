"""What a message is answered with: the shape of every answer, and answers that are no action's (webhooks page, 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from marshmallow import Schema, fields

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.answer_schema import AnswerPart, AnswerTargetSchema, PressAnswerSchema
from powerup.documents.errors import DocumentError
from powerup.readings.schemas import AttentionRaisedSchema
from powerup.texts import Text, text

AnswerDocument = Mapping[str, object]

DONE = text("Done.")


class OutcomeSchema(PressAnswerSchema):
    """Any answer of HTTP 200 but cards, and the data of run.finished."""

    proof = fields.String()


class CardsChangedSchema(AnswerPart):
    """cards.changed: what the host should ask for anew."""

    targets = fields.List(fields.Nested(AnswerTargetSchema), required=True)


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
