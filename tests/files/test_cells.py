"""What people write in a cell is read as they mean it, in English and Dutch, or refused with what was expected."""

from collections.abc import Callable
from typing import Any

import pytest

from powerup.files import cells
from powerup.files.columns import COLUMN, COLUMNS, column_named
from powerup.files.problems import CellProblem
from powerup.texts import Reader


@pytest.mark.parametrize("cell", ["12 month", "12 months", "12 maand", "12 Maanden", "12maanden"])
def test_a_length_of_time_is_written_in_either_language(cell: str) -> None:
    assert cells.read_period(cell) == "12 month"


@pytest.mark.parametrize("cell", ["2027-01-31", "31-01-2027", "31-1-2027", "2027-1-31"])
def test_dates_are_iso_or_day_month_year(cell: str) -> None:
    assert cells.read_day(cell) == "2027-01-31"


@pytest.mark.parametrize("cell", ["31/01/2027", "2027-02-31", "31-1-27", "31 januari", "20270131"])
def test_other_dates_are_refused(cell: str) -> None:
    with pytest.raises(CellProblem):
        cells.read_day(cell)


@pytest.mark.parametrize(
    ("cell", "truth"),
    [
        *((cell, True) for cell in ("yes", "Ja", "1", "WAAR", "true", "TRUE", "x", "X", "j")),
        *((cell, False) for cell in ("no", "NEE", "0", "ONWAAR", "False", "n")),
    ],
)
def test_yes_and_no_as_people_and_spreadsheets_write_them(cell: str, truth: bool) -> None:
    assert cells.read_truth(cell) is truth


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("first mon", "first mon"),
        ("third friday", "third fri"),
        ("last workday", "last workday"),
        ("eerste maandag", "first mon"),
        ("Derde vr", "third fri"),
        ("laatste werkdag", "last workday"),
    ],
)
def test_moments_in_english_and_dutch(cell: str, moment: str) -> None:
    assert cells.read_moment(cell) == moment


@pytest.mark.parametrize("cell", ["mon;thu", "Monday; Thursday", "ma;do", "maandag ; donderdag;"])
def test_weekdays_in_english_and_dutch(cell: str) -> None:
    assert COLUMN["weekdays"].read(cell) == ["mon", "thu"]


@pytest.mark.parametrize(("cell", "unit"), [("month", "month"), ("Maand", "month"), ("werkdag", "workday")])
def test_units_in_english_and_dutch(cell: str, unit: str) -> None:
    assert COLUMN["unit"].read(cell) == unit


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (cells.read_truth, "maybe", "invalid_truth"),
        (cells.read_whole, "1.5", "invalid_number"),
        (cells.read_time, "25:00", "invalid_time"),
        (cells.read_moment, "fifth mon", "unknown_moment"),
        (cells.read_period, "12 fortnight", "unknown_length"),
        (cells.read_period, "0 month", "unknown_length"),
        (cells.read_weekday, "xx", "unknown_weekday"),
        (COLUMN["unit"].read, "fortnight", "unknown_choice"),
        (COLUMN["anchor"].read, "2027-01-31;2027-02-28", "twice"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(read: Callable[[str], Any], cell: str, code: str) -> None:
    with pytest.raises(CellProblem) as raised:
        read(cell)
    assert raised.value.code == code


def test_the_words_to_choose_from_are_those_of_the_readers_language() -> None:
    with pytest.raises(CellProblem) as raised:
        COLUMN["days_in_advance_unit"].read("x")
    assert Reader("en").say(raised.value.message) == "Choose one of: calendar, working."
    assert Reader("nl").say(raised.value.message) == "Kies een van deze: kalenderdagen, werkdagen."


def test_an_anchor_may_be_of_single_objects() -> None:
    read = COLUMN["anchor"].read("2026-01-31; CV-1=1-5-2020")
    assert read == {"anchor": "2026-01-31", "anchors": {"CV-1": "2020-05-01"}}


@pytest.mark.parametrize("cell", ["=1+1", "+31", "-x", "@me", "\tx", "'=1+1", "''x"])
def test_what_a_spreadsheet_would_compute_is_guarded_and_comes_back(cell: str) -> None:
    assert cells.guarded(cell) == f"'{cell}"
    assert cells.unguarded(cells.guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["'s-Hertogenbosch", "a=b", "", "'"])
def test_other_cells_are_left_as_they_are(cell: str) -> None:
    assert cells.guarded(cell) == cell
    assert cells.unguarded(cell) == cell


def test_every_column_is_known_by_both_names() -> None:
    for column in COLUMNS:
        assert column_named(column.name.upper().replace("_", " ")) is column
        assert column_named(column.dutch) is column
