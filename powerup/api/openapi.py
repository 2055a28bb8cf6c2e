"""The OpenAPI document, made of the operations themselves, so that what is published is what is checked."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema, fields

from powerup import __version__
from powerup.actions.kit.answer_schema import AnswerPart, PressAnswerSchema, ProblemSchema
from powerup.api.endpoint import Described, Endpoint, ToldEvent
from powerup.api.examples import IN_ADDRESS
from powerup.documents.json_schema import DIALECT, JsonSchema, field_schema, object_schema
from powerup.documents.schema import Whole

Json = dict[str, Any]

_ALWAYS: Mapping[int, str] = {
    401: "No key, or one that does not count.",
    403: "The key's scope does not allow it.",
    422: "Something in query or body is wrong, missing or unknown; `errors` has it by its place.",
    429: "Too many requests of this key at once; ask again after `Retry-After`.",
    503: "What is kept cannot be reached at the moment; ask again after `Retry-After`.",
}
"""What every operation may answer beside its own."""

_WITH_BODY: Mapping[int, str] = {
    400: "The body is no JSON.",
    413: "The body is larger than 256 KiB.",
    415: "The body is not sent as application/json.",
}

_HEADERS: Mapping[str, Json] = {
    "If-Match": {
        "description": "The version that is changed, as ETag had it; `*` for whichever is present.",
        "schema": {"type": "string"},
        "example": "*",
    },
    "Idempotency-Key": {
        "description": "One for each wish: requests with the same one are done once, and get one answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x20-\\x7e]+$"},
        "example": "0b8f4f4e-2f6c-4a57-9d5e-4b1a7d1c9e10",
    },
}

_ANSWERED: Mapping[str, Json] = {
    "ETag": {"description": "The version.", "schema": {"type": "string"}},
    "Location": {"description": "Where to await what comes of it.", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "How many requests may come at once.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "How many more.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "In how many seconds all of them may again.", "schema": {"type": "integer"}},
    "X-Request-Id": {"description": "The id of the request, also in the log.", "schema": {"type": "string"}},
}
_ON_ALL = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-Id")


class ProblemDetailsSchema(AnswerPart):
    """Problem details (RFC 9457). code is for programs and stays; pointers are of the body, or begin with /query/ or
    /header/; answer is what a button would have been answered."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = Whole(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemSchema))
    answer = fields.Nested(PressAnswerSchema)


_PROBLEM: Json = {
    "type": "/api/v1/docs#invalid",
    "title": "Something in the request is not right",
    "status": 422,
    "detail": "Nothing was done; errors says what is wrong, by its place.",
    "code": "invalid",
    "request_id": "req_0Qm5",
    "errors": [{"pointer": "/query/statuss", "code": "unknown", "message": "This field does not exist here."}],
}


def openapi_document(
    endpoints: Iterable[Endpoint], told: Mapping[str, ToldEvent], calendars: Mapping[str, str], address: str
) -> Json:
    """OpenAPI 3.1 of these operations, of the messages that go out, by type, and of the calendars, by where they are;
    address is where all of that is, without a final slash."""
    components = _Components()
    paths: dict[str, Json] = {}
    groups: dict[str, None] = {}
    for endpoint in endpoints:
        groups.setdefault(endpoint.group)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, components)
    for path, summary in calendars.items():
        paths.setdefault(path, {})["get"] = _calendar(path, summary)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Contract management",
            "version": __version__,
            "description": "Maintenance contracts, their visits and work orders, for other software of the tenant.",
        },
        "servers": [{"url": address}],
        "security": [{"key": []}],
        "tags": [{"name": group} for group in groups],
        "paths": paths,
        "webhooks": {name: {"post": _told(name, each, components)} for name, each in told.items()},
        "components": {
            "schemas": components.schemas,
            "headers": dict(_ANSWERED),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key of `powerup apikey add`."},
                "calendar_key": {"type": "apiKey", "in": "query", "name": "key", "description": "Of one calendar."},
            },
        },
    }


class _Components:
    """Schemas by the name of their class, each described once."""

    def __init__(self) -> None:
        self.schemas: dict[str, JsonSchema] = {}

    def of(self, schema: type[Schema] | JsonSchema) -> JsonSchema:
        """The schema, or where it stands."""
        if isinstance(schema, dict):
            return schema
        name = schema.__name__.removesuffix("Schema")
        if name not in self.schemas:
            words = re.sub(r"\s+", " ", schema.__doc__ or "").strip()
            self.schemas[name] = {"description": words} | object_schema(schema())
        return {"$ref": f"#/components/schemas/{name}"}


