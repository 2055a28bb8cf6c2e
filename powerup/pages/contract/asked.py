"""What the address of a contract's page asks for beside its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY, is_usable
from powerup.pages.forms.days import read_day

_MOST_PAGES = 9_999


@dataclass(frozen=True, slots=True)
class Asked:
    """year is the calendar year to be shown, None for the contract's own; day the one to be explained, visit the id of
    one that is to be moved, together with all of its plan and day where asked so, and day where to, if that was chosen;
    typed is a day that could not be read."""

    year: int | None = None
    day: date | None = None
    visit: str = ""
    together: bool = False
    history: int = 1
    typed: str = ""

    @property
    def is_about_a_day(self) -> bool:
        """Whether a day is to be explained, or a visit moved."""
        return self.day is not None or bool(self.visit or self.typed)


def asked_for(query: Mapping[str, str], today: date) -> Asked:
    """What a query asks for; what cannot be read is left out, but for a day, which is told. today is the tenant's, for
    days that are typed without a year."""
    typed = query.get("day", "").strip()
    day = read_day(typed, today)
    day = day if day is not None and is_usable(day) else None
    year = _whole(query.get("year", ""), EARLIEST_DAY.year, LATEST_DAY.year)
    return Asked(
        year=year or (day.year if day and not query.get("move") else None),
        day=day,
        visit=query.get("move", ""),
        together=bool(query.get("all")),
        history=_whole(query.get("history", ""), 1, _MOST_PAGES) or 1,
        typed=typed if typed and day is None else "",
    )


def _whole(typed: str, least: int, most: int) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
    return int(typed) if is_number and least <= int(typed) <= most else None
