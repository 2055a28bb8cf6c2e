"""Days, times, numbers and lengths of time as people type them, and as they are shown again (rules for pages).

A day is typed as 27-3-2027, 27/3, 27 mrt, 2027-03-27 or tomorrow, in the language of either reader.
"""

import re
from datetime import date, time, timedelta
from functools import cache

from babel import Locale
from babel.dates import format_date, get_day_names, get_month_names

from powerup.documents.words import period_from_text
from powerup.readings.period_words import period_in_words
from powerup.texts import LANGUAGES, Reader

_BEHIND = timedelta(days=61)
"""A day without a year is the coming one, but for one that is not longer ago than this: a contract that began last
month is entered as often as one that will begin."""

_NAMED_DAYS = {"vandaag": 0, "today": 0, "morgen": 1, "tomorrow": 1, "overmorgen": 2}
_MONTHS_BESIDE = {"febr": 2, "maa": 3, "sept": 9}
"""What people write and no calendar does."""

_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:[-/. ]+(\d{1,2})|[-/. ]*([^\W\d]+)\.?)(?:(?:[-/., ]+'?|(?<=[^\W\d]))(\d{4}|\d{2}))?"
)
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.? *(\d{1,2})(?:,? +(\d{4}))?")
_TIME = re.compile(r"(\d{1,2})(?:[:.u](\d{2})|[:u]?)(?:uur)?")
_WHOLE = re.compile(r"-?\d{1,9}(?:[.,]0{1,2})?")
_DECIMAL = re.compile(r"-?[0-9]{1,9}([.,]([0-9]{1,2}|[0-9]{4}))?")
_DECIMAL_IN_THOUSANDS = re.compile(r"(-?[0-9]{1,3}([.,])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]{1,2}))?")
_IN_THOUSANDS = re.compile(
    r"(-?[0-9]{1,3}(?:\.[0-9]{3}){1,2})(?:,([0-9]{1,2}))?|(-?[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.([0-9]{1,2}))?"
)
_IN_THOUSANDS = re.compile(r"-?\d{1,3}(?:[.,]\d{3}){1,2}")


def read_day(typed: str, today: date) -> date | None:
    """The day that a person means, None where it is none; today is the tenant's, for days without a year."""
    words = " ".join(typed.casefold().split()).strip(".,")
    if words in _NAMED_DAYS:
        return today + timedelta(days=_NAMED_DAYS[words])
    words = _without_weekday(words)
    if found := _YEAR_FIRST.fullmatch(words):
        year, month, day = found[1], int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(words):
        year, month, day = found[4], _month(found[2] or found[3]), int(found[1])
    elif found := _MONTH_FIRST.fullmatch(words):
        year, month, day = found[3], _month(found[1]), int(found[2])
    else:
        return None
    if year is None:
        return _coming(month, day, today)
    return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)


def length_in_words(value: str, reader: Reader) -> str:
    """A length of time such as `12 month` in the reader's words; what is none stays as it was typed."""
    try:
        return reader.say(period_in_words(period_from_text(value)))
    except ValueError:
        return value


def read_time(typed: str) -> time | None:
    """The time of day that a person means, such as 8.30 or 8u, None where it is none."""
    found = _TIME.fullmatch("".join(typed.casefold().split()))
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        return None


def read_number(typed: str) -> int | None:
    """The whole number that a person means, with or without marks between thousands, None where it is none."""
    figures = "".join(typed.split())
    if _IN_THOUSANDS.fullmatch(figures):
        return int(re.sub("[.,]", "", figures))
    return int(re.split("[.,]", figures)[0]) if _WHOLE.fullmatch(figures) else None


def read_decimal(typed: str) -> str | None:
    """The number that a person means, with a comma or a point before its decimals, as a text with a point; None where
    it is none. Three figures behind a mark are thousands."""
    figures = re.sub(r"[\s€%]", "", typed)
    if found := _DECIMAL_IN_THOUSANDS.fullmatch(figures):
        whole = re.sub("[.,]", "", found[1])
        return f"{whole}.{found[3]}" if found[3] else whole
    return figures.replace(",", ".") if _DECIMAL.fullmatch(figures) else None


def read_month(typed: str) -> str | None:
    """The month of a year that a person means, as 2026-10; None where it is none."""
    words = " ".join(typed.casefold().split())
    found = re.fullmatch(r"(\d{4})[-/. ](\d{1,2})|(\d{1,2}|[^\W\d]+)\.?[-/. ]+(\d{4})", words)
    if found is None:
        return None
    year, month = found[1] or found[4], _month(found[2] or found[3])
    return f"{year}-{month:02}" if 1 <= month <= 12 else None


def decimal_as_typed(number: str, language: str) -> str:
    """A number with a point as readers of the language type it; one that this reads again."""
    return number.replace(".", ",") if language == "nl" else number


def as_typed(day: date, language: str) -> str:
    """A day as readers of the language type it; one that this reads again."""
    return format_date(day, "d-M-y" if language == "nl" else "d MMM y", locale=language)


def said_back(day: date, language: str) -> str:
    """A day with its weekday, by which people see that it is the one they mean."""
    return format_date(day, "EEEE d MMMM y", locale=language)


def _without_weekday(words: str) -> str:
    first, blank, rest = words.partition(" ")
    return rest if blank and first.strip(".,") in _weekdays() else words


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _months().get(word, 0)


def _coming(month: int, day: int, today: date) -> date | None:
    """The first such day that is not long ago; a 29th of February may be years away."""
    days = (_day(today.year + years, month, day) for years in range(-1, 9))
    return next((found for found in days if found is not None and found >= today - _BEHIND), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """The number of each month by its name and its short names, in all languages."""
    named = {
        name.casefold().rstrip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, Locale(language)).items()
    }
    return named | _MONTHS_BESIDE


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        name.casefold().rstrip(".")
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, "format", Locale(language)).values()
    )
