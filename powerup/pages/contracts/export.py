"""The list of contracts as a file: all that match, in the columns that are shown."""

from collections.abc import Iterator, Sequence
from datetime import date

from powerup.files.csv_file import csv_lines
from powerup.files.xlsx_file import CellValue, xlsx_content
from powerup.pages.contracts.wanted import Wanted
from powerup.pages.contracts.words import file_cells, file_headings
from powerup.pages.page_parts import PageParts
from powerup.readings.contract_list import MOST_ON_PAGE, ContractList, ContractRow
from powerup.readings.planned_against_done import PlannedAgainstDone
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def all_rows(parts: PageParts, tenant_id: str, wanted: Wanted) -> Iterator[ContractRow]:
    """Every contract of the list, read page by page, so that no transaction is held while a file is sent."""
    now, cursor = parts.clock(), None
    while True:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, tenant_id, now, open_tokens=False)
            page = ContractList(connection, around).page(wanted.filter, wanted.order, MOST_ON_PAGE, cursor)
            rows = PlannedAgainstDone(connection, around).beside(page.rows) if wanted.counts_done else page.rows
        yield from rows
        cursor = page.next
        if cursor is None:
            return


def as_csv(rows: Iterator[ContractRow], wanted: Wanted, reader: Reader) -> Iterator[bytes]:
    """The file piece by piece; days in ISO form, since a spreadsheet takes no other for a day everywhere."""
    names = [reader.say(heading) for heading in file_headings(wanted.columns)]
    for line in csv_lines(names, (_written(file_cells(row, wanted.columns, reader)) for row in rows)):
        yield line.encode()


def as_xlsx(rows: Iterator[ContractRow], wanted: Wanted, reader: Reader) -> bytes:
    """The whole file: days as days, numbers as numbers."""
    names = [reader.say(heading) for heading in file_headings(wanted.columns)]
    title = reader.say(text("Contracts"))
    return xlsx_content(title, names, (file_cells(row, wanted.columns, reader) for row in rows))


def _written(cells: Sequence[CellValue]) -> list[str]:
    return ["" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell) for cell in cells]
