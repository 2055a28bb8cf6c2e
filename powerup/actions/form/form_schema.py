"""The form of an action as JSON Schema that a host can draw: labels, choices in words, pickers (webhooks page 1).

Beside the words of JSON Schema a member carries `label` and, where it needs explaining, `hint` in every language, where
it is a choice `labels` by value and, where it may be left open, `empty`, what choosing nothing means, `format` for the
host's own pickers, `advanced` where few people need it, `when` where it belongs to certain values of a neighbour only,
and `needed` where it must be filled in whenever it is shown.
"""

from typing import Any

from babel.dates import get_month_names
from marshmallow import Schema, fields

from powerup.actions.kit.labels import DAYS_OF_MOMENTS, ORDINAL_LABELS, VALUE_LABELS
from powerup.documents.json_schema import JsonSchema, object_schema
from powerup.documents.words import WEEKDAYS, MomentOfMonth, Weekday
from powerup.texts import LANGUAGES, Reader, Text

_IN_WORDS = ("label", "hint", "empty")
_PASSED_ON = ("format", "advanced", "when", "needed", "default", "maxLength", "maxItems")


def form_schema(form: type[Schema]) -> JsonSchema:
    """What the form takes, and how to draw it."""
    return _drawn(form(), object_schema(form()))


def in_all_languages(label: Text) -> dict[str, str]:
    """The text in each language, by its tag."""
    return {language: Reader(language).say(label) for language in LANGUAGES}


def _drawn(schema: Schema, described: JsonSchema) -> JsonSchema:
    members = {}
    for field in schema.load_fields.values():
        name = field.data_key or field.name or ""
        members[name] = _member(field, described["properties"][name])
        if field.required and name not in described.get("required", ()):
            # Absent it stays as it was, but a form that comes filled may not have it emptied.
            members[name]["needed"] = True
    return described | {"properties": members}


def _member(field: fields.Field[Any], described: JsonSchema) -> JsonSchema:
    drawn = _choices(field, described)
    drawn |= {name: in_all_languages(said) for name in _IN_WORDS if (said := field.metadata.get(name))}
    return drawn | {name: field.metadata[name] for name in _PASSED_ON if name in field.metadata}


def _choices(field: fields.Field[Any], described: JsonSchema) -> JsonSchema:
    match field:
        case fields.Nested():
            return _drawn(field.schema, described)
        case fields.List():
            return described | {"items": _listed(field, described["items"])}
        case MomentOfMonth():
            return described | {"type": ["string", "null"], "enum": [*_moments(), None], "labels": _moments()}
        case fields.Enum():
            return described | {"labels": _labels([value for value in described["enum"] if value is not None])}
        case _:
            return dict(described)


def _listed(field: Any, described: JsonSchema) -> JsonSchema:
    if isinstance(field.inner, Weekday):
        return {"type": "string", "enum": list(WEEKDAYS), "labels": _labels(list(WEEKDAYS))}
    if field.metadata.get("choices") == "months":
        return {"type": "integer", "enum": list(range(1, 13)), "labels": _months()}
    return _member(field.inner, described)


def _labels(values: list[str]) -> dict[str, dict[str, str]]:
    return {value: in_all_languages(VALUE_LABELS[value]) for value in values}


def _months() -> dict[str, dict[str, str]]:
    names = {language: get_month_names("wide", "stand-alone", language) for language in LANGUAGES}
    return {str(month): {language: names[language][month] for language in LANGUAGES} for month in range(1, 13)}


def _moments() -> dict[str, dict[str, str]]:
    """Labels of every moment: first to fourth and last, each weekday and the working day."""
    return {
        f"{ordinal} {day}": in_all_languages(Text(label.template, {"day": name}))
        for ordinal, label in ORDINAL_LABELS.items()
        for day, name in DAYS_OF_MOMENTS.items()
    }
