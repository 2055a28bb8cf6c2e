"""The names of the columns are found wherever people put them, and it is said where."""

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from powerup.files.columns import COLUMN, COLUMNS, column_named, plain
from powerup.files.headings import SEARCHED_ROWS
from powerup.files.problems import FileProblem
from powerup.files.table import read_table
from powerup.files.xlsx_file import xlsx_sheets
from tests.files.reading import loaded, problems_in

HEAD = ("contract_no", "name", "type", "customer", "start", "type_of_work", "payment_method", "plan", "unit")
ROW = ("0007", "CV-ketel", "preventive", "1001", "2026-01-31", "Onderhoud", "op rekening", "A", "month")


def csv(*rows: tuple[str, ...], delimiter: str = ";") -> bytes:
    return "\n".join(delimiter.join(row) for row in rows).encode()


def book_with(*sheets: tuple[str, list[Any], str]) -> bytes:
    """A spreadsheet of sheets: name, rows, and whether it is visible."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new book has an active sheet
    for name, rows, state in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "before",
    [[], [("Contracten",)], [("Contracten", "2030"), ()], [("sep=;",)], [(), (), ("naam van de firma",)]],
    ids=["none", "title", "title and blank row", "sep=", "blank rows"],
)
def test_rows_above_the_names_do_not_matter(before: list[tuple[str, ...]]) -> None:
    table = read_table(csv(*before, HEAD, ROW))
    assert (table.headings_at.row, table.rows[0].number) == (len(before) + 1, len(before) + 2)
    assert table.rows[0].cell("contract_no") == "0007"


def test_sep_names_the_delimiter() -> None:
    assert read_table(b"sep=|\r\n" + csv(HEAD, ROW, delimiter="|")).rows[0].cell("customer") == "1001"


@pytest.mark.parametrize(
    "heading", ["type of work", "Type_Of-Work", "type\u00a0of\nwork", " TYPE  OF\u200bWORK\ufeff", "typeofwork"]
)
def test_blanks_of_all_kinds_in_names_do_not_matter(heading: str) -> None:
    assert column_named(heading) is COLUMN["type_of_work"]


def test_no_two_columns_are_told_apart_by_blanks_alone() -> None:
    names = {plain(name): column.name for column in COLUMNS for name in (column.name, column.dutch)}
    assert all(names[plain(name)] == column.name for column in COLUMNS for name in (column.name, column.dutch))


def test_a_cover_sheet_and_a_hidden_sheet_are_not_taken_for_the_list() -> None:
    content = book_with(
        ("Voorblad", [("Contracten van de firma",)], "visible"),
        ("oud", [HEAD, ("1", *ROW[1:])], "hidden"),
        ("Contracten", [("titel",), HEAD, ROW], "visible"),
    )
    table = read_table(content)
    assert (table.headings_at.sheet.name, table.headings_at.row) == ("Contracten", 2)
    assert [row.cell("contract_no") for row in table.rows] == ["0007"]


def test_another_sheet_that_names_columns_is_told() -> None:
    table = read_table(book_with(("a", [HEAD, ROW], "visible"), ("b", [HEAD, ROW], "visible")))
    assert (table.headings_at.sheet.name, table.headings_at.others) == ("a", ("b",))


@pytest.mark.parametrize(
    "content", [csv(ROW, ROW), csv(("Klant", "Toestel"), ("1", "2")), csv(*[("x",)] * SEARCHED_ROWS, HEAD, ROW)]
)
def test_names_that_are_missing_are_one_sentence(content: bytes) -> None:
    (problem,) = problems_in(content)
    assert problem.code == "no_headings"
    assert "The names of the columns are missing" in str(problem.message)


def test_a_column_without_a_name_is_told_by_its_letter_where_something_stands_in_it() -> None:
    told = problems_in(csv((*HEAD[:4], "", *HEAD[4:]), (*ROW[:4], "x", *ROW[4:]), (*ROW[:4], "y", *ROW[4:])))
    assert [(each.row, each.column, each.code) for each in told] == [(2, "E", "unnamed_column")]
    assert len(loaded(csv((*HEAD[:4], "", *HEAD[4:]), (*ROW[:4], "", *ROW[4:])))) == 1


def test_what_the_sheet_shows_is_read_of_texts_and_the_value_of_numbers_and_dates() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append((*HEAD, "every", "objects"))
    sheet.append((7, "CV-ketel", "preventive", 1001, "31-1-2026", "Onderhoud", "op rekening", "A", "month", 3, 2027.1))
    for place, number_format in ((1, "0000"), (4, '"D"0'), (10, '0" x"'), (11, "0.00")):
        sheet.cell(2, place).number_format = number_format
    out = io.BytesIO()
    book.save(out)
    ((entry, form),) = loaded(out.getvalue())
    assert (entry.number, form["customer"], form["objects"]) == ("0007", "D1001", ["2027.10"])
    assert form["plans"][0]["every"] == 3


def test_a_format_that_cannot_be_shown_is_refused_by_its_cell() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append(ROW)
    sheet["D2"] = 1001
    sheet["D2"].number_format = "#,##0"
    out = io.BytesIO()
    book.save(out)
    (problem,) = problems_in(out.getvalue())
    assert (problem.row, problem.column, problem.code) == (2, "customer", "unshowable_format")
    assert isinstance(problem, FileProblem)


def test_a_sheet_that_claims_more_than_it_holds_is_read_in_rows_no_wider_than_its_names() -> None:
    rows = "".join(f'<row r="{row}"><c r="XFD{row}" t="inlineStr"><is><t>x</t></is></c></row>' for row in range(2, 50))
    far = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>1</t></is></c></row>'
    source = io.BytesIO(book_with(("a", [HEAD], "visible")))
    out = io.BytesIO()
    with ZipFile(source) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for part in given.infolist():
            content = given.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", (rows + far + "</sheetData>").encode())
            made.writestr(part.filename, content)
    (sheet,) = xlsx_sheets(out.getvalue())
    assert {len(row) for row in sheet.rows(17)} == {17}
    assert [row.number for row in read_table(out.getvalue()).rows] == [1048576]
