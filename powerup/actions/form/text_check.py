"""Whether the texts of a contract's work orders can be filled in (rules: Generation)."""

from collections.abc import Iterator

from powerup.actions.kit.answer import FieldProblem
from powerup.contracts.contract import Contract
from powerup.contracts.work_text import placeholders_in_words, unknown_placeholders
from powerup.texts import Text, text


def text_problems(contract: Contract, before: Contract | None) -> Iterator[FieldProblem]:
    """A name in braces that is no placeholder, but for texts that stood in the contract before it was changed."""
    stood = dict(_texts(before)) if before is not None else {}
    for pointer, (place, written) in _pointed(contract):
        unknown = unknown_placeholders(written)
        if unknown and stood.get(place) != written:
            message = text(
                "{name} is no placeholder; known are {known}. A brace that is to be printed is written twice: {brace}.",
                name=", ".join(unknown),
                known=placeholders_in_words(),
                brace="{{",
            )
            yield FieldProblem(f"/input{pointer}", "unknown_placeholder", message)


def text_warnings(contract: Contract, before: Contract | None) -> Iterator[Text]:
    """What is printed as it stands, in texts that were stored before such names were refused."""
    stood = dict(_texts(before)) if before is not None else {}
    for place, written in _texts(contract):
        unknown = unknown_placeholders(written)
        if unknown and stood.get(place) == written:
            yield text(
                "{name} in a description is no placeholder and is printed as it stands; known are {known}.",
                name=", ".join(unknown),
                known=placeholders_in_words(),
            )


def _pointed(contract: Contract) -> Iterator[tuple[str, tuple[str, str]]]:
    """The texts, each with the place of the form where it is entered."""
    pointers = {"": "/template/description"}
    pointers |= {plan.name: f"/plans/{place}/description" for place, plan in enumerate(contract.plans)}
    for place, written in _texts(contract):
        yield pointers[place], (place, written)


def _texts(contract: Contract) -> Iterator[tuple[str, str]]:
    """The text of the contract, by an empty name, and those that single plans have instead, by theirs."""
    yield "", contract.template.description
    for plan in contract.plans:
        if plan.override.description:
            yield plan.name, plan.override.description
