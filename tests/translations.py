"""Brings a catalogue up to date with the sentences in the code: `python -m tests.translations`.

Adds sentences that are missing, with an empty translation, drops those that are gone, and names what is to be
translated. Single words in lower case are values of enumerations and stay.
"""

import sys

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from powerup.texts import CATALOGUES, catalogue
from tests.test_texts import templates

HEADER = """\
# Dutch texts; the keys are the English sentences in the code.
msgid ""
msgstr ""
"Language: nl\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def main() -> int:
    """Rewrite nl.po; the exit code is 1 while something is not translated."""
    known = catalogue("nl")
    values_of_enumerations = {key for key in known if " " not in key and key.islower()}
    updated = Catalog(locale="nl")
    for english in sorted({*templates()} | values_of_enumerations):
        updated.add(english, known.get(english, ""))
    path = CATALOGUES / "nl.po"
    with path.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, updated, width=0, omit_header=True, no_location=True)
    missing = [message.id for message in updated if message.id and not message.string]
    for english in missing:
        print(english)  # noqa: T201 - a command for developers that prints its answer
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
