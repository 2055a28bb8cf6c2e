"""No test reaches beyond this machine, whatever the code under test does about errors."""

import socket

import pytest
import requests


def test_a_name_beyond_this_machine_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"app\.out-smart\.com"):
        requests.get("https://app.out-smart.com/openapi/8", timeout=1)


@pytest.mark.parametrize("call", ["connect", "connect_ex"])
def test_an_address_beyond_this_machine_fails_the_test(call: str) -> None:
    with socket.socket() as client, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        getattr(client, call)(("192.0.2.1", 443))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_can_be_reached(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1])).close()
