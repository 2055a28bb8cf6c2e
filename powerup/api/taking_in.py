"""Reading a request: query and body by their schemas; what is wrong, or not known, is named by its place."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Request
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.http import parse_options_header

from powerup.api.endpoint import Body
from powerup.api.problems import Problem, invalid_request
from powerup.documents.errors import DocumentError, errors_from
from powerup.documents.strict_json import MalformedJsonError, parse_object
from powerup.texts import Reader, text

_WHOLE = re.compile(r"-?[0-9]{1,9}")


class WholeInQuery(fields.Integer):
    """A whole number as a query has it: digits alone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if not isinstance(value, str) or not _WHOLE.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class TruthInQuery(fields.Boolean):
    """true or false."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={"true"}, falsy={"false"}, **options)


def read_query(schema: Schema, request: Request, reader: Reader) -> dict[str, Any]:
    """What the schema loads of the query. Raises Problem."""
    listed = {field.data_key or name for name, field in schema.load_fields.items() if isinstance(field, fields.List)}
    given: dict[str, Any] = {}
    errors = []
    for name, values in request.args.lists():
        given[name] = values if name in listed else values[0]
        if len(values) > 1 and name not in listed:
            errors.append(DocumentError(f"/query/{name}", "given_twice", "This is given twice."))
        if any("\0" in value for value in values):
            errors.append(DocumentError(f"/query/{name}", "invalid", "A text is expected."))
    loaded, found = _loaded(schema, given, "/query")
    if errors or found:
        raise invalid_request([*errors, *found], reader)
    return loaded


def read_body(body: Body, request: Request, reader: Reader) -> dict[str, Any]:
    """What its schema loads of the body. Raises Problem, RequestEntityTooLarge."""
    content_type, options = parse_options_header(request.headers.get("Content-Type"))
    if content_type.lower() != "application/json" or options.get("charset", "utf-8").lower() != "utf-8":
        raise Problem(415, "unsupported_media_type", text("Send application/json in UTF-8."))
    try:
        document = parse_object(_content(request, body.most_bytes))
    except MalformedJsonError as error:
        told = text("{words} It is at byte {offset}.", words=str(error), offset=str(error.offset))
        raise Problem(400, "malformed", told) from error
    if body.schema is None:
        return document
    loaded, errors = _loaded(body.schema(), document, "")
    if errors:
        raise invalid_request(errors, reader)
    return loaded


def _content(request: Request, most_bytes: int) -> bytes:
    """The body; what is behind the most that may come is never read."""
    content = bytearray()
    try:
        while len(content) <= most_bytes and (piece := request.stream.read(most_bytes + 1 - len(content))):
            content += piece
    except OSError as error:
        raise BadRequest from error
    if len(content) > most_bytes:
        raise RequestEntityTooLarge
    return bytes(content)


def _loaded(schema: Schema, given: Mapping[str, Any], pointer: str) -> tuple[dict[str, Any], list[DocumentError]]:
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        return {}, errors_from(error.messages, pointer)
    return loaded, []
