"""`powerup serve` and strangers who send half a request, or send it slowly (webhooks page, section 8)."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from flask import Flask, request

from powerup.commands.kit import web_server as under_test
from powerup.commands.kit.listening import Bind
from powerup.commands.kit.web_server import listening, web_server
from tests.commands.test_processes import free_port, process

HEAD = b"POST /webhooks HTTP/1.1\r\nHost: powerup\r\nContent-Type: application/json\r\n"
HALF_SENT = {"nothing": b"", "half a header": HEAD, "half a body": HEAD + b"Content-Length: 1000\r\n\r\n{"}


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that answers with the length of what it got, and has a shorter patience than the real one."""
    monkeypatch.setattr(under_test, "ARRIVES_WITHIN_SECONDS", 0.5)
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: str(len(request.get_data())), methods=["GET", "POST"])
    listens = listening(Bind("127.0.0.1", 0))
    server = web_server(app, listens)
    running = Thread(target=server.run, daemon=True)
    running.start()
    yield listens.getsockname()[1]
    for channel in list(server.active_channels.values()):
        channel.close()
    server.close()


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("sent", HALF_SENT)
def test_a_hundred_requests_that_are_half_sent_keep_nobody_waiting(tmp_path: Path, sent: str, processes: int) -> None:
    port = free_port()
    options = ("--no-timer", "--bind", f"127.0.0.1:{port}", "--processes", processes)
    with (
        process(tmp_path, "serve", *options, says="Listening on"),
        ExitStack() as strangers,
    ):
        for _ in range(100):
            stranger = strangers.enter_context(socket.create_connection(("127.0.0.1", port)))
            stranger.sendall(HALF_SENT[sent])
        for _ in range(40):
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/health/live")
                assert connection.getresponse().read()


@pytest.mark.parametrize("sent", ["half a header", "half a body"])
def test_a_request_that_comes_byte_by_byte_is_cut_off(port: int, sent: str) -> None:
    began = monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=0.1) as dribbling:
        dribbling.sendall(HALF_SENT[sent])
        while not is_closed(dribbling):
            assert monotonic() - began < 20
            send_one(dribbling)
    assert monotonic() - began >= 0.5


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has ended it; waits a little for that."""
    try:
        return connection.recv(100) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def send_one(connection: socket.socket) -> None:
    """One byte more, unless it is cut off by then."""
    try:
        connection.sendall(b"x")
    except OSError:
        return


def test_a_connection_that_is_kept_for_many_requests_is_not_cut_off(port: int) -> None:
    until = monotonic() + 1.5
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        while monotonic() < until:
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"0"


def test_a_body_that_comes_whole_is_taken(port: int) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("POST", "/", body=b"x" * 300_000)
        assert connection.getresponse().read() == b"300000"
