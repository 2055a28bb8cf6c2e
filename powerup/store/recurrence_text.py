"""A recurrence as it is stored: JSON in the words of RFC 5545, and SKIP of RFC 7529 (rules: Recurrence).

What those have no word for begins with X-: the working day as unit (X-WORKDAILY) and as moment (`-1X-WORKDAY`).
"""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit

_FREQUENCIES = {
    Unit.DAY: "DAILY",
    Unit.WORKDAY: "X-WORKDAILY",
    Unit.WEEK: "WEEKLY",
    Unit.MONTH: "MONTHLY",
    Unit.YEAR: "YEARLY",
}
_UNITS = {word: unit for unit, word in _FREQUENCIES.items()}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAY = "X-WORKDAY"
_SKIPS = {ShortMonth.LAST_DAY: "BACKWARD", ShortMonth.SKIP: "OMIT"}
_SHORT_MONTHS = {word: policy for policy, word in _SKIPS.items()}


@lru_cache(maxsize=4096)
def recurrence_text(recurrence: Recurrence) -> str:
    """The text to store; parts that say nothing are left out."""
    parts: dict[str, Any] = {"FREQ": _FREQUENCIES[recurrence.unit], "INTERVAL": recurrence.every}
    days = [_DAYS[weekday] for weekday in recurrence.weekdays]
    if recurrence.moment:
        weekday = recurrence.moment.weekday
        days.append(f"{recurrence.moment.ordinal}{_WORKDAY if weekday is None else _DAYS[weekday]}")
    optional = {
        "BYDAY": days,
        "BYMONTHDAY": recurrence.month_day,
        "BYMONTH": recurrence.months,
        "RDATE": _dates_text(recurrence.extra_dates),
        "EXDATE": _dates_text(recurrence.excluded_dates),
    }
    parts["SKIP"] = _SKIPS[recurrence.at_short_month]
    parts.update({word: value for word, value in optional.items() if value})
    return json.dumps(parts, separators=(",", ":"))


@lru_cache(maxsize=4096)
def recurrence_from_text(text: str) -> Recurrence:
    """The recurrence of a stored text; many contracts share theirs, so it is kept."""
    parts = json.loads(text)
    days = parts.get("BYDAY", [])
    moments = [_moment(day) for day in days if day not in _DAYS]
    return Recurrence(
        unit=_UNITS[parts["FREQ"]],
        every=parts["INTERVAL"],
        weekdays=tuple(_DAYS.index(day) for day in days if day in _DAYS),
        month_day=parts.get("BYMONTHDAY"),
        moment=moments[0] if moments else None,
        at_short_month=_SHORT_MONTHS[parts["SKIP"]],
        months=tuple(parts.get("BYMONTH", ())),
        extra_dates=_dates(parts.get("RDATE", ())),
        excluded_dates=_dates(parts.get("EXDATE", ())),
    )


def _moment(word: str) -> Moment:
    if word.endswith(_WORKDAY):
        return Moment(int(word.removesuffix(_WORKDAY)), None)
    return Moment(int(word[:-2]), _DAYS.index(word[-2:]))


def _dates_text(days: Iterable[date]) -> list[str]:
    return [day.isoformat().replace("-", "") for day in days]


def _dates(texts: Iterable[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)
