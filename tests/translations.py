"""Brings a catalogue up to date with the sentences in the code: `python -m tests.translations`.

Adds sentences that are missing, with an empty translation, drops those that are gone, and names what is to be
translated. Single words in lower case are values of enumerations and stay.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from powerup.texts import CATALOGUES

CODE = Path(__file__).parent.parent / "powerup"

FORMS = {"text": 1, "counted": 2}
"""How many forms of a sentence come first in a call of these: for one and for several where it counts."""

HEADER = """\
# Dutch texts; the keys are the English sentences in the code.
msgid ""
msgstr ""
"Language: nl\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""

Key = str | tuple[str, str]
"""A sentence, or its forms for one and for several."""


def sentences() -> Iterator[Key]:
    """Every sentence in the code; SQLAlchemy has a function `text` too."""
    for path in sorted(CODE.rglob("*.py")):
        code = path.read_text("utf-8")
        if not re.search(r"^from powerup\.texts import ", code, re.MULTILINE):
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORMS:
                forms = [str(each.value) for each in node.args[: FORMS[node.func.id]] if isinstance(each, ast.Constant)]
                if len(forms) == FORMS[node.func.id]:
                    yield forms[0] if len(forms) == 1 else (forms[0], forms[1])


def translated(language: str = "nl") -> dict[Key, Message]:
    """What stands in the catalogue of a language, by its key."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return {message.id: message for message in read_po(file, locale=language) if message.id}


def is_complete(message: Message) -> bool:
    """Whether every form that the language has is there."""
    forms = message.string if isinstance(message.id, tuple) else (message.string,)
    return all(forms)


def main() -> int:
    """Rewrite nl.po; the exit code is 1 while something is not translated."""
    known = translated()
    values_of_enumerations = {key for key in known if isinstance(key, str) and " " not in key and key.islower()}
    updated = Catalog(locale="nl")
    for key in sorted({*sentences()} | values_of_enumerations, key=lambda key: key if isinstance(key, str) else key[0]):
        updated.add(key, known[key].string if key in known else "")
    path = CATALOGUES / "nl.po"
    with path.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, updated, width=0, omit_header=True, no_location=True)
    missing = [message.id for message in updated if message.id and not is_complete(message)]
    for key in missing:
        print(key)  # noqa: T201 - a command for developers that prints its answer
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
