"""How any record of the host is read (host page 4.5).

Lenient where the host is, strict where a record could be taken for another one: a record without its own key is
put aside, an unreadable other value counts as empty; both leave a line in the log without the content. Fields we
do not know are left out.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load

from powerup.outsmart.formats import storable
from powerup.outsmart.long_list import is_place

logger = logging.getLogger(__name__)

Record = TypeVar("Record")


class Value(fields.Field[Any]):
    """A value of the host, made by `read`, which raises ValueError for what it cannot read."""

    def __init__(self, read: Callable[[Any], object], **kwargs: Any) -> None:
        super().__init__(**kwargs if kwargs.get("required") else {"load_default": None, **kwargs})
        self.read = read

    def _deserialize(  # the signature is marshmallow's
        self,
        value: Any,
        attr: str | None,
        data: Any,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Any:
        try:
            return self.read(value)
        except ValueError:
            if self.required:
                raise ValidationError("unreadable") from None
            logger.warning("The host's field %s is unreadable and counts as empty", attr)
            return self.load_default


def text(value: object) -> str:
    """A text, which the host sometimes writes as a number or a boolean."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str | int | float):
        return storable(str(value)).strip()
    raise ValueError("expected a text or a number")


def from_text(read: Callable[[str], object]) -> Callable[[object], object]:
    """A reader of whatever the host writes, from a reader of text."""
    return lambda value: read(text(value))


def codes(key: str) -> Callable[[object], tuple[str, ...]]:
    """A reader of a list of codes, either plain or as records that hold the code under `key`."""

    def read(value: object) -> tuple[str, ...]:
        found = [item.get(key) if isinstance(item, Mapping) else item for item in items_of(value)]
        return tuple(text(code) for code in found if not _is_empty(code))

    return read


def items_of(value: object) -> list[object]:
    """The items of a list inside a record, which may come as an object ({"0": …}) or as its only item (4.7)."""
    if isinstance(value, Mapping) and all(is_place(name) for name in value):
        return [*value.values()]
    return value if isinstance(value, list) else [value]


def choice(choices: type[StrEnum]) -> Callable[[object], StrEnum]:
    """A reader of one of the words of an enumeration, in any case."""
    by_word = {member.value.casefold(): member for member in choices}

    def read(value: object) -> StrEnum:
        if (member := by_word.get(text(value).casefold())) is None:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return member

    return read


class HostSchema(Schema, Generic[Record]):
    """One kind of host record. Null and empty are absent; `spellings` maps other spellings of a field's name."""

    makes: ClassVar[type]
    spellings: ClassVar[Mapping[str, str]] = {}

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def without_empty_values(self, record: Any, **_: Any) -> dict[str, Any]:
        """The record in the spelling of this schema, with only the fields that hold something."""
        if not isinstance(record, Mapping):
            raise ValidationError("expected a record")
        return self.in_own_spelling(record)

    def in_own_spelling(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that hold something, as this schema spells them."""
        return {self.spellings.get(name, name): value for name, value in record.items() if not _is_empty(value)}

    @post_load
    def made(self, values: dict[str, Any], **_: Any) -> Any:
        """The record of this product."""
        return self.makes(**values)


def read_records(schema: HostSchema[Record], host_records: Iterable[object]) -> list[Record]:
    """The records that can be read, in the host's order; the others are put aside."""
    read: list[Record] = []
    for host_record in host_records:
        try:
            read.append(schema.load(host_record))  # type: ignore[arg-type]  # pre_load takes any object
        except ValidationError as error:
            note_put_aside(schema, error)
    return read


def note_put_aside(schema: HostSchema[Any], error: ValidationError) -> None:
    """Log which fields made a record unreadable, without what is in them."""
    logger.warning("A %s of the host is put aside; unreadable: %s", schema.makes.__name__, sorted(error.messages_dict))


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
