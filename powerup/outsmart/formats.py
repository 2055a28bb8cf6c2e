"""How the host writes dates, times and numbers (host page 4.5). The host writes several ways; we write one."""

import re
from datetime import date, datetime, time
from decimal import Decimal

from powerup.plain_text import without_odd_characters

_DAY_FIRST = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})(.*)", re.DOTALL)
_MONEY = re.compile(r"(-?)(\d{1,12}|\d{1,3}(?:\.\d{3})+(?=,))(?:[.,](\d{1,6}))?", re.ASCII)
_LENGTH = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def read_date(text: str) -> date | None:
    """A date from d-m-Y or Y-m-d, with or without a time behind it; None for empty and 0000-00-00.

    Raises ValueError for anything else.
    """
    moment = read_datetime(text)
    return moment.date() if moment else None


def read_datetime(text: str) -> datetime | None:
    """A moment on the host's own clock, which states no zone, from Y-m-d H:i[:s] or d-m-Y H:i[:s].

    None for empty and 0000-00-00; raises ValueError for anything else.
    """
    text = text.strip()
    if not text.strip("0-: "):
        return None
    if day_first := _DAY_FIRST.fullmatch(text):
        day, month, year, rest = day_first.groups()
        text = f"{year}-{month:0>2}-{day:0>2}{rest}"
    return datetime.fromisoformat(text).replace(tzinfo=None)


def read_row_id(text: str) -> int:
    """The host's own id of a record, which is never 0; ValueError for anything else."""
    row_id = int(text)
    if row_id < 1:
        raise ValueError(f"expected a row id, not {text!r}")
    return row_id


def read_time(text: str) -> time | None:
    """A time of day from H:i or H:i:s; None for empty, ValueError for anything else."""
    text = text.strip()
    return time.fromisoformat(text.zfill(5)) if text else None


def read_length(text: str) -> int:
    """Minutes from hours and minutes, H:i or H:i:s; ValueError for anything else."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected hours and minutes, not {text!r}")
    return int(found[1]) * 60 + int(found[2])


def read_flag(text: str) -> bool:
    """True or false from 1, 0, true, false and their like; ValueError for anything else."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"expected 1 or 0, not {text!r}")


def read_money(text: str) -> Decimal:
    """An amount with a comma or a point before its decimals: 18,50, 18.50 or 1.234,50; ValueError for anything else.

    A point alone is before the decimals, as the host writes amounts (host page 4.5): 1.234 is less than two.
    """
    found = _MONEY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected an amount, not {text!r}")
    sign, whole, decimals = found.groups(default="")
    return Decimal(f"{sign}{whole.replace('.', '')}.{decimals or '0'}")


def written_decimal(number: Decimal) -> str:
    """A number or an amount of a material as the host writes it, with a comma (host page 4.5)."""
    return f"{number:f}".replace(".", ",")


def storable(text: str) -> str:
    """A text of the host without characters that no text has; of half a surrogate pair a question mark stays."""
    return without_odd_characters(text.encode("utf-8", "replace").decode())


def written_date(day: date) -> str:
    """d-m-Y, as work orders want it: 11-06-2013."""
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def written_time(moment: time) -> str:
    """H:i, as work orders want it: 07:08."""
    return f"{moment.hour:02}:{moment.minute:02}"


def written_timestamp(moment: datetime) -> str:
    """Y-m-d H:i:s, as tasks want it."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"
