"""How answers are shown: JSON for programs, tables for people."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from powerup.commands.kit.column_words import column_in_words
from powerup.commands.kit.group import Finding
from powerup.plain_text import shown_plainly
from powerup.texts import Reader, text
from powerup.texts import Text as Sentence

if TYPE_CHECKING:  # loaded where a table is written: most answers are a line or JSON
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from powerup.files.list_file import ListFile

_WIDTH_OF_FILES = 200


def print_json(document: Any) -> None:
    """Write a JSON document to standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_as_text))


def print_notes(notes: Iterable[str]) -> None:
    """What belongs to an answer and is none of its lines goes to standard error, where no program takes it for one."""
    for note in notes:
        click.echo(shown_plainly(note), err=True)


def show_members(document: Mapping[str, Any], reader: Reader) -> None:
    """Write a document of counts and facts as a table of two columns, one line for each member."""
    rows = [
        {"what": column_in_words(name, reader), "value": _in_a_cell(value, reader)} for name, value in document.items()
    ]
    print_table(("what", "value"), rows, reader)


def _in_a_cell(value: Any, reader: Reader) -> Any:
    match value:
        case dict():
            return ", ".join(f"{number} {reader.code(name)}" for name, number in value.items())
        case list():
            return "\n".join(value)
        case _:
            return value


def write_files(
    list_file: "ListFile", rows: Sequence[Mapping[str, Any]], reader: Reader, sheet: Path | None, table: Path | None
) -> None:
    """Write a list into a spreadsheet, and as CSV, where paths are given for them. Raises Finding like `write_file`."""
    if sheet is not None:
        write_file(sheet, list_file.xlsx(rows, reader))
    if table is not None:
        write_file(table, list_file.csv(rows, reader))


def write_file(path: Path, content: bytes) -> None:
    """Write an answer into a file. Raises Finding where that cannot be done."""
    try:
        path.write_bytes(content)
    except OSError as error:
        words = error.strerror or str(error)
        raise Finding(text("{file} could not be written: {words}.", file=path, words=words)) from error


def console() -> "Console":
    """Standard output as rich writes to it; wide where it is no terminal, so that nothing is cut off."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(file=sys.stdout, width=width, highlight=False)


def print_table(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], reader: Reader, title: Sentence | None = None
) -> None:
    """Write rows as a table; a value that is absent or null is an empty cell, and markup in a value is only text."""
    console().print(table(columns, rows, reader, title))


def table(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], reader: Reader, title: Sentence | None = None
) -> "Table":
    """Rows as a table to be printed, its headings and the codes in it in the reader's language."""
    from rich.table import Table

    made = Table(title=reader.say(title) if title else None, title_justify="left", header_style="bold")
    for column in columns:
        made.add_column(column_in_words(column, reader), overflow="fold")
    for row in rows:
        made.add_row(*(_cell(column, row.get(column), reader) for column in columns))
    return made


_OF_CODES = frozenset({"effect", "kind", "mark", "ok", "reason", "result", "state", "status", "through"})
"""Columns that hold codes, which people read as words."""


def _cell(column: str, value: Any, reader: Reader) -> "Text":
    from rich.text import Text

    match value:
        case None:
            return Text("")
        case Sentence():
            return Text(shown_plainly(reader.say(value)))
        case str() if column in _OF_CODES:
            return Text(reader.code(value))
        case _:
            return Text(_as_text(value))


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else shown_plainly(str(value))
