"""How answers are shown: JSON for programs, tables for people."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:  # loaded where a table is written: most answers are a line or JSON
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_WIDTH_OF_FILES = 200


def print_json(document: Any) -> None:
    """Write a JSON document to standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_as_text))


def print_notes(notes: Iterable[str]) -> None:
    """What belongs to an answer and is none of its lines goes to standard error, where no program takes it for one."""
    for note in notes:
        click.echo(note, err=True)


def console() -> "Console":
    """Standard output as rich writes to it; wide where it is no terminal, so that nothing is cut off."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(file=sys.stdout, width=width, highlight=False)


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], title: str = "") -> None:
    """Write rows as a table; a value that is absent or null is an empty cell, and markup in a value is only text."""
    console().print(table(columns, rows, title))


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], title: str = "") -> "Table":
    """Rows as a table to be printed."""
    from rich.table import Table

    made = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        made.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        made.add_row(*(_cell(row.get(column)) for column in columns))
    return made


def _cell(value: Any) -> "Text":
    from rich.text import Text

    return Text("" if value is None else _as_text(value))


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
