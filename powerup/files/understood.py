"""What was understood of a file, for people who look at it before anything is done: where its columns are named, what
each heading stands for, and some of its cells."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from powerup.contracts.file_mapping import FileMapping
from powerup.files.cells import items_of
from powerup.files.columns import column_named, plain
from powerup.files.sheets import CellRow
from powerup.files.suggestion import said_at
from powerup.files.table import Table
from powerup.texts import Reader, Text

_LOOKED_AT = 200
_EXAMPLES = 3


def understood_document(
    table: Table, mapping: FileMapping | None, notes: Sequence[Text], reader: Reader
) -> dict[str, Any]:
    """All that is shown of it, as JSON values; notes are what a suggestion could not find out."""
    at = table.headings_at
    below = list(islice(at.sheet.rows(len(at.names)), at.row, at.row + _LOOKED_AT))
    return {
        "sheet": at.sheet.name,
        "row": at.row,
        "others": list(at.others),
        "notes": [reader.say(note) for note in (*notes, *table.notes)],
        "headings": [
            {
                "heading": heading,
                "columns": _columns_of(heading, mapping),
                "examples": _examples(below, place),
                "passed_over": heading in table.passed_over,
            }
            for place, name in enumerate(at.names)
            if (heading := " ".join(name.split()))
        ],
    }


def _columns_of(heading: str, mapping: FileMapping | None) -> list[str]:
    """The English names of the columns that a heading stands for."""
    if mapping is not None:
        by_heading = {plain(name): said for name, said in mapping.columns.items()}
        if plain(heading) in by_heading:
            named = [column_named(each) for each in items_of(by_heading[plain(heading)])]
            return [column.name for column in named if column]
        if plain(heading) in map(plain, mapping.values):
            return []
    own = column_named(heading)
    return [own.name] if own else []


def _examples(below: Sequence[CellRow], place: int) -> list[str]:
    """The first different cells below a heading."""
    said = dict.fromkeys(filter(None, (said_at(row, place) for row in below)))
    return [each[:60] for each in islice(said, _EXAMPLES)]
