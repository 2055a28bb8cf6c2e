"""CSV as spreadsheets write it, taken apart into rows of cells (architecture: Exactly, Files)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from powerup.files.cells import guarded, unguarded
from powerup.files.columns import COLUMNS, REQUIRED, Belongs, Column, column_named
from powerup.files.problems import FileProblem, InvalidFile
from powerup.texts import Text, text

_DELIMITERS = (",", ";", "\t")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


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
    """The rows of a file. Raises InvalidFile for what is no such file, and for columns that are unknown or missing."""
    records = _records(_decoded(content))
    headings = next(records, [])
    if not any(heading.strip() for heading in headings):
        raise _invalid(1, "", "empty", text("The file is empty; the first row holds the names of the columns."))
    columns = _columns(headings)
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
    if not found:
        raise _invalid(2, "", "empty", text("The file has no rows below the names of the columns."))
    named = {column.name: heading.strip() for column, heading in zip(columns, headings, strict=False)}
    return Table(columns, named, tuple(found))


def csv_text(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A file of rows below the names, as spreadsheets open it without asking: with BOM, commas, formulas guarded."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def _by_name(columns: Sequence[Column], cells: Sequence[str]) -> dict[str, str]:
    return {column.name: cell if column.exact else cell.strip() for column, cell in zip(columns, cells, strict=False)}


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = 1 if content.startswith(_UTF_16) else content.count(b"\n", 0, error.start) + 1
        message = text("The file is not UTF-8 text. Save it as CSV UTF-8 and try again.")
        raise _invalid(row, "", "not_utf_8", message) from error


def _records(content: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=_delimiter(content), strict=True)
    read = 0
    try:
        for record in reader:
            read += 1
            yield record
    except csv.Error as error:
        message = text("This row cannot be read as CSV; look at its quotation marks.")
        raise _invalid(read + 1, "", "not_csv", message) from error


def _delimiter(content: str) -> str:
    """The delimiter by which the first row holds the most names that we know."""
    first = content.splitlines()[0] if content else ""

    def known(delimiter: str) -> int:
        return sum(column_named(name.strip('"')) is not None for name in first.split(delimiter))

    return max(_DELIMITERS, key=known)


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


def _invalid(row: int, column: str, code: str, message: Text) -> InvalidFile:
    return InvalidFile([FileProblem(row, column, code, message)])
