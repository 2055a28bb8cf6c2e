"""What people write in a cell, read as the values of the contract's form, and written back.

Dates as ISO or d-m-Y, yes/no or ja/nee or 1/0, lists with `;`, words in English or Dutch (architecture: Import
columns).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.contract import OrderMaterial
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY, is_usable
from powerup.contracts.price import ByIndex, ByPercentage, EarlierPrice
from powerup.contracts.recurrence import WORKDAY_MOMENT, Moment
from powerup.contracts.terms import Period
from powerup.documents.price import AMOUNT, MONTH, PERCENTAGE, plain
from powerup.documents.words import ORDINALS, WEEKDAYS, moment_text, period_from_text, period_text
from powerup.files.problems import CellProblem
from powerup.texts import Text, Words, text

SEPARATOR = ";"
"""Stands between the items of a list."""

_GUARD = "'"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_TRUTHS = dict.fromkeys(("yes", "ja", "y", "j", "1", "true", "waar", "x"), True) | dict.fromkeys(
    ("no", "nee", "n", "0", "false", "onwaar"), False
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DUTCH_DATE = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")

_WEEKDAY_WORDS = {
    "mon": ("monday", "ma", "maandag"),
    "tue": ("tuesday", "di", "dinsdag"),
    "wed": ("wednesday", "wo", "woensdag"),
    "thu": ("thursday", "do", "donderdag"),
    "fri": ("friday", "vr", "vrijdag"),
    "sat": ("saturday", "za", "zaterdag"),
    "sun": ("sunday", "zo", "zondag"),
}
_WEEKDAY_OF = {word: day for day, words in _WEEKDAY_WORDS.items() for word in (day, *words)}
_MOMENT_DAY_OF = _WEEKDAY_OF | dict.fromkeys((WORKDAY_MOMENT, "werkdag"), WORKDAY_MOMENT)
_ORDINAL_OF = {word: word for word in ORDINALS} | {
    "eerste": "first",
    "tweede": "second",
    "derde": "third",
    "vierde": "fourth",
    "laatste": "last",
}

_DUTCH_WEEKDAY = {day: words[1] for day, words in _WEEKDAY_WORDS.items()} | {WORKDAY_MOMENT: "werkdag"}
_DUTCH_ORDINAL = {value: word for word, value in _ORDINAL_OF.items() if word not in ORDINALS}
_DUTCH_UNIT = {"day": "dag", "week": "week", "month": "maand", "year": "jaar"}


def guarded(cell: str) -> str:
    """The cell as it may stand in a file: no spreadsheet takes it for a formula."""
    starts_formula = cell.startswith(_FORMULA_STARTS)
    looks_guarded = cell[:1] == _GUARD and cell[1:].startswith((*_FORMULA_STARTS, _GUARD))
    return _GUARD + cell if starts_formula or looks_guarded else cell


def unguarded(cell: str) -> str:
    """The cell without its guard against formulas, if it has one."""
    return cell[1:] if cell[:1] == _GUARD and cell[1:].startswith((*_FORMULA_STARTS, _GUARD)) else cell


def read_day(cell: str) -> str:
    """A date as ISO text. Raises CellProblem."""
    if match := _ISO_DATE.fullmatch(cell):
        year, month, day = map(int, match.groups())
    elif match := _DUTCH_DATE.fullmatch(cell):
        day, month, year = map(int, match.groups())
    else:
        raise CellProblem("invalid_date", text("A date such as 2027-01-31 or 31-1-2027 is expected."))
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellProblem("invalid_date", text("There is no such date.")) from None
    if not is_usable(found):
        message = text("A date from {first} to {last} is expected.", first=EARLIEST_DAY, last=LATEST_DAY)
        raise CellProblem("day_out_of_range", message)
    return found.isoformat()


def read_truth(cell: str) -> bool:
    """Yes or no. Raises CellProblem."""
    if cell.lower() not in _TRUTHS:
        raise CellProblem("invalid_truth", text("Yes or no is expected (ja or nee, true or false, 1 or 0, x)."))
    return _TRUTHS[cell.lower()]


def read_whole(cell: str) -> int:
    """A whole number. Raises CellProblem."""
    if not re.fullmatch(r"-?[0-9]{1,9}", cell):
        raise CellProblem("invalid_number", text("A whole number is expected."))
    return int(cell)


def read_amount(cell: str) -> str:
    """An amount in euros as the form spells it, with a comma or a point before the cents. Raises CellProblem."""
    figures = cell.removeprefix("€").strip().replace(",", ".")
    if not re.fullmatch(AMOUNT, figures, re.ASCII):
        raise CellProblem("invalid_amount", text("An amount such as 120.00 is expected."))
    return figures


def read_indexation(cell: str) -> dict[str, str]:
    """What was agreed on indexation: a percentage a year, or an index and its base month, such as `CPI-2025:2026-10`.

    Raises CellProblem.
    """
    index, colon, month = (part.strip() for part in cell.rpartition(":"))
    if colon and index and re.fullmatch(MONTH, month, re.ASCII):
        return {"index": index, "base_month": month}
    figures = cell.removesuffix("%").strip().replace(",", ".")
    if colon or not re.fullmatch(PERCENTAGE, figures, re.ASCII):
        message = text(
            "A percentage such as 2.5, or an index and its base month such as CPI-2025:2026-10, is expected."
        )
        raise CellProblem("invalid_indexation", message)
    return {"percentage": figures}


def read_material(cell: str) -> dict[str, str]:
    """A material with its number and the price of one, such as `FILTER-G4*2@18.50`; both may be left out.

    Raises CellProblem.
    """
    found = _MATERIAL.fullmatch(cell)
    if found is None:
        message = text("A material such as FILTER-G4*2@18.50 is expected: its code, how many, the price of one.")
        raise CellProblem("invalid_material", message)
    code, number, price = found["code"].strip(), found["number"], found["price"]
    material = {"code": code} | ({"number": number.replace(",", ".")} if number else {})
    return material | ({"price": price.replace(",", ".")} if price else {})


_MATERIAL = re.compile(
    r"(?P<code>.+?)(?:\*(?P<number>[0-9]{1,5}(?:[.,][0-9]{1,2})?))?(?:@(?P<price>[0-9]{1,7}(?:[.,][0-9]{1,4})?))?",
    re.ASCII,
)


def read_closed_range(cell: str) -> dict[str, Any]:
    """Days without visits and what they are called, such as `2027-07-26/2027-08-13=Bouwvak`, or a day alone; with
    `/yearly` behind the days they come back every year. Raises CellProblem."""
    days, equals, name = (part.strip() for part in cell.partition("="))
    first, *more = (part.strip() for part in days.split("/"))
    every_year = bool(more) and more[-1].lower() in _YEARLY
    more = more[:-1] if every_year else more
    if not equals or not name or len(more) > 1:
        message = text("Days and their name are expected, such as 2027-07-26/2027-08-13=Summer closing.")
        raise CellProblem("invalid_closed_range", message)
    return {"from": read_day(first), "until": read_day(more[0] if more else first), "name": name} | (
        {"every_year": True} if every_year else {}
    )


_YEARLY = ("yearly", "jaarlijks")


def read_earlier_prices(cell: str) -> dict[str, str]:
    """Amounts by the day from which they were asked: `2026-01-01=120.00;2027-01-01=123.00`. Raises CellProblem."""
    prices: dict[str, str] = {}
    for item in items_of(cell):
        day, separator, amount = (part.strip() for part in item.partition("="))
        if not separator or read_day(day) in prices:
            message = text("Amounts by their days are expected, such as 2026-01-01=120.00;2027-01-01=123.00.")
            raise CellProblem("invalid_earlier_prices", message)
        prices[read_day(day)] = read_amount(amount)
    return prices


def read_time(cell: str) -> str:
    """A time of the day as HH:MM. Raises CellProblem."""
    match = _TIME.fullmatch(cell)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise CellProblem("invalid_time", text("A time such as 08:30 is expected."))
    return f"{int(match[1]):02}:{match[2]}"


def read_moment(cell: str) -> str:
    """A moment of the month as the form spells it, such as `third fri`. Raises CellProblem."""
    ordinal, _, day = cell.lower().partition(" ")
    try:
        return f"{_ORDINAL_OF[ordinal]} {_MOMENT_DAY_OF[day.strip()]}"
    except KeyError:
        raise CellProblem(
            "unknown_moment", text("A moment such as the first Monday or the last working day is expected.")
        ) from None


def read_period(cell: str) -> str:
    """A length of time as the form spells it, such as `12 month`. Raises CellProblem."""
    try:
        return period_text(period_from_text(cell))
    except ValueError:
        raise CellProblem("unknown_length", text("A length of time such as 12 months or 1 year is expected.")) from None


def read_weekday(cell: str) -> str:
    """A weekday as the form spells it. Raises CellProblem."""
    if cell.lower() not in _WEEKDAY_OF:
        raise CellProblem("unknown_weekday", text("A day of the week is expected."))
    return _WEEKDAY_OF[cell.lower()]


def read_text(cell: str) -> str:
    """A text, as it is."""
    return cell


@dataclass(frozen=True, slots=True)
class DayOfObjects:
    """The reader of a cell with a day, and such days of single objects: `2026-01-31;CV-1=2020-05-01`.

    It gives the value of two members of the plan's form, such as anchor and anchors. twice is said where the cell has
    two days for all objects.
    """

    member: str
    per_object: str
    twice: Text

    def __call__(self, cell: str) -> dict[str, Any]:
        """The two members. Raises CellProblem."""
        usual: str | None = None
        days: dict[str, str] = {}
        for item in items_of(cell):
            code, separator, day = item.rpartition("=")
            if separator:
                days[code.strip()] = read_day(day.strip())
            elif usual is None:
                usual = read_day(item)
            else:
                raise CellProblem("twice", self.twice)
        return {self.member: usual, self.per_object: days}

    def empty(self) -> dict[str, Any]:
        """What an empty cell stands for."""
        return {self.member: None, self.per_object: {}}


read_anchor = DayOfObjects("anchor", "anchors", text("There are two days from which to count."))
read_next_visit = DayOfObjects("next_visit", "next_visits", text("There are two next visits."))


class ChoiceOf:
    """The reader of one of some words, in English or Dutch."""

    def __init__(self, choices: type[StrEnum], dutch: Mapping[str, str]) -> None:
        """dutch has each choice by its Dutch word. Raises ValueError where one has none."""
        if set(dutch.values()) != set(choices):
            raise ValueError(f"A member of {choices.__name__} has no Dutch word of its own.")
        self._known = {choice.value: choice.value for choice in choices} | dict(dutch)
        self._dutch = {value: word for word, value in dutch.items()}
        self._words = Words({"en": [*map(str, choices)], "nl": [*dutch]})

    def __call__(self, cell: str) -> str:
        """The choice. Raises CellProblem."""
        word = cell.lower().replace(" ", "_").replace("-", "_")
        if word not in self._known:
            raise CellProblem("unknown_choice", text("Choose one of: {choices}.", choices=self._words))
        return self._known[word]

    def in_dutch(self, value: str) -> str:
        """The Dutch word of a choice."""
        return self._dutch[value]


@dataclass(frozen=True, slots=True)
class ListOf:
    """The reader of a list of what read reads."""

    read: Callable[[str], Any]

    def __call__(self, cell: str) -> list[Any]:
        """What each item means. Raises CellProblem; one that has commas is told what separates items."""
        try:
            return [self.read(item) for item in items_of(cell)]
        except CellProblem as problem:
            if "," not in cell:
                raise
            raise CellProblem(problem.code, with_separator_told(problem.message)) from problem


def read_replaced(cell: str) -> dict[str, str]:
    """An object, the one that comes in its place, and from when: CV-1>CV-9=2027-06-01. Raises CellProblem."""
    codes, _, day = cell.rpartition("=")
    old, _, new = (code.strip() for code in codes.partition(">"))
    if not old or not new:
        raise CellProblem("invalid_replacement", text("An entry such as CV-1>CV-9=2027-06-01 is expected."))
    return {"old": old, "new": new, "from": read_day(day.strip())}


def with_separator_told(message: Text) -> Text:
    """What is wrong with an item in which commas stand, and how items are separated."""
    return text("{message} The items of a list have ; between them.", message=message)


def items_of(cell: str) -> list[str]:
    """The items of a list, blanks around them dropped, empty ones left out."""
    return [item.strip() for item in cell.split(SEPARATOR) if item.strip()]


def written(value: Any) -> str:
    """A value of the domain as a cell that is read as the same value."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case StrEnum():
            return value.value
        case Moment():
            return moment_text(value)
        case Period():
            return period_text(value)
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
        case tuple() | list():
            return SEPARATOR.join(map(written, value))
        case _:
            return _of_a_price(value)


