"""Weekdays, moments of the month and lengths of time as documents and import files spell them (architecture: Import
columns)."""

import re
from typing import Any

from marshmallow import fields

from powerup.contracts.recurrence import WORKDAY_MOMENT, Moment
from powerup.contracts.terms import MOST_NUMBER, Period, PeriodUnit

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Monday is 0."""

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_ORDINAL_WORDS = {ordinal: word for word, ordinal in ORDINALS.items()}


def moment_text(moment: Moment) -> str:
    """A moment as words: `third fri`, `last workday`."""
    day = WORKDAY_MOMENT if moment.weekday is None else WEEKDAYS[moment.weekday]
    return f"{_ORDINAL_WORDS[moment.ordinal]} {day}"


def moment_from_text(text: str) -> Moment:
    """The moment of such words. Raises ValueError when they are others."""
    ordinal, _, day = text.strip().lower().partition(" ")
    day = day.strip()
    if ordinal not in ORDINALS or day not in (*WEEKDAYS, WORKDAY_MOMENT):
        raise ValueError(text)
    return Moment(ORDINALS[ordinal], None if day == WORKDAY_MOMENT else WEEKDAYS.index(day))


_UNIT_WORDS = {
    PeriodUnit.DAY: ("day", "days", "dag", "dagen"),
    PeriodUnit.WEEK: ("week", "weeks", "weken"),
    PeriodUnit.MONTH: ("month", "months", "maand", "maanden"),
    PeriodUnit.YEAR: ("year", "years", "jaar", "jaren"),
}
_UNIT_OF = {word: unit for unit, words in _UNIT_WORDS.items() for word in words}
_LENGTH = re.compile(r"(\d{1,3})\s*([a-z]+)")


def period_text(period: Period) -> str:
    """A length of time as words: `12 month`."""
    return f"{period.number} {period.unit.value}"


def period_from_text(text: str) -> Period:
    """The length of such words; people may also write `12 months` or `12 maanden`. Raises ValueError for others."""
    found = _LENGTH.fullmatch(text.strip().lower())
    if found is None or found[2] not in _UNIT_OF or not 1 <= int(found[1]) <= MOST_NUMBER:
        raise ValueError(text)
    return Period(int(found[1]), _UNIT_OF[found[2]])


class Weekday(fields.Field[int]):
    """A weekday as `mon` to `sun`."""

    def __init__(self, **options: Any) -> None:
        expected = f"One of these is expected: {', '.join(WEEKDAYS)}."
        super().__init__(error_messages={"invalid": f"unknown_choice: {expected}"}, **options)

    def _serialize(self, value: int | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else WEEKDAYS[value]

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if value not in WEEKDAYS:
            raise self.make_error("invalid")
        return WEEKDAYS.index(value)


class MomentOfMonth(fields.Field[Moment]):
    """A moment as `third fri`; read only: contracts are shown by `moment_text`."""

    def __init__(self, **options: Any) -> None:
        expected = "A moment is first, second, third, fourth or last, and mon to sun or workday."
        super().__init__(error_messages={"invalid": f"unknown_moment: {expected}"}, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Moment:
        try:
            return moment_from_text(value)
        except (ValueError, AttributeError):
            raise self.make_error("invalid") from None


class LengthOfTime(fields.Field[Period]):
    """A length of time as `12 month`; read only: contracts are shown by `period_text`."""

    def __init__(self, **options: Any) -> None:
        expected = "A length of time is a number from 1 to 999 and day, week, month or year."
        super().__init__(error_messages={"invalid": f"unknown_length: {expected}"}, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Period:
        try:
            return period_from_text(value)
        except (ValueError, AttributeError):
            raise self.make_error("invalid") from None
