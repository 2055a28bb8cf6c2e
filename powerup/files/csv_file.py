"""CSV as spreadsheets write it (architecture: Exactly, Files)."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from powerup.files.cells import guarded
from powerup.files.headings import SEARCHED_ROWS
from powerup.files.problems import invalid_row
from powerup.files.sheets import CellRow, FileSheet, TextCell
from powerup.texts import text

_DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def csv_sheet(content: bytes, is_known: Callable[[str], bool]) -> FileSheet:
    """The file as one sheet; its delimiter is the one with which a row holds the most known names.

    Raises InvalidFile for what is no such file.
    """
    first = _first_lines(content)
    if match := _SEPARATOR_LINE.match(first[0] if first else ""):
        return FileSheet("", partial(_rows, content, match[1], skipped=1))
    return FileSheet("", partial(_rows, content, _delimiter(first, is_known)))


def _rows(content: bytes, delimiter: str, most_cells: int, *, skipped: int = 0) -> Iterator[CellRow]:
    """The rows, decoded as they are read: a file as one text takes four times its size."""
    with io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        read = 0
        try:
            for record in reader:
                read += 1
                yield [TextCell(cell) if cell else None for cell in ([] if read <= skipped else record[:most_cells])]
        except csv.Error as error:
            message = text("This row cannot be read as CSV; look at its quotation marks.")
            raise invalid_row(read + 1, "not_csv", message) from error


def csv_text(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A file of rows below the names, as spreadsheets open it without asking: with BOM, commas, formulas guarded."""
    return "".join(csv_lines(names, rows))


def csv_lines(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same line by line, for a file that is sent while it is made."""
    yield "\ufeff" + _line(names)
    for row in rows:
        yield _line([guarded(cell) for cell in row])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _first_lines(content: bytes) -> list[str]:
    try:
        return list(islice(io.StringIO(content.decode("utf-8-sig"), newline=""), SEARCHED_ROWS))
    except UnicodeDecodeError as error:
        row = 1 if content.startswith(_UTF_16) else content.count(b"\n", 0, error.start) + 1
        message = text("The file is not UTF-8 text. Save it as CSV UTF-8 or as XLSX and try again.")
        raise invalid_row(row, "not_utf_8", message) from error


def _delimiter(first: Sequence[str], is_known: Callable[[str], bool]) -> str:
    """The delimiter by which one of the first rows holds the most names that we know, else the most cells."""

    def names(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(first, delimiter=delimiter))
        known = (sum(bool(cell.strip()) and is_known(cell) for cell in row) for row in rows)
        return max(known, default=0), max(map(len, rows), default=0)

    try:
        return max(_DELIMITERS, key=names)
    except csv.Error:  # which of its rows is at fault is told when they are read
        return _DELIMITERS[0]
