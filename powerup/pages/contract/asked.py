"""What the address of a contract's page asks for beside its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY, is_usable

_MOST_PAGES = 9_999


@dataclass(frozen=True, slots=True)
class Asked:
    """year is the calendar year to be shown, None for the contract's own; day the one to be explained, visit the id of
    one that is to be moved, and day where to, if that was chosen; typed is a day that could not be read."""

    year: int | None = None
    day: date | None = None
    visit: str = ""
    history: int = 1
    typed: str = ""

    @property
    def is_about_a_day(self) -> bool:
        """Whether a day is to be explained, or a visit moved."""
        return self.day is not None or bool(self.visit or self.typed)


def asked_for(query: Mapping[str, str]) -> Asked:
    """What a query asks for; what cannot be read is left out, but for a day, which is told."""
    typed = query.get("day", "").strip()
    day = _day(typed)
    year = _whole(query.get("year", ""), EARLIEST_DAY.year, LATEST_DAY.year)
    return Asked(
        year=year or (day.year if day and not query.get("move") else None),
        day=day,
        visit=query.get("move", ""),
        history=_whole(query.get("history", ""), 1, _MOST_PAGES) or 1,
        typed=typed if typed and day is None else "",
    )


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if is_usable(day) else None


def _whole(typed: str, least: int, most: int) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
    return int(typed) if is_number and least <= int(typed) <= most else None
