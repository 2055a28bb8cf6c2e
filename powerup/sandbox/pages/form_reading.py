"""From what a browser sends of a form to the input of an action, in the types of its schema."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from powerup.sandbox.pages.days import read_day, read_time
from powerup.sandbox.pages.form_schema import (
    ROOT,
    Schema,
    holds_groups,
    is_map,
    is_shown,
    kind_of,
    may_be_null,
    properties,
)

Entries = MultiDict[str, str]
"""What was sent; each field of the form by its pointer without the first slash."""


class Unread(str):
    """A text that is not what its field takes, as it was typed.

    Args:
        what: `day`, `time`, `number` or `pair`, what it should have been.
    """

    __slots__ = ("what",)
    what: str

    def __new__(cls, text: str, what: str) -> "Unread":
        unread = super().__new__(cls, text)
        unread.what = what
        return unread


def read_form(schema: Schema, entries: Entries, today: date, path: str = f"{ROOT}/") -> dict[str, Any]:
    """The members that a person filled in. What is not of its type is kept as the text it is: Unread.

    Args:
        today: for days without a year.
    """
    entered: dict[str, Any] = {}
    for name, member in properties(schema).items():
        value = _read(member, entries, today, f"{path}{name}")
        # An empty group that is required is sent all the same: what is missing is then told beside its members.
        if value not in (None, "", [], {}) or (value == {} and name in schema.get("required", ())):
            entered[name] = value
    return {
        name: value
        for name, value in entered.items()
        if is_shown(properties(schema)[name], _with_defaults(schema, entered))
    }


def _with_defaults(schema: Schema, entered: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {name: member["default"] for name, member in properties(schema).items() if "default" in member}
    return {**defaults, **entered}


def _read(schema: Schema, entries: Entries, today: date, name: str) -> Any:
    if holds_groups(schema):
        return [read_form(schema["items"], entries, today, f"{name}/{place}/") for place in _places(entries, name)]
    if is_map(schema):
        return dict(_pair(schema["additionalProperties"], word, today) for word in _several(entries, name))
    match kind_of(schema):
        case "object":
            return read_form(schema, entries, today, f"{name}/")
        case "array":
            return [_typed(schema.get("items", {}), text, today) for text in _several(entries, name)]
        case _:
            return _typed(schema, entries.get(name, "").strip(), today)


def _pair(schema: Schema, word: str, today: date) -> tuple[str, Any]:
    code, equals, text = (part.strip() for part in word.partition("="))
    return code, _typed(schema, text, today) if equals and text else Unread(word, "pair")


def _places(entries: Entries, name: str) -> list[int]:
    """Which places of a repeated group were sent; each has a hidden field that says so."""
    return sorted(int(text) for text in entries.getlist(f"{name}/") if text.isdigit())


def _several(entries: Entries, name: str) -> list[str]:
    """The values of a list: boxes that were ticked, or words with commas or line ends between them."""
    words = (word.strip() for text in entries.getlist(name) for word in re.split(r"[,;\n]", text))
    return [word for word in words if word]


def _typed(schema: Schema, text: str, today: date) -> Any:
    if not text:
        return None
    match kind_of(schema), schema.get("format"):
        case "integer", _:
            return int(text) if re.fullmatch(r"-?\d{1,9}", text) else Unread(text, "number")
        case "boolean", _ if text in ("true", "false"):
            return text == "true"
        case _, "date":
            day = read_day(text, today)
            return day.isoformat() if day else Unread(text, "day")
        case _, "decimal":
            return text.replace(",", ".")
        case _, "time":
            start = read_time(text)
            return f"{start:%H:%M}" if start else Unread(text, "time")
        case _:
            return text


def flaws_of(entered: Any, pointer: str = f"/{ROOT}") -> Iterator[tuple[str, Unread]]:
    """What could not be read, with the pointer of the field in which it stands."""
    if isinstance(entered, Unread):
        yield pointer, entered
    elif isinstance(entered, Mapping):
        for name, value in entered.items():
            yield from flaws_of(value, f"{pointer}/{name}")
    elif isinstance(entered, list):
        for place, value in enumerate(entered):
            yield from flaws_of(value, f"{pointer}/{place}" if isinstance(value, Mapping) else pointer)


def without_flaws(entered: Any) -> Any:
    """What could be read."""
    if isinstance(entered, Mapping):
        return {name: without_flaws(value) for name, value in entered.items() if not isinstance(value, Unread)}
    if isinstance(entered, list):
        return [without_flaws(value) for value in entered if not isinstance(value, Unread)]
    return entered


def changed_members(schema: Schema, before: Mapping[str, Any], entered: Mapping[str, Any]) -> dict[str, Any]:
    """Of a form that was filled with values before: what is different now, and what the schema requires anyway.

    What was emptied is null or an empty list, at every depth, since a member that is absent stays as it was; where
    neither is allowed it is an empty text, so that the power-up takes it or says why not.
    """
    required = schema.get("required", ())
    complete = _with_emptied(schema, before, entered)
    return {
        name: value
        for name, value in complete.items()
        if name in required or _filled(value) != _filled(before.get(name))
    }


def _with_emptied(schema: Schema, before: Mapping[str, Any], entered: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered, and in place of each member that was emptied what says so."""
    complete: dict[str, Any] = {}
    neighbours = _with_defaults(schema, entered)
    for name, member in properties(schema).items():
        if name in entered:
            complete[name] = _member_with_emptied(member, before.get(name), entered[name])
        elif _filled(before.get(name)) is not None and kind_of(member) == "array":
            complete[name] = []
        elif _filled(before.get(name)) is not None and is_map(member):
            complete[name] = {}
        elif _filled(before.get(name)) is not None and may_be_null(member):
            complete[name] = None
        elif _filled(before.get(name)) is not None and kind_of(member) != "object" and is_shown(member, neighbours):
            complete[name] = ""
    return complete


def _member_with_emptied(schema: Schema, before: Any, entered: Any) -> Any:
    if holds_groups(schema):
        items = schema["items"]
        return [_with_emptied(items, _same_place(items, before or (), place), place) for place in entered]
    if kind_of(schema) == "object" and not is_map(schema):
        return _with_emptied(schema, before or {}, entered)
    return entered


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
