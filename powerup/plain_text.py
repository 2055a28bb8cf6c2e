"""The one rule for texts, by whichever door they come in: messages, forms, files, configuration, the host's answers.

A text has the characters that people see, blanks, tabs and ends of lines. It has none that a terminal obeys (C0, C1),
none that turns its direction or order about (so that what is read is not what stands there), no U+0000 and no half of a
surrogate pair, which databases refuse.
"""

import re

_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def odd_character(text: str) -> str | None:
    """The first character that no text has, as `U+202E`; None where there is none."""
    found = _ODD.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def without_odd_characters(text: str) -> str:
    """The text as it may be kept, of others who are not asked to write it otherwise."""
    return _ODD.sub("", text)


def shown_plainly(text: str) -> str:
    """The text as a terminal shows it and does not obey it, with a mark where something was left out."""
    return _ODD.sub("\N{REPLACEMENT CHARACTER}", text)
