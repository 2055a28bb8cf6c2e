"""What the schemas of messages are made of: fields that refuse what no host would send, and parts that make a class."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from powerup.plain_text import odd_character
from powerup.timing import time_zones
from powerup.webhooks.kit.signature import InvalidSigningKeyError, decoded_key

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt](?P<minute>\d\d:\d\d):(?P<second>[0-5]\d|60)(?P<fraction>\.\d+)?"
    r"(?P<zone>[Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
"""RFC 3339, 5.6."""

COUNT = validate.Range(min=1, max=2**31 - 1, error="out_of_range: A whole number from {min} is expected.")
"""The check of a number that counts from 1."""


class Line(fields.String):
    """A text of one line, not empty."""

    def __init__(self, longest: int = 255, **options: Any) -> None:
        super().__init__(validate=validate.Length(1, longest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if odd_character(text) or set(text) & set("\t\r\n"):
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


class Language(Line):
    """A language tag such as nl or en-GB; whatever else it is, it reads English."""

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=64, **options)


class Moment(fields.AwareDateTime):
    """A moment as RFC 3339 has it, in any zone; becomes one in UTC, of the years 1 to 9999.

    A leap second becomes the second after it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        written = _MOMENT.fullmatch(value) if isinstance(value, str) else None
        if not written:
            raise self.make_error("invalid", input=value, obj_type="moment of RFC 3339")
        second, leap = (written["second"], 0) if written["second"] != "60" else ("59", 1)
        zone = written["zone"].upper().replace("Z", "+00:00")
        plain = f"{written['day']}T{written['minute']}:{second}{(written['fraction'] or '')[:7]}{zone}"
        moment: datetime = super()._deserialize(plain, attr, data, **options)
        try:
            return moment.astimezone(UTC) + timedelta(seconds=leap)
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type="moment of RFC 3339") from None


def check_timezone(name: str) -> None:
    """The check of an IANA time zone. Raises ValidationError."""
    if name not in time_zones():
        raise ValidationError("unknown_timezone: An IANA name such as Europe/Amsterdam is expected.")


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
