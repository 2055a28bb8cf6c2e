"""A client whose every page is checked as it comes: one h1 that begins the title (behind "Error:" where something is
wrong), no id twice, a language."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class ReadPage(HTMLParser):
    """What a page says of itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.headings: list[str] = []
        self.title = ""
        self.language: str | None = None
        self.styled_inline: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if name := given.get("id"):
            self.ids[name] += 1
        if "style" in given or tag == "style":
            self.styled_inline.append(tag)
        match tag:
            case "html":
                self.language = given.get("lang")
            case "h1":
                self.headings.append("")
                self._inside = tag
            case "title":
                self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "h1":
            self.headings[-1] += data
        elif self._inside == "title":
            self.title += data


def assert_well_made(html: str) -> None:
    """A whole page as every one has to be."""
    page = ReadPage(html)
    assert len(page.headings) == 1, page.headings
    assert page.headings[0].strip()
    assert page.title.strip().removeprefix("Fout: ").removeprefix("Error: ").startswith(page.headings[0].strip())
    assert [name for name, times in page.ids.items() if times > 1] == []
    assert page.styled_inline == []  # the policy would not let it be
    assert page.language in ("nl", "en")


class PageClient(FlaskClient):
    """Checks every whole page that it gets."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and "Content-Encoding" not in response.headers:
            html = response.get_data(as_text=True)
            if html.startswith("<!doctype html>"):
                assert_well_made(html)
        return response
