"""API 8 over HTTP: address, tokens, body, envelope, and the faults that spoil an answer (host page 4)."""

import json
import logging
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from powerup.sandbox.accounts import Accounts
from powerup.sandbox.calls import Call
from powerup.sandbox.endpoints import Request, handler_for
from powerup.sandbox.errors import ApiError
from powerup.sandbox.faults import FaultName, Strikes
from powerup.sandbox.host import Host
from powerup.sandbox.query import Query

_log = logging.getLogger(__name__)

_SPOILED = (FaultName.HTML, FaultName.HTTP_500, FaultName.CODE_1007)
_HTML_PAGE = "<!DOCTYPE html><html><head><title>OutSmart</title></head><body><h1>Onderhoud</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What API 8 answers, always with status 200 (host page 4.3)."""

    code: int
    messages: list[str]
    response: Any

    @property
    def body(self) -> str:
        """The envelope as JSON."""
        body = {"code": self.code, "messages": self.messages, "response": self.response}
        return json.dumps(body, ensure_ascii=False)

    def as_response(self) -> Response:
        """The envelope over HTTP."""
        return Response(self.body, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One call as it came in over HTTP; secure: by https."""

    method: str
    endpoint: str
    query: Query
    body: bytes = b""
    secure: bool = False


def api_blueprint(accounts: Accounts) -> Blueprint:
    """The address `/openapi/8/<endpoint>/`; the token says for which account."""
    blueprint = Blueprint("openapi", __name__)

    @blueprint.route("/openapi/8", defaults={"endpoint": ""}, methods=["GET", "POST"], strict_slashes=False)
    @blueprint.route("/openapi/8/<path:endpoint>", methods=["GET", "POST"], strict_slashes=False)
    def call(endpoint: str) -> Response:
        return _answer(accounts.host_of(request.args.get("token")), endpoint.strip("/"))

    return blueprint


def _answer(host: Host, endpoint: str) -> Response:
    started, number, strikes = time.perf_counter(), host.calls.next_number(), host.faults.strike(endpoint)
    query, body = Query(tuple(request.args.items(multi=True))), request.get_data()
    envelope = None
    if not _strikes_before_doing(strikes):
        incoming = Incoming(request.method, endpoint, query, body, request.is_secure)
        envelope = envelope_of(host, incoming, number, strikes)
    host.calls.keep(
        Call(
            number=number,
            at=host.calendar.clock(),
            method=request.method,
            endpoint=endpoint,
            parameters=query.redacted(),
            workorder_nos=_posted_numbers(endpoint, body),
            code=envelope.code if envelope else None,
            faults=[name.value for name in strikes],
            milliseconds=(time.perf_counter() - started) * 1000,
        )
    )
    if FaultName.DELAY in strikes:
        host.stopping.wait(strikes[FaultName.DELAY].seconds)
    return _spoiled(strikes) or (envelope.as_response() if envelope else drop_connection())


def envelope_of(host: Host, incoming: Incoming, number: int, strikes: Strikes) -> Envelope:
    """Carry a call out; number is that of the call."""
    query = incoming.query
    try:
        handler = handler_for(incoming.method, incoming.endpoint)
        host.credentials.check(query.get("token"), query.get("software_token"))
        if host.switches.require_https and not incoming.secure:
            raise ApiError(1006, "Only https is allowed")
        records = _records(incoming.body) if incoming.method == "POST" else []
        with host.store.exclusive():
            response = handler(host, Request(number, query, records, strikes))
    except ApiError as refusal:
        return Envelope(refusal.code, refusal.messages, None)
    except Exception:  # noqa: BLE001 - the host answers 1007 to whatever goes wrong inside it
        _log.exception("the sandbox failed on %s", incoming.endpoint)
        return Envelope(1007, ["Uncaught server error"], None)
    if response == [] and host.switches.empty_list == "null":
        response = None
    return Envelope(200, [], response)


def _records(body: bytes) -> list[Mapping[str, Any]]:
    if not body.strip():
        raise ApiError(1008, "Unable to fetch body")
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError(1009, "Unable to parse body") from None
    records = [parsed] if isinstance(parsed, dict) else parsed
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise ApiError(1009, "Unable to parse body")
    return records


def _posted_numbers(endpoint: str, body: bytes) -> list[str]:
    if endpoint != "PostWorkorders":
        return []
    try:
        return [str(record.get("WorkorderNo")) for record in _records(body)]
    except ApiError:
        return []


def _strikes_before_doing(strikes: Strikes) -> bool:
    spoiled = any(name in strikes and not strikes[name].done for name in _SPOILED)
    return spoiled or FaultName.LOST_REQUEST in strikes


def _spoiled(strikes: Strikes) -> Response | None:
    """What comes instead of the envelope, None when the envelope may go out."""
    if FaultName.LOST_REQUEST in strikes or FaultName.LOST_ANSWER in strikes:
        return drop_connection()
    if FaultName.HTML in strikes:
        return Response(_HTML_PAGE, content_type="text/html; charset=utf-8")
    if FaultName.HTTP_500 in strikes:
        return Response("Internal Server Error", status=500, content_type="text/plain")
    if FaultName.CODE_1007 in strikes:
        return Envelope(1007, ["Uncaught server error"], None).as_response()
    return None


def drop_connection() -> Response:
    """Cut the caller's TCP connection without a byte of an answer.

    Only the sandbox's own server has the connection at hand; the response is never seen by anybody.
    """
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
