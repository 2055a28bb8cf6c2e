"""The months of a contract as bars: how many work orders each has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from powerup.readings.draft_year import DraftYear
from powerup.texts import Reader

_HEIGHT = 40
_LEAST = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: its place from the left, how high it is (of 40), its name, and how many orders it has."""

    place: int
    height: int
    month: str
    name: str
    orders: int


def bars(year: DraftYear, reader: Reader) -> Sequence[Bar]:
    """A bar for each month, the highest of which fills the picture; a month without orders has none."""
    most = max((month.orders for month in year.months), default=0)
    return [
        Bar(place, _height(month.orders, most), _short(month.first, reader), _long(month.first, reader), month.orders)
        for place, month in enumerate(year.months)
    ]


def _height(orders: int, most: int) -> int:
    return max(_LEAST, orders * _HEIGHT // most) if orders else 0


def _short(day: date, reader: Reader) -> str:
    return format_date(day, "LLL", locale=reader.language).rstrip(".")[:3]


def _long(day: date, reader: Reader) -> str:
    return format_date(day, "LLLL y", locale=reader.language)