def _of_a_price(value: Any) -> str:
    match value:
        case Decimal():
            return plain(value)
        case ByPercentage():
            return plain(value.percentage)
        case ByIndex():
            return f"{value.index}:{value.base_month}"
        case OrderMaterial():
            price = "" if value.price is None else f"@{plain(value.price)}"
            return f"{value.code}*{plain(value.number)}{price}"
        case ClosedDay():
            days = [each.isoformat() for each in (value.day, value.until) if each is not None]
            return f"{'/'.join([*days, *_YEARLY[: value.every_year]])}={value.name}"
        case EarlierPrice():
            return f"{value.price_date.isoformat()}={plain(value.amount)}"
        case _:
            return str(value)


def weekday_words(weekdays: Iterable[int]) -> str:
    """Weekdays (Monday is 0) as a list of words."""
    return SEPARATOR.join(WEEKDAYS[day] for day in weekdays)


def in_dutch(cell: str, read: Callable[[str], Any]) -> str:
    """A written cell of a column that is read like this, in Dutch words."""
    if isinstance(read, ListOf):
        return SEPARATOR.join(in_dutch(item, read.read) for item in items_of(cell))
    if isinstance(read, ChoiceOf):
        return read.in_dutch(cell)
    if read is read_closed_range:
        days, equals, name = cell.partition("=")
        return days.replace("/yearly", "/jaarlijks") + equals + name
    if read is read_truth:
        return "ja" if read_truth(cell) else "nee"
    if read is read_weekday:
        return _DUTCH_WEEKDAY[cell]
    if read is read_period:
        number, _, unit = cell.partition(" ")
        return f"{number} {_DUTCH_UNIT[unit]}"
    if read is read_moment:
        ordinal, _, day = cell.partition(" ")
        return f"{_DUTCH_ORDINAL[ordinal]} {_DUTCH_WEEKDAY[day]}"
    return cell
