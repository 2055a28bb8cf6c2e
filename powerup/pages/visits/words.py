"""What the list of visits says, and what stands in its files."""

from collections.abc import Iterable, Mapping
from datetime import date

from powerup.files.csv_file import csv_lines
from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.pages.visits.wanted import VisitColumn
from powerup.readings.visit_list import VisitRow
from powerup.texts import Reader, Text, text

HEADINGS: Mapping[VisitColumn, Text] = {
    VisitColumn.CUSTOMER: text("Customer"),
    VisitColumn.OBJECT: text("Object"),
    VisitColumn.TYPE_OF_WORK: text("Type of work"),
    VisitColumn.EMPLOYEE: text("Employee"),
    VisitColumn.STATE: text("State"),
    VisitColumn.WORK_ORDER: text("Work order"),
    VisitColumn.DEADLINE: text("Deadline"),
}

_OF_FILES = (
    text("Day"),
    text("Contract"),
    text("Name"),
    text("Customer"),
    text("Customer's name"),
    text("Object"),
    text("Object's name"),
    text("Type of work"),
    text("Employee"),
    text("State"),
    text("Reason"),
    text("Moved from"),
    text("Deadline"),
    text("Work order"),
    text("Late"),
)


def as_xlsx(rows: Iterable[VisitRow], reader: Reader) -> bytes:
    """The list as a spreadsheet, days as days."""
    names = [reader.say(heading) for heading in _OF_FILES]
    return xlsx_content(reader.say(text("Visits")), names, [_cells(row, reader) for row in rows])


def as_csv(rows: Iterable[VisitRow], reader: Reader) -> bytes:
    """The list as CSV; days in ISO form."""
    names = [reader.say(heading) for heading in _OF_FILES]
    written = ([_written(cell) for cell in _cells(row, reader)] for row in rows)
    return "".join(csv_lines(names, written)).encode()


def why(row: VisitRow, reader: Reader) -> str:
    """Why it stands as it does: the host's words where it failed, else its reason, else from where it was moved."""
    visit = row.visit
    if visit.written is not None and visit.written.refusal:
        return visit.written.refusal
    if visit.reason is not None:
        return reader.code(visit.reason.value)
    return reader.say(text("moved from {day}", day=visit.moved_from)) if visit.moved_from else ""


def _cells(row: VisitRow, reader: Reader) -> list[CellValue]:
    visit = row.visit
    refusal = visit.written.refusal if visit.written else None
    return [
        visit.planned_date,
        row.contract.number,
        row.contract.name,
        row.contract.customer,
        row.customer_name,
        visit.key.object,
        row.object_name if row.object_name != visit.key.object else None,
        row.type_of_work,
        row.employee_name or row.employee,
        reader.code(visit.state.value),
        refusal or (reader.code(visit.reason.value) if visit.reason else None),
        visit.moved_from,
        visit.deadline,
        row.workorder_no,
        reader.say(text("yes")) if row.late else None,
    ]


def _written(cell: CellValue) -> str:
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
