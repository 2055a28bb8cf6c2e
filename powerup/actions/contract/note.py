"""contract.note: a text that a planner adds to the audit trail of a contract (rules: Actions).

The line of the press is the note: it is never edited, and the contract gets no new version by it.
"""

from dataclasses import dataclass

from marshmallow import fields, validate

from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import invalid
from powerup.actions.kit.change import Change
from powerup.actions.kit.scene import ActionScene
from powerup.documents.schema import DocumentSchema
from powerup.texts import text

LONGEST_NOTE = 4000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class NoteInput:
    """written is the note as it was entered."""

    written: str


class NoteSchema(DocumentSchema):
    """Input of contract.note."""

    makes = NoteInput

    written = fields.String(
        required=True,
        data_key="text",
        validate=validate.Length(max=LONGEST_NOTE, error="too_long: A text of at most {max} characters is expected."),
        metadata={
            "label": text("Note"),
            "hint": text("It stays in the contract's history as it is: a note is not edited."),
            "format": "text",
        },
    )


def decide(scene: ActionScene, wanted: NoteInput) -> Change:
    """Changes nothing of the contract, also of one that has ended or was deleted."""
    contract = scene.contract_situation.contract
    if not wanted.written.strip():
        raise invalid("/input/text", "blank", text("This must be filled in."))
    return Change(text("The note is in the history of contract {number}.", number=contract.number))


ACTION = Action("contract.note", text("Note"), decide, NoteSchema)
