"""A chapter as HTML, from its Markdown in this package: its own links and pictures lead into the office."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from powerup.pages import addresses

TEXTS = Path(__file__).parent / "text"
PICTURES = Path(__file__).parent / "pictures"

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_OTHER_CHAPTER = re.compile(r"(\w+)\.md(#[\w-]+)?").fullmatch
_PICTURE = "../pictures/"


@dataclass(frozen=True, slots=True)
class DrawnChapter:
    """A chapter as it is shown; questions are its headings, by the names that they have in an address."""

    content: Markup
    questions: dict[str, str]


@cache
def drawn(name: str) -> DrawnChapter:
    """The chapter of that name, without its title, which is the page's."""
    tokens = _MARKDOWN.parse((TEXTS / f"{name}.md").read_text("utf-8"))
    tokens = tokens[_end_of_title(tokens) :]
    questions: dict[str, str] = {}
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and after is not None:
            anchor = "-".join(re.findall(r"\w+", after.content.lower()))
            questions[anchor] = after.content
            token.attrSet("id", anchor)
        for each in token.children or ():
            _lead_into_the_office(each)
    return DrawnChapter(Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})), questions)  # noqa: S704 - ours


def _end_of_title(tokens: list[Token]) -> int:
    return next(place for place, token in enumerate(tokens) if token.type == "heading_close") + 1


def _lead_into_the_office(token: Token) -> None:
    address = str(token.attrGet("href") or "")
    if token.type == "link_open" and (other := _OTHER_CHAPTER(address)):
        token.attrSet("href", addresses.manual(other[1]) + (other[2] or ""))
    if token.type == "image":
        name = str(token.attrGet("src")).removeprefix(_PICTURE)
        token.attrSet("src", addresses.manual_picture(name))
        token.attrSet("loading", "lazy")
        for side, pixels in zip(("width", "height"), size_of(PICTURES / name), strict=True):
            token.attrSet(side, str(pixels))  # so that nothing jumps when it comes


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height in pixels of a picture as Chromium writes it: WebP with an extended header (RFC 9649, 2.7)."""
    with picture.open("rb") as file:
        head = file.read(30)
    return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
