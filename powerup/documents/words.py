"""Weekdays and moments of the month as documents and import files spell them (architecture: Import columns)."""

from typing import Any

from marshmallow import fields

from powerup.contracts.recurrence import WORKDAY_MOMENT, Moment

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
