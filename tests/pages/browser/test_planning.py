"""The planning in a browser: a visit is moved from the month by mouse and by keys, its effects shown first."""

import re

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import Enters
from tests.sandbox.pages.browsing import NARROW, WIDE

MONTH = "/planning?month=2027-06"


@pytest.mark.parametrize(("language", "size", "dark"), [("nl", WIDE, False), ("en", NARROW, True)])
def test_a_visit_is_moved_from_the_month(enters: Enters, language: str, size: tuple[int, int], *, dark: bool) -> None:
    person = enters(language, size, dark=dark)
    for address in ("/planning/year?year=2027&by=employee", MONTH):
        person.opens(address)
        assert person.serious_flaws() == []
        assert not person.is_too_wide()
    page = person.page
    visit = page.locator("[data-move]").first
    if size == WIDE:
        visit.drag_to(page.locator('td[data-day="2027-06-16"]'))
        expect(page).to_have_url(re.compile(r"/actions/visit\.move/.*to=2027-06-16"))
        expect(page.get_by_role("button", name="Verplaatsen", exact=True)).to_be_visible()
        page.get_by_role("link", name="Annuleren").click()
        expect(page).to_have_url(re.compile(r"/planning\?month=2027-06"))
    page.locator("[data-move]:visible").first.focus()
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile(r"/actions/visit\.move/"))
