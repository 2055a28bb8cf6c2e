"""The letter list of a month as CSV and as a spreadsheet, to merge letters from, in the reader's language (rules:
Terms, Letter list)."""

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
    "customer": text("Customer"),
    "customer_name": text("Customer's name"),
    "street": text("Street"),
    "house_number": text("House number"),
    "postal_code": text("Postal code"),
    "city": text("City"),
    "invoice_customer": text("Invoice customer"),
    "reference": text("Customer's reference"),
    "contract": text("Contract"),
    "contract_name": text("Name"),
    "per": text("Asked per"),
    "invoice_period": text("Invoice period"),
    "old": text("Old price without VAT"),
    "new": text("New price without VAT"),
    "percentage": text("Percentage"),
    "from": text("New price from"),
    "base_index": text("Index"),
    "base_month": text("Base month"),
    "base_value": text("Value of the base month"),
    "last_index": text("Index now"),
    "last_month": text("Month"),
    "last_value": text("Value of the month"),
    "why": text("Why"),
}
"""The columns, by the members of a letter."""

Row = Mapping[str, Any]


def letter_csv(rows: Iterable[Row], reader: Reader) -> bytes:
    """The list as CSV; days in ISO form, numbers with a point."""
    return csv_text(_names(reader), ([written(cell) for cell in _cells(row, reader)] for row in rows)).encode()


def letter_xlsx(rows: Iterable[Row], reader: Reader) -> bytes:
    """The list as XLSX: days as days, amounts as amounts."""
    return xlsx_content(reader.say(text("Letter list")), _names(reader), [_cells(row, reader) for row in rows])


def _names(reader: Reader) -> list[str]:
    return [reader.say(heading) for heading in _HEADINGS.values()]


def _cells(row: Row, reader: Reader) -> Sequence[CellValue]:
    return [_cell(name, row[name], reader) for name in _HEADINGS]


def _cell(name: str, value: str | None, reader: Reader) -> CellValue:
    if not value:
        return None
    match name:
        case "from":
            return date.fromisoformat(value)
        case "old" | "new":
            return Decimal(value)
        case "per":
            return reader.say(VALUE_LABELS[value])
        case _:
            return value
