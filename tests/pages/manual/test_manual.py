"""The manual has a chapter for every page, says what the pages say, and is found from each of them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from powerup.actions.kit.request import Role
from powerup.app import create_app
from powerup.pages.manual.chapters import CHAPTERS, NAMES, Chapter, chapter_of
from powerup.pages.manual.drawing import PICTURES, TEXTS, drawn, size_of
from powerup.parts import Parts
from tests.pages.conftest import VISITORS, SignedIn
from tests.pages.reading import assert_well_made
from tests.translations import said_by, translated

MOST_BYTES = 3_000_000
NO_PAGES = {"assets", "manual"}

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
of_each = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda each: each.name)


def text_of(chapter: Chapter) -> str:
    return (TEXTS / f"{chapter.name}.md").read_text("utf-8")


@only_sqlite
def test_every_page_has_its_chapter_and_no_chapter_names_a_page_that_is_gone(parts: Parts) -> None:
    app: Flask = create_app(parts, lambda: None)
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("pages.")]
    first = {rule.removeprefix("/").partition("/")[0] for rule in rules} - NO_PAGES
    assert {page for page in first if chapter_of(f"/{page}/x") is None} == set()
    assert {page for chapter in CHAPTERS for page in chapter.pages} - first == set()


@only_sqlite
def test_each_chapter_opens_from_the_pages_it_is_about(signed_in: SignedIn) -> None:
    reads_english = replace(VISITORS[Role.VIEWER], locale="en")
    planner, nobody, english = signed_in(VISITORS[Role.PLANNER]), signed_in(None), signed_in(reads_english)
    assert 'href="/manual/vandaag"' in planner.get("/today").text
    assert 'href="/manual/contracten"' in planner.get("/contracts").text
    assert 'href="/manual/aanmelden"' in nobody.get("/sign-in").text
    for client in (planner, nobody):
        for name in NAMES:
            page = client.get(f"/manual/{name}")
            assert page.status_code == 200
            assert_well_made(page.text)
    assert "This manual is in Dutch" in english.get("/manual").text
    assert "This manual is in Dutch" in english.get("/manual/planning").text
    assert planner.get("/manual/niets").status_code == 404


@of_each
def test_a_chapter_begins_with_its_title_and_asks_what_people_ask(chapter: Chapter) -> None:
    assert text_of(chapter).startswith(f"# {chapter.title}\n")
    assert len(drawn(chapter.name).questions) >= 2


@of_each
def test_words_in_bold_are_those_of_the_pages(chapter: Chapter) -> None:
    dutch = {form for message in translated().values() for form in said_by(message)}
    bold = re.findall(r"\*\*([^*]+)\*\*", text_of(chapter))
    assert [words for words in bold if words not in dutch] == []


@of_each
def test_its_links_and_pictures_lead_somewhere(chapter: Chapter) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", text_of(chapter))
    assert [each for each in targets if not (TEXTS / each).exists()] == []
    assert any(each.endswith(".webp") for each in targets)
    assert all(src.startswith("/manual/pictures/") for src in re.findall(r'src="([^"]+)"', drawn(chapter.name).content))
    assert not re.search(r'href="[^"]+\.md', drawn(chapter.name).content)


def test_every_picture_is_shown_and_all_are_small() -> None:
    there = sorted(PICTURES.iterdir())
    shown = {Path(each).name for chapter in CHAPTERS for each in re.findall(r"\(([^)]+\.webp)\)", text_of(chapter))}
    assert {each.name for each in there} == shown
    assert sum(each.stat().st_size for each in there) <= MOST_BYTES
    assert all(width == 1280 and 300 <= height <= 900 for width, height in map(size_of, there))


def test_every_text_is_a_chapter_and_the_list_of_the_docs_has_each() -> None:
    assert {path.stem for path in TEXTS.iterdir()} == set(NAMES)
    listed = (Path(__file__).parents[3] / "docs" / "handleiding" / "README.md").read_text("utf-8")
    assert re.findall(r"text/(\w+)\.md", listed) == list(NAMES)


@only_sqlite
def test_a_picture_is_kept_by_browsers_and_comes_from_nowhere_else(signed_in: SignedIn) -> None:
    client = signed_in(None)
    address = re.findall(r'<img src="([^"]+)"', client.get("/manual/vandaag").text)[0]
    picture = client.get(address)
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert picture.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/manual/pictures/niets.webp").status_code == 404
