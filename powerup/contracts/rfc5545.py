"""Recurrences as text of RFC 5545 and back (rules: Recurrence, "stored in the terms of RFC 5545").

One property a line: RRULE, then RDATE and EXDATE. Short months are said as RFC 7529 has it (RSCALE and SKIP). Two
things have no word there and are said by parameters of our own, which other readers may pass over: X-WORKDAYS=CALENDAR,
where days are working days of the tenant's calendar, and X-UNIT=YEAR, where a yearly rule without months has to be
written as one of 12 months, because a yearly BYDAY or BYMONTHDAY alone would mean every month.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit
from powerup.errors import PowerupError

_FREQUENCIES = {
    Unit.DAY: "DAILY",
    Unit.WORKDAY: "DAILY",
    Unit.WEEK: "WEEKLY",
    Unit.MONTH: "MONTHLY",
    Unit.YEAR: "YEARLY",
}
_UNITS = {"DAILY": Unit.DAY, "WEEKLY": Unit.WEEK, "MONTHLY": Unit.MONTH, "YEARLY": Unit.YEAR}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS = "MO,TU,WE,TH,FR"
_SKIPS = {"BACKWARD": ShortMonth.LAST_DAY, "OMIT": ShortMonth.SKIP}
_PARTS = frozenset({"RSCALE", "FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "SKIP", "WKST"})
_Choice = TypeVar("_Choice")
_PARAMETERS = frozenset({"X-WORKDAYS", "X-UNIT"})


class RecurrenceTextError(PowerupError):
    """A text is no RFC 5545 recurrence, or says what a visit plan cannot have; part names where."""

    def __init__(self, part: str, expected: str, found: str) -> None:
        super().__init__(f"Recurrence text, {part}: expected {expected}, got {found!r}.")
        self.part = part


def to_rfc5545(recurrence: Recurrence) -> str:
    """The rule as lines of RFC 5545, joined by a line feed. Expects a recurrence without problems."""
    lines = [f"RRULE{_parameters(recurrence)}:{_rule(recurrence)}"]
    for name, days in (("RDATE", recurrence.extra_dates), ("EXDATE", recurrence.excluded_dates)):
        if days:
            lines.append(f"{name};VALUE=DATE:" + ",".join(f"{day:%Y%m%d}" for day in days))
    return "\n".join(lines)


def from_rfc5545(text: str) -> Recurrence:
    """The rule that a text says, as to_rfc5545 writes it or as others do within what a visit plan can have.

    Raises RecurrenceTextError for anything else, such as COUNT, UNTIL or BYWEEKNO. The result may have `problems`.
    """
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    properties = [_property(line) for line in unfolded.splitlines() if line.strip()]
    rules = [(parameters, value) for name, parameters, value in properties if name == "RRULE"]
    if len(rules) != 1:
        raise RecurrenceTextError("RRULE", "exactly one", f"{len(rules)}")
    unknown = {name for name, _, _ in properties} - {"RRULE", "RDATE", "EXDATE"}
    if unknown:
        raise RecurrenceTextError("property", "RRULE, RDATE or EXDATE", min(unknown))
    extra, excluded = (
        tuple(day for found, _, value in properties if found == name for day in _dates(name, value))
        for name in ("RDATE", "EXDATE")
    )
    return _recurrence(*rules[0], extra, excluded)


def _by_month(unit: Unit) -> bool:
    return unit in (Unit.MONTH, Unit.YEAR)


def _as_months(recurrence: Recurrence) -> bool:
    """Whether a yearly rule has to be written as one of 12 months."""
    placed = recurrence.month_day is not None or recurrence.moment is not None
    return recurrence.unit is Unit.YEAR and not recurrence.months and placed


def _parameters(recurrence: Recurrence) -> str:
    moment = recurrence.moment
    on_workdays = recurrence.unit is Unit.WORKDAY or (moment is not None and moment.weekday is None)
    return (";X-WORKDAYS=CALENDAR" if on_workdays else "") + (";X-UNIT=YEAR" if _as_months(recurrence) else "")


def _rule(recurrence: Recurrence) -> str:
    as_months, skip = _as_months(recurrence), _said_skip(recurrence)
    parts = {
        "RSCALE": "GREGORIAN" if skip else "",
        "FREQ": "MONTHLY" if as_months else _FREQUENCIES[recurrence.unit],
        "INTERVAL": str(recurrence.every * (12 if as_months else 1)),
        "BYMONTH": _joined(recurrence.months),
        "BYMONTHDAY": str(recurrence.month_day or ""),
        "BYDAY": ",".join(_WEEKDAYS[weekday] for weekday in recurrence.weekdays),
        "SKIP": skip,
    }
    if recurrence.moment:
        parts |= _said_moment(recurrence.moment)
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def _said_moment(moment: Moment) -> dict[str, str]:
    if moment.weekday is None:
        return {"BYDAY": _WORKDAYS, "BYSETPOS": str(moment.ordinal)}
    return {"BYDAY": f"{moment.ordinal}{_WEEKDAYS[moment.weekday]}"}


def _said_skip(recurrence: Recurrence) -> str:
    """OMIT is what RFC 5545 means anyway, LAST_DAY what we mean where months do not matter: both go unsaid there."""
    usual = ShortMonth.SKIP if _by_month(recurrence.unit) and recurrence.moment is None else ShortMonth.LAST_DAY
    if recurrence.at_short_month is usual:
        return ""
    return "BACKWARD" if recurrence.at_short_month is ShortMonth.LAST_DAY else "OMIT"


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(str(number) for number in numbers)


def _property(line: str) -> tuple[str, dict[str, str], str]:
    """Name, parameters and value of one line."""
    head, colon, value = line.strip().partition(":")
    name, *parameters = head.split(";")
    if not colon:
        raise RecurrenceTextError("line", "NAME:value", line)
    return name.upper(), _pairs(parameters), value


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.upper().partition("=")
        if not equals or not value or name in pairs:
            raise RecurrenceTextError(name, "NAME=value, each name once", text)
        pairs[name] = value
    return pairs


def _dates(name: str, value: str) -> list[date]:
    days = value.split(",")
    try:
        if all(re.fullmatch("[0-9]{8}", day) for day in days):
            return [date.fromisoformat(day) for day in days]
    except ValueError:
        pass  # eight digits, and no date
    raise RecurrenceTextError(name, "dates such as 20261231", value)


def _recurrence(
    parameters: dict[str, str], rule: str, extra: tuple[date, ...], excluded: tuple[date, ...]
) -> Recurrence:
    parts = _pairs(rule.split(";"))
    unknown = (parts.keys() - _PARTS) | (parameters.keys() - _PARAMETERS)
    if unknown:
        raise RecurrenceTextError(min(unknown), "nothing, since a visit plan cannot have it", min(unknown))
    _chosen(parts, "RSCALE", {"GREGORIAN": True}, True)
    _chosen(parts, "WKST", {"MO": True}, True)
    unit, every = _unit_and_interval(parameters, parts)
    weekdays, moment = _days(parts, unit, "X-WORKDAYS" in parameters)
    usual = ShortMonth.SKIP if _by_month(unit) and moment is None else ShortMonth.LAST_DAY
    return Recurrence(
        unit,
        every,
        weekdays,
        month_day=_numbers(parts, "BYMONTHDAY", 1)[0] if "BYMONTHDAY" in parts else None,
        moment=moment,
        at_short_month=_chosen(parts, "SKIP", _SKIPS, usual),
        months=_numbers(parts, "BYMONTH", 12),
        extra_dates=extra,
        excluded_dates=excluded,
    )


def _unit_and_interval(parameters: dict[str, str], parts: dict[str, str]) -> tuple[Unit, int]:
    unit = _chosen(parts, "FREQ", _UNITS, None)
    every = (_numbers(parts, "INTERVAL", 1) or (1,))[0]
    if _chosen(parameters, "X-WORKDAYS", {"CALENDAR": True}, False) and not _by_month(unit):
        if unit is not Unit.DAY:
            raise RecurrenceTextError("X-WORKDAYS", "a FREQ of DAILY, MONTHLY or YEARLY", parts["FREQ"])
        unit = Unit.WORKDAY
    if _chosen(parameters, "X-UNIT", {"YEAR": True}, False):
        if unit is not Unit.MONTH or every % 12 or "BYMONTH" in parts:
            raise RecurrenceTextError("X-UNIT", "FREQ=MONTHLY, an INTERVAL in twelves and no BYMONTH", parts["FREQ"])
        return Unit.YEAR, every // 12
    if unit is Unit.YEAR and "BYMONTH" not in parts and parts.keys() & {"BYDAY", "BYMONTHDAY"}:
        raise RecurrenceTextError("BYMONTH", "the months of a yearly rule that names a day", "none")
    return unit, every


def _days(parts: dict[str, str], unit: Unit, on_workdays: bool) -> tuple[tuple[int, ...], Moment | None]:
    """The weekdays of a weekly rule, or the moment of a monthly or yearly one."""
    said, places = parts.get("BYDAY"), _numbers(parts, "BYSETPOS", 1)
    if on_workdays and _by_month(unit):
        if said != _WORKDAYS or not places:
            raise RecurrenceTextError("BYDAY", f"{_WORKDAYS} with a BYSETPOS, for X-WORKDAYS", said or "none")
        return (), Moment(places[0], None)
    if places:
        raise RecurrenceTextError("BYSETPOS", "X-WORKDAYS=CALENDAR beside it", parts["BYSETPOS"])
    if said is None:
        return (), None
    days = said.split(",")
    if unit is Unit.WEEK and all(day in _WEEKDAYS for day in days):
        return tuple(_WEEKDAYS.index(day) for day in days), None
    if _by_month(unit) and len(days) == 1 and days[0][-2:] in _WEEKDAYS:
        return (), Moment(_number("BYDAY", days[0][:-2]), _WEEKDAYS.index(days[0][-2:]))
    raise RecurrenceTextError("BYDAY", "weekdays in a weekly rule, one such as 3FR in a monthly or yearly one", said)


def _chosen(pairs: dict[str, str], name: str, choices: Mapping[str, _Choice], usual: _Choice | None) -> _Choice:
    """What a part says, or what is usual where it is not there; without that it has to be."""
    found = choices.get(pairs[name]) if name in pairs else usual
    if found is None:
        raise RecurrenceTextError(name, " or ".join(choices), pairs.get(name, "none"))
    return found


def _numbers(parts: dict[str, str], name: str, most: int) -> tuple[int, ...]:
    texts = parts[name].split(",") if name in parts else []
    if len(texts) > most:
        raise RecurrenceTextError(name, f"at most {most}", parts[name])
    return tuple(_number(name, text) for text in texts)


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,5}", text):
        raise RecurrenceTextError(name, "a whole number of at most 5 digits", text)
    return int(text)
