"""News: what a press has done, told on top of the page that follows it.

It is carried past the redirect by a cookie that is signed with the person's secret, and told once. It is put into
words in every language as it is written, so that it is told as its reader reads by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Request, Response, current_app
from itsdangerous import BadData, URLSafeSerializer

from powerup.pages.addresses import is_own_path
from powerup.pages.visitor import Visitor
from powerup.texts import LANGUAGES, Reader, Text

_SECONDS = 300
"""How long news waits for a page to be told on."""

_MOST_LETTERS = 400
_MOST_BYTES = 3500
"""Of a cookie; browsers drop those above 4096 bytes, with their name and manners."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell. undo is the own path of the action that takes it back, failed that it was not done."""

    words: Text
    undo: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """News in its reader's language."""

    words: str
    undo: str = ""
    failed: bool = False


def told(news: Iterable[News | Text], reader: Reader) -> list[Told]:
    """News as a page tells it."""
    every = [each if isinstance(each, News) else News(each) for each in news]
    return [Told(reader.say(each.words), each.undo, each.failed) for each in every]


def carry(response: Response, visitor: Visitor, news: Sequence[News]) -> None:
    """Let a redirect carry news; of more than fits in a cookie the first remains."""
    readers = {language: Reader(language) for language in LANGUAGES}
    kept = [
        [
            {language: reader.say(each.words)[:_MOST_LETTERS] for language, reader in readers.items()},
            each.undo,
            each.failed,
        ]
        for each in news
    ]
    carried = _seal(visitor).dumps(kept)
    while kept and len(carried) > _MOST_BYTES:
        kept.pop()
        carried = _seal(visitor).dumps(kept)
    name, manners = _cookie(visitor)
    response.set_cookie(name, str(carried), max_age=_SECONDS, **manners)


def carried(request: Request, visitor: Visitor, reader: Reader) -> list[Told]:
    """The news that came with a request; none where the cookie is not of this person."""
    name, _ = _cookie(visitor)
    try:
        kept = _seal(visitor).loads(request.cookies.get(name, ""))
    except BadData:
        return []
    return [Told(words[reader.language], undo if is_own_path(undo) else "", failed) for words, undo, failed in kept]


def put_down(request: Request, response: Response, visitor: Visitor) -> None:
    """Forget the news that came with a request, once it was told."""
    name, manners = _cookie(visitor)
    if name in request.cookies:
        response.delete_cookie(name, **manners)


def _seal(visitor: Visitor) -> URLSafeSerializer:
    return URLSafeSerializer(visitor.csrf_secret, salt="news")


def _cookie(visitor: Visitor) -> tuple[str, dict[str, Any]]:
    """Its name, and how a browser is to treat it: in a host's frame it is kept for that host alone."""
    secure = visitor.framed or str(current_app.extensions["pages_base_url"]).startswith("https://")
    manners = {"path": "/", "secure": secure, "httponly": True, "samesite": "None" if visitor.framed else "Lax"}
    return ("__Host-news" if secure else "news"), manners | {"partitioned": visitor.framed}
