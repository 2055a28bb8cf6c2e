"""XLSX as spreadsheets write it: a cell is read as its value or as what the sheet shows, and no formula is computed or
taken for its last result (architecture: Exactly, Files)."""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from powerup.files.cells import guarded, written
from powerup.files.number_formats import shown
from powerup.files.problems import CellProblem, InvalidFile, invalid_row
from powerup.files.sheets import CellRow, FileSheet
from powerup.texts import text

CellValue = str | int | date | Decimal | None
"""What one cell of a written file may hold; a text is never taken for a formula."""

MOST_UNPACKED_BYTES = 400_000_000
"""A file whose sheets unpack to more is no list of contracts; a sheet is read row by row."""

MOST_BYTES_AT_ONCE = 60_000_000
"""What is read as a whole, the texts of all sheets and the formats, unpacks to no more."""

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SHEETS = "worksheets/"
_VISIBLE = "visible"
_FORMATS_OF_THE_MACHINE = (14, 22)  # its short date, and that with the time (ECMA-376, 18.8.30)
_NARROWEST, _WIDEST = 8, 50
_DATE_FORMAT = "yyyy-mm-dd"
_AMOUNT_FORMAT = "#,##0.00"
_FIRST_SAFE_YEAR = 1901  # spreadsheets count days from 1900, which they take for a leap year

_ESCAPED = re.compile(r"_x((?![dD][89a-fA-F])[0-9a-fA-F]{4})_")
_TO_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def is_xlsx(content: bytes) -> bool:
    """Whether this is a spreadsheet's own file rather than text; also one of the old kind, which is then refused."""
    return content.startswith((_ZIP, _OLD_EXCEL))


def xlsx_sheets(content: bytes) -> list[FileSheet]:
    """The sheets that people see, in their order. Raises InvalidFile for what is no such file."""
    try:
        parts = ZipFile(io.BytesIO(content)).infolist()
        sheets = sum(part.file_size for part in parts if _SHEETS in part.filename)
        others = sum(part.file_size for part in parts if _SHEETS not in part.filename and _is_read(part.filename))
        too_large = sheets > MOST_UNPACKED_BYTES or others > MOST_BYTES_AT_ONCE
        found = [] if too_large else _visible_sheets(content)
    except Exception as error:  # a broken file raises whatever the reader of its broken part raises
        raise _unreadable() from error
    if too_large:
        raise invalid_row(1, "too_large", text("The file is too large; divide it into several."))
    return found


def _is_read(name: str) -> bool:
    """Whether a part of the archive is looked at: pictures and the like are not."""
    return name.endswith((".xml", ".rels"))


def _unreadable() -> InvalidFile:
    message = text("The file is no XLSX spreadsheet that can be read. Save it as XLSX or CSV UTF-8 and try again.")
    return invalid_row(1, "not_xlsx", message)


def _visible_sheets(content: bytes) -> list[FileSheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of decorations that the library does not know, and that nobody asks for
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    return [
        FileSheet(sheet.title, partial(_rows, sheet)) for sheet in workbook.worksheets if sheet.sheet_state == _VISIBLE
    ]


def _rows(sheet: Any, most_cells: int) -> Iterator[CellRow]:
    """The sheet's rows, one in memory at a time, whatever size the sheet says it has."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet.reset_dimensions()
            for row in sheet.iter_rows(max_col=most_cells):
                yield [None if cell is EMPTY_CELL or cell.value is None else SheetCell(cell) for cell in row]
    except InvalidFile:
        raise
    except Exception as error:  # as above
        raise _unreadable() from error


class SheetCell:
    """A cell of a spreadsheet that holds something."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def typed(self) -> str:
        """The value as somebody would have typed it into CSV. Raises CellProblem for formulas and faulty cells."""
        return _typed(self._value())

    def shown(self) -> str:
        """What the sheet shows. Raises CellProblem as `typed`, and where nobody can know it."""
        value = self._value()
        if isinstance(value, str):
            value = _unescaped(value)
        return shown(value, self._format(value))

    def _value(self) -> Any:
        if self._cell.data_type in _REFUSED:
            raise CellProblem(*_REFUSED[self._cell.data_type])
        return self._cell.value

    def _format(self, value: object) -> str:
        of_the_machine = self._cell.has_style and self._cell.style_array.numFmtId in _FORMATS_OF_THE_MACHINE
        return "[$-F800]" if of_the_machine and not isinstance(value, str) else self._cell.number_format


_REFUSED = {
    "f": ("formula", text("This is a formula. Put its result there as a plain value.")),
    "e": ("error_value", text("This cell holds an error of the spreadsheet, and no value.")),
}
"""Kinds of cells that hold no value of their own."""


def _typed(value: Any) -> str:
    match value:
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case None | bool():
            return written(value)
        case str():
            return _unescaped(value)
        case _:
            return str(value)


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)


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
    elif isinstance(value, Decimal):
        cell.number_format = _AMOUNT_FORMAT
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
