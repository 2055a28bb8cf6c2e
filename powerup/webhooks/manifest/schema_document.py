"""The published JSON Schema of all messages and answers, made of what checks them (webhooks page, section 9)."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from powerup.documents.json_schema import DIALECT, object_schema
from powerup.readings.schemas import CardsSchema
from powerup.webhooks.kit.answers import CALLBACK_SCHEMAS, OutcomeSchema
from powerup.webhooks.kit.envelope import EnvelopeSchema
from powerup.webhooks.messages.all_messages import MESSAGES

FILE_NAME = "webhooks.schema.json"

_ALL: Mapping[str, type[Schema]] = {name: each.schema for name, each in MESSAGES.items()} | {**CALLBACK_SCHEMAS}
_ANSWERS: tuple[type[Schema], ...] = (OutcomeSchema, CardsSchema)


def schema_document() -> dict[str, Any]:
    """JSON Schema 2020-12: the root is any message of either side, `$defs/answer` any answer."""
    message = object_schema(EnvelopeSchema(_ALL))
    message["properties"]["type"] = {"enum": list(_ALL)}
    schemas = sorted({*_ALL.values(), *_ANSWERS}, key=_definition)
    answers = [{"$ref": f"#/$defs/{_definition(schema)}"} for schema in _ANSWERS]
    return {
        "$schema": DIALECT,
        "title": "Messages between a host and the contract management power-up, and its answers",
        **message,
        "allOf": [_data_of(message_type, _definition(schema)) for message_type, schema in _ALL.items()],
        "$defs": {"answer": {"anyOf": answers}} | {_definition(each): object_schema(each()) for each in schemas},
    }


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema_document(), ensure_ascii=False, indent=2) + "\n"


def _definition(schema: type[Schema]) -> str:
    """The name under `$defs`: `outcome` for OutcomeSchema, `recordsChanged` for RecordsChangedSchema."""
    name = schema.__name__.removesuffix("Schema")
    return name[0].lower() + name[1:]


def _data_of(message_type: str, definition: str) -> dict[str, Any]:
    data: dict[str, Any] = {"$ref": f"#/$defs/{definition}"}
    if message_type in MESSAGES:
        data["examples"] = [MESSAGES[message_type].example]
    return {
        "if": {"properties": {"type": {"const": message_type}}},
        "then": {"properties": {"data": data}},
    }
