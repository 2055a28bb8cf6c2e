"""What is wrong with a document, member by member (RFC 6901 pointers, as webhooks: section 4 answers `invalid`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from powerup.errors import PowerupError

SCHEMA_LEVEL = "_schema"
"""Where marshmallow keeps messages that belong to an object as a whole."""

CODES = {
    "Missing data for required field.": "required",
    "Unknown field.": "unknown",
    "Field may not be null.": "null",
}


@dataclass(frozen=True, slots=True)
class DocumentError:
    """One flaw: where (a JSON pointer, empty for the whole document), a code for programs, a sentence for people."""

    pointer: str
    code: str
    message: str


class InvalidDocumentError(PowerupError):
    """A document cannot be taken; errors names every flaw, readable holds the members that could be loaded."""

    def __init__(self, errors: Sequence[DocumentError], readable: Mapping[str, Any] | None = None) -> None:
        named = "; ".join(f"{error.pointer or '/'}: {error.message}" for error in errors)
        super().__init__(f"The document cannot be taken: {named}")
        self.errors = tuple(errors)
        self.readable = readable or {}

    def as_json(self) -> list[dict[str, str]]:
        """The flaws as every answer shows them: pointer, code, message."""
        return [asdict(error) for error in self.errors]


def errors_from(messages: Any, pointer: str = "") -> list[DocumentError]:
    """What marshmallow found (`ValidationError.messages`), as one flat list; pointer is where its document stands.

    A message `code: sentence` brings its own code; of marshmallow's own, those that are not in CODES are `invalid`.
    """
    return list(_errors(messages, pointer))


def _errors(messages: Any, pointer: str) -> Iterator[DocumentError]:
    if isinstance(messages, dict):
        for member, below in messages.items():
            place = pointer if member == SCHEMA_LEVEL else f"{pointer}/{escaped(member)}"
            yield from _errors(below, place)
    elif isinstance(messages, list):
        for message in messages:
            yield from _errors(message, pointer)
    else:
        yield _error(pointer, str(messages))


def _error(pointer: str, message: str) -> DocumentError:
    if message in CODES:
        return DocumentError(pointer, CODES[message], message)
    code, separator, sentence = message.partition(": ")
    if separator and code.islower() and code.replace("_", "").isalnum():
        return DocumentError(pointer, code, sentence)
    return DocumentError(pointer, "invalid", message)


def escaped(member: object) -> str:
    """A member's name as a part of a pointer (RFC 6901, 3)."""
    return str(member).replace("~", "~0").replace("/", "~1")
