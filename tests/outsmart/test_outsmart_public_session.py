"""Sessions that reach no address inside the operator's network, and which addresses are inside."""

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import monotonic
from typing import Any

import pytest
import requests

from powerup.outsmart import public_session
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import HostUnavailable
from powerup.outsmart.public_ranges import is_public, is_this_machine
from powerup.outsmart.public_session import PrivateAddressError, host_session
from tests.outsmart.bad_host import BadHost, Dribble
from tests.outsmart.test_outsmart_connection import client_of
from tests.outsmart.test_outsmart_long_lists import in_pieces


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Names and where they lead; numbers lead to themselves."""
    known = {"host.example": "93.184.216.34"}

    def looked_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known.get(host, host), port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    return known


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::93.184.216.34"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "::",
        "localhost",
    ],
)
def test_addresses_inside(address: str) -> None:
    assert not is_public(address)


class _Server(BaseHTTPRequestHandler):
    reached: list[str]

    def do_GET(self) -> None:
        self.reached.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def inside() -> Iterator[HTTPServer]:
    _Server.reached = []
    server = HTTPServer(("127.0.0.1", 0), _Server)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_name_that_leads_inside_when_it_is_used_gets_nothing(inside: HTTPServer, names: dict[str, str]) -> None:
    """Rebinding: the name was public while it was checked, and is not any more."""
    names["host.example"] = "127.0.0.1"
    address = f"http://host.example:{inside.server_port}/"
    with host_session(public_only=True) as session, pytest.raises(requests.ConnectionError) as error:
        session.get(address, timeout=5)
    assert isinstance(error.value.args[0].args[1], PrivateAddressError)
    guarded = host_session(public_only=True)
    with OutsmartClient(address, "token", "software", session=guarded) as client, pytest.raises(HostUnavailable):
        client.work_types()
    assert _Server.reached == []
    with host_session(public_only=False) as session:
        assert session.get(address, timeout=5).status_code == 204


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["localhost.example", "10.0.0.1", "0.0.0.0", "example", ""])
def test_not_this_machine(host: str) -> None:
    assert not is_this_machine(host)


def test_headers_that_dribble_end_with_the_time_out_where_connections_are_guarded(
    bad_host: Callable[..., BadHost], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_session, "is_public", lambda _: True)  # of this machine alone, where the host is
    head = b"HTTP/1.1 200 OK\r\n" + b"X-Padding: 1\r\n" * 90
    host = bad_host(Dribble(in_pieces(head, 9), 0.05))
    begun = monotonic()
    with (
        client_of(host.url, timeout_seconds=0.3, read_retries=0, session=host_session(public_only=True)) as client,
        pytest.raises(HostUnavailable, match="time-out"),
    ):
        client.work_types()
    assert monotonic() - begun < 2, "its headers would take 7 seconds"
