"""JSON as RFC 8259 has it and no more: what parsers read differently is refused at its place
(webhooks page, section 2; decision 10)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isinf
from typing import Any

from powerup.errors import PowerupError

DEEPEST_NESTING = 32

_LONGEST_NUMBER = 100
# A string that does not end matches too, to the end of the text: so no text is read more than once.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\]:,]|-?(?:NaN|Infinity)|-?\d[\d.eE+-]*', re.DOTALL)


class MalformedJsonError(PowerupError):
    """Not the JSON that is wanted; offset is the place in bytes from the start."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset


class _Flaw(Exception):
    """A flaw at a place that is counted in characters."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


@dataclass(slots=True)
class _Level:
    """One open object or array; names of the object so far, and its last string, which may be the next name."""

    names: set[str] = field(default_factory=set)
    last_string: tuple[int, str] | None = None


def parse_object(body: bytes) -> dict[str, Any]:
    """The one object that the body is. Raises MalformedJsonError."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJsonError(error.start, "The body is not UTF-8.") from None
    try:
        _check_tokens(text)
        parsed = json.loads(text)
        if not isinstance(parsed, dict):
            raise _Flaw(0, "One JSON object is expected.")
    except json.JSONDecodeError as error:
        raise MalformedJsonError(_byte_offset(text, error.pos), f"The body is not JSON: {error.msg}.") from None
    except _Flaw as flaw:
        raise MalformedJsonError(_byte_offset(text, flaw.position), str(flaw)) from None
    return parsed


def _byte_offset(text: str, position: int) -> int:
    return len(text[:position].encode())


def _check_tokens(text: str) -> None:
    """Refuse what Python's parser would take: deep nesting, names twice, numbers and texts that are none."""
    levels: list[_Level] = [_Level()]
    for position, token in _tokens(text):
        match token[0]:
            case "{" | "[":
                if len(levels) > DEEPEST_NESTING:
                    raise _Flaw(position, f"Objects and arrays nest at most {DEEPEST_NESTING} deep.")
                levels.append(_Level())
            case "}" | "]":
                if len(levels) > 1:
                    levels.pop()
            case '"':
                levels[-1].last_string = (position, _text_of(token, position))
            case ":":
                _take_name(levels[-1])
            case ",":
                pass
            case _:
                _check_number(token, position)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    return ((found.start(), found.group()) for found in _TOKEN.finditer(text))


def _take_name(level: _Level) -> None:
    if level.last_string is None:
        return  # no JSON at all; the parser says where
    position, name = level.last_string
    if name in level.names:
        raise _Flaw(position, "An object has this name twice.")
    level.names.add(name)


def _text_of(token: str, position: int) -> str:
    if "\\" not in token:
        return token[1:-1]
    try:
        text = str(json.loads(token))
    except json.JSONDecodeError:
        return token  # the parser says where
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise _Flaw(position, "A text holds \\u0000 or half a character.")
    return text


def _check_number(token: str, position: int) -> None:
    if token.endswith(("NaN", "Infinity")):
        raise _Flaw(position, "NaN and Infinity are no JSON.")
    if len(token) > _LONGEST_NUMBER:
        raise _Flaw(position, f"A number has at most {_LONGEST_NUMBER} characters.")
    try:
        infinite = isinf(float(token))
    except ValueError:
        return  # the parser says where
    if infinite:
        raise _Flaw(position, "This number is too large.")
