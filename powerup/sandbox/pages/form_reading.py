"""From what a browser sends of a form to the input of an action, in the types of its schema."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from powerup.sandbox.moments import parse_day
from powerup.sandbox.pages.form_schema import ROOT, Schema, holds_groups, is_shown, kind_of, may_be_null, properties

Entries = MultiDict[str, str]
"""What was sent; each field of the form by its pointer without the first slash."""


def read_form(schema: Schema, entries: Entries, path: str = f"{ROOT}/") -> dict[str, Any]:
    """The members that a person filled in. What is not of its type is handed on as text: the power-up says so."""
    entered: dict[str, Any] = {}
    for name, member in properties(schema).items():
        value = _read(member, entries, f"{path}{name}")
        if value not in (None, "", [], {}):
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
    match kind_of(schema):
        case "object":
            return read_form(schema, entries, f"{name}/")
        case "array":
            return [_typed(schema.get("items", {}), text) for text in _several(entries, name)]
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

    A member that was emptied is null, where the schema allows that.
    """
    required = schema.get("required", ())
    changed = {name: value for name, value in entered.items() if name in required or value != before.get(name)}
    for name, member in properties(schema).items():
        if before.get(name) not in (None, "", [], {}) and name not in entered and may_be_null(member):
            changed[name] = None
    return changed
