"""Going on through a list: an opaque cursor, which belongs to the operation and the filters that it came with."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from flask import request
from marshmallow import fields, validate

from powerup.api.endpoint import Call, Taken
from powerup.api.problems import Problem, invalid_request
from powerup.api.taking_in import WholeInQuery
from powerup.documents.errors import DocumentError
from powerup.readings.list_cursor import CursorRefused, cursor_of, place_of

MOST = 200
USUAL = 50
_NO_FILTER = ("cursor", "limit")

Place = tuple[str, str]
"""What a list is ordered by, of one row, and the row's id."""


class Paged(Taken):
    """The query of a list."""

    limit = WholeInQuery(
        load_default=USUAL,
        validate=validate.Range(1, MOST, error="out_of_range: A number from {min} to {max} is expected."),
        metadata={"description": "So many at most."},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(1, 4000),
        metadata={"description": "`next` of the page before, with the same filters."},
    )


def place_in(call: Call) -> Place | None:
    """Behind which row the page begins; None for the first page. Raises Problem, 422, for a cursor of another list."""
    cursor = call.query["cursor"]
    if cursor is None:
        return None
    try:
        return place_of(cursor, _mark(call))
    except (CursorRefused, RecursionError):
        raise refused_cursor(call) from None


def page(call: Call, items: Sequence[Mapping[str, Any]], last: Place | None) -> dict[str, Any]:
    """A page, and the cursor of the next one; last is the place of its last row, None where none follows."""
    return {"items": list(items), "next": cursor_of(_mark(call), *last) if last else None}


def refused_cursor(call: Call) -> Problem:
    """422, for a cursor that is none of this list."""
    flaw = DocumentError("/query/cursor", "invalid_cursor", "This is no cursor of this list and these filters.")
    return invalid_request([flaw], call.reader)


def _mark(call: Call) -> str:
    filters = sorted((name, str(value)) for name, value in call.query.items() if name not in _NO_FILTER)
    return sha256(repr((request.path, filters)).encode()).hexdigest()[:16]
