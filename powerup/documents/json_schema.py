"""What a marshmallow schema takes, as JSON Schema 2020-12, so that what is published is what is checked."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from powerup.documents.price import DecimalText
from powerup.documents.words import WEEKDAYS, LengthOfTime, Weekday

DIALECT = "https://json-schema.org/draft/2020-12/schema"

JsonSchema = dict[str, Any]


def object_schema(schema: Schema) -> JsonSchema:
    """The JSON Schema of the objects that this schema loads; unknown members are refused where it refuses them."""
    members = schema.load_fields.values()
    described: JsonSchema = {
        "type": "object",
        "properties": {_name(field): field_schema(field) for field in members},
    }
    if required := [_name(field) for field in members if field.required and not schema.partial]:
        described["required"] = required
    if schema.unknown == RAISE:
        described["additionalProperties"] = False
    return described


def field_schema(field: fields.Field[Any]) -> JsonSchema:
    """The JSON Schema of one member; null is among its types where it may be."""
    described = _of_kind(field)
    for validator in field.validators:
        described |= _limits(validator, described.get("type"))
    if field.allow_none:
        described = _nullable(described)
    return described


def _name(field: fields.Field[Any]) -> str:
    return field.data_key or field.name or ""


def _of_kind(field: fields.Field[Any]) -> JsonSchema:
    for kind, describe in _KINDS.items():
        if isinstance(field, kind):
            return describe(field)
    return {}


def _enumeration(field: Any) -> JsonSchema:
    return {"type": "string", "enum": [member.value for member in field.enum]}


def _list(field: Any) -> JsonSchema:
    return {"type": "array", "items": field_schema(field.inner)}


def _dictionary(field: Any) -> JsonSchema:
    return {"type": "object", "additionalProperties": field_schema(field.value_field) if field.value_field else True}


_KINDS: Mapping[type[fields.Field[Any]], Callable[[Any], JsonSchema]] = {
    Weekday: lambda _: {"type": "string", "enum": list(WEEKDAYS)},
    LengthOfTime: lambda _: {"type": "string"},
    fields.Nested: lambda field: object_schema(field.schema),
    fields.List: _list,
    fields.Dict: _dictionary,
    fields.Enum: _enumeration,
    fields.Boolean: lambda _: {"type": "boolean"},
    fields.Integer: lambda _: {"type": "integer"},
    fields.Float: lambda _: {"type": "number"},
    fields.Time: lambda _: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
    fields.Date: lambda _: {"type": "string", "format": "date"},
    fields.DateTime: lambda _: {"type": "string", "format": "date-time"},
    fields.String: lambda _: {"type": "string"},
    DecimalText: lambda field: {"type": "string", "pattern": f"^{field.pattern}$"},
}
"""Narrower kinds first: a date is a moment to marshmallow."""


def _limits(validator: Any, kind: object) -> JsonSchema:
    match validator:
        case validate.Length():
            part = "Items" if kind == "array" else "Length"
            return _given({f"min{part}": validator.min, f"max{part}": validator.max})
        case validate.Range():
            return _given({"minimum": validator.min, "maximum": validator.max})
        case validate.Regexp():
            return {"pattern": str(validator.regex.pattern).replace("\\Z", "$")}
        case validate.Equal():
            return {"const": validator.comparable}
        case validate.OneOf():
            return {"enum": list(validator.choices)}
        case _:
            return {}


def _given(limits: JsonSchema) -> JsonSchema:
    return {name: limit for name, limit in limits.items() if limit is not None}


def _nullable(described: JsonSchema) -> JsonSchema:
    if "type" not in described:
        return described  # takes anything, null too
    nullable = described | {"type": [described["type"], "null"]}
    if "enum" in described:
        nullable["enum"] = [*described["enum"], None]
    return nullable
