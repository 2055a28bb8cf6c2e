"""The invoice list of a month as CSV and as a spreadsheet, in the reader's language (rules: Terms, Invoice list)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from powerup.actions.kit.labels import VALUE_LABELS
from powerup.files.cells import written
from powerup.files.csv_file import csv_text
from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.texts import Reader, Text, text

_HEADINGS: Mapping[str, Text] = {
    "customer": text("Invoice customer"),
    "customer_name": text("Customer's name"),
    "contract": text("Contract"),
    "contract_name": text("Name"),
    "first": text("From"),
    "until": text("To"),
    "per": text("Asked per"),
    "invoiced": text("Invoiced"),
    "amount": text("Amount without VAT"),
    "vat_code": text("VAT code"),
    "ledger_code": text("Ledger code"),
    "line": text("Line"),
}
"""The columns, by the members of a line."""

Row = Mapping[str, Any]


def invoice_csv(rows: Iterable[Row], reader: Reader) -> bytes:
    """The list as CSV; days in ISO form, amounts with a point."""
    cells = ([written(cell) for cell in _cells(row, reader)] for row in rows)
    return csv_text(_names(reader), cells).encode()


def invoice_xlsx(rows: Iterable[Row], reader: Reader) -> bytes:
    """The list as XLSX: days as days, amounts as amounts."""
    return xlsx_content(reader.say(text("Invoice list")), _names(reader), [_cells(row, reader) for row in rows])


def _names(reader: Reader) -> list[str]:
    return [reader.say(heading) for heading in _HEADINGS.values()]


def _cells(row: Row, reader: Reader) -> Sequence[CellValue]:
    return [_cell(name, row[name], reader) for name in _HEADINGS]


def _cell(name: str, value: str | None, reader: Reader) -> CellValue:
    if value is None:
        return None
    match name:
        case "first" | "until":
            return date.fromisoformat(value)
        case "amount":
            return Decimal(value)
        case "per" | "invoiced":
            return reader.say(VALUE_LABELS[value])
        case _:
            return value
