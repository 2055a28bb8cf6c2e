"""Below HTTP: writes are sent once whatever happens, reads again, and no token is seen anywhere."""

import gzip
import itertools
import logging
import socket
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import requests
import responses

from powerup.outsmart import connection
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.connection import Connection, TokenAuth
from powerup.outsmart.errors import HostUnavailable, HostUnreachable, OutcomeUnknown, OutsmartError
from powerup.outsmart.exchange import Call
from powerup.outsmart.outgoing import NewWorkOrder, Unscheduled
from powerup.outsmart.records import Relation, Task
from tests.outsmart.bad_host import BadHost

TOKEN = "tenant-token-1f9c"
SOFTWARE_TOKEN = "software-token-77ab"
ORDER = NewWorkOrder("C1", "Onderhoud", "op rekening", Relation("1", "X", "Y"), Unscheduled(date(2026, 1, 31)))

BODY = b'{"code":200,"messages":[],"response":[]}'
HEAD = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
GOOD = HEAD % (b"200 OK", len(BODY)) + BODY
DROPPED = b""
CUT_OFF = HEAD % (b"200 OK", 1000) + BODY
BAD_GATEWAY = HEAD % (b"502 Bad Gateway", 0)
SERVER_ERROR = HEAD % (b"500 Internal Server Error", 0)
SILENT = None

WRITES: dict[str, Callable[[OutsmartClient], object]] = {
    "post": lambda client: client.post_work_orders([ORDER]),
    "update": lambda client: client.update_work_order(1, employee_number="7"),
    "delete": lambda client: client.delete_work_order(1),
    "task": lambda client: client.post_task(Task("r", "n")),
}
READS: dict[str, Callable[[OutsmartClient], object]] = {
    "relations": lambda client: [*client.relations()],
    "customer": lambda client: client.relation("1"),
    "work order": lambda client: client.work_order(row_id=1),
    "tasks": lambda client: client.tasks(),
}


def client_of(url: str, **settings: Any) -> OutsmartClient:
    return OutsmartClient(url, TOKEN, SOFTWARE_TOKEN, **{"timeout_seconds": 0.2, "read_retries": 1} | settings)


def all_texts(error: BaseException) -> str:
    """Everything of an error that could end up somewhere: texts, arguments, traceback, and all errors behind it."""
    texts = [str(error), repr(error), repr(error.args), repr(vars(error)), *traceback.format_exception(error)]
    behind = [other for other in (error.__cause__, error.__context__) if other]
    return "\n".join(texts + [all_texts(other) for other in behind])


@pytest.mark.parametrize("answer", [DROPPED, CUT_OFF, BAD_GATEWAY, SERVER_ERROR, SILENT])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_sent_once_whatever_comes_back(
    bad_host: Callable[..., BadHost], write: str, answer: bytes | None
) -> None:
    host = bad_host(answer)
    with client_of(host.url, read_retries=3) as client, pytest.raises(OutcomeUnknown):
        WRITES[write](client)
    assert len(host.requests) == 1
    assert client.calls == 1


@pytest.mark.parametrize("answer", [DROPPED, BAD_GATEWAY, SILENT])
@pytest.mark.parametrize("read", READS)
def test_a_read_is_tried_again(bad_host: Callable[..., BadHost], read: str, answer: bytes | None) -> None:
    host = bad_host(answer, GOOD)
    with client_of(host.url) as client:
        READS[read](client)
    assert len(host.requests) == 2


def test_a_packed_answer_in_pieces_is_read(bad_host: Callable[..., BadHost]) -> None:
    packed = gzip.compress(b'{"code":200,"response":[{"debtor_number":"1"}]}')
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in packed) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    with client_of(bad_host(head + pieces).url) as client:
        assert [*client.relations()] == [Relation("1")]


@pytest.mark.parametrize("answer", [DROPPED, CUT_OFF, BAD_GATEWAY, SERVER_ERROR, SILENT])
def test_a_read_that_keeps_failing_is_unavailable(bad_host: Callable[..., BadHost], answer: bytes | None) -> None:
    host = bad_host(answer)
    with client_of(host.url) as client, pytest.raises(HostUnavailable):
        client.relation("1")
    assert len(host.requests) <= 2


