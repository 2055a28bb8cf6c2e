"""Visits as a spreadsheet, in the language of the tenant's people (architecture: What others may rely on)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.texts import Reader, Text, text

_HEADINGS: Mapping[str, Text] = {
    "planned_date": text("Planned date"),
    "contract": text("Contract"),
    "customer": text("Customer"),
    "customer_name": text("Customer's name"),
    "plan": text("Visit plan"),
    "object": text("Object"),
    "object_name": text("Object's name"),
    "nominal_date": text("Date of the rule"),
    "moved_from": text("Moved from"),
    "generation_date": text("Order made on"),
    "deadline": text("Deadline"),
    "latest_date": text("Latest date"),
    "state": text("State"),
    "reason": text("Reason"),
    "workorder_no": text("Work order"),
}
"""The columns, by the members of a visit in a forecast."""

_DATES = frozenset({"planned_date", "nominal_date", "moved_from", "generation_date", "deadline", "latest_date"})
_CODES = frozenset({"state", "reason"})


def visit_sheet(rows: Iterable[Mapping[str, Any]], reader: Reader) -> bytes:
    """The whole file: a row for each visit of a forecast, dates as dates, states and reasons in the reader's words."""
    names = [reader.say(heading) for heading in _HEADINGS.values()]
    cells = [[_cell(member, row.get(member), reader) for member in _HEADINGS] for row in rows]
    return xlsx_content(reader.say(text("Visits")), names, cells)


def _cell(member: str, value: str | None, reader: Reader) -> CellValue:
    if value is None:
        return None
    if member in _DATES:
        return date.fromisoformat(value)
    return reader.code(value) if member in _CODES else value
