"""An answer whose `response` is a list, read as it comes in: in flat memory, however long it is (host page 4.3;
architecture: long lists).

One record at a time is held, decoded by the standard library, so that it is read as `json.loads` would read it.
"""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

LARGEST_RECORD = 4 * 1024 * 1024
"""Characters; a sound record has a few thousand."""

_scan = json.JSONDecoder().raw_decode
_end_of_space = re.compile(r"[ \t\n\r]*").match
_BEHIND_A_VALUE = ",:]}"


class BrokenListError(Exception):
    """The answer is no envelope with a list in it; the text says what it is instead."""


class ListAnswer:
    """An envelope that is still coming in, in pieces of any size. Iterate over it once: that gives the records of its
    `response`, whatever they are; what they are worth is known when the last was given, by code and messages.

    A list that comes as an object ({"0": …}) is a list, another object is one record, null and {} are none.
    Iterating raises BrokenListError, also at the end where that is missing, and whatever the pieces raise.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.code: object = None
        self.messages: object = None
        self.has_response = False
        self._text = _ArrivingText(pieces)

    def __iter__(self) -> Iterator[object]:
        if self._text.peek() != "{":
            raise BrokenListError(self._text.kind())
        self._text.take("{")
        for name in self._text.names():
            if name == "response":
                if self.has_response:
                    raise BrokenListError("two lists in one answer")
                self.has_response = True
                yield from self._records()
            elif name == "code":
                self.code = self._text.value()
            elif name == "messages":
                self.messages = self._text.value()
            else:
                self._text.value()
        if self._text.peek():
            raise BrokenListError("something behind the end of the answer")

    def _records(self) -> Iterator[object]:
        match self._text.peek():
            case "[":
                self._text.take("[")
                yield from self._text.elements()
            case "{":
                self._text.take("{")
                yield from self._of_object()
            case _:
                if self._text.value() is not None:
                    raise BrokenListError("a value where records are expected")

    def _of_object(self) -> Iterator[object]:
        """The values of a numbered object, else the object itself as the one record."""
        record: dict[str, object] = {}
        size, numbered = 0, None
        for name in self._text.names():
            numbered = is_place(name) if numbered is None else numbered
            if numbered is not is_place(name):
                raise BrokenListError("an object that is half a list")
            value, size = self._text.value(), size + self._text.size
            if numbered:
                yield value
                continue
            if size > LARGEST_RECORD:
                raise BrokenListError(_TOO_LARGE)
            record[name] = value
        if record:
            yield record


def is_place(name: str) -> bool:
    """Whether the name of a member is a place in a list, as PHP writes one that it takes for an object."""
    return name.isascii() and name.isdigit()


class _ArrivingText:
    """JSON of which only what is not yet taken is held. size is how many characters the value taken last had."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.size = 0
        self._pieces = iter(pieces)
        self._decoder = getincrementaldecoder("utf-8-sig")("surrogatepass")  # as json.loads decodes
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that is no space; none at the end."""
        while True:
            self._at = self._behind_space(self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, expected: str) -> str:
        """The next character, which has to be one of the expected."""
        found = self.peek()
        if not found:
            raise BrokenListError(_CUT_OFF)
        if found not in expected:
            raise BrokenListError(_NO_JSON)
        self._at += 1
        return found

    def value(self) -> object:
        """The next value, once what stands behind it is there, too: a number could go on."""
        self.peek()
        while True:
            try:
                value, end = _scan(self._text, self._at)
            except json.JSONDecodeError:
                pass  # cut off so far, or no JSON at all: the rest will tell
            except (ValueError, RecursionError):
                raise BrokenListError("a record nested without end, or a number without end") from None
            else:
                behind = self._behind_space(end)
                if behind < len(self._text) and self._text[behind] in _BEHIND_A_VALUE:
                    self.size, self._at = end - self._at, behind
                    return value
            if len(self._text) - self._at > LARGEST_RECORD:
                raise BrokenListError(_TOO_LARGE)
            if not self._more():
                raise BrokenListError(_CUT_OFF)

    def names(self) -> Iterator[str]:
        """The names of an object's members; the value of each has to be taken before the next is asked for."""
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise BrokenListError(_NO_JSON)
            self.take(":")
            yield name
            if self.take(",}") == "}":
                return

    def elements(self) -> Iterator[object]:
        """The values of a list."""
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.take(",]") == "]":
                return

    def kind(self) -> str:
        """What an answer that begins like this is."""
        return {"": "an empty body", "<": "an HTML page"}.get(self.peek(), "something else")

    def _behind_space(self, start: int) -> int:
        found = _end_of_space(self._text, start)
        return found.end() if found else start

    def _more(self) -> bool:
        """Hold another piece; False when there is none."""
        if self._ended:
            return False
        piece = next(self._pieces, None)
        self._ended = piece is None
        try:
            added = self._decoder.decode(piece or b"", final=self._ended)
        except UnicodeDecodeError:
            raise BrokenListError("bytes that are no UTF-8") from None
        self._text, self._at = self._text[self._at :] + added, 0
        return not self._ended or bool(added)


_CUT_OFF = "an answer that is cut off, or no JSON,"
_NO_JSON = "something else"
_TOO_LARGE = f"a record larger than {LARGEST_RECORD // 1024 // 1024} MiB"
