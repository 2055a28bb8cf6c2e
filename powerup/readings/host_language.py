"""In which language a customer reads, as hosts write it: a tag, or the language's name."""

import re

_TAG = re.compile(r"([a-z]{2})(?:[-_][a-z]{2,4})?").fullmatch
_NAMES = {
    "dutch": "nl",
    "nederlands": "nl",
    "vlaams": "nl",
    "nld": "nl",
    "dut": "nl",
    "english": "en",
    "engels": "en",
    "eng": "en",
    "german": "de",
    "duits": "de",
    "deutsch": "de",
    "deu": "de",
    "french": "fr",
    "frans": "fr",
    "français": "fr",
    "fra": "fr",
}


def language_of(said: str) -> str | None:
    """The tag of the language that a host's field names, such as nl for `Nederlands` or `NL-be`; None for what is empty
    or not known. The host's documentation says nothing of the field's form (host page 4.9)."""
    word = said.strip().casefold()
    if word in _NAMES:
        return _NAMES[word]
    found = _TAG(word)
    return found[1] if found else None
