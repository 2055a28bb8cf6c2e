"""News of what was done survives the redirect, is told once, in its reader's language, and only within its session."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask, Response

from powerup.actions.kit.request import Role
from powerup.app import create_app, page_parts
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.news import News
from powerup.pages.visitor import Visitor
from powerup.parts import Parts
from powerup.texts import text
from tests.pages.conftest import BASE_URL, VISITORS
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""No row is read: which database it is makes no difference."""

PLANNER = VISITORS[Role.PLANNER]
ON = date(2027, 3, 27)


def room(parts: Parts, visitor: Visitor) -> PageClient:
    """A page, and one that tells news of it and goes on to it."""
    app: Flask = create_app(parts)
    pages = Pages(page_parts(parts, lambda: visitor))
    pages.name = "tried"

    @pages.page("/told", role=Role.VIEWER)
    def tell(visitor: Visitor) -> Response:
        return answer(
            "parts/error.html", visitor, heading=text("{words}", words="A"), advice=text("{words}", words="B")
        )

    @pages.page("/done", role=Role.VIEWER)
    def do(visitor: Visitor) -> Response:
        undone = News(text("{words}", words="x" * 9_000), failed=True)
        return go_on(visitor, "/told", News(text("{words}", words=ON), undo="/actions/visit.unskip/1"), undone)

    app.register_blueprint(pages)
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


@pytest.mark.parametrize(("locale", "said"), [("nl", "27 maart 2027"), ("en", "March 27, 2027")])
def test_news_is_told_once_after_the_redirect_with_a_way_back(parts: Parts, locale: str, said: str) -> None:
    client = room(parts, replace(PLANNER, locale=locale))
    sent_on = client.get("/done", base_url=BASE_URL)
    assert (sent_on.status_code, sent_on.headers["Location"]) == (303, "/told")
    told = client.get("/told", base_url=BASE_URL).get_data(as_text=True)
    assert said in told
    assert 'href="/actions/visit.unskip/1"' in told
    assert "xxx" in told
    assert said not in client.get("/told", base_url=BASE_URL).get_data(as_text=True)


def test_a_part_that_htmx_asked_for_brings_its_news_along(parts: Parts) -> None:
    client = room(parts, PLANNER)
    client.get("/done", base_url=BASE_URL)
    part = client.get("/told", base_url=BASE_URL, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert part.startswith("<p")
    assert '<div id="news" role="status" hx-swap-oob="innerHTML">' in part
    assert "27 maart 2027" in part
    assert "hx-swap-oob" not in client.get("/told", base_url=BASE_URL, headers={"HX-Request": "true"}).text


def test_news_of_another_session_is_not_told(parts: Parts) -> None:
    client = room(parts, PLANNER)
    cookie = client.get("/done", base_url=BASE_URL).headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    for visitor, brought, is_told in (
        (PLANNER, cookie, True),
        (replace(PLANNER, csrf_secret=bytes(32)), cookie, False),
        (PLANNER, "nonsense", False),
    ):
        client = room(parts, visitor)
        client.set_cookie("__Host-news", brought, domain="contracts.example")
        assert ("maart" in client.get("/told", base_url=BASE_URL).text) is is_told


def test_the_cookie_suits_where_the_page_is_shown_and_fits_a_browser(parts: Parts) -> None:
    alone = room(parts, PLANNER).get("/done").headers["Set-Cookie"]
    assert alone.startswith("__Host-news=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(alone.split("; "))
    framed = room(parts, replace(PLANNER, framed=True)).get("/done").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=None", "Path=/", "Partitioned"} <= set(framed.split("; "))
    assert len(alone) < 4_096
