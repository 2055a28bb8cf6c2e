"""What a person entered, checked and loaded; every flaw named by its field in the reader's language."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import Schema

from powerup.actions.answer import FieldProblem, InvalidInput
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.documents.errors import DocumentError, InvalidDocumentError
from powerup.documents.schema import DocumentSchema, read_document
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class NoInput:
    """The input of an action that needs nothing but its target."""


class NoInputSchema(DocumentSchema):
    """Takes an empty object."""

    makes = NoInput


_KINDS = {
    "Not a valid date.": text("A date such as 2027-01-31 is expected."),
    "Not a valid time.": text("A time such as 08:30 is expected."),
    "Not a valid integer.": text("A whole number is expected."),
    "Not a valid boolean.": text("Yes or no is expected (true or false)."),
    "Not a valid list.": text("A list is expected."),
    "Not a valid string.": text("A text is expected."),
}
"""What marshmallow says of a value of another kind, in sentences that can be said in every language."""


def load_input(
    schema: type[Schema],
    entered: Mapping[str, object],
    by_the_rules: Callable[[Mapping[str, Any]], Iterable[FieldProblem]] | None = None,
) -> Any:
    """What plan takes, from the members of `input`. Raises InvalidInput with every flaw, pointers below /input.

    by_the_rules says what else is wrong with the members that could be loaded, so that a person mends all at once.
    """
    try:
        return read_document(_made(schema), entered)
    except InvalidDocumentError as error:
        refusal = invalid_input(error)
        if by_the_rules is None:
            raise refusal from error
        further = _beside(refusal.problems, by_the_rules(error.readable))
        raise InvalidInput(refusal.message, (*refusal.problems, *further)) from error


def _beside(flaws: Collection[FieldProblem], found: Iterable[FieldProblem]) -> list[FieldProblem]:
    """What the rules found elsewhere than in or above a member that could not be loaded."""
    return [
        problem for problem in found if not any(f"{flaw.pointer}/".startswith(f"{problem.pointer}/") for flaw in flaws)
    ]


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
        case "invalid":
            return _KINDS.get(flaw.message, text("A value of another kind is expected."))
        case "blank":
            return text("A text is expected, without blanks at its ends.")
        case "unknown_moment":
            return text("A moment such as the first Monday or the last working day is expected.")
        case "unknown":
            return text("This field does not exist here.")
        case "unknown_choice":
            return text("Choose one of: {choices}.", choices=flaw.message.partition(": ")[2].rstrip("."))
        case "out_of_range" if bounds := re.findall(r"-?\d+", flaw.message):
            return text("A number from {least} to {most} is expected.", least=bounds[0], most=bounds[-1])
        case "day_out_of_range":
            return text("A date from {first} to {last} is expected.", first=EARLIEST_DAY, last=LATEST_DAY)
    return text(flaw.message.replace("{", "{{").replace("}", "}}"))
