"""The API in the web: every operation behind its key, its limit and its scope, and answers of one shape."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from http import HTTPStatus
from typing import Any

import structlog
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from powerup.api.access import caller_of
from powerup.api.endpoint import ApiParts, Call, Caller, Endpoint, Reply, View
from powerup.api.problems import REQUEST_ID, Problem, not_there, preferred_reader, problem_response, request_id
from powerup.api.taking_in import read_body, read_query
from powerup.rate import Allowance
from powerup.store.errors import (
    LedgerConflictError,
    StoreUnavailableError,
    UnknownContractError,
    UnknownZoneError,
    VersionConflictError,
)
from powerup.texts import Reader, text

ROOT = "/api/v1"

_RETRY_AFTER_SECONDS = "5"
_IN_ADDRESS = re.compile(r"{(\w+)}")
_MAY_HAVE_A_SLASH = ("number", "id", "code")
"""Ids that people or the host gave; ours have none."""

_log = structlog.get_logger(__name__)


class Api(Blueprint):
    """The blueprint that operations are added to, by `add` alone; endpoints are those that were."""

    def __init__(self, parts: ApiParts) -> None:
        """parts is what the operations work with."""
        super().__init__("api", __name__, url_prefix=ROOT, template_folder=".")
        self.parts = parts
        self.endpoints: list[Endpoint] = []

    def add(self, endpoint: Endpoint) -> Callable[[View], View]:
        """Add a view as this operation: with a key that has its scope, within the key's limit, and with what it takes
        read by its schemas."""

        def add(view: View) -> View:
            def answered(**from_address: str) -> ResponseReturnValue:
                return self._answered(endpoint, view, from_address)

            self.endpoints.append(endpoint)
            self.add_url_rule(
                _IN_ADDRESS.sub(_rule_part, endpoint.path),
                endpoint.name,
                answered,
                methods=[endpoint.method],
                provide_automatic_options=False,
                merge_slashes=False,
            )
            return view

        return add

    def _answered(self, endpoint: Endpoint, view: View, from_address: dict[str, str]) -> Response:
        now, reader, headers = self.parts.clock(), preferred_reader(), dict[str, str]()
        log = _log.bind(request_id=request_id(), operation=endpoint.name)
        try:
            caller = caller_of(self.parts, request, now)
            reader, log = caller.reader, log.bind(key=caller.key.id)
            headers |= self._within_limit(caller, now)
            response = _response(view(_call(endpoint, caller, now, reader, from_address), **from_address))
        except Problem as problem:
            response = problem_response(problem, reader)
        except UnknownContractError:
            response = problem_response(not_there(), reader)
        except (StoreUnavailableError, LedgerConflictError, VersionConflictError, UnknownZoneError) as error:
            log.error("api_not_stored", reason=str(error))
            response = problem_response(_unavailable(), reader)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        log.info("api_answered", status=response.status_code)
        return response

    def _within_limit(self, caller: Caller, now: datetime) -> dict[str, str]:
        """The headers that say what the key has left. Raises Problem, 429."""
        allowance = self.parts.limit.take(caller.key.id, now)
        headers = _limit_headers(self.parts.limit.burst, allowance)
        if wait := allowance.seconds_to_wait:
            told = text("This key has asked too much at once; ask again after the seconds of Retry-After.")
            raise Problem(429, "too_many_requests", told, headers=headers | {"Retry-After": str(wait)})
        return headers


def _rule_part(found: re.Match[str]) -> str:
    name = found[1]
    return f"<path:{name}>" if name in _MAY_HAVE_A_SLASH else f"<{name}>"


def _limit_headers(burst: float, allowance: Allowance) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(int(burst)),
        "RateLimit-Remaining": str(allowance.left),
        "RateLimit-Reset": str(allowance.whole_in),
    }


def _call(endpoint: Endpoint, caller: Caller, now: datetime, reader: Reader, from_address: dict[str, str]) -> Call:
    """The request, read. Raises Problem."""
    if not caller.may(endpoint.scope):
        told = text(
            "This needs a key of scope {needed}; yours has {given}.", needed=endpoint.scope, given=caller.key.scope
        )
        raise Problem(403, "denied", told)
    if any("\0" in value for value in from_address.values()):
        raise not_there()
    query = read_query(endpoint.query(), request, reader)
    body = read_body(endpoint.body, request, reader) if endpoint.body else {}
    return Call(caller, now, query, body)


def _response(reply: Reply) -> Response:
    body = json.dumps(reply.document, ensure_ascii=False, separators=(",", ":"), default=_plain)
    response = Response(body, reply.status, dict(reply.headers), content_type="application/json")
    response.headers[REQUEST_ID] = request_id()
    return response


def _plain(value: Any) -> str:
    match value:
        case date() | datetime() | time():
            return value.isoformat()
        case _:
            return str(value)


def _unavailable() -> Problem:
    told = text("What is kept cannot be reached at the moment, or is being changed by many at once; ask again.")
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", told, headers={"Retry-After": _RETRY_AFTER_SECONDS})
