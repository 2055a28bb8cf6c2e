"""What the schemas of messages are made of: fields that refuse what no host would send, and parts that make a class."""

import re
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from powerup.webhooks.kit.signature import InvalidSigningKeyError, decoded_key

LOCALE = re.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}\Z")
"""A language tag such as nl or en-GB."""

COUNT = validate.Range(min=1, max=2**31 - 1, error="out_of_range: A whole number from {min} is expected.")
"""The check of a number that counts from 1."""


class Line(fields.String):
    """A text of one line, not empty."""

    def __init__(self, longest: int = 255, **options: Any) -> None:
        super().__init__(validate=validate.Length(1, longest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if any(ord(character) < 32 or ord(character) == 127 for character in text):
            raise ValidationError("control_character: A text of one line is expected.")
        return text


class SigningKey(fields.String):
    """A `whsec_` key; no error repeats it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        key = super()._deserialize(value, attr, data, **options)
        try:
            decoded_key(key)
        except InvalidSigningKeyError as error:
            raise ValidationError(f"invalid_key: {error}") from None
        return key


def check_timezone(name: str) -> None:
    """The check of an IANA time zone. Raises ValidationError."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValidationError("unknown_timezone: An IANA name such as Europe/Amsterdam is expected.") from error


Made = TypeVar("Made")


class MessageSchema(Schema, Generic[Made]):
    """A part of a message; makes the class of that part. Unknown members are ignored (webhooks page, section 9)."""

    makes: type[Made]

    class Meta:
        unknown = EXCLUDE

    @post_load
    def _make(self, values: dict[str, Any], **_: Any) -> Made:
        return self.makes(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        )
