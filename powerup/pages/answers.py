"""Answers in HTML: a whole page, or the part of it that htmx asks for; the one way in which pages are drawn."""

import gzip
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from powerup.pages import addresses
from powerup.pages.assets import assets
from powerup.pages.frame import csrf_token, page_headers
from powerup.pages.manual.chapters import chapter_of
from powerup.pages.news import News, carried, carry, put_down, told
from powerup.pages.visitor import Visitor
from powerup.store.errors import StoreUnavailableError
from powerup.texts import LANGUAGES, Reader, Text, counted, text

_LEAST_PACKED = 500
"""Bytes below which packing saves nothing."""

_REFUSALS = {
    401: (text("You are not signed in"), text("Sign in, or open the page from the menu of your host.")),
    403: (text("You may not do this"), text("Your role does not allow it. An admin can.")),
    404: (text("This page is not there"), text("What you look for does not exist, or not any more.")),
    405: (text("This cannot be done here"), text("Go back, and use the buttons of the page.")),
    413: (text("This is too large"), text("Send it in smaller pieces.")),
}
_OTHER_REFUSAL = (text("This was not understood"), text("Nothing was changed. Go back, and try again."))
_FAULT = (text("Something is wrong here"), text("It was written down. Nothing that you typed was saved; try again."))


def answer(
    template: str,
    visitor: Visitor | None,
    *,
    part: str = "main",
    status: int = 200,
    news: Iterable[News | Text] = (),
    **values: Any,
) -> Response:
    """The page of a template, or its block `part` where htmx asks for one.

    Args:
        template: its path in this room, such as `contracts/page.html`; it extends `parts/layout.html`.
        part: the block that a script swaps in; a browser that goes back in its history gets the whole page.
        news: what is told on top, such as what a press has done, beside what a redirect carried here.
        values: what the template works with, beside `visitor`, `_`, `ngettext`, `reader`, `csrf_token`, `asset`,
            `addresses`, and `parts`, the macros of `parts/macros.html`.
    """
    reader = Reader(visitor.locale if visitor else _preferred())
    values |= _what_every_template_has(visitor, reader)
    values["news"] = [*(carried(request, visitor, reader) if visitor else ()), *told(news, reader)]
    response = Response(_drawn(template, part, values), status, page_headers(visitor), mimetype="text/html")
    response.headers["Content-Language"] = reader.language
    response.vary.update(("HX-Request", "Accept-Encoding", *(() if visitor else ("Accept-Language",))))
    if visitor:
        put_down(request, response, visitor)
    return _packed(response)


def go_on(visitor: Visitor, address: str, *news: News) -> Response:
    """Send the browser on after something was done, by 303, to an own path that tells the news on top."""
    response = leads_to(address)
    if news:
        carry(response, visitor, news)
    return response


def leads_to(address: str) -> Response:
    """Send the browser on, by 303; for somebody who is not signed in there is no news."""
    return Response(status=303, headers={"Location": address})


def error_page(error: HTTPException | None) -> Response:
    """What a person is told of an error; None is a fault of ours. It repeats nothing of what was asked for."""
    status = 500 if error is None or error.code is None else error.code
    heading, advice = _FAULT if status >= 500 else _REFUSALS.get(status, _OTHER_REFUSAL)
    visitor = g.get("visitor") or (None if error is None else _at_the_door())
    response = answer("parts/error.html", visitor, status=status, heading=heading, advice=advice)
    if error is not None and (allowed := error.get_response().headers.get("Allow")):
        response.headers["Allow"] = allowed
    return response


def _at_the_door() -> Visitor | None:
    """Who asks for what no page is at, so that they have the menu to go on."""
    with suppress(StoreUnavailableError):
        visitor: Visitor | None = current_app.extensions["pages_door"]()
        return visitor
    return None


def _drawn(template: str, part: str, values: dict[str, Any]) -> str:
    """The whole page; or the part alone, with the news beside it where there is some, which htmx puts in its place."""
    templates = current_app.jinja_env
    values["parts"] = templates.get_template("parts/macros.html").make_module(values)
    drawn = templates.get_template(template)
    if not asks_for_a_part():
        return drawn.render(values)
    news = templates.get_template("parts/news.html").render(values) if values["news"] else ""
    return "".join(drawn.blocks[part](drawn.new_context(values))) + news


def _what_every_template_has(visitor: Visitor | None, reader: Reader) -> dict[str, object]:
    def say(english: str, /, **named: object) -> str:
        return reader.say(Text(english, named))

    def say_counted(singular: str, plural: str, number: int, /, **named: object) -> str:
        return reader.say(counted(singular, plural, number, **named))

    return {
        "visitor": visitor,
        "reader": reader,
        "_": say,
        "ngettext": say_counted,
        "csrf_token": csrf_token(visitor) if visitor else "",
        "asset": lambda name: f"/assets/{assets()[name].address}",
        "menu": current_app.extensions["pages_menu"](visitor) if visitor else (),
        "here": request.path,
        "addresses": addresses,
        "is_part": asks_for_a_part(),
        "chapter_here": chapter_of(request.path),
    }


def asks_for_a_part() -> bool:
    """Whether a script of ours asks, to swap a part of the page that is there."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def _preferred() -> str:
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _packed(response: Response) -> Response:
    content = response.get_data()
    if len(content) >= _LEAST_PACKED and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(content, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
