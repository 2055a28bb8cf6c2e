"""What a person entered, checked and loaded; every flaw named by its field in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import Schema

from powerup.actions.answer import FieldProblem, InvalidInput
from powerup.documents.errors import DocumentError, InvalidDocumentError
from powerup.documents.schema import DocumentSchema, read_document
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class NoInput:
    """The input of an action that needs nothing but its target."""


class NoInputSchema(DocumentSchema):
    """Takes an empty object."""

    makes = NoInput


def load_input(schema: type[Schema], entered: Mapping[str, object]) -> Any:
    """What plan takes, from the members of `input`. Raises InvalidInput with every flaw, pointers below /input."""
    try:
        return read_document(_made(schema), entered)
    except InvalidDocumentError as error:
        raise invalid_input(error) from error


@cache
def _made(schema: type[Schema]) -> Schema:
    """Schemas keep nothing of what they load, and making one takes longer than using it."""
    return schema()


def invalid_input(error: InvalidDocumentError) -> InvalidInput:
    """The refusal that tells of every flaw of a document."""
    problems = [FieldProblem(f"/input{flaw.pointer}", flaw.code, _in_words(flaw)) for flaw in error.errors]
    return InvalidInput(text("Something in the form is not right; nothing was changed."), problems)


def _in_words(flaw: DocumentError) -> Text:
    """The flaw as a sentence that can be said in every language, with what the schema filled in."""
    match flaw.code:
        case "required" | "null":
            return text("This must be filled in.")
        case "unknown":
            return text("This field does not exist here.")
        case "unknown_choice":
            return text("Choose one of: {choices}.", choices=flaw.message.partition(": ")[2].rstrip("."))
        case "out_of_range" if number := re.search(r"\d+", flaw.message):
            return text("A number of {least} or more is expected.", least=number[0])
    return text(flaw.message.replace("{", "{{").replace("}", "}}"))
