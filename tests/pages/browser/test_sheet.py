"""The sheet of all states of the shared parts: how they look, how keys work on them, what is told of what fails."""

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import Enters
from tests.pages.browser.office import SHEET
from tests.sandbox.pages.browsing import NARROW, WIDE, Person


@pytest.mark.parametrize(
    ("language", "size", "dark"), [("nl", WIDE, False), ("en", NARROW, False), ("nl", NARROW, True), ("en", WIDE, True)]
)
def test_the_parts_are_for_everybody_in_every_light(
    enters: Enters, language: str, size: tuple[int, int], *, dark: bool
) -> None:
    person = enters(language, size, dark=dark)
    person.opens(SHEET)
    assert person.serious_flaws() == []
    assert not person.is_too_wide()


def test_keys_lead_to_the_search_field_through_rows_and_to_their_own_list(person: Person) -> None:
    person.opens(SHEET)
    page = person.page
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Toetsen")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="1043")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="1042", exact=True)).to_be_focused()
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("t?/")
    expect(field).to_have_value("t?/")
    assert page.url.endswith(SHEET)


def test_a_request_that_fails_is_told_on_top_and_can_be_made_again(person: Person) -> None:
    person.opens(SHEET)
    page = person.page
    page.get_by_role("button", name="Haal op").click()
    news = page.get_by_role("status")
    expect(news).to_contain_text("Dat lukte niet")
    page.route(
        "**/sheet/fails", lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Nu wel</p>")
    )
    news.get_by_role("button", name="Opnieuw").click()
    expect(page.locator("#swapped")).to_have_text("Nu wel")
    expect(news).to_be_empty()
    person.complaints.clear()  # Chromium's own line about the status 500
