"""`ETag` and `If-Match`: a contract's version, without which nothing is changed and with an old one nothing either."""

from flask import request

from powerup.api.endpoint import Call
from powerup.api.problems import Problem, invalid_request
from powerup.documents.errors import DocumentError
from powerup.texts import text

IF_MATCH = "If-Match"


def etag(version: int) -> str:
    """The version as a header has it."""
    return f'"{version}"'


def is_conditional() -> bool:
    """Whether the request says by a header which version it means, and not just any."""
    return IF_MATCH in request.headers and not request.if_match.star_tag


def wanted_version(call: Call) -> int | None:
    """The version that a change is made from, by header or member; None where any will do, said by `*`.

    Raises Problem: 428 without one, 412 for a header that is none of ours, 422 where the two differ.
    """
    by_member: int | None = call.body.get("version")
    if not is_conditional():
        if by_member is None and IF_MATCH not in request.headers and not call.body.get("preview"):
            told = text("Say which version of the contract is changed: If-Match, as ETag had it, or version.")
            raise Problem(428, "precondition_required", told)
        return by_member
    by_header = _of_header()
    if by_header is None:
        raise Problem(412, "precondition_failed", text('If-Match is not a version such as "3".'))
    if by_member not in (None, by_header):
        raise invalid_request(
            [DocumentError("/version", "not_as_if_match", "This differs from If-Match.")], call.reader
        )
    return by_header


def _of_header() -> int | None:
    tags = request.if_match.as_set()
    tag = (tags.pop() or "") if len(tags) == 1 else ""
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) <= 9 else None
