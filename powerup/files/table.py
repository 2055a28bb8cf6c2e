"""A file as a table of cells under known columns, whatever kind of file it came from (architecture: Exactly, Files)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from powerup.files.cells import unguarded
from powerup.files.columns import COLUMNS, REQUIRED, Belongs, Column, column_named
from powerup.files.csv_file import csv_records
from powerup.files.problems import FileProblem, InvalidFile, invalid_row
from powerup.files.xlsx_file import is_xlsx, xlsx_records
from powerup.texts import Text, text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file. number counts from 1, the row of names; cells are those of known columns, by their name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The file's columns in their order, with the name that each has there, and its rows that are not empty."""

    columns: tuple[Column, ...]
    headings: dict[str, str]
    rows: tuple[Row, ...]


def read_table(content: bytes) -> Table:
    """The rows of a CSV or XLSX file, told apart by their content.

    Raises InvalidFile for what is neither, and for columns that are unknown or missing.
    """
    records = xlsx_records(content) if is_xlsx(content) else csv_records(content)
    headings = next(records, [])
    if not any(heading.strip() for heading in headings):
        raise invalid_row(1, "empty", text("The file is empty; the first row holds the names of the columns."))
    columns = _columns(headings)
    rows = _rows(columns, records)
    if not rows:
        raise invalid_row(2, "empty", text("The file has no rows below the names of the columns."))
    named = {column.name: heading.strip() for column, heading in zip(columns, headings, strict=False)}
    return Table(columns, named, rows)


def _rows(columns: Sequence[Column], records: Iterator[list[str]]) -> tuple[Row, ...]:
    found, problems = [], []
    for number, record in enumerate(records, start=2):
        cells = [unguarded(cell) for cell in record]
        if any(cell.strip() for cell in cells[len(columns) :]):
            problems.append(FileProblem(number, "", "too_many_cells", text("There are more cells than columns.")))
        elif any(cell.strip() for cell in cells):
            filled = cells + [""] * (len(columns) - len(cells))
            found.append(Row(number, _by_name(columns, filled)))
    if problems:
        raise InvalidFile(problems)
    return tuple(found)


def _by_name(columns: Sequence[Column], cells: Sequence[str]) -> dict[str, str]:
    return {column.name: cell if column.exact else cell.strip() for column, cell in zip(columns, cells, strict=False)}


def _columns(headings: Sequence[str]) -> tuple[Column, ...]:
    while headings and not headings[-1].strip():
        headings = headings[:-1]
    problems: list[FileProblem] = []
    columns: list[Column] = []
    for heading in headings:
        column = column_named(heading)
        if column is None:
            problems.append(_of_heading(heading, "unknown_column", _unknown(heading)))
        elif column in columns:
            message = text("The column {name} is there twice.", name=column.name)
            problems.append(_of_heading(heading, "twice", message))
        else:
            columns.append(column)
    for column in COLUMNS:
        if _must_be_there(column) and column not in columns:
            message = text("The column {name} is missing.", name=column.name)
            problems.append(_of_heading(column.name, "missing_column", message))
    if problems:
        raise InvalidFile(problems)
    return tuple(columns)


def _unknown(heading: str) -> Text:
    if not heading.strip():
        return text("A column has no name.")
    return text("There is no column {name}; known are: {known}.", name=heading, known=[c.name for c in COLUMNS])


def _of_heading(heading: str, code: str, message: Text) -> FileProblem:
    return FileProblem(1, heading.strip(), code, message)


def _must_be_there(column: Column) -> bool:
    return column.belongs is Belongs.NUMBER or (column.empty is REQUIRED and column.belongs is not Belongs.PLAN)
