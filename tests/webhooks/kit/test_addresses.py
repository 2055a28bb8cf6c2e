"""Addresses that an installing host brings: on the operator's lists, and outside the operator's network."""

import socket
from typing import Any

import pytest

from powerup.store.installations import HostLinks
from powerup.webhooks.kit.addresses import AddressLists
from powerup.webhooks.kit.message_parts import ApiAccess

API = "https://host.example/openapi/8/"
LISTS = AddressLists((API, "http://10.0.0.5/"), ("https://host.example", "https://10.0.0.5"), public_only=True)


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Names and where they lead; numbers lead to themselves."""
    known = {"host.example": "93.184.216.34"}

    def looked_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known.get(host, host), port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    return known


def codes_of_api(address: str, lists: AddressLists = LISTS) -> list[str]:
    return [problem.code for problem in lists.problems_of_api(ApiAccess(address, "t", "s"))]


@pytest.mark.parametrize("address", [API, API.rstrip("/"), "https://HOST.example:443/openapi/8/"])
def test_an_api_on_the_list_is_allowed(address: str) -> None:
    assert codes_of_api(address) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/openapi/8/",
        "https://host.example.evil.example/openapi/8/",
        "http://host.example/openapi/8/",
        "https://host.example:8443/openapi/8/",
        "https://host.example/openapi/80/",
        "https://host.example/",
        "https://name:word@host.example/openapi/8/",
        "https://host.example@evil.example/openapi/8/",
        "https://host.example/openapi/8/?to=evil",
        "https://host.example/openapi/8/#x",
        "https://host.example/openapi/8/../../admin",
        "https://host.example/openapi/8/%2e%2e/admin",
        "https://host.example\\@evil.example/openapi/8/",
        "https://[::1/openapi/8/",
        "ftp://host.example/openapi/8/",
        "//host.example/openapi/8/",
        "",
    ],
)
def test_any_other_api_address_is_not_allowed(address: str) -> None:
    assert codes_of_api(address) == ["not_allowed"]


def test_an_allowed_api_that_points_inside_is_refused_by_number_and_by_name(names: dict[str, str]) -> None:
    assert codes_of_api("http://10.0.0.5/") == ["not_public"]
    names["host.example"] = "169.254.169.254"
    assert codes_of_api(API) == ["not_public"]


def test_in_the_sandbox_environment_addresses_may_point_inside(names: dict[str, str]) -> None:
    names["host.example"] = "127.0.0.1"
    assert codes_of_api(API, AddressLists(LISTS.api_urls, LISTS.origins, public_only=False)) == []


@pytest.mark.parametrize(
    "link", ["https://host.example/orders/{row_id}", "https://HOST.example:443/app?x=1#/orders/{row_id}/card"]
)
def test_a_link_to_a_page_of_the_host_is_of_one_of_its_origins(link: str) -> None:
    assert LISTS.problems_of_links(HostLinks(work_order=link), ("https://host.example",)) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://host.example/orders",  # no place for the id
        "https://host.example/{row_id}/{row_id}",
        "https://host.example/{row_id}/{other}",
        "https://other.example/{row_id}",
        "http://host.example/{row_id}",
        "https://{row_id}.host.example/",
        "https://host.example@evil.example/{row_id}",
        "javascript:alert({row_id})//https://host.example",
        "https://host.example/ {row_id}",
        'https://host.example/"{row_id}',
        "https://[{row_id}",
    ],
)
def test_a_link_elsewhere_or_without_its_place_is_refused(link: str) -> None:
    problems = LISTS.problems_of_links(HostLinks(work_order=link), ("https://host.example",))
    assert [problem.pointer for problem in problems] == ["/links/work_order"]


def test_origins_and_the_callback_have_to_be_on_the_list_of_origins() -> None:
    assert LISTS.problems_of_origins(("https://host.example", "https://host.example:443/")) == []
    wrong = ("https://host.example/path", "https://evil.example", "https://*.example", "https://host.example; x")
    pointers = [problem.pointer for problem in LISTS.problems_of_origins(("https://host.example", *wrong))]
    assert pointers == ["/origins/1", "/origins/2", "/origins/3", "/origins/4"]
    assert LISTS.problems_of_callback("https://host.example/powerups/callbacks") == []
    for address in ("https://evil.example/", "https://host.example/?a", "https://u@host.example/"):
        assert [problem.code for problem in LISTS.problems_of_callback(address)] == ["not_allowed"]
    assert [problem.code for problem in LISTS.problems_of_callback("https://10.0.0.5/")] == ["not_public"]
