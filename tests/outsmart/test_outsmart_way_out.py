"""A proxy and certificates of one's own for calls out, on real sockets (operations page: Networks with a proxy)."""

import ssl
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server, socket
from threading import Thread

import pytest

from powerup.commands.doctor import checks_of_way_out
from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import HostUnavailable
from powerup.outsmart.public_session import host_session
from powerup.outsmart.way_out import WayOut
from tests.certificates import own_certificate
from tests.outsmart.bad_host import BadHost
from tests.outsmart.test_outsmart_connection import GOOD

HOST = "host.example"
NOW = datetime.now(UTC)  # that of the machine, by which certificates are looked at


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the host that no public authority has signed, with its key."""
    return own_certificate(tmp_path_factory.mktemp("certificate"), HOST)


def test_the_doctor_tells_certificates_of_which_none_counts_any_more(certificate: Path) -> None:
    (now,) = checks_of_way_out(WayOut(str(certificate)), NOW)
    (later,) = checks_of_way_out(WayOut(str(certificate)), NOW + timedelta(days=2))
    assert (now.ok, later.ok, later.cure is not None) == (True, False, True)


class Proxy:
    """Says yes to each CONNECT, and is then the host itself; asked holds what it was asked for."""

    def __init__(self, certificate: Path) -> None:
        self.asked: list[bytes] = []
        self._as_host = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._as_host.load_cert_chain(certificate)
        self.listener = create_server(("127.0.0.1", 0))
        Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://u:p@127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
                self._answer(connection)
            except OSError:  # the test is over, or the caller did not like the certificate
                if self.listener.fileno() < 0:
                    return

    def _answer(self, connection: socket) -> None:
        with connection:
            self.asked.append(_head(connection))
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._as_host.wrap_socket(connection, server_side=True) as encrypted:
                _head(encrypted)
                encrypted.sendall(GOOD)


def _head(connection: socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    return received


@pytest.fixture
def proxy(certificate: Path) -> Iterator[Proxy]:
    made = Proxy(certificate)
    yield made
    made.listener.close()


def client_by(way_out: WayOut, url: str = f"https://{HOST}") -> OutsmartClient:
    session = host_session(public_only=True, way_out=way_out)
    return OutsmartClient(url, "token", "software", session=session, read_retries=0)


def test_hosts_are_called_by_a_proxy_and_known_by_certificates_of_ones_own(proxy: Proxy, certificate: Path) -> None:
    with client_by(WayOut(str(certificate), proxy.address)) as client:
        assert client.work_types() == []
    (asked,) = proxy.asked
    assert asked.startswith(b"CONNECT host.example:443 ")
    assert b"Proxy-Authorization: Basic " + b64encode(b"u:p") in asked
    assert b"token" not in asked, "the proxy sees no token"


def test_a_host_whose_certificate_nobody_knows_gets_nothing(proxy: Proxy) -> None:
    with client_by(WayOut(proxy=proxy.address)) as client, pytest.raises(HostUnavailable, match="SSLError"):
        client.work_types()


def test_what_runs_on_this_machine_is_called_without_the_proxy(proxy: Proxy) -> None:
    host = BadHost(GOOD)
    session = host_session(public_only=False, way_out=WayOut(proxy=proxy.address))
    with OutsmartClient(host.url, "token", "software", session=session) as client:
        assert client.work_types() == []
    host.close()
    assert proxy.asked == []
