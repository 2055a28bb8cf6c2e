"""Days, times and numbers as people type them."""

from datetime import date, time

import pytest

from powerup.pages.forms.days import as_typed, read_day, read_number, read_time, said_back
from powerup.texts import LANGUAGES

TODAY = date(2026, 11, 30)
SATURDAY = date(2027, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [
        *("27-3-2027", "27-03-2027", "27/3/2027", "27.3.2027", "27 3 2027", "27-3-27", "2027-03-27", "2027/3/27"),
        *("27 mrt 2027", "27 maart 2027", "27 mar 2027", "27 March 2027", "27mrt2027", "March 27, 2027", "27 mrt '27"),
        *("za 27-3-2027", "zaterdag 27 maart 2027", "Sat 27 Mar 2027", "  27 -3-2027 ", "27-3-2027."),
        *("27-3", "27/3", "27 mrt", "27 maart", "27 Mar", "mar 27", "za. 27 mrt."),
    ],
)
def test_a_day_is_understood_however_it_is_typed(typed: str) -> None:
    assert read_day(typed.replace(" -", "-"), TODAY) == SATURDAY


@pytest.mark.parametrize(
    "typed", ["31-2-2027", "27-13", "3/27/2027", "maart", "27", "27 foo", "0-3-2027", "27-3-2027-1"]
)
def test_what_is_no_day_is_not_taken_for_one(typed: str) -> None:
    assert read_day(typed, TODAY) is None


def test_without_a_year_the_coming_one_is_meant_or_one_not_long_ago() -> None:
    assert read_day("1-6", TODAY) == date(2027, 6, 1)
    assert read_day("1-11", TODAY) == date(2026, 11, 1)
    assert read_day("29 feb", TODAY) == date(2028, 2, 29)
    assert read_day("31-12", date(2027, 1, 4)) == date(2026, 12, 31)


def test_today_and_tomorrow_are_days() -> None:
    assert [read_day(word, TODAY) for word in ("vandaag", "Morgen", "overmorgen", "tomorrow")] == [
        *(date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 1))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_is_shown_as_typed_is_read_again(language: str) -> None:
    days = [date(2027, month, 28) for month in range(1, 13)]
    assert [read_day(as_typed(day, language), TODAY) for day in days] == days
    assert [read_day(said_back(day, language), TODAY) for day in days] == days


def test_a_day_is_said_back_with_its_weekday() -> None:
    assert said_back(SATURDAY, "nl") == "zaterdag 27 maart 2027"
    assert said_back(SATURDAY, "en") == "Saturday 27 March 2027"


def test_times_are_read_as_they_are_written_here() -> None:
    assert {read_time(typed) for typed in ("8:30", "8.30", "08u30", " 8 : 30 uur")} == {time(8, 30)}
    assert read_time("14u") == time(14)
    assert [read_time(typed) for typed in ("25:00", "half 9", "")] == [None, None, None]


def test_numbers_may_have_blanks_and_marks_between_thousands() -> None:
    assert [read_number(typed) for typed in (" 12 ", "-3", "1.000", "1 000", "2,0")] == [12, -3, 1000, 1000, 2]
    assert [read_number(typed) for typed in ("1-2", "2,5", "twaalf", "1.0000")] == [None, None, None, None]
