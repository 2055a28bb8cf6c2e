"""Brings the catalogues up to date with the sentences in the code: `python -m tests.translations`.

Adds sentences that are missing, with an empty translation, drops those that are gone, and names what is to be
translated. Single words in lower case are values of enumerations and stay.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from powerup.sandbox.pages import texts as texts_of_pages
from powerup.sandbox.pages.words import WORDS
from powerup.texts import CATALOGUES

CODE = Path(__file__).parent.parent / "powerup"
PAGES = CODE / "sandbox" / "pages"

PRODUCT_DUTCH = CATALOGUES / "nl.po"
PAGES_DUTCH = texts_of_pages.CATALOGUES / "nl.po"

FORMS = {"text": 1, "counted": 2}
FORMS_IN_PAGES = {"say": 1, "counted": 2}
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
    """Every sentence of the product; SQLAlchemy has a function `text` too."""
    for path in sorted(CODE.rglob("*.py")):
        code = path.read_text("utf-8")
        if re.search(r"^from powerup\.texts import ", code, re.MULTILINE):
            yield from _said_in(code, FORMS)
    for path in sorted((CODE / "pages").rglob("*.html")):
        yield from _said_in_template(path)


def sentences_of_pages() -> Iterator[Key]:
    """Every sentence of the stand-in's pages: those of its templates, of its code, and the words for codes."""
    for words in WORDS.values():
        yield from words.values()
    for path in sorted(PAGES.glob("*.py")):
        yield from _said_in(path.read_text("utf-8"), FORMS_IN_PAGES)
    for path in sorted(PAGES.glob("templates/*.html")):
        yield from _said_in_template(path)


def _said_in_template(path: Path) -> Iterator[Key]:
    with path.open("rb") as file:
        for _, function, said, _ in babel_extract(file, ("_", "ngettext"), (), {}):
            given = [said] if isinstance(said, str) else [str(each) for each in said or ()]
            yield (given[0], given[1]) if function == "ngettext" else given[0]


def _said_in(code: str, forms: Mapping[str, int]) -> Iterator[Key]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            first = node.args[: forms.get(name, 0)]
            said = [each.value for each in first if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if said and len(said) == forms[name]:
                yield said[0] if len(said) == 1 else (said[0], said[1])


def translated(path: Path = PRODUCT_DUTCH) -> dict[Key, Message]:
    """What stands in a catalogue, by its key."""
    with path.open("rb") as file:
        return {_key(message): message for message in read_po(file, locale="nl") if message.id}


def is_complete(message: Message | None) -> bool:
    """Whether it is there, and every form of it that the language has."""
    return message is not None and all(said_by(message))


def said_by(message: Message) -> list[str]:
    """The forms of its translation."""
    string = message.string
    return [str(form or "") for form in (string if isinstance(string, list | tuple) else (string,))]


def _key(message: Message) -> Key:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def main() -> int:
    """Rewrite both catalogues; the exit code is 1 while something is not translated."""
    known = translated(PRODUCT_DUTCH)
    values_of_enumerations = {key for key in known if isinstance(key, str) and " " not in key and key.islower()}
    missing = [
        *_rewrite(PRODUCT_DUTCH, {*sentences()} | values_of_enumerations),
        *_rewrite(PAGES_DUTCH, {*sentences_of_pages()}),
    ]
    for key in missing:
        print(key)  # noqa: T201 - a command for developers that prints its answer
    return 1 if missing else 0


def _rewrite(path: Path, wanted: Collection[Key]) -> list[Key]:
    """The catalogue with these sentences and no others. Gives those that are to be translated."""
    known = translated(path)
    updated = Catalog(locale="nl")
    for key in sorted(wanted, key=lambda key: key if isinstance(key, str) else key[0]):
        updated.add(key, known[key].string if key in known else "")
    with path.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, updated, width=0, omit_header=True, no_location=True)
    return [_key(message) for message in updated if message.id and not is_complete(message)]


if __name__ == "__main__":
    sys.exit(main())
