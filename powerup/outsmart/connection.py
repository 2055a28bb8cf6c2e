"""HTTP to the host: one session per tenant, time-outs always, reads repeated, writes never (architecture: HTTP out)."""

import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import inf
from threading import Lock
from typing import Protocol

import requests
from requests.auth import AuthBase
from urllib3 import Retry
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, ReadTimeoutError

from powerup.outsmart.errors import HostUnreachable, OutsmartError
from powerup.outsmart.exchange import (
    READ_ENDPOINTS,
    Answer,
    Call,
    no_answer,
    no_envelope,
    result_of,
    result_of_list,
)
from powerup.outsmart.gate import Gate, OpenGate
from powerup.outsmart.long_list import BrokenListError, ListAnswer
from powerup.outsmart.punctual import PunctualAdapter, ending_within
from powerup.outsmart.redaction import redact_http_logs
from powerup.timing import Stopwatch

LARGEST_ANSWER_BYTES = 8 * 1024 * 1024
"""Of an answer that is read as a whole: one record, or what is said of a batch."""

LONGEST_LIST_SECONDS = 15 * 60.0

LEAST_BYTES = 64 * 1024
LEAST_IN_SECONDS = 10.0
"""A list may last as long as it brings so much in every so many seconds of waiting for it."""

CONNECT_SECONDS = 5.0
"""A host that takes no connection in this time is out of reach, and others wait for the thread."""

_PIECE_BYTES = 64 * 1024
_LIST_PIECE_BYTES = 256 * 1024


class _TooLargeError(Exception):
    """The answer is larger than any sound answer."""


class _TooSlowError(Exception):
    """The answer was still coming in when its time was over."""


_NETWORK = (requests.RequestException, HTTPError, OSError, _TooLargeError, _TooSlowError)


class _Body(Protocol):
    def read1(self, amt: int, decode_content: bool) -> bytes: ...


