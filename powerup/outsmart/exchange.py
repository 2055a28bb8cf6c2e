"""What a call is and what an answer means, without HTTP (host page 4.3).

The host answers 200 with an envelope `{"code", "messages", "response"}`; the code decides, not the HTTP status.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from powerup.outsmart.errors import ERROR_OF_CODE, HostFault, HostUnavailable, OutcomeUnknown, OutsmartError
from powerup.outsmart.formats import storable
from powerup.outsmart.long_list import ListAnswer, is_place
from powerup.outsmart.redaction import redact

READ_ENDPOINTS = frozenset(
    {
        "GetWorkorder",
        "GetWorkorders",
        "address",
        "addresses",
        "contactperson",
        "contactpersons",
        "employees",
        "forms",
        "materials",
        "object",
        "objects",
        "paymentmethods",
        "priorities",
        "projects",
        "relations",
        "tasks",
        "worktypes",
    }
)
"""What a GET may be repeated on. UpdateWorkorder and DeleteEntity are GETs that write: they are not here."""

_OK = 200
_MOST_MESSAGES = 50
_LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One call to an endpoint: records are sent by POST, a call without them is a GET."""

    endpoint: str
    params: Mapping[str, str] = field(default_factory=dict)
    records: Sequence[Mapping[str, object]] | None = None

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.records is None else "POST"

    @property
    def writes(self) -> bool:
        """Whether the call can change anything at the host; a call not known to be a read counts as a write."""
        return self.records is not None or self.endpoint not in READ_ENDPOINTS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, whatever it is."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Envelope:
    code: int
    messages: tuple[str, ...]
    response: object


def result_of(call: Call, answer: Answer, *secrets: str) -> object:
    """The envelope's `response` when the host said ok.

    Raises the error of the host's code (host page 4.3). Without a usable envelope, and for codes that are not
    documented or say "uncaught server error": OutcomeUnknown for a write, HostUnavailable or HostFault for a read.
    secrets are taken out of the host's words.
    """
    check_status(call, answer.status)
    envelope = _envelope(answer.body)
    if envelope is None:
        raise no_envelope(call, answer.status, _kind_of(answer.body))
    if envelope.code == _OK:
        return envelope.response
    raise _refusal(call, envelope, secrets)


def result_of_list(call: Call, status: int, answer: ListAnswer, *secrets: str) -> Iterator[object]:
    """The records of a list as they come, none of them to be acted on before the last: the host's ok may come after
    them. Raises as `result_of` does, BrokenListError for what is no list, and what its pieces raise.
    """
    check_status(call, status)
    for record in answer:
        if answer.code is None or _number(answer.code) == _OK:
            yield record
    code = _number(answer.code)
    if code is None:
        raise no_envelope(call, status, "something else")
    if code != _OK:
        raise _refusal(call, _Envelope(code, _texts(answer.messages), None), secrets)
    if not answer.has_response:
        raise unreadable(call, "an answer without a list")


def check_status(call: Call, status: int) -> None:
    """Raises the error for what never is an answer of the API: a server error, a redirect."""
    if status >= 500:
        raise no_answer(call, f"HTTP {status}")
    if 300 <= status < 400:
        raise no_answer(call, f"a redirect (HTTP {status}), which is never followed")


def no_envelope(call: Call, status: int, instead: str) -> OutsmartError:
    """The error for an answer that is not the API's envelope."""
    return no_answer(call, f"HTTP {status} with {instead} instead of the API's envelope")


def no_answer(call: Call, detail: str) -> OutsmartError:
    """The error for a call that may have arrived but got no usable answer."""
    error = OutcomeUnknown if call.writes else HostUnavailable
    return error(call.endpoint, detail=detail)


def unreadable(call: Call, detail: str) -> OutsmartError:
    """The error for an "ok" whose content is not what the endpoint is documented to give."""
    error = OutcomeUnknown if call.writes else HostFault
    return error(call.endpoint, detail=detail)


def records_of(call: Call, response: object) -> list[Mapping[str, object]]:
    """The records in a `response`, which may be null, a list, also one that comes as an object, or a single record
    (host page 4.7)."""
    if isinstance(response, Mapping):
        if not response or not all(is_place(name) for name in response):
            return [response]
        response = [*response.values()]
    if isinstance(response, list) and all(isinstance(record, Mapping) for record in response):
        return response
    if not response:
        return []
    raise unreadable(call, f"expected records, got {type(response).__name__}")


def _envelope(body: bytes) -> _Envelope | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    code = _number(content.get("code"))
    if code is None:
        return None
    return _Envelope(code, _texts(content.get("messages")), content.get("response"))


def _number(code: object) -> int | None:
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 10:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _texts(messages: object) -> tuple[str, ...]:
    if isinstance(messages, Mapping) and all(is_place(name) for name in messages):
        messages = [*messages.values()]
    if isinstance(messages, str):
        messages = [messages]
    if not isinstance(messages, list):
        return ()
    return tuple(storable(str(message)[:_LONGEST_MESSAGE]) for message in messages[:_MOST_MESSAGES])


def _refusal(call: Call, envelope: _Envelope, secrets: Sequence[str]) -> OutsmartError:
    error = ERROR_OF_CODE.get(envelope.code, HostFault)
    if call.writes and issubclass(error, HostFault):
        error = OutcomeUnknown
    messages = tuple(redact(message, *secrets) for message in envelope.messages)
    return error(call.endpoint, code=envelope.code, messages=messages)


def _kind_of(body: bytes) -> str:
    if not body.strip():
        return "an empty body"
    return "an HTML page" if body.lstrip()[:1] == b"<" else "something else"
