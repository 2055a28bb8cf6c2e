"""What the schemas of all documents share: unknown members refused, absent ones left to the class's own defaults."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY, MOST_DAYS, is_usable
from powerup.documents.errors import InvalidDocumentError, errors_from

Made = TypeVar("Made")


def from_to(lowest: int, highest: int) -> validate.Range:
    """The check that a number lies between two others, both inclusive."""
    return validate.Range(lowest, highest, error="out_of_range: A number from {min} to {max} is expected.")


DAYS = from_to(0, MOST_DAYS)
"""The check of a number of days."""


_EXACT_TO = 2**53
"""Up to this a number with a point is exact."""


class DocumentSchema(Schema):
    """A schema that makes one domain class; members that are absent take the class's default."""

    makes: ClassVar[type]

    class Meta:
        unknown = RAISE

    @post_load
    def _make(self, values: dict[str, Any], **_: Any) -> Any:
        return self.made_from(
            {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        )

    def made_from(self, values: dict[str, Any]) -> Any:
        """The domain object of checked values, whose lists are tuples by now, as in the frozen classes."""
        return self.makes(**values)


def accepted(made: Made, problems: Iterable[tuple[str, str]]) -> Made:
    """What was made, when the domain's own rules find nothing wrong with it.

    problems are pairs of a path of members (`priorities/0/response`) and a reason code. Raises ValidationError.
    """
    flaws: dict[str, Any] = {}
    for path, code in problems:
        *above, member = path.split("/")
        place = flaws
        for name in above:
            place = place.setdefault(name, {})
        place[member] = [f"{code}: {code.replace('_', ' ').capitalize()}."]
    if flaws:
        raise ValidationError(flaws)
    return made


def read_document(schema: Schema, document: object) -> Any:
    """What the schema makes of a parsed JSON document. Raises InvalidDocumentError with every flaw."""
    try:
        if not isinstance(document, Mapping):
            raise ValidationError("An object is expected.")
        return schema.load(document)
    except ValidationError as error:
        readable = error.valid_data if isinstance(error.valid_data, Mapping) else None
        raise InvalidDocumentError(errors_from(error.messages), readable) from error


class Code(fields.String):
    """A code or name: not empty, no blanks at its ends."""

    def __init__(self, **options: Any) -> None:
        expected = "A text is expected, without blanks at its ends."
        super().__init__(error_messages={"blank": f"blank: {expected}"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not text or text != text.strip():
            raise self.make_error("blank")
        return text


class Choice(fields.Enum[Any]):
    """One of the values of an enumeration."""

    def __init__(self, choices: type[StrEnum], **options: Any) -> None:
        expected = "One of these is expected: {choices}."
        super().__init__(choices, by_value=True, error_messages={"unknown": f"unknown_choice: {expected}"}, **options)


class Truth(fields.Boolean):
    """true or false, and none of the words that marshmallow takes for them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={True}, falsy={False}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):  # 0 and 1 are equal to them
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class Whole(fields.Integer):
    """A whole number; 1.0 is one, as JSON Schema has it, 1.5 and "1" are none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT_TO:
            value = int(value)
        return super()._deserialize(value, attr, data, **options)


class Day(fields.Date):
    """A date that a contract or calendar may have."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **options)
        if not is_usable(day):
            raise ValidationError(f"day_out_of_range: A date from {EARLIEST_DAY} to {LATEST_DAY} is expected.")
        return day


class TimeOfDay(fields.Time):
    """A time of the day as HH:MM, local to the tenant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", **options)
