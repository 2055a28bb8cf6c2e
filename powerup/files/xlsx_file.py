"""XLSX as spreadsheets write it: cells are read as the text that CSV would have, and no formula is computed or taken
for its last result (architecture: Exactly, Files)."""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from powerup.files.cells import guarded, written
from powerup.files.problems import FileProblem, InvalidFile, invalid_row
from powerup.texts import text

CellValue = str | int | date | None
"""What one cell of a written file may hold; a text is never taken for a formula."""

MOST_UNPACKED_BYTES = 200_000_000
"""A file that unpacks to more is no list of contracts."""

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_NARROWEST, _WIDEST = 8, 50
_DATE_FORMAT = "yyyy-mm-dd"
_FIRST_SAFE_YEAR = 1901  # spreadsheets count days from 1900, which they take for a leap year

_ESCAPED = re.compile(r"_x((?![dD][89a-fA-F])[0-9a-fA-F]{4})_")
_TO_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def is_xlsx(content: bytes) -> bool:
    """Whether this is a spreadsheet's own file rather than text; also one of the old kind, which is then refused."""
    return content.startswith((_ZIP, _OLD_EXCEL))


def xlsx_records(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet as texts, the first being the names.

    Raises InvalidFile for what is no such file, and for formulas and faulty cells, each with its row and column.
    """
    try:
        size = sum(part.file_size for part in ZipFile(io.BytesIO(content)).infolist())
        rows = _rows_of_first_sheet(content) if size <= MOST_UNPACKED_BYTES else None
    except Exception as error:  # a broken file raises whatever the reader of its broken part raises
        message = text("The file is no XLSX spreadsheet that can be read. Save it as XLSX or CSV UTF-8 and try again.")
        raise invalid_row(1, "not_xlsx", message) from error
    if rows is None:
        raise invalid_row(1, "too_large", text("The file is too large; divide it into several."))
    return _texts(rows)


def _rows_of_first_sheet(content: bytes) -> list[tuple[Any, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of decorations that the library does not know, and that nobody asks for
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size may be wrong
            return list(sheet.iter_rows())
        finally:
            workbook.close()


def _texts(rows: Sequence[Sequence[Any]]) -> Iterator[list[str]]:
    problems = []
    records = []
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if cell.data_type in _REFUSED:
                column = _heading(rows[0], place)
                problems.append(FileProblem(number, column, *_REFUSED[cell.data_type]))
        records.append([_cell_text(cell.value) for cell in row])
    if problems:
        raise InvalidFile(problems)
    return iter(records)


_REFUSED = {
    "f": ("formula", text("This is a formula. Put its result there as a plain value.")),
    "e": ("error_value", text("This cell holds an error of the spreadsheet, and no value.")),
}
"""Kinds of cells that hold no value of their own."""


def _heading(names: Sequence[Any], place: int) -> str:
    """The name above a cell, or its letter where there is none."""
    name = names[place] if place < len(names) else None
    is_plain = name is not None and name.data_type not in _REFUSED
    return (_cell_text(name.value).strip() if is_plain and name else "") or get_column_letter(place + 1)


def _cell_text(value: Any) -> str:
    """The cell as somebody would have typed it into CSV."""
    match value:
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case None | bool():
            return written(value)
        case str():
            return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
        case _:
            return str(value)


def xlsx_content(title: str, names: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """A file with one sheet of that title: rows below the names, which are bold and stay in sight."""
    rows = list(rows)
    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(names):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _width(name, (row[place] for row in rows))
    bold = Font(bold=True)
    sheet.append([_cell(sheet, name, font=bold) for name in names])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: CellValue, font: Font | None = None) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, date) and value.year < _FIRST_SAFE_YEAR:
        value = value.isoformat()
    cell: Any = WriteOnlyCell(sheet)
    cell.value = _escaped(guarded(value)) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # whatever it looks like
    elif isinstance(value, date):
        cell.number_format = _DATE_FORMAT
    if font:
        cell.font = font
    return cell


def _escaped(value: str) -> str:
    """Characters that XML cannot hold, as spreadsheets write them (ECMA-376: ST_Xstring)."""
    return _TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", value)


def _width(name: str, values: Iterable[CellValue]) -> int:
    """Wide enough for most of what stands in the column."""
    longest = max((len(written(value)) for value in values), default=0)
    return min(max(longest, len(name), _NARROWEST), _WIDEST) + 2
