"""What goes wrong under `/api`, as problem details (RFC 9457), whoever finds it: a view, its reading, or the web."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from powerup.actions.kit.flaw_words import flaw_in_words
from powerup.documents.errors import DocumentError
from powerup.errors import PowerupError
from powerup.store.identifiers import new_id
from powerup.texts import LANGUAGES, Reader, Text, text

PREFIX = "/api"
DOCS = "/api/v1/docs"
REQUEST_ID = "X-Request-Id"

_TITLES: Mapping[int, Text] = {
    400: text("The request cannot be read"),
    401: text("No key, or one that does not count"),
    403: text("The key does not allow this"),
    404: text("This is not there"),
    405: text("This method is not for this address"),
    409: text("This could not be done"),
    412: text("It was changed meanwhile"),
    413: text("The request is too large"),
    415: text("JSON is expected"),
    422: text("Something in the request is not right"),
    428: text("The version is missing"),
    429: text("Too many requests"),
    500: text("Something is wrong here"),
    503: text("This cannot be answered at the moment"),
}
_DETAILS: Mapping[int, Text] = {
    404: text("What you look for does not exist, or is not one of this tenant."),
    405: text("The header Allow names the methods that are."),
    413: text("Send less in one request."),
    500: text("It was written down, under the id of this request. Try again later."),
}
PROBLEM_CODES: Mapping[str, str] = {
    "unauthorized": "No key, or one that does not count.",
    "denied": "The scope of the key does not allow it.",
    "not_found": "This tenant has none of that.",
    "method_not_allowed": "The method is not for this address; Allow has those that are.",
    "malformed": "The body is no JSON; detail says at which byte.",
    "unsupported_media_type": "The body is not sent as application/json.",
    "request_entity_too_large": "The body is larger than 256 KiB.",
    "invalid": "Query or body are wrong; errors has each flaw by its place.",
    "idempotency_key_reused": "The Idempotency-Key was used before, for something else.",
    "precondition_required": "Nothing says which version is changed.",
    "passes_latest_dates": "Visits would pass their latest dates; pass_latest_dates confirms that.",
    "precondition_failed": "If-Match is of an older version; ETag has the present one.",
    "conflict": "It changed since the version that was given.",
    "failed": "It was tried and refused; detail says by whom and why.",
    "expired": "It came too late.",
    "too_many_requests": "The key asked too much at once; Retry-After says when to go on.",
    "unavailable": "What is kept cannot be reached; Retry-After says when to ask again.",
    "internal_error": "A fault of ours; it was written down under request_id.",
}
"""Every code of a problem, with what it means; the page that shows the API has each under its name."""

_OTHER = text("The request cannot be answered")


class Problem(PowerupError):
    """An answer other than the one that was asked for.

    code is for programs, and stays for ever; detail is for people. answer is what a button would have been answered.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: Text,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        answer: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in words."""

    status: int
    code: str
    title: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The answer, with the id of the request in it."""
        document = {
            "type": f"{DOCS}#{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id(),
        } | dict(self.more)
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        response = Response(body, self.status, dict(self.headers), content_type="application/problem+json")
        response.headers[REQUEST_ID] = request_id()
        return response


def problem_response(problem: Problem, reader: Reader) -> Response:
    """A problem that was found here."""
    more: dict[str, Any] = {}
    if problem.errors:
        more["errors"] = problem.errors
    if problem.answer is not None:
        more["answer"] = dict(problem.answer)
    told = Told(
        problem.status,
        problem.code,
        reader.say(_TITLES.get(problem.status, _OTHER)),
        reader.say(problem.detail),
        more,
        problem.headers,
    )
    return told.response()


def http_problem(error: HTTPException | None) -> Response:
    """One that the web found before any endpoint; None is a fault of ours. It repeats nothing of what was asked for."""
    status = 500 if error is None or error.code is None else error.code
    code = "internal_error" if status == HTTPStatus.INTERNAL_SERVER_ERROR else _code_of(status)
    reader = preferred_reader()
    title = _TITLES.get(status, _OTHER)
    headers = {}
    if error is not None and (allowed := error.get_response().headers.get("Allow")):
        headers["Allow"] = allowed
    return Told(status, code, reader.say(title), reader.say(_DETAILS.get(status, title)), headers=headers).response()


def _code_of(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
    except ValueError:
        return "refused"


def request_id() -> str:
    """The id of this request, in its answer and in the log."""
    if "request_id" not in g:
        g.request_id = new_id("req")
    found: str = g.request_id
    return found


def preferred_reader(otherwise: str = "en") -> Reader:
    """Whoever reads the answer: by `Accept-Language`, else in the language given."""
    return Reader(request.accept_languages.best_match(LANGUAGES) or otherwise)


def flaws(errors: Sequence[DocumentError], reader: Reader) -> list[dict[str, str]]:
    """What is wrong with a document, as every answer lists it."""
    return [{"pointer": each.pointer, "code": each.code, "message": reader.say(flaw_in_words(each))} for each in errors]


def invalid_request(errors: Sequence[DocumentError], reader: Reader) -> Problem:
    """422: members or query names that are wrong, missing or unknown."""
    detail = text("Nothing was done; errors says what is wrong, by its place.")
    return Problem(422, "invalid", detail, errors=flaws(errors, reader))


def not_there() -> Problem:
    """404, the same for what another tenant has and what nobody has."""
    return Problem(404, "not_found", _DETAILS[404])
