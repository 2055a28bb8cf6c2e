"""API 8's address, tokens and envelope (host page 4.1 to 4.3)."""

import pytest
import requests

from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import Caller, order


def _code(url: str, **parameters: str) -> tuple[int, object]:
    answer = requests.get(url, params=parameters, timeout=5)
    assert answer.status_code == 200
    return answer.json()["code"], answer.json()["response"]


def test_trailing_slash_is_optional(server: SandboxServer, caller: Caller) -> None:
    assert _code(f"{server.url}/openapi/8/employees", **caller.tokens)[0] == 200
    assert _code(f"{server.url}/openapi/8/employees/", **caller.tokens)[0] == 200


def test_no_endpoint_is_1000_and_an_unknown_one_1001(server: SandboxServer, caller: Caller) -> None:
    assert _code(f"{server.url}/openapi/8/", **caller.tokens) == (1000, None)
    assert _code(f"{server.url}/openapi/8", **caller.tokens) == (1000, None)
    assert _code(f"{server.url}/openapi/8/contracts/", **caller.tokens) == (1001, None)


def test_missing_and_wrong_tokens_have_a_code_each(server: SandboxServer, caller: Caller) -> None:
    url, pair = f"{server.url}/openapi/8/employees/", caller.tokens
    another = server.host.credentials.issue("another package").software_token
    assert _code(url, software_token=pair["software_token"])[0] == 1002
    assert _code(url, token=pair["token"])[0] == 1003
    assert _code(url, token="wrong", software_token=pair["software_token"])[0] == 1004
    assert _code(url, token=pair["token"], software_token=another)[0] == 1005


def test_a_revoked_token_is_not_authorised(server: SandboxServer, caller: Caller) -> None:
    server.host.credentials.revoke_token(caller.tokens["token"])
    assert caller.get("employees")["code"] == 1004


def test_plain_http_is_1006_when_https_is_required(server: SandboxServer, caller: Caller) -> None:
    server.host.change_switches(require_https=True)
    assert caller.get("employees")["code"] == 1006


DEEP = b"[" * 100_000


@pytest.mark.parametrize(("body", "code"), [(b"", 1008), (b"{", 1009), (b"3", 1009), (b"[3]", 1009), (DEEP, 1009)])
def test_no_body_is_1008_and_an_unreadable_one_1009(caller: Caller, body: bytes, code: int) -> None:
    address = f"{caller.server.api_url}PostWorkorders/"
    answer = caller.session.post(address, params=caller.tokens, data=body, timeout=5)
    assert answer.json()["code"] == code


def test_a_single_record_may_come_without_its_array(caller: Caller) -> None:
    assert caller.post("PostWorkorders", order("C1"))["code"] == 200


def test_the_list_of_calls_has_no_tokens(server: SandboxServer, caller: Caller) -> None:
    caller.get("GetWorkorders", status="Alle", update_status="false")
    (call,) = server.host.calls.listed()
    assert call.parameters == {"token": "***", "software_token": "***", "status": "Alle", "update_status": "false"}
    assert (call.method, call.endpoint, call.code) == ("GET", "GetWorkorders", 200)
    assert caller.tokens["token"] not in repr(server.credentials)


def test_state_survives_a_restart(server: SandboxServer, caller: Caller) -> None:
    row_id = caller.post_order("C1")
    directory = server.host.store.directory
    with SandboxServer(directory) as again:
        assert again.credentials == server.credentials
        assert again.host.orders.find(row_id).workorder_no == "C1"
