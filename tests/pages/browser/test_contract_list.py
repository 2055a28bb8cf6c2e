"""A planner at the list of contracts: finds as she types, filters, selects, opens one, and finds the list as it was."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.browser.conftest import Enters
from tests.sandbox.pages.browsing import NARROW, Person


def rows(page: Page) -> list[str]:
    return page.locator("tbody .row-link").all_inner_texts()


def test_the_list_is_found_by_typing_selected_by_keys_and_there_again_on_the_way_back(person: Person) -> None:
    person.opens("/contracts")
    page = person.page
    everything = rows(page)
    assert len(everything) > 3
    number = page.locator("tbody tr", has_text="Actief").last.locator(".number").inner_text()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("f")
    page.keyboard.type(number, delay=20)
    searched = re.compile(rf"/contracts\?q={number}$")
    expect(page).to_have_url(searched)
    expect(page.locator("tbody .number").first).to_have_text(number)
    expect(page.locator("#list-search")).to_be_focused()
    found = rows(page)
    assert 0 < len(found) < len(everything)
    filtered = re.compile(rf"/contracts\?q={number}&status=active$")
    page.get_by_role("combobox", name="Status").select_option(label="Actief")
    expect(page).to_have_url(filtered)
    expect(page.locator('[name="back"]')).to_have_value(f"/contracts?q={number}&status=active")  # it was swapped
    expect(page.locator(".bulk-bar")).to_be_hidden()
    page.locator("tbody .row-link").first.focus()
    page.keyboard.press("x")
    expect(page.locator("[data-selected-count]")).to_have_text("Geselecteerd: 1")
    page.keyboard.press("x")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    listed = rows(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/contract/"))
    page.go_back()
    expect(page).to_have_url(filtered)
    expect(page.locator("#list-search")).to_have_value(number)
    assert rows(page) == listed
    page.go_back()
    expect(page).to_have_url(searched)
    expect(page.locator("tbody .row-link")).to_have_count(len(found))


@pytest.mark.parametrize(("language", "dark"), [("nl", False), ("en", True)])
def test_the_list_is_for_everybody_narrow_too(enters: Enters, language: str, *, dark: bool) -> None:
    person = enters(language, NARROW, dark=dark)
    person.opens("/contracts?ends=3000&sort=-end")
    person.page.locator('tbody input[type="checkbox"]').first.check()
    assert person.serious_flaws() == []
    assert not person.is_too_wide()
