"""Documents that people and other software hand in have plain texts alone."""

from collections.abc import Iterator, Mapping

from powerup.documents.errors import DocumentError, InvalidDocumentError, escaped
from powerup.plain_text import odd_character


def check_texts(document: object) -> None:
    """Refuse a parsed JSON document with characters that no text has. Raises InvalidDocumentError with each place."""
    if flaws := [_flaw(pointer, character) for pointer, character in _odd_texts(document, "")]:
        raise InvalidDocumentError(flaws)


def _flaw(pointer: str, character: str) -> DocumentError:
    return DocumentError(pointer, "control_character", f"{character} is no character of a text.")


def _odd_texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            if character := odd_character(value):
                yield pointer, character
        case Mapping():
            for name, below in value.items():
                if odd_character(str(name)):
                    yield pointer, str(odd_character(str(name)))
                else:
                    yield from _odd_texts(below, f"{pointer}/{escaped(name)}")
        case list() | tuple():
            for place, below in enumerate(value):
                yield from _odd_texts(below, f"{pointer}/{place}")
        case _:  # a number, a boolean or null
            pass
