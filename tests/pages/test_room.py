"""What every page has around it: who may come in, what has to be shown to change something, how it is answered."""

import gzip
import re
from dataclasses import replace

import pytest
from flask import Flask, Response

from powerup.actions.kit.request import Role
from powerup.app import create_app, page_parts
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages, RoleMissing
from powerup.pages.frame import CSRF_FIELD, CSRF_HEADER
from powerup.pages.visitor import Visitor
from powerup.parts import Parts
from powerup.texts import text
from tests.pages.conftest import BASE_URL, VISITORS
from tests.pages.reading import PageClient, assert_well_made

OWN = {"Sec-Fetch-Site": "same-origin"}
PLANNER = VISITORS[Role.PLANNER]


def room(parts: Parts, visitor: Visitor | None) -> PageClient:
    """A web application with one page more, for planners, that says how it was asked for."""
    app: Flask = create_app(parts)
    pages = Pages(page_parts(parts, lambda: visitor))
    pages.name = "tried"

    @pages.page("/tried", role=Role.PLANNER, methods=("GET", "POST"), menu=text("Contract management"))
    def tried(visitor: Visitor) -> Response:
        told = text("You may not do this")
        return answer("parts/error.html", visitor, heading=told, advice=told, news=[told])

    app.register_blueprint(pages)
    app.extensions["pages_menu"] = pages.seen_by
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


def token_of(client: PageClient) -> str:
    found = re.search(r'X-CSRF-Token": "([^"]+)"', client.get("/tried").get_data(as_text=True))
    assert found
    return found[1]


def test_a_page_without_a_role_cannot_be_added(parts: Parts) -> None:
    pages = Pages(page_parts(parts, lambda: None))
    with pytest.raises(RoleMissing):
        pages.add_url_rule("/open", "open", lambda: "in")


@pytest.mark.parametrize(
    ("visitor", "status"), [(None, 303), (VISITORS[Role.VIEWER], 403), (PLANNER, 200), (VISITORS[Role.ADMIN], 200)]
)
def test_who_may_come_in(parts: Parts, visitor: Visitor | None, status: int) -> None:
    assert room(parts, visitor).get("/tried").status_code == status


@pytest.mark.parametrize("headers", [OWN, {"Origin": BASE_URL.rstrip("/")}])
def test_what_changes_something_comes_from_our_pages_with_their_token(parts: Parts, headers: dict[str, str]) -> None:
    client = room(parts, PLANNER)
    token = token_of(client)
    assert client.post("/tried", headers=headers, data={CSRF_FIELD: token}).status_code == 200
    assert client.post("/tried", headers=headers | {CSRF_HEADER: token}).status_code == 200
    for wrong in ("", "no token", "é", token_of(room(parts, replace(PLANNER, csrf_secret=bytes(32))))):
        assert client.post("/tried", headers=headers, data={CSRF_FIELD: wrong}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": BASE_URL.rstrip("/")},
    ],
)
def test_what_comes_from_elsewhere_changes_nothing_even_with_a_token(parts: Parts, headers: dict[str, str]) -> None:
    client = room(parts, PLANNER)
    assert client.post("/tried", headers=headers, data={CSRF_FIELD: token_of(client)}).status_code == 400


def test_each_answer_has_a_token_of_its_own_so_that_its_packed_length_tells_nothing(parts: Parts) -> None:
    client = room(parts, PLANNER)
    assert token_of(client) != token_of(client)


def test_only_the_hosts_of_the_visitor_may_frame_a_page(parts: Parts) -> None:
    framed = replace(PLANNER, framed=True, frame_ancestors=("https://host.example",))
    assert (
        room(parts, framed)
        .get("/tried")
        .headers["Content-Security-Policy"]
        .endswith("frame-ancestors https://host.example")
    )
    alone = room(parts, PLANNER).get("/tried").headers
    assert alone["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "unsafe" not in alone["Content-Security-Policy"]
    assert alone["Referrer-Policy"] == "same-origin"


def test_a_script_gets_the_part_and_the_history_the_whole(parts: Parts) -> None:
    client = room(parts, PLANNER)
    part = client.get("/tried", headers={"HX-Request": "true"})
    assert part.get_data(as_text=True).startswith("<p")
    assert "HX-Request" in part.headers["Vary"]
    restored = client.get("/tried", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert restored.get_data(as_text=True).startswith("<!doctype html>")


def test_a_page_comes_packed_to_whom_can_unpack_it(parts: Parts) -> None:
    packed = room(parts, PLANNER).get("/tried", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert_well_made(gzip.decompress(packed.data).decode())


def test_the_menu_has_what_the_visitor_may_see_and_says_where_one_is(parts: Parts) -> None:
    assert 'aria-current="page">Contractbeheer' in room(parts, PLANNER).get("/tried").get_data(as_text=True)
    assert 'href="/tried"' not in room(parts, VISITORS[Role.VIEWER]).get("/tried").get_data(as_text=True)


def test_a_page_is_read_in_the_language_of_its_visitor(parts: Parts) -> None:
    english = room(parts, replace(PLANNER, locale="en-GB")).get("/tried")
    assert '<html lang="en">' in english.get_data(as_text=True)
    assert '<html lang="nl">' in room(parts, PLANNER).get("/tried").get_data(as_text=True)
