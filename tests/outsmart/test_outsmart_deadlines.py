"""Every call out ends when its time is over, wherever in its answer a host dribbles, on real sockets."""

import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from powerup.outsmart import connection
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import HostUnavailable, HostUnreachable, OutcomeUnknown
from powerup.outsmart.lookups import Lookups
from powerup.outsmart.public_ranges import leads_outside
from powerup.outsmart.public_session import host_session
from powerup.webhooks.way_out import posting
from powerup.webhooks.way_out.posting import Outcome, post
from tests.outsmart.bad_host import BadHost, Dribble
from tests.outsmart.test_outsmart_connection import ORDER, client_of

MakeHost = Callable[..., BadHost]

PAUSE = 0.04
"""Between two bytes: far less than the time-out, which is that of one silence for the libraries."""

TIME_OUT = 0.2
ENDED_WITHIN = 1.5
"""The busiest machine is done by then, and no answer below is."""

_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
_RECORD = b'{"code":200,"response":[{"name":"Keur"}]}'
_GZIP_HEADER = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03"
"""It says that a name of a file follows, which has no end."""


def _at_once_then_bytes(begin: bytes, endless: bytes = b"x") -> list[bytes]:
    return [begin, *[endless] * 100]


DRIBBLING = {
    "status line": _at_once_then_bytes(b"HTTP/1.1 200 "),
    "headers": _at_once_then_bytes(b"HTTP/1.1 200 OK\r\nX-Padding: "),
    "100 continue": [b"HTTP/1.1 100 Continue\r\n\r\n"] * 100,
    "length of a chunk": _at_once_then_bytes(_CHUNKED + b"\r\n", b"0"),
    "extension of a chunk": _at_once_then_bytes(_CHUNKED + b"\r\n1;"),
    "trailer": _at_once_then_bytes(_CHUNKED + b"\r\n%x\r\n%s\r\n0\r\nX-Trailer: " % (len(_RECORD), _RECORD)),
    "gzip header": _at_once_then_bytes(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + _GZIP_HEADER),
    "body": _at_once_then_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", b" "),
    "body of a refusal that is tried again": _at_once_then_bytes(b"HTTP/1.1 502 Bad\r\nContent-Length: 1000\r\n\r\n"),
}


@pytest.mark.parametrize("where", DRIBBLING)
@pytest.mark.parametrize("call", ["read", "list", "write"])
def test_a_call_ends_at_its_deadline_wherever_its_answer_dribbles(
    bad_host: MakeHost, monkeypatch: pytest.MonkeyPatch, where: str, call: str
) -> None:
    monkeypatch.setattr(connection, "LEAST_IN_SECONDS", TIME_OUT)  # in which a list brings 64 KiB
    host = bad_host(Dribble(DRIBBLING[where], PAUSE))
    asked: dict[str, Callable[[OutsmartClient], object]] = {
        "read": lambda client: client.work_order(row_id=1),
        "list": lambda client: [*client.relations()],
        "write": lambda client: client.post_work_orders([ORDER]),
    }
    begun, client = monotonic(), client_of(host.url, timeout_seconds=TIME_OUT, read_retries=0)
    with client, pytest.raises((HostUnavailable, OutcomeUnknown), match=r"time-out|502"):
        asked[call](client)
    assert monotonic() - begun < ENDED_WITHIN, "the answer lasts four seconds"


def test_what_a_host_says_before_it_is_asked_again_holds_nobody(bad_host: MakeHost) -> None:
    """The library reads the rest of an answer before it tries again."""
    host = bad_host(Dribble(DRIBBLING["body of a refusal that is tried again"], PAUSE))
    begun = monotonic()
    with client_of(host.url, timeout_seconds=TIME_OUT) as client, pytest.raises(HostUnavailable):
        client.work_order(row_id=1)
    assert monotonic() - begun < ENDED_WITHIN


def test_who_waits_has_one_deadline_for_all_of_a_call(bad_host: MakeHost) -> None:
    host = bad_host(Dribble(DRIBBLING["headers"], PAUSE))
    begun = monotonic()
    with client_of(host.url, timeout_seconds=60, within_seconds=TIME_OUT) as client, pytest.raises(HostUnavailable):
        client.relation("1")
    assert monotonic() - begun < ENDED_WITHIN


def test_a_callback_whose_answer_dribbles_is_given_up(bad_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_ANSWER_SECONDS", TIME_OUT)
    host = bad_host(Dribble(DRIBBLING["status line"], PAUSE))
    begun = monotonic()
    with host_session(public_only=False) as session:
        posted = post(session, host.url, {}, b"{}", datetime.now(UTC))
    assert (posted.outcome, monotonic() - begun < ENDED_WITHIN) == (Outcome.FAILED, True)


class SilentNames:
    """Name servers that do not answer until the test is over; counts who asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over = threading.Event()

    def __call__(self, name: str, *_: Any, **__: Any) -> list[Any]:
        self.asked.append(name)
        self.over.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.fixture
def silent_names(monkeypatch: pytest.MonkeyPatch) -> Any:
    names = SilentNames()
    monkeypatch.setattr(socket, "getaddrinfo", names)
    yield names
    names.over.set()


def test_a_name_that_nobody_answers_for_ends_a_call_and_takes_one_thread(silent_names: SilentNames) -> None:
    before, begun = threading.active_count(), monotonic()
    for _ in range(3):
        with (
            client_of("https://host.example", timeout_seconds=0.1, read_retries=0) as client,
            pytest.raises(HostUnreachable, match="Nothing was sent"),
        ):
            client.relation("1")
    assert monotonic() - begun < ENDED_WITHIN
    assert (silent_names.asked, threading.active_count() - before) == (["host.example"], 1)


@pytest.mark.usefixtures("silent_names")
def test_an_address_whose_name_nobody_answers_for_keeps_no_installing_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("powerup.outsmart.public_ranges._ASKED_WITHIN_SECONDS", 0.1)
    assert leads_outside("other.example", 443), "what it leads to is looked at when it is called"


def test_no_more_names_are_asked_for_at_once_than_there_may_be(silent_names: SilentNames) -> None:
    lookups = Lookups(at_once=2)
    for name in ("one.example", "two.example", "three.example"):
        with pytest.raises(TimeoutError):
            lookups.addresses(name, 443, 0.01)
    assert silent_names.asked == ["one.example", "two.example"]


def test_a_name_that_cannot_be_one_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(name: str, *_: object, **__: object) -> None:
        name.encode("idna")

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with client_of(f"https://{'a' * 64}.example", read_retries=0) as client, pytest.raises(HostUnavailable):
        client.relation("1")
