"""What the JSON Schema of an action's input says of one member, in the terms that drawing and reading share.

The schema is that of `powerup/actions/form/form_schema.py`, which says what its own words mean.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from marshmallow import Schema as FormOfAction

from powerup.actions.form.form_schema import form_schema
from powerup.actions.kit.action import Action

Schema = Mapping[str, Any]

ROOT = "input"
"""How the names of all fields begin, as their pointers do."""


class Kind(StrEnum):
    """What a member is filled in with."""

    LINE = "line"
    LINES = "lines"
    NUMBER = "number"
    NUMBERS = "numbers"
    DECIMAL = "decimal"
    MONTH = "month"
    DAY = "day"
    DAYS = "days"
    TIME = "time"
    PERIOD = "period"
    TICK = "tick"
    CHOICE = "choice"
    BOXES = "boxes"
    WORDS = "words"
    PICK = "pick"
    PICKS = "picks"
    PER_OBJECT = "per_object"
    GROUP = "group"
    GROUPS = "groups"

    @property
    def shape(self) -> "Shape":
        """How its values stand in the fields of a form."""
        match self:
            case Kind.LINE | Kind.LINES | Kind.NUMBER | Kind.DECIMAL | Kind.CHOICE | Kind.PICK:
                return Shape.SINGLE
            case Kind.MONTH | Kind.DAY | Kind.TIME | Kind.PERIOD:
                return Shape.SINGLE
            case Kind.NUMBERS | Kind.DAYS | Kind.BOXES | Kind.WORDS | Kind.PICKS:
                return Shape.SEVERAL
            case Kind.TICK:
                return Shape.TICK
            case Kind.PER_OBJECT:
                return Shape.PER_OBJECT
            case Kind.GROUP:
                return Shape.GROUP
            case Kind.GROUPS:
                return Shape.GROUPS

    @property
    def written(self) -> "Written":
        """How one of its values is written."""
        match self:
            case Kind.DAY | Kind.DAYS | Kind.PER_OBJECT:
                return Written.DAY
            case Kind.TIME:
                return Written.TIME
            case Kind.PERIOD:
                return Written.PERIOD
            case Kind.NUMBER | Kind.NUMBERS:
                return Written.NUMBER
            case Kind.DECIMAL:
                return Written.DECIMAL
            case Kind.MONTH:
                return Written.MONTH
            case Kind.CHOICE | Kind.BOXES | Kind.TICK:
                return Written.CODE
            case Kind.LINES:
                return Written.LINES
            case Kind.LINE | Kind.WORDS | Kind.PICK | Kind.PICKS | Kind.GROUP | Kind.GROUPS:
                return Written.WORDS


class Shape(StrEnum):
    """How the values of a member stand in the fields of a form."""

    SINGLE = "single"
    SEVERAL = "several"
    TICK = "tick"
    PER_OBJECT = "per_object"
    GROUP = "group"
    GROUPS = "groups"


class Written(StrEnum):
    """How a value is written."""

    WORDS = "words"
    LINES = "lines"
    NUMBER = "number"
    DECIMAL = "decimal"
    MONTH = "month"
    DAY = "day"
    TIME = "time"
    PERIOD = "period"
    CODE = "code"


def kind_of(schema: Schema) -> Kind:
    """The kind of a member."""
    match _type_of(schema):
        case "object":
            return Kind.GROUP if "properties" in schema else Kind.PER_OBJECT
        case "array":
            return _kind_of_list(schema)
        case "boolean":
            return Kind.CHOICE if may_be_null(schema) else Kind.TICK
        case _ if "enum" in schema:
            return Kind.CHOICE
        case "integer":
            return Kind.NUMBER
        case _:
            return _kind_of_text(schema)


def _kind_of_text(schema: Schema) -> Kind:
    if record_kind(schema):
        return Kind.PICK
    return _BY_FORMAT.get(schema.get("format", ""), Kind.LINE)


def _kind_of_list(schema: Schema) -> Kind:
    items = schema.get("items", {})
    if _type_of(items) == "object":
        return Kind.GROUPS
    if "enum" in items:
        return Kind.BOXES
    if record_kind(schema):
        return Kind.PICKS
    if _type_of(items) == "integer":
        return Kind.NUMBERS
    return Kind.DAYS if items.get("format") == "date" else Kind.WORDS


_BY_FORMAT = {
    "date": Kind.DAY,
    "time": Kind.TIME,
    "period": Kind.PERIOD,
    "text": Kind.LINES,
    "decimal": Kind.DECIMAL,
    "month": Kind.MONTH,
}


def _type_of(schema: Schema) -> str:
    types = schema.get("type", "string")
    return next(each for each in types if each != "null") if isinstance(types, list) else str(types)


def may_be_null(schema: Schema) -> bool:
    """Whether the member may be emptied as such."""
    return isinstance(schema.get("type"), list) and "null" in schema["type"]


def record_kind(schema: Schema) -> str:
    """Of which kind of the host's records the member names one, such as `relation`; empty for others."""
    format_ = str(schema.get("format", ""))
    return format_.removeprefix("host:") if format_.startswith("host:") else ""


def members_of(schema: Schema) -> Mapping[str, Schema]:
    """The members of a group by name."""
    members: Mapping[str, Schema] = schema.get("properties", {})
    return members


def is_shown(schema: Schema, neighbours: Mapping[str, str]) -> bool:
    """Whether the values beside it, as they are sent, call for this member."""
    return all(neighbours.get(name) in values for name, values in schema.get("when", {}).items())


def deciding(schema: Schema) -> set[str]:
    """The members of a group whose value decides which others are shown."""
    return {name for member in members_of(schema).values() for name in member.get("when", {})}


def is_needed(group: Schema, name: str) -> bool:
    """Whether a member of a group has to be filled in."""
    return name in group.get("required", ()) or bool(members_of(group)[name].get("needed"))


@cache
def _schema_of(form: type[FormOfAction]) -> Schema:
    return form_schema(form)


def schema_of(action: Action, button: Mapping[str, Any] | None = None) -> Schema:
    """What the form of an action takes, with what the tenant's own lists and settings say of it.

    Args:
        button: the action's button as `CardButtons` gives it: with `choices`, `needed` and `hints` of this tenant.
    """
    schema = _schema_of(action.input)
    if not button:
        return schema
    members = {name: dict(member) for name, member in members_of(schema).items()}
    for name, choices in button.get("choices", {}).items():
        members[name] |= _chosen_from(choices)
    for name in button.get("needed", ()):
        members[name]["needed"] = True
    for name, hint in button.get("hints", {}).items():
        members[name]["hint"] = hint
    return {**schema, "properties": members}


def _chosen_from(choices: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    labels = {choice["value"]: choice["label"] for choice in choices}
    return {"enum": list(labels), "labels": labels}
