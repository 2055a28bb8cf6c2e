"""What a form's JSON Schema says of one member, in the terms that drawing and reading share.

Beside the words of JSON Schema a member may carry `label`, `hint`, `empty` (what choosing nothing means) and `labels`
by value of an enumeration, in several languages, `advanced` (shown on demand), `when`: `{"unit": ["week"]}` shows it
only while its neighbour `unit` has one of these values, and `needed` (to be filled in whenever it is shown). A host
that does not know the last three shows everything, always, and learns from the answer what is missing.
"""

from collections.abc import Collection, Mapping
from typing import Any

Schema = Mapping[str, Any]

ROOT = "input"
"""Where the form stands in the message, and so how the names of all its fields begin."""


def kind_of(schema: Schema) -> str:
    """`string`, `integer`, `boolean`, `array` or `object`; null and what is not said left aside."""
    kinds = schema.get("type", "string")
    if isinstance(kinds, list):
        return next((kind for kind in kinds if kind != "null"), "string")
    return str(kinds)


def may_be_null(schema: Schema) -> bool:
    """Whether null is among the values."""
    return isinstance(schema.get("type"), list) and "null" in schema["type"]


def properties(schema: Schema) -> Mapping[str, Schema]:
    """The members of an object that a form can show: a map whose values are no simple ones is none."""
    return {
        name: member
        for name, member in schema.get("properties", {}).items()
        if kind_of(member) != "object" or "properties" in member or is_map(member)
    }


def is_map(schema: Schema) -> bool:
    """Whether this is an object with free names for simple values, such as a date per object."""
    values = schema.get("additionalProperties")
    return (
        kind_of(schema) == "object"
        and "properties" not in schema
        and isinstance(values, Mapping)
        and kind_of(values) not in ("object", "array")
    )


def is_shown(schema: Schema, neighbours: Mapping[str, Any]) -> bool:
    """Whether the values beside it call for this member."""
    return all(neighbours.get(name) in values for name, values in schema.get("when", {}).items())


def deciding_members(schema: Schema) -> set[str]:
    """The members whose value decides which others are shown."""
    return {name for member in properties(schema).values() for name in member.get("when", {})}


def with_choices(schema: Schema, choices: Mapping[str, Any]) -> Schema:
    """The schema with choices that only this firm has, such as its own reasons, for members of the form."""
    members = {
        name: {
            **member,
            "enum": [choice["value"] for choice in choices[name]],
            "labels": {str(choice["value"]): choice["label"] for choice in choices[name]},
        }
        if choices.get(name)
        else member
        for name, member in schema.get("properties", {}).items()
    }
    return {**schema, "properties": members}


def with_needed(schema: Schema, needed: Collection[str]) -> Schema:
    """The schema with members that this firm has to fill in."""
    members = {
        name: {**member, "needed": True} if name in needed else member
        for name, member in schema.get("properties", {}).items()
    }
    return {**schema, "properties": members}


def with_hints(schema: Schema, hints: Mapping[str, str]) -> Schema:
    """The schema with what this firm's own settings say of members, in place of their general hints."""
    members = {
        name: {**member, "hint": hints[name]} if name in hints else member
        for name, member in schema.get("properties", {}).items()
    }
    return {**schema, "properties": members}


def holds_days(schema: Schema) -> bool:
    """Whether this is a day, a list of days, or a map of them."""
    if is_map(schema):
        schema = schema["additionalProperties"]
    elif kind_of(schema) == "array":
        schema = schema.get("items", {})
    return schema.get("format") == "date"


def holds_groups(schema: Schema) -> bool:
    """Whether this is a list of objects, which a form shows as a group that can be repeated."""
    return kind_of(schema) == "array" and kind_of(schema.get("items", {})) == "object"
