"""The renewals as CSV and as a spreadsheet, in the reader's language (rules: Terms)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from powerup.contracts.notice import AtEnd
from powerup.files.cells import written
from powerup.files.csv_file import csv_text
from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.texts import Reader, Text, text

_HEADINGS: Mapping[str, Text] = {
    "act_by": text("Decide by"),
    "at_end": text("At the end"),
    "contract": text("Contract"),
    "contract_name": text("Name"),
    "customer": text("Customer"),
    "customer_name": text("Customer's name"),
    "terms": text("Terms"),
    "end": text("End"),
    "new_end": text("Then until"),
    "price": text("Price without VAT"),
    "new_price": text("New price without VAT"),
    "new_price_from": text("New price from"),
}
"""The columns, by the members of a row."""

_KINDS: Mapping[str, Text] = {
    AtEnd.BY_ITSELF: text("Renews by itself"),
    AtEnd.BY_HAND: text("Renew by hand"),
    AtEnd.ENDS: text("Ends"),
}

Row = Mapping[str, Any]


def renewal_csv(rows: Iterable[Row], reader: Reader) -> bytes:
    """The list as CSV; days in ISO form, amounts with a point."""
    return csv_text(_names(reader), ([written(cell) for cell in _cells(row, reader)] for row in rows)).encode()


def renewal_xlsx(rows: Iterable[Row], reader: Reader) -> bytes:
    """The list as XLSX: days as days, amounts as amounts."""
    return xlsx_content(reader.say(text("Renewals")), _names(reader), [_cells(row, reader) for row in rows])


def _names(reader: Reader) -> list[str]:
    return [reader.say(heading) for heading in _HEADINGS.values()]


def _cells(row: Row, reader: Reader) -> Sequence[CellValue]:
    return [_cell(name, row[name], reader) for name in _HEADINGS]


def _cell(name: str, value: str | None, reader: Reader) -> CellValue:
    if not value:
        return None
    match name:
        case "act_by" | "end" | "new_end" | "new_price_from":
            return date.fromisoformat(value)
        case "price" | "new_price":
            return Decimal(value)
        case "at_end":
            return reader.say(_KINDS[value])
        case _:
            return value
