"""A contract's page in a browser: why on any day by a tap and by keys. Visits are moved there in `test_stories`."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.browser.conftest import Enters
from tests.sandbox.pages.browsing import NARROW, WIDE

QUARTERLY = "5003"


def panel(page: Page, words: str) -> None:
    expect(page.locator("#day h3")).to_contain_text(words)


@pytest.mark.parametrize(("language", "size", "dark"), [("nl", WIDE, False), ("en", NARROW, True)])
def test_why_is_told_of_any_day_by_a_tap_and_by_keys(
    enters: Enters, language: str, size: tuple[int, int], *, dark: bool
) -> None:
    person = enters(language, size, dark=dark)
    person.opens(f"/contract/{QUARTERLY}")
    page = person.page
    assert person.serious_flaws() == []
    assert not person.is_too_wide()
    page.locator('.days a[data-day="2027-02-03"]').click()
    panel(page, "3 feb" if language == "nl" else "Feb 3")
    expect(page.locator("#day")).to_contain_text("Geen bezoek op" if language == "nl" else "No visit on")
    expect(page).to_have_url(re.compile("day=2027-02-03"))
    marks = page.locator("a.look[data-day]")
    first = page.locator('a.look[tabindex="0"]')
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(marks.and_(page.locator(":focus"))).to_have_count(1)
    day = page.locator(":focus").get_attribute("data-day")
    page.keyboard.press("Enter")
    expect(page.locator("#day h3")).to_be_focused()
    expect(page).to_have_url(re.compile(f"day={day}"))
    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_have_attribute("data-day", str(day))
    assert person.serious_flaws() == []