def test_a_client_for_somebody_who_waits_tries_once(bad_host: Callable[..., BadHost]) -> None:
    host = bad_host(DROPPED)
    with client_of(host.url, within_seconds=60) as client, pytest.raises(HostUnavailable):
        client.relation("1")
    assert len(host.requests) == 1


@responses.activate
def test_all_calls_of_a_client_for_somebody_who_waits_share_its_time() -> None:
    seconds = iter([0.0, 1.0, 1.0, 1.0, 1.0, 3.0])
    made = Connection(
        "https://host.example/openapi/8",
        TokenAuth(TOKEN, SOFTWARE_TOKEN, bearer=False),
        requests.Session(),
        timeout_seconds=15,
        read_retries=2,
        within_seconds=3,
        clock=lambda: next(seconds),
    )
    asked = responses.get("https://host.example/openapi/8/relations/", body=BODY)
    made.ask(Call("relations"))
    assert asked.calls[0].request.req_kwargs["timeout"] == (2.0, 2.0), "what is left of its three seconds"
    with pytest.raises(HostUnavailable, match="time-out"):
        made.ask(Call("relations"))
    assert asked.call_count == 1, "what comes after them is not even asked"
    made.close()


@pytest.mark.parametrize("ask", [WRITES["post"], READS["relations"]])
def test_silence_is_called_a_time_out(
    bad_host: Callable[..., BadHost], ask: Callable[[OutsmartClient], object]
) -> None:
    with client_of(bad_host(SILENT).url) as client, pytest.raises(OutsmartError, match="the time-out passed"):
        ask(client)


@pytest.mark.parametrize("ask", [WRITES["post"], READS["relations"]])
def test_without_a_connection_nothing_was_sent(ask: Callable[[OutsmartClient], object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client_of(f"http://127.0.0.1:{port}") as client, pytest.raises(HostUnreachable, match="Nothing was sent"):
        ask(client)


@pytest.mark.parametrize("answer", [DROPPED, CUT_OFF, BAD_GATEWAY, SILENT, GOOD])
@pytest.mark.parametrize("ask", [*WRITES.values(), *READS.values()])
def test_no_token_in_any_log_or_error(
    bad_host: Callable[..., BadHost],
    caplog: pytest.LogCaptureFixture,
    ask: Callable[[OutsmartClient], object],
    answer: bytes | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    host = bad_host(answer)
    seen = ""
    with client_of(host.url) as client:
        try:
            ask(client)
        except OutsmartError as error:
            seen = all_texts(error)
    assert f"token={TOKEN}" in host.requests[0], "the tokens are sent"
    assert "connectionpool" in caplog.text, "the HTTP library does log"
    for secret in (TOKEN, SOFTWARE_TOKEN):
        assert secret not in seen
        assert secret not in caplog.text


def test_no_token_in_any_repr() -> None:
    with client_of("https://app.out-smart.com") as client:
        texts = repr(client) + repr(client._connection) + repr(client._connection._auth)
    assert TOKEN not in texts
    assert SOFTWARE_TOKEN not in texts


@pytest.fixture
def raw_connection() -> Iterator[Connection]:
    """A connection whose clock goes on by ten seconds each time it is read."""
    seconds = itertools.count(0.0, 10.0)
    auth = TokenAuth(TOKEN, SOFTWARE_TOKEN, bearer=False)
    made = Connection(
        "https://host.example/openapi/8",
        auth,
        requests.Session(),
        timeout_seconds=25,
        read_retries=0,
        clock=lambda: next(seconds),
    )
    yield made
    made.close()


@responses.activate
def test_an_answer_that_never_ends_is_given_up(raw_connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_PIECE_BYTES", 8)
    responses.get("https://host.example/openapi/8/relations/", body=BODY)
    with pytest.raises(HostUnavailable, match="time-out"):
        raw_connection.ask(Call("relations"))


@responses.activate
def test_an_answer_beyond_all_measure_is_refused(raw_connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LARGEST_ANSWER_BYTES", 10)
    responses.get("https://host.example/openapi/8/relations/", body=BODY)
    with pytest.raises(HostUnavailable, match="larger than"):
        raw_connection.ask(Call("relations"))
