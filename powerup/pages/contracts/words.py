"""What the list of contracts calls its columns and what stands in them."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from powerup.contracts.contract import ContractType
from powerup.files.xlsx_file import CellValue
from powerup.readings.contract_list import ContractRow, ListedStatus
from powerup.texts import Reader, Text, text


class Column(StrEnum):
    """What can be shown of a contract beside its number and name, in the order in which it is."""

    CUSTOMER = "customer"
    PLACE = "place"
    STATUS = "status"
    NEXT_VISIT = "next_visit"
    YEAR = "year"
    LAST_NOTICE_DATE = "last_notice_date"
    START = "start"
    END = "end"
    TERMS = "terms"
    EMPLOYEE = "employee"
    TYPE = "type"
    OBJECTS = "objects"
    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    MARGIN = "margin"


OF_DONE = frozenset({Column.ON_TIME, Column.LATE, Column.MISSED, Column.MARGIN})
"""Those for which all visits of the year are counted, as the account counts them."""


HEADINGS: Mapping[Column, Text] = {
    Column.CUSTOMER: text("Customer"),
    Column.PLACE: text("Place"),
    Column.STATUS: text("Status"),
    Column.NEXT_VISIT: text("Next visit"),
    Column.YEAR: text("This year"),
    Column.LAST_NOTICE_DATE: text("Notice until"),
    Column.START: text("Start"),
    Column.END: text("End"),
    Column.TERMS: text("Terms"),
    Column.EMPLOYEE: text("Employee"),
    Column.TYPE: text("Type"),
    Column.OBJECTS: text("Objects"),
    Column.ON_TIME: text("On time this year"),
    Column.LATE: text("Late this year"),
    Column.MISSED: text("Missed this year"),
    Column.MARGIN: text("Margin this year"),
}

STATUSES: Mapping[ListedStatus, Text] = {
    ListedStatus.ACTIVE: text("Active"),
    ListedStatus.NOT_STARTED: text("Not started"),
    ListedStatus.ENDED: text("Ended"),
    ListedStatus.TERMINATED: text("Terminated"),
    ListedStatus.DELETED: text("Deleted"),
}

TYPES: Mapping[ContractType, Text] = {
    ContractType.PREVENTIVE: text("Preventive"),
    ContractType.CORRECTIVE: text("Corrective"),
    ContractType.YEARLY: text("Yearly number"),
}


def status_note(row: ContractRow, reader: Reader) -> Text | None:
    """The day that belongs to a row's status, in words; None where the status says it all."""
    day = row.paused_until if _is_paused(row) else row.status_date
    if day is None:
        return text("until it is resumed") if _is_paused(row) else None
    short = reader.weekday_date(day)
    match row.status:
        case ListedStatus.NOT_STARTED:
            return text("starts {day}", day=short)
        case ListedStatus.ACTIVE:
            return text("until {day}", day=short)
        case ListedStatus.ENDED | ListedStatus.TERMINATED | ListedStatus.DELETED:
            return text("on {day}", day=short)


def _is_paused(row: ContractRow) -> bool:
    return row.paused and row.status is ListedStatus.ACTIVE


def status_words(row: ContractRow) -> Text:
    """What a row's badge says."""
    return text("Paused") if _is_paused(row) else STATUSES[row.status]


def status_tone(row: ContractRow) -> str:
    """The code by which its badge is coloured."""
    return "paused" if _is_paused(row) else row.status.value


_IN_FILES: Mapping[Column, tuple[Text, ...]] = {
    Column.CUSTOMER: (text("Customer"), text("Customer number")),
    Column.PLACE: (text("Place"),),
    Column.STATUS: (text("Status"), text("Status since or until")),
    Column.TYPE: (text("Type"),),
    Column.START: (text("Start"),),
    Column.END: (text("End"),),
    Column.NEXT_VISIT: (text("Next visit"),),
    Column.YEAR: (text("Visits done this year"), text("Visits planned this year")),
    Column.LAST_NOTICE_DATE: (text("Last notice date"),),
    Column.EMPLOYEE: (text("Employee"),),
    Column.TERMS: (text("Contract terms"),),
    Column.OBJECTS: (text("Objects"),),
    Column.ON_TIME: (text("On time this year"),),
    Column.LATE: (text("Late this year"),),
    Column.MISSED: (text("Missed this year"),),
    Column.MARGIN: (text("Margin this year"),),
}


def file_headings(columns: tuple[Column, ...]) -> list[Text]:
    """The names of the columns of a file; a customer has two, and so have status and the visits of the year."""
    return [text("Contract number"), text("Name"), *(heading for column in columns for heading in _IN_FILES[column])]


def file_cells(row: ContractRow, columns: tuple[Column, ...], reader: Reader) -> list[CellValue]:
    """What stands below those names for a contract."""
    return [row.number, row.name, *(cell for column in columns for cell in _CELLS[column](row, reader))]


_CELLS: Mapping[Column, Callable[[ContractRow, Reader], tuple[CellValue, ...]]] = {
    Column.CUSTOMER: lambda row, _: (row.customer_name, row.customer),
    Column.PLACE: lambda row, _: (row.place,),
    Column.STATUS: lambda row, reader: (reader.say(status_words(row)), row.paused_until or row.status_date),
    Column.TYPE: lambda row, reader: (reader.say(TYPES[row.type]),),
    Column.START: lambda row, _: (row.start,),
    Column.END: lambda row, _: (row.end,),
    Column.NEXT_VISIT: lambda row, _: (row.next_visit,),
    Column.YEAR: lambda row, _: (row.done, row.planned),
    Column.LAST_NOTICE_DATE: lambda row, _: (row.last_notice_date,),
    Column.EMPLOYEE: lambda row, _: (row.employee_name or row.employee,),
    Column.TERMS: lambda row, _: (row.terms_name,),
    Column.OBJECTS: lambda row, _: (row.objects,),
    Column.ON_TIME: lambda row, _: (row.this_year.figures.on_time if row.this_year else None,),
    Column.LATE: lambda row, _: (row.this_year.figures.late if row.this_year else None,),
    Column.MISSED: lambda row, _: (row.this_year.figures.missed if row.this_year else None,),
    Column.MARGIN: lambda row, _: (row.this_year.margin if row.this_year else None,),
}
