"""The stand-in gives as many tokens as asked for, each an account of its own."""

from pathlib import Path

import requests

from powerup.sandbox.credentials import Credentials
from powerup.sandbox.server import SandboxServer
from tests.sandbox.calling import order


def call(
    server: SandboxServer, tokens: Credentials, method: str, endpoint: str, body: object = None, **more: str
) -> int:
    """The code of the answer, or how many records it has."""
    parameters = {"token": tokens.token, "software_token": tokens.software_token, **more}
    answer = requests.request(method, f"{server.api_url}{endpoint}/", params=parameters, json=body, timeout=5).json()
    return len(answer["response"]) if answer["code"] == 200 else int(answer["code"])


def klaargezet(server: SandboxServer, tokens: Credentials) -> int:
    return call(server, tokens, "GET", "GetWorkorders", status="Klaargezet", update_status="false")


def test_an_order_of_one_account_is_not_at_another(tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as server:
        second, third = (server.add_account().credentials for _ in range(2))
        assert len({second.token, third.token, server.credentials.token}) == 3
        assert call(server, second, "POST", "PostWorkorders", [order("W-1")]) == 1
        assert [klaargezet(server, each) for each in (server.credentials, second, third)] == [0, 1, 0]
        assert call(server, second, "GET", "relations") == call(server, third, "GET", "relations") > 0


def test_tokens_of_two_accounts_do_not_fit_together(tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as server:
        second = server.add_account().credentials
        mixed = Credentials(second.token, server.credentials.software_token)
        assert call(server, mixed, "GET", "relations") == 1005
        assert call(server, Credentials("nobody", second.software_token), "GET", "relations") == 1004


def test_accounts_are_there_after_a_start_with_the_same_tokens(tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as server:
        before = server.add_account().credentials
        call(server, before, "POST", "PostWorkorders", [order("W-1")])
    with SandboxServer(tmp_path) as server:
        assert [account.credentials for account in server.accounts.listed()] == [server.credentials, before]
        assert klaargezet(server, before) == 1
        assert server.add_account().number == 3


def test_another_process_asks_for_accounts_and_works_on_their_orders(tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as server:
        control = f"{server.url}/control"
        made = requests.post(f"{control}/accounts", json={}, timeout=5).json()
        tokens = Credentials(made["token"], made["software_token"])
        call(server, tokens, "POST", "PostWorkorders", [order("W-1")])
        assert requests.get(f"{control}/orders", timeout=5).json()["orders"] == []
        (there,) = requests.get(f"{control}/orders", params={"account": 2}, timeout=5).json()["orders"]
        move = f"{control}/orders/{there['id']}/pick_up"
        assert requests.post(move, params={"account": 2}, json={}, timeout=5).json()["status"] == "Opgehaald"
        assert requests.get(f"{control}/orders", params={"account": 9}, timeout=5).status_code == 404
        assert [each["number"] for each in requests.get(f"{control}/accounts", timeout=5).json()["accounts"]] == [1, 2]
