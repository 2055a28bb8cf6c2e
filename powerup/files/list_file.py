"""A list as CSV and as a spreadsheet, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from powerup.files.cells import written
from powerup.files.csv_file import csv_text
from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.texts import Reader, Text

Row = Mapping[str, Any]
"""A row of the list as the API gives it: days in ISO form and amounts as text, what is not there as None."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """What the files of a list have: their title, and a column for each of these members of a row.

    days and amounts are the members that hold those; words has what stands for the codes of a member.
    """

    title: Text
    headings: Mapping[str, Text]
    days: frozenset[str]
    amounts: frozenset[str]
    words: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)

    def csv(self, rows: Iterable[Row], reader: Reader) -> bytes:
        """The list as CSV; days in ISO form, amounts with a point."""
        cells = ([written(cell) for cell in self._cells(row, reader)] for row in rows)
        return csv_text(self._names(reader), cells).encode()

    def xlsx(self, rows: Iterable[Row], reader: Reader) -> bytes:
        """The list as XLSX: days as days, amounts as amounts."""
        return xlsx_content(reader.say(self.title), self._names(reader), [self._cells(row, reader) for row in rows])

    def content(self, kind: str, rows: Iterable[Row], reader: Reader) -> bytes:
        """The list as `xlsx`, or as `csv`."""
        return self.xlsx(rows, reader) if kind == "xlsx" else self.csv(rows, reader)

    def _names(self, reader: Reader) -> list[str]:
        return [reader.say(heading) for heading in self.headings.values()]

    def _cells(self, row: Row, reader: Reader) -> Sequence[CellValue]:
        return [self._cell(name, row[name], reader) for name in self.headings]

    def _cell(self, name: str, value: str | None, reader: Reader) -> CellValue:
        if not value:
            return None
        if name in self.days:
            return date.fromisoformat(value)
        if name in self.amounts:
            return Decimal(value)
        return reader.say(self.words[name][value]) if name in self.words else value
