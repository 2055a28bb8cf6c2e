"""What a person entered, checked and loaded; every flaw named by its field in the reader's language."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import Schema

from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.actions.kit.flaw_words import flaw_in_words
from powerup.documents.errors import InvalidDocumentError
from powerup.documents.plain_texts import check_texts
from powerup.documents.schema import DocumentSchema, read_document
from powerup.texts import text


@dataclass(frozen=True, slots=True)
class NoInput:
    """The input of an action that needs nothing but its target."""


class NoInputSchema(DocumentSchema):
    """Takes an empty object."""

    makes = NoInput


def load_input(
    schema: type[Schema],
    entered: Mapping[str, object],
    by_the_rules: Callable[[Mapping[str, Any]], Iterable[FieldProblem]] | None = None,
) -> Any:
    """What decide takes, from the members of `input`. Raises InvalidInput with every flaw, pointers below /input.

    by_the_rules says what else is wrong with the members that could be loaded, so that a person mends all at once.
    """
    try:
        check_texts(entered)
        return read_document(_made(schema), entered)
    except InvalidDocumentError as error:
        refusal = invalid_input(error)
        if by_the_rules is None:
            raise refusal from error
        further = beside(refusal.problems, by_the_rules(error.readable))
        raise InvalidInput(refusal.message, (*refusal.problems, *further)) from error


def beside(flaws: Collection[FieldProblem], found: Iterable[FieldProblem]) -> list[FieldProblem]:
    """What was found elsewhere than in or above a member that could not be loaded."""
    return [
        problem for problem in found if not any(f"{flaw.pointer}/".startswith(f"{problem.pointer}/") for flaw in flaws)
    ]


@cache
def _made(schema: type[Schema]) -> Schema:
    """Schemas keep nothing of what they load, and making one takes longer than using it."""
    return schema()


def invalid_input(error: InvalidDocumentError) -> InvalidInput:
    """The refusal that tells of every flaw of a document."""
    problems = [FieldProblem(f"/input{flaw.pointer}", flaw.code, flaw_in_words(flaw)) for flaw in error.errors]
    return InvalidInput(text("Something in the form is not right; nothing was changed."), problems)
