"""`POST …/actions/{action}`: what a button does, by the catalogue, with the same document as its answer."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import request
from marshmallow import fields, validate

from powerup.actions.catalogue import ACTIONS
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.answer_schema import PressAnswerSchema
from powerup.actions.kit.request import Request, Role, Target, TargetType
from powerup.api.blueprint import ROOT, Api
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import ANSWERS, INPUTS
from powerup.api.problems import Problem, invalid_request, not_there
from powerup.api.versions import IF_MATCH, etag, is_conditional, wanted_version
from powerup.documents.errors import DocumentError
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Truth, Whole
from powerup.presses.press import Document
from powerup.store.api_keys import Scope
from powerup.texts import text

IDEMPOTENCY_KEY = "Idempotency-Key"

_LONGEST_KEY = 255

_SCOPES: Mapping[Role, Scope] = {Role.VIEWER: Scope.READ, Role.PLANNER: Scope.WRITE, Role.ADMIN: Scope.ADMIN}

_HTTP: Mapping[AnswerStatus, HTTPStatus] = {
    AnswerStatus.SUCCEEDED: HTTPStatus.OK,
    AnswerStatus.NEEDS_CONFIRMATION: HTTPStatus.OK,
    AnswerStatus.IGNORED: HTTPStatus.OK,
    AnswerStatus.ACCEPTED: HTTPStatus.ACCEPTED,
    AnswerStatus.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    AnswerStatus.CONFLICT: HTTPStatus.CONFLICT,
    AnswerStatus.FAILED: HTTPStatus.CONFLICT,
    AnswerStatus.EXPIRED: HTTPStatus.CONFLICT,
    AnswerStatus.DENIED: HTTPStatus.FORBIDDEN,
}


class PressBody(Taken):
    """What every action takes beside its own input."""

    input = fields.Dict(keys=fields.String(), load_default=dict)
    confirmation = fields.String(allow_none=True, validate=validate.Length(max=4000))
    preview = Truth(load_default=False)


class ChangeBody(PressBody):
    """And on a contract: the version that it was seen in."""

    version = Whole(allow_none=True, validate=validate.Range(1, 2**31 - 1))


def add_actions(api: Api) -> None:
    """All actions of the catalogue, each at what it is done to."""
    for action, endpoint in _endpoints():
        api.add(endpoint)(_view(api, action))


@cache
def _endpoints() -> tuple[tuple[Action, Endpoint], ...]:
    return tuple((action, _endpoint(action)) for action in ACTIONS)


def _endpoint(action: Action) -> Endpoint:
    path, group = _place(action)
    on_contract = action.target is TargetType.CONTRACT
    return Endpoint(
        "POST",
        path,
        action.id.replace(".", "_"),
        group,
        str(action.label),
        _SCOPES[action.role],
        _answers(on_contract=on_contract, in_address="{" in path),
        description=_DESCRIPTION,
        body=_body(action, ChangeBody if on_contract else PressBody),
        headers=(IDEMPOTENCY_KEY, IF_MATCH) if on_contract else (IDEMPOTENCY_KEY,),
    )


_DESCRIPTION = (
    "Done at once, unless it is a danger or takes back work orders: then the answer is needs_confirmation with the "
    "effects, and the same request with `confirmation` does exactly those. `preview` says the effects, and nothing is "
    "done. Requests with one Idempotency-Key are done once and get one answer; the confirming one bears that, too."
)


def _place(action: Action) -> tuple[str, str]:
    name = action.id.rpartition(".")[2]
    match action.target:
        case TargetType.CONTRACT:
            return f"/contracts/{{number}}/actions/{name}", "Contracts"
        case TargetType.RELATION:
            return "/contracts", "Contracts"
        case TargetType.VISIT:
            return f"/visits/{{id}}/actions/{name}", "Visits"
        case TargetType.WORK_ORDER:
            return f"/work-orders/{{row_id}}/actions/{name}", "Work orders"
        case TargetType.TENANT:
            return f"/tenant/actions/{name}", "Tenant"
        case TargetType.OBJECT:
            return f"/objects/{{code}}/actions/{name}", "Objects"


def _body(action: Action, schema: type[PressBody]) -> Body:
    described = object_schema(schema())
    described["properties"]["input"] = object_schema(action.input())
    example = {"input": INPUTS.get(action.id, {})} | ({"version": 1} if schema is ChangeBody else {})
    return Body(described, example, schema)


def _answers(*, on_contract: bool, in_address: bool) -> dict[int, Described]:
    answers = {
        200: Described("Done (`succeeded`), or to confirm (`needs_confirmation`).", PressAnswerSchema, ANSWERS[200]),
        202: Described("It goes on in the background.", PressAnswerSchema, ANSWERS[202], headers=("Location",)),
        409: Described("It changed meanwhile (`conflict`), or could not be done (`failed`, `expired`)."),
    }
    if in_address:
        answers[404] = Described("This tenant has none of that.")
    if on_contract:
        answers[412] = Described("If-Match is of an older version; the present one is in `answer` and in ETag.")
        answers[428] = Described("Neither If-Match nor `version` says which version is changed.")
    return answers


def _view(api: Api, action: Action) -> Any:
    def press(call: Call, **from_address: str) -> Reply:
        target = _target(call, action, next(iter(from_address.values()), None))
        if target.type is TargetType.CONTRACT:
            target = replace(target, version=wanted_version(call))
        pressed = Request(
            action=action.id,
            target=target,
            actor=call.caller.actor,
            input=call.body["input"],
            preview=call.body["preview"],
            confirmation=call.body.get("confirmation"),
            intent_id=intent_of(call),
            locale=call.reader.language,
        )
        return _reply(api.parts.presses.press(call.tenant_id, pressed, call.now), in_address=bool(from_address))

    return press


def _target(call: Call, action: Action, named: str | None) -> Target:
    if named is not None:
        return Target(action.target, named)
    if action.target is TargetType.TENANT:
        return Target(action.target, call.tenant_id)
    customer = call.body["input"].get("customer")
    return Target(action.target, customer if isinstance(customer, str) else "")


def intent_of(call: Call) -> str | None:
    """What the press is known by. Raises Problem, 422, for a key that cannot be kept."""
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is None:
        return None
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= _LONGEST_KEY:
        flaw = DocumentError(f"/header/{IDEMPOTENCY_KEY}", "invalid", "A text of one line is expected.")
        raise invalid_request([flaw], call.reader)
    return key


def _reply(document: Document, *, in_address: bool) -> Reply:
    """The answer of a press in the words of HTTP. Raises Problem for what was not done."""
    status = AnswerStatus(document["status"])
    headers = _headers(document)
    if _HTTP[status] in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
        return Reply(document, _HTTP[status], headers)
    errors = document.get("errors", [])
    if in_address and any(each["pointer"].startswith("/target") for each in errors):
        raise not_there()
    detail = text("{words}", words=document["message"])
    raise Problem(*_refusal(status, document), detail, errors=errors, headers=headers, answer=document)


def _refusal(status: AnswerStatus, document: Document) -> tuple[int, str]:
    if status is AnswerStatus.CONFLICT and "target" not in document:
        return HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused"
    if status is AnswerStatus.CONFLICT and is_conditional():
        return HTTPStatus.PRECONDITION_FAILED, "precondition_failed"
    return _HTTP[status], status.value


def _headers(document: Document) -> dict[str, str]:
    headers = {}
    target = document.get("target", {})
    if target.get("type") == TargetType.CONTRACT and "version" in target:
        headers["ETag"] = etag(target["version"])
    if run := document.get("run"):
        headers["Location"] = f"{ROOT}/runs/{run['id']}"
    return headers
