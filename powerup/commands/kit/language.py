"""The language that commands speak: the operator's, as `LANG` names it (commands page)."""

from powerup.texts import LANGUAGES, Reader


def operator_reader(spoken: str) -> Reader:
    """Who reads a command's answer: spoken is what `LANG` holds, such as nl_NL.UTF-8; another language than ours reads
    English."""
    return Reader(spoken[:2] if spoken[:2] in LANGUAGES else "en")