class TokenAuth(AuthBase):
    """Puts the tokens on a request at the last moment, so that no address held elsewhere has them."""

    def __init__(self, token: str, software_token: str, *, bearer: bool) -> None:
        self._token = token
        self._software_token = software_token
        self._bearer = bearer

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with both tokens in its query (host page 4.2), and as bearer where wanted."""
        tokens = {"token": self._token, "software_token": self._software_token}
        request.prepare_url(request.url, tokens)
        if self._bearer:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def secrets(self) -> tuple[str, str]:
        """The texts that nobody may read."""
        return self._token, self._software_token


class Connection:
    """The way to one tenant's host. Several threads may read by it at once.

    timeout_seconds: the longest silence, while connecting (there at most CONNECT_SECONDS) and while waiting, the
    longest time for the headers, and that for the body of an answer that is no list; it counts for each try.
    within_seconds: the time that all calls together have, from now on; where it is set, no read is repeated, as
    somebody waits. gate is passed by every call. calls: how many calls were made, repeated reads counted once.
    """

    def __init__(
        self,
        base_url: str,
        auth: TokenAuth,
        session: requests.Session,
        *,
        timeout_seconds: float,
        read_retries: int,
        within_seconds: float | None = None,
        gate: Gate | None = None,
        clock: Stopwatch = time.monotonic,
    ) -> None:
        self.base_url = base_url
        self.calls = 0
        self._counting = Lock()
        self._auth = auth
        self._session = session
        self._timeout_seconds = timeout_seconds
        self._gate = gate or OpenGate()
        self._clock = clock
        self._ends_at = inf if within_seconds is None else clock() + within_seconds
        self._mount(read_retries if within_seconds is None else 0)
        redact_http_logs()

    def __repr__(self) -> str:
        return f"Connection({self.base_url!r})"

    def ask(self, call: Call) -> object:
        """The `response` of a call; raises an OutsmartError that holds no token, itself or behind it."""
        self._begin(call)
        failure: OutsmartError
        try:
            result = result_of(call, self._answer(call), *self._auth.secrets())
        except OutsmartError as error:
            failure = error
        except _NETWORK as error:
            failure = _failure(call, error)
        else:
            self._gate.leave(call, None)
            return result
        self._gate.leave(call, failure)
        raise failure  # outside the handler: the error below it holds the address with its tokens

    def records(self, call: Call) -> Generator[object]:
        """The records of a list, whatever they are, as they come in; none is to be acted on before the last has come.

        Raises an OutsmartError, as `ask` does, also between records and after the last.
        """
        self._begin(call)
        failure: OutsmartError | None = None
        try:
            with self._response(call) as (status, body, until):
                pieces = self._list_pieces(body, min(until, self._clock() + LONGEST_LIST_SECONDS))
                try:
                    yield from result_of_list(call, status, ListAnswer(pieces), *self._auth.secrets())
                except BrokenListError as error:
                    failure = no_envelope(call, status, str(error))
        except OutsmartError as error:
            failure = error
        except _NETWORK as error:
            failure = _failure(call, error)
        except GeneratorExit:
            self._gate.leave(call, None)  # whoever reads has had enough
            raise
        self._gate.leave(call, failure)
        if failure:
            raise failure

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def _begin(self, call: Call) -> None:
        self._gate.enter(call)
        with self._counting:
            self.calls += 1

    def _answer(self, call: Call) -> Answer:
        with self._response(call) as (status, body, until):
            return Answer(status, self._whole(body, min(until, self._clock() + self._timeout_seconds)))

    @contextmanager
    def _response(self, call: Call) -> Iterator[tuple[int, _Body, float]]:
        """HTTP status, body, and when the time of all calls is over."""
        now = self._clock()
        if now >= self._ends_at:
            raise _TooSlowError
        silence = min(self._timeout_seconds, self._ends_at - now)
        with self._all_in_time(now):
            response = self._session.request(
                call.method,
                f"{self.base_url}/{call.endpoint}/",
                params=dict(call.params),
                json=call.records,
                auth=self._auth,
                timeout=(min(silence, CONNECT_SECONDS), silence),
                allow_redirects=False,
                stream=True,
            )
        with response:
            yield response.status_code, response.raw, self._ends_at

    def _all_in_time(self, now: float) -> AbstractContextManager[None]:
        """Where somebody waits, connecting and headers together have no more than what is left."""
        return nullcontext() if self._ends_at == inf else ending_within(self._ends_at - now)

    def _whole(self, body: _Body, until: float) -> bytes:
        received = bytearray()
        with ending_within(until - self._clock()):
            while piece := body.read1(_PIECE_BYTES, decode_content=True):
                received += piece
                if len(received) > LARGEST_ANSWER_BYTES:
                    raise _TooLargeError
                if self._clock() > until:
                    raise _TooSlowError
        return bytes(received)

    def _list_pieces(self, body: _Body, until: float) -> Iterator[bytes]:
        """A list in pieces of a size that is quick to read; only the time spent waiting for it counts as slow."""
        held, brought, waited = bytearray(), 0, 0.0
        while True:
            before = self._clock()
            with ending_within(min(self._timeout_seconds, LEAST_IN_SECONDS - waited, until - before)):
                piece = body.read1(_PIECE_BYTES, decode_content=True)
            now = self._clock()
            held += piece
            if not piece or len(held) >= _LIST_PIECE_BYTES:
                yield bytes(held)
                held.clear()
            if not piece:
                return
            brought, waited = brought + len(piece), waited + now - before
            if brought >= LEAST_BYTES:
                brought, waited = 0, 0.0
            if waited > LEAST_IN_SECONDS or now > until:
                raise _TooSlowError

    def _mount(self, read_retries: int) -> None:
        """Repeat the endpoints that only read; everything else falls to adapters that repeat nothing."""
        retry = Retry(
            total=read_retries,
            other=0,
            redirect=0,
            allowed_methods=("GET",),
            status_forcelist=(502, 503, 504),
            backoff_factor=0.2,
            raise_on_status=False,
            respect_retry_after_header=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, PunctualAdapter(max_retries=0))
        reading = PunctualAdapter(max_retries=retry)
        for endpoint in READ_ENDPOINTS:
            self._session.mount(f"{self.base_url}/{endpoint}/", reading)


def _failure(call: Call, error: Exception) -> OutsmartError:
    reason = _reason(error)
    if isinstance(reason, ConnectTimeoutError):
        return HostUnreachable(call.endpoint, detail="no connection could be made")
    return no_answer(call, _what_happened(reason))


def _reason(error: Exception) -> BaseException:
    """The HTTP library's own error, which requests wraps and calls a ConnectionError whatever it was."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError) and cause.reason:
        return cause.reason
    return cause if isinstance(cause, HTTPError) else error


def _what_happened(reason: BaseException) -> str:
    if isinstance(reason, _TooLargeError):
        return f"an answer larger than {LARGEST_ANSWER_BYTES // 1024 // 1024} MiB"
    if isinstance(reason, ReadTimeoutError | _TooSlowError):
        return "the time-out passed"
    return f"the connection failed ({type(reason).__name__})"
