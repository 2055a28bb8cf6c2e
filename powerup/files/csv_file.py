"""CSV as spreadsheets write it (architecture: Exactly, Files)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from powerup.files.cells import guarded
from powerup.files.columns import column_named
from powerup.files.problems import invalid_row
from powerup.texts import text

_DELIMITERS = (",", ";", "\t")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def csv_records(content: bytes) -> Iterator[list[str]]:
    """The rows of a file, the first being the names. Raises InvalidFile for what is no such file."""
    decoded = _decoded(content)
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=_delimiter(decoded), strict=True)
    read = 0
    try:
        for record in reader:
            read += 1
            yield record
    except csv.Error as error:
        message = text("This row cannot be read as CSV; look at its quotation marks.")
        raise invalid_row(read + 1, "not_csv", message) from error


def csv_text(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A file of rows below the names, as spreadsheets open it without asking: with BOM, commas, formulas guarded."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = 1 if content.startswith(_UTF_16) else content.count(b"\n", 0, error.start) + 1
        message = text("The file is not UTF-8 text. Save it as CSV UTF-8 or as XLSX and try again.")
        raise invalid_row(row, "not_utf_8", message) from error


def _delimiter(content: str) -> str:
    """The delimiter by which the first row holds the most names that we know."""
    first = content.splitlines()[0] if content else ""

    def known(delimiter: str) -> int:
        return sum(column_named(name.strip('"')) is not None for name in first.split(delimiter))

    return max(_DELIMITERS, key=known)
