"""What people type to find something, and what is searched for it, brought to one form.

Databases fold capitals each in its own way, and accents not at all; here both sides are folded before they meet.
"""

from collections.abc import Iterable
from unicodedata import combining, normalize


def folded(words: str) -> str:
    """The words without capitals, accents and needless blanks: Café Amélie is found as cafe amelie."""
    plain = "".join(each for each in normalize("NFKD", words.casefold()) if not combining(each))
    return " ".join(plain.split())


def search_text(parts: Iterable[str]) -> str:
    """All parts as one folded text; a word that stands in two of them stands there once per part."""
    return folded(" ".join(part for part in parts if part))


def search_words(typed: str) -> list[str]:
    """The words to look for, each once; all of them have to be there, in any order."""
    return list(dict.fromkeys(folded(typed).split()))
