"""XLSX in and out: the cells that CSV would have, and never a formula."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from powerup.files import xlsx_file
from powerup.files.xlsx_file import is_xlsx, xlsx_content
from tests.files.reading import cells_in, loaded, problems_in

HEAD = ("contract_no", "name", "type", "customer", "start", "type_of_work", "payment_method", "plan", "unit", "every")
ROW = (1042, "CV-ketel", "preventive", 1001, date(2026, 1, 31), "Onderhoud", "op rekening", "A", "month", 1)

HALF_PAST_EIGHT = datetime(2027, 1, 31, 8, 30, tzinfo=UTC).replace(tzinfo=None)
"""Spreadsheets know no time zones."""


def workbook(*rows: Sequence[Any]) -> bytes:
    """A file as a spreadsheet program saves it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr,arg-type]  # a new book has an active sheet
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def problems(content: bytes) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in problems_in(content)]


def with_row(**cells: Any) -> tuple[Any, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEAD, ROW, strict=True))


def test_numbers_dates_and_texts_are_read_as_somebody_would_have_typed_them() -> None:
    row = (1042, 2.0, 2.5, True, date(2027, 1, 31), HALF_PAST_EIGHT, time(8, 30), None, " blanks ")
    assert cells_in(workbook(row)) == [
        ["1042", "2", "2.5", "yes", "2027-01-31", "2027-01-31 08:30:00", "08:30:00", "", " blanks "]
    ]


def test_a_sheet_is_a_file_of_contracts_like_csv() -> None:
    entry, form = loaded(workbook(HEAD, ROW))[0]
    assert (entry.number, form["start"], form["customer"]) == ("1042", date(2026, 1, 31), "1001")


def test_wrong_cells_are_named_with_row_and_column_and_blank_rows_count() -> None:
    wrong = with_row(start=HALF_PAST_EIGHT, every=1.5)
    assert problems(workbook(HEAD, (), wrong)) == [(3, "start", "invalid_date"), (3, "every", "invalid_number")]


def test_every_formula_is_refused_with_row_and_column_and_none_is_computed() -> None:
    content = workbook(HEAD, with_row(name="=1+1"), ROW, with_row(customer='=HYPERLINK("http://x")'), (*ROW, "=A1"))
    assert problems(content) == [(2, "name", "formula"), (4, "customer", "formula"), (5, "K", "unnamed_column")]


def test_a_formula_among_the_names_is_told_by_its_letter() -> None:
    assert problems(workbook(("=A2", *HEAD[1:]), ROW)) == [
        (1, "A", "formula"),
        (1, "contract_no", "missing_column"),
    ]


def test_an_error_of_the_spreadsheet_is_no_value() -> None:
    assert problems(workbook(HEAD, with_row(name="#N/A"))) == [(2, "name", "error_value")]


def test_a_file_that_only_looks_like_a_spreadsheet_is_refused() -> None:
    for content in (b"PK\x03\x04 and no archive", b"\xd0\xcf\x11\xe0 the old kind", workbook(HEAD, ROW)[:-200]):
        assert problems(content) == [(1, "", "not_xlsx")]


def test_an_archive_without_a_sheet_is_refused() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("other.txt", "text")
    assert problems(out.getvalue()) == [(1, "", "not_xlsx")]


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_UNPACKED_BYTES", 1000)
    assert problems(workbook(HEAD, ROW)) == [(1, "", "too_large")]


def test_an_empty_sheet_is_refused() -> None:
    assert problems(workbook()) == [(1, "", "empty")]
    assert problems(workbook(HEAD)) == [(2, "", "empty")]


def test_a_written_file_shows_bold_names_that_stay_in_sight_and_real_dates() -> None:
    content = xlsx_content("contracten", ["naam", "start"], [["CV-ketel van de grote zaal", date(2027, 1, 31)]])
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert (sheet.title, sheet.freeze_panes) == ("contracten", "A2")
    assert all(cell.font.bold for cell in sheet[1])
    assert (sheet["B2"].is_date, str(sheet["B2"].value)) == (True, "2027-01-31 00:00:00")
    assert sheet.column_dimensions["A"].width > len("CV-ketel van de grote zaal")


def test_a_written_file_holds_no_formula() -> None:
    content = xlsx_content("x", ["a", "b", "c"], [["=1+1", "#N/A", "+31 6"]])
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [("'=1+1", "s"), ("#N/A", "s"), ("'+31 6", "s")]


def test_days_that_spreadsheets_cannot_count_are_written_as_text() -> None:
    content = xlsx_content("x", ["a"], [[date(1899, 12, 31)]])
    assert cells_in(content) == [["a"], ["1899-12-31"]]


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_any_text_comes_back_as_it_was(given_text: str) -> None:
    told = cells_in(xlsx_content("x", ["a", "b"], [[given_text, "x"]]))
    assert told[1][0] in (given_text, "'" + given_text)  # a guard is taken off where the cell is understood


@pytest.mark.parametrize("given_text", ["_x000D_", "a\r\nb", "\x0b", "\uffff", "_x005F_x000D_"])
def test_characters_that_the_format_cannot_hold_come_back(given_text: str) -> None:
    assert cells_in(xlsx_content("x", ["a"], [[given_text]]))[1] == [given_text]


def test_csv_is_not_taken_for_a_spreadsheet() -> None:
    assert not is_xlsx(b"PK,name\n")
