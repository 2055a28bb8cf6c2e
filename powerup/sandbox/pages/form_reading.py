"""From what a browser sends of a form to the input of an action, in the types of its schema."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from powerup.sandbox.moments import parse_day
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


def read_form(schema: Schema, entries: Entries, path: str = f"{ROOT}/") -> dict[str, Any]:
    """The members that a person filled in. What is not of its type is handed on as text: the power-up says so."""
    entered: dict[str, Any] = {}
    for name, member in properties(schema).items():
        value = _read(member, entries, f"{path}{name}")
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


def _read(schema: Schema, entries: Entries, name: str) -> Any:
    if holds_groups(schema):
        return [read_form(schema["items"], entries, f"{name}/{place}/") for place in _places(entries, name)]
    if is_map(schema):
        pairs = (word.partition("=") for word in _several(entries, name))
        return {code.strip(): _typed(schema["additionalProperties"], text.strip()) or "" for code, _, text in pairs}
    match kind_of(schema):
        case "object":
            return read_form(schema, entries, f"{name}/")
        case "array":
            return [_typed(schema.get("items", {}), text) for text in _several(entries, name)]
        case _:
            return _typed(schema, entries.get(name, "").strip())


def _places(entries: Entries, name: str) -> list[int]:
    """Which places of a repeated group were sent; each has a hidden field that says so."""
    return sorted(int(text) for text in entries.getlist(f"{name}/") if text.isdigit())


def _several(entries: Entries, name: str) -> list[str]:
    """The values of a list: boxes that were ticked, or words with commas or line ends between them."""
    words = (word.strip() for text in entries.getlist(name) for word in re.split(r"[,;\n]", text))
    return [word for word in words if word]


def _typed(schema: Schema, text: str) -> Any:
    if not text:
        return None
    match kind_of(schema):
        case "integer" if re.fullmatch(r"-?\d{1,9}", text):
            return int(text)
        case "boolean" if text in ("true", "false"):
            return text == "true"
    if schema.get("format") == "date" and (day := parse_day(text)):
        return day.isoformat()
    return text


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
