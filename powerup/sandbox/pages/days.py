"""Days and times as people type them: 27-3-2027, 27/3, 27 mrt, March 27 2027, 8.30."""

import re
from datetime import date, time

_MONTHS = (
    ("jan", "januari", "january"),
    ("feb", "februari", "february", "febr"),
    ("mrt", "maart", "mar", "march", "maa"),
    ("apr", "april"),
    ("mei", "may"),
    ("jun", "juni", "june"),
    ("jul", "juli", "july"),
    ("aug", "augustus", "august"),
    ("sep", "september", "sept"),
    ("okt", "oktober", "oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAY = re.compile(
    r"^(?:ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b[.,]?\s*"
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:[-/. ](\d{1,2})|[-/. ]*([a-z]+)\.?)(?:[-/., ]+(\d{4}|\d{2}))?")
_MONTH_FIRST = re.compile(r"([a-z]+)\.? +(\d{1,2})(?:,? +(\d{4}))?")
_TIME = re.compile(r"(\d{1,2})(?:[:.u](\d{2})|[:u]?)")


def read_day(text: str, today: date) -> date | None:
    """The day that a person means, None where it is none.

    Args:
        today: without a year the day is meant that is nearest to it; of two equally near ones the later.
    """
    words = _WEEKDAY.sub("", " ".join(text.lower().split()))
    if found := _YEAR_FIRST.fullmatch(words):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(words):
        day, in_figures, name, year = found.groups()
        month = in_figures or str(_MONTH_OF.get(name, 0))
    elif found := _MONTH_FIRST.fullmatch(words):
        name, day, year = found.groups()
        month = str(_MONTH_OF.get(name, 0))
    else:
        return None
    if year is None:
        return _nearest(int(month), int(day), today)
    return _day(int(year) + 2000 if len(year) == 2 else int(year), int(month), int(day))


def _nearest(month: int, day: int, today: date) -> date | None:
    years = (today.year + 1, today.year, today.year - 1)
    days = [found for year in years if (found := _day(year, month, day)) is not None]
    return min(days, key=lambda one: abs((one - today).days), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """The time of day that a person means, None where it is none."""
    found = _TIME.fullmatch("".join(text.lower().removesuffix("uur").split()))
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        return None
