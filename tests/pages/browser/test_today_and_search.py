"""Today and what the search field finds, for everybody: in both languages, wide and narrow, light and dark."""

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import Enters
from tests.sandbox.pages.browsing import NARROW, WIDE, Person


@pytest.mark.parametrize(("language", "size", "dark"), [("nl", NARROW, False), ("en", WIDE, True)])
def test_the_pages_are_for_everybody(enters: Enters, language: str, size: tuple[int, int], *, dark: bool) -> None:
    person = enters(language, size, dark=dark)
    for path in ("/today", "/search?q=a", "/cycles"):
        person.opens(path)
        assert person.serious_flaws() == [], path
        assert not person.is_too_wide(), path


def test_from_today_one_finds_an_object_by_keys_alone_and_comes_back(person: Person) -> None:
    person.opens("/today")
    page = person.page
    page.keyboard.press("/")
    page.keyboard.type("ketel")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoeken")
    page.locator(".answers .row-link").first.click()
    expect(page.locator(".lead-line")).to_contain_text("Gedekt")
    assert person.serious_flaws() == []
    page.keyboard.press("t")
    page.wait_for_url("**/today")
