"""From what stands in a form's fields to the input of a press, in the types of its schema."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from powerup.documents.words import period_from_text, period_text
from powerup.pages.forms.days import read_day, read_decimal, read_month, read_number, read_time
from powerup.pages.forms.entries import Entries, picked_in, places, several_in, unescaped
from powerup.pages.forms.schema import (
    ROOT,
    Kind,
    Schema,
    Shape,
    Written,
    is_needed,
    is_shown,
    kind_of,
    may_be_null,
    members_of,
)
from powerup.texts import Text, text

Complaints = dict[str, Text]
"""What cannot be read, by the name of its field."""

_EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class ReadForm:
    """The input of a press, and what of it could not be read.

    What could not be read stands in the input as it was typed, so that the press is refused for it and for all else
    that is wrong at the same time; the complaints say it in better words.
    """

    input: dict[str, Any]
    complaints: Complaints = field(default_factory=dict)


def read_form(
    schema: Schema, entries: Entries, today: date, before: Mapping[str, Any] | None = None, name: str = ROOT
) -> ReadForm:
    """What a person filled in.

    Args:
        today: the tenant's, for days without a year.
        before: the input that the form was filled with, for an action that changes only what is named; what was not
            changed is left out then, and what was emptied says so.
    """
    reading = _Reading(entries, today)
    read = reading.group(schema, name)
    if before is not None:
        read = reading.changed(schema, before, read, name)
    return ReadForm(read, reading.complaints)


def shown_members(schema: Schema, entries: Entries, name: str) -> Iterator[tuple[str, Schema]]:
    """The members of a group that what stands in it calls for."""
    members = members_of(schema)
    beside = {
        member: entries.get(f"{name}/{member}") or str(described.get("default", ""))
        for member, described in members.items()
    }
    yield from ((member, described) for member, described in members.items() if is_shown(described, beside))


@dataclass(slots=True)
class _Reading:
    entries: Entries
    today: date
    complaints: Complaints = field(default_factory=dict)

    def group(self, schema: Schema, name: str) -> dict[str, Any]:
        """The members that were filled in; a group that is required is there even when it is empty, so that what is
        missing in it is told beside its members."""
        read = {}
        for member, described in shown_members(schema, self.entries, name):
            value = self._member(described, f"{name}/{member}")
            if value not in _EMPTY or (value == {} and member in schema.get("required", ())):
                read[member] = value
        return read

    def _member(self, schema: Schema, name: str) -> Any:
        kind = kind_of(schema)
        match kind.shape:
            case Shape.GROUP:
                return self.group(schema, name)
            case Shape.GROUPS:
                return [self.group(schema["items"], f"{name}/{place}") for place in places(self.entries, name)]
            case Shape.PER_OBJECT:
                return dict(self._per_object(name))
            case Shape.SEVERAL:
                words = several_in([*self.entries.getlist(name), *self.entries.getlist(f"{name}/words")])
                if kind is Kind.PICKS:
                    typed = several_in(self.entries.getlist(f"{name}/words"))
                    words = list(dict.fromkeys([*picked_in(self.entries, name), *typed]))
                return [self._value(schema["items"], kind, word, name) for word in words]
            case Shape.TICK:
                return "true" in self.entries.getlist(name)
            case Shape.SINGLE:
                return self._value(schema, kind, self.entries.get(name, "").strip(), name)

    def _value(self, schema: Schema, kind: Kind, typed: str, name: str) -> Any:
        match kind.written:
            case Written.DAY:
                return self._day(typed, name)
            case Written.TIME:
                return self._time(typed, name)
            case Written.PERIOD:
                return self._period(typed, name)
            case Written.NUMBER:
                return self._number(typed, name)
            case Written.DECIMAL:
                return self._decimal(typed, name)
            case Written.MONTH:
                return self._month(typed, name)
            case Written.CODE:
                return _chosen(schema, typed)
            case Written.LINES:
                return typed.replace("\r\n", "\n")
            case Written.WORDS:
                return " ".join(typed.split())

    def _per_object(self, name: str) -> Iterator[tuple[str, str]]:
        for field_name, typed in self.entries.items():
            if field_name.startswith(f"{name}/") and typed.strip():
                yield unescaped(field_name.removeprefix(f"{name}/")), self._day(typed, field_name)

    def _day(self, typed: str, name: str) -> str:
        day = read_day(typed, self.today) if typed.strip() else None
        if day is None and typed.strip():
            message = text("“{typed}” is no day. Write it as 27-3-2027 or 27 mar.", typed=typed.strip())
            self.complaints.setdefault(name, message)
        return day.isoformat() if day else typed.strip()

    def _time(self, typed: str, name: str) -> str:
        found = read_time(typed) if typed else None
        if found is None and typed:
            self.complaints[name] = text("“{typed}” is no time of day. Write it as 8:30.", typed=typed)
        return f"{found:%H:%M}" if found else typed

    def _period(self, typed: str, name: str) -> str:
        try:
            return period_text(period_from_text(typed)) if typed else ""
        except ValueError:
            self.complaints[name] = text(
                "“{typed}” is no length of time. Write it as 12 months or 1 year.", typed=typed
            )
            return typed

    def _number(self, typed: str, name: str) -> int | str:
        number = read_number(typed) if typed else None
        if number is None and typed:
            self.complaints[name] = text("“{typed}” is no whole number. Write it in figures, such as 12.", typed=typed)
        return typed if number is None else number

    def _decimal(self, typed: str, name: str) -> str:
        number = read_decimal(typed) if typed else None
        if number is None and typed:
            self.complaints[name] = text("“{typed}” is no number. Write it in figures, such as 120,50.", typed=typed)
        return typed if number is None else number

    def _month(self, typed: str, name: str) -> str:
        month = read_month(typed) if typed else None
        if month is None and typed:
            self.complaints[name] = text("“{typed}” is no month. Write it as 10-2026.", typed=typed)
        return typed if month is None else month

    def changed(self, schema: Schema, before: Mapping[str, Any], read: Mapping[str, Any], name: str) -> dict[str, Any]:
        """What is other than before, and what the schema requires anyway."""
        complete = self._with_emptied(schema, before, read, name)
        required = schema.get("required", ())
        return {
            member: value
            for member, value in complete.items()
            if member in required or _filled(value) != _filled(before.get(member))
        }

    def _with_emptied(
        self, schema: Schema, before: Mapping[str, Any], read: Mapping[str, Any], name: str
    ) -> dict[str, Any]:
        """What was read, and in the place of each member that was emptied what says so."""
        complete: dict[str, Any] = {}
        for member, described in shown_members(schema, self.entries, name):
            if member in read:
                value = self._nested(described, before.get(member), read[member], f"{name}/{member}")
                complete[member] = value
            elif _filled(before.get(member)) is not None:
                complete[member] = self._emptied(schema, member, f"{name}/{member}")
        return complete

    def _nested(self, schema: Schema, before: Any, read: Any, name: str) -> Any:
        match kind_of(schema).shape:
            case Shape.GROUP:
                return self._with_emptied(schema, before or {}, read, name)
            case Shape.GROUPS:
                items, found = schema["items"], places(self.entries, name)
                return [
                    self._with_emptied(items, _same_place(items, before or (), one), one, f"{name}/{place}")
                    for place, one in zip(found, read, strict=True)
                ]
            case Shape.SINGLE | Shape.SEVERAL | Shape.TICK | Shape.PER_OBJECT:
                return read

    def _emptied(self, group: Schema, member: str, name: str) -> Any:
        schema = members_of(group)[member]
        if is_needed(group, member):
            self.complaints[name] = text("This must be filled in.")
            return None if may_be_null(schema) else ""
        match kind_of(schema).shape:
            case Shape.GROUPS | Shape.SEVERAL:
                return []
            case Shape.GROUP | Shape.PER_OBJECT:
                return None if may_be_null(schema) else {}
            case Shape.SINGLE | Shape.TICK:
                empty = schema.get("default", 0) if kind_of(schema) is Kind.NUMBER else ""
                return None if may_be_null(schema) else empty


def field_of(pointer: str, known: set[str]) -> str:
    """The name of the field that a problem of an action stands beside: the one that it points at, or the nearest above;
    empty where the form has none."""
    name = pointer.removeprefix("/")
    while name and name not in known:
        name = name.rpartition("/")[0]
    return name


def _chosen(schema: Schema, value: str) -> Any:
    """The value of the schema that a browser sent as a text."""
    if value in ("true", "false") and "enum" not in schema:
        return value == "true"
    return next((each for each in schema.get("enum", ()) if each is not None and str(each) == value), value)


def _same_place(schema: Schema, before: Sequence[Mapping[str, Any]], place: Mapping[str, Any]) -> Mapping[str, Any]:
    """The place of a repeated group as it was: the one that has the same in what the schema requires."""
    required = schema.get("required", ())
    return next((one for one in before if all(one.get(name) == place.get(name) for name in required)), {})


def _filled(value: Any) -> Any:
    """A value without what is empty, at every depth; None when nothing is left."""
    if isinstance(value, Mapping):
        value = {name: filled for name, one in value.items() if (filled := _filled(one)) is not None}
    elif isinstance(value, (list, tuple)):
        value = [_filled(one) for one in value]
    return None if value in ("", [], {}) else value