def _operation(endpoint: Endpoint, components: _Components) -> Json:
    operation: Json = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.group],
        "x-scope": endpoint.scope.value,
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if parameters := [*_in_address(endpoint), *_in_query(endpoint), *_in_headers(endpoint)]:
        operation["parameters"] = parameters
    if endpoint.body:
        content = {"schema": endpoint.body.described, "example": endpoint.body.example}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    operation["responses"] = _responses(endpoint, components)
    return operation


def _told(name: str, event: ToldEvent, components: _Components) -> Json:
    """A message that an address of the tenant's own is sent (Changes out)."""
    schema = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": components.of(event.schema),
        },
    }
    example = {"type": name, "timestamp": "2027-03-17T09:00:00Z", "data": dict(event.example)}
    content = {"application/json": {"schema": schema, "example": example}}
    return {
        "operationId": f"told_{name.replace('.', '_')}",
        "summary": event.when,
        "requestBody": {"required": True, "content": content},
        "responses": {"2XX": {"description": "It was taken; anything else is tried again."}},
    }


def _calendar(path: str, summary: str) -> Json:
    """A calendar, for which its own key is needed and no other."""
    names = names_in(path)
    operation: Json = {
        "operationId": f"{path.split('/')[1].removesuffix('s')}_calendar_file" if names else "calendar_file",
        "summary": summary,
        "tags": ["Calendars"],
        "security": [{"calendar_key": []}],
        "responses": {
            "200": {
                "description": "An iCalendar file (RFC 5545).",
                "content": {"text/calendar": {"schema": {"type": "string"}, "example": "BEGIN:VCALENDAR"}},
            },
            "304": {"description": "It says the same as the one of `If-None-Match`."},
            "404": {"description": "There is no such calendar, or the key is not one of it."},
            "429": {"description": "The key was used too often; ask again after `Retry-After`."},
        },
    }
    return operation | ({"parameters": _named(names)} if names else {})


def _in_address(endpoint: Endpoint) -> list[Json]:
    return _named(names_in(endpoint.path))


def _named(names: Iterable[str]) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": IN_ADDRESS[name][0],
            "schema": {"type": "string", "minLength": 1},
            "example": IN_ADDRESS[name][1],
        }
        for name in names
    ]


def names_in(path: str) -> list[str]:
    """The names of what stands in an address."""
    return re.findall(r"{(\w+)}", path)


def _in_query(endpoint: Endpoint) -> list[Json]:
    parameters = []
    for attribute, field in endpoint.query().load_fields.items():
        name = field.data_key or attribute
        described = field_schema(field)
        if isinstance(described.get("type"), list):  # a query has no null: what is not there is left out
            described["type"] = next(each for each in described["type"] if each != "null")
        parameter: Json = {"name": name, "in": "query", "required": field.required, "schema": described}
        if "description" in field.metadata:
            parameter["description"] = field.metadata["description"]
        if name in endpoint.asked:
            parameter["example"] = _as_asked(endpoint.asked[name], described)
        parameters.append(parameter)
    return parameters


def _as_asked(written: str, described: JsonSchema) -> Any:
    match described.get("type"):
        case "integer":
            return int(written)
        case "boolean":
            return written == "true"
        case "array":
            return [written]
        case _:
            return written


def _in_headers(endpoint: Endpoint) -> list[Json]:
    return [{"name": name, "in": "header", "required": False} | _HEADERS[name] for name in endpoint.headers]


def _responses(endpoint: Endpoint, components: _Components) -> Json:
    own = {status: _response(each, components) for status, each in endpoint.answers.items()}
    problems = dict(_ALWAYS)
    if endpoint.body:
        problems |= _WITH_BODY
    if names_in(endpoint.path):
        problems[404] = "This tenant has none of that."
    others = {status: _problem(when, components) for status, when in problems.items() if status not in own}
    return {str(status): answer for status, answer in sorted({**others, **own}.items())}


def _response(described: Described, components: _Components) -> Json:
    if described.schema is None:
        return _problem(described.when, components)
    content = {"schema": components.of(described.schema), "example": described.example}
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (*described.headers, *_ON_ALL)}
    return {"description": described.when, "headers": headers, "content": {"application/json": content}}


def _problem(when: str, components: _Components) -> Json:
    content = {"schema": components.of(ProblemDetailsSchema), "example": _PROBLEM}
    return {"description": when, "content": {"application/problem+json": content}}
