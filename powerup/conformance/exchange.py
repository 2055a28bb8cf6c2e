"""What was sent and what came, kept for the report, and never with a secret in it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from powerup.conformance.check import Unmet
from powerup.texts import text

Headers = Mapping[str, str | None]
"""A header that is None is left out, also where it would be sent by itself."""

_TIMEOUT_SECONDS = 15
_MOST_TRIES = 60
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP; headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def document(self) -> dict[str, Any]:
        """The JSON object of the body. Raises Unmet where it is none."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise Unmet(text("The body is no JSON object."))
        return document


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; error says why there was none. by_us: we asked, else the other side did."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    answer: Answer | None
    error: str = ""
    by_us: bool = True


@dataclass(slots=True)
class Secrets:
    """What no report shows: keys and tokens."""

    _known: set[str] = field(default_factory=set, repr=False)

    def add(self, *secrets: str) -> None:
        """Hide these from now on."""
        self._known.update(each for each in secrets if each)

    def hidden(self, shown: str) -> str:
        """The text without them."""
        for secret in sorted(self._known, key=len, reverse=True):
            shown = shown.replace(secret, "…")
        return shown


@dataclass(slots=True)
class Wire:
    """The way to the other side; keeps what goes over it until a check begins anew. pause waits so many seconds."""

    session: requests.Session
    pause: Callable[[float], None]
    secrets: Secrets = field(default_factory=Secrets)
    exchanges: list[Exchange] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what was exchanged."""
        self.exchanges = []

    def send(self, method: str, url: str, headers: Headers, body: bytes = b"", *, patient: bool = True) -> Answer:
        """Send a request; patient: where too many came, wait as long as is asked for, and send it again.

        Raises Unmet where no answer comes.
        """
        for _ in range(_MOST_TRIES):
            answer = self._send_once(method, url, headers, body)
            if not (patient and answer.status == _TOO_MANY):
                break
            wait = answer.headers.get("retry-after", "")
            self.pause(float(wait) if wait.isdecimal() else 1.0)
        return answer

    def _send_once(self, method: str, url: str, headers: Headers, body: bytes) -> Answer:
        request = requests.Request(method, url, data=body or None)
        prepared = self.session.prepare_request(request)
        for name, value in headers.items():
            prepared.headers.pop(name, None)
            if value is not None:
                prepared.headers[name] = value
        sent = {name: str(value) for name, value in headers.items() if value is not None}
        try:
            settings = self.session.merge_environment_settings(url, {}, False, None, None)
            came = self.session.send(prepared, timeout=_TIMEOUT_SECONDS, allow_redirects=False, **settings)
        except requests.RequestException as error:
            self.exchanges.append(Exchange(method, url, sent, body, None, type(error).__name__))
            raise Unmet(text("No answer came ({error}).", error=type(error).__name__)) from None
        answer = Answer(came.status_code, {name.lower(): value for name, value in came.headers.items()}, came.content)
        self.exchanges.append(Exchange(method, url, sent, body, answer))
        return answer
