"""Days and times as people type them, and as they are never read."""

from datetime import date, time

import pytest

from powerup.sandbox.pages.days import read_day, read_time
from powerup.sandbox.pages.texts import LANGUAGES, Texts

TODAY = date(2027, 1, 1)
THE_27TH = date(2027, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [
        *("27-3-2027", "27/3/2027", "27.3.2027", "27 3 2027", "27-03-27", "2027-03-27", "2027/3/27"),
        *("27-3", "27/3", "27 mrt", "27 mrt.", "27mrt", "27 maart", "27 Maart 2027", "27 Mar 2027", "27-mrt-2027"),
        *(
            "March 27",
            "mar 27, 2027",
            "za 27 maart 2027",
            "zaterdag 27 maart",
            "Saturday 27 March 2027",
            " 27  mrt 2027 ",
        ),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert read_day(typed, TODAY) == THE_27TH


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("month", range(1, 13))
def test_what_a_page_says_is_read_back(language: str, month: int) -> None:
    day, texts = date(2027, month, 9), Texts(language)
    assert read_day(texts.day(day), TODAY) == read_day(texts.long_day(day), TODAY) == day


@pytest.mark.parametrize(
    "typed",
    [
        "31022027",
        "31-2-2027",
        "27032027",
        "3/27/2027",
        "27",
        "mrt",
        "27 mrt 202",
        "1-2-20277",
        "27-13",
        "27 xyz",
        "now",
        "",
    ],
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_day(typed, TODAY) is None


@pytest.mark.parametrize(
    ("today", "typed", "meant"),
    [
        (date(2027, 12, 20), "5 jan", date(2028, 1, 5)),
        (date(2027, 1, 5), "20 dec", date(2026, 12, 20)),
        (date(2027, 6, 1), "29 feb", date(2028, 2, 29)),
    ],
)
def test_without_a_year_the_nearest_such_day_is_meant(today: date, typed: str, meant: date) -> None:
    assert read_day(typed, today) == meant


@pytest.mark.parametrize("typed", ["8:30", "08:30", "8.30", "8u30", "8:30 uur", " 8 : 30 "])
def test_a_time_is_read_as_people_write_it(typed: str) -> None:
    assert read_time(typed) == time(8, 30)


@pytest.mark.parametrize(
    ("typed", "meant"), [("8", time(8)), ("8 uur", time(8)), ("14u", time(14)), ("25:00", None), ("1-2", None)]
)
def test_a_whole_hour_is_a_time_and_what_no_clock_shows_is_none(typed: str, meant: time | None) -> None:
    assert read_time(typed) == meant
