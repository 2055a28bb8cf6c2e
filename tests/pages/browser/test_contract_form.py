"""A contract is made in a browser: records are picked by keys, its year follows what is typed, a closed tab loses
nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.pages.browser.conftest import Enters
from tests.sandbox.pages.browsing import NARROW, WIDE, Person


def test_a_contract_is_made_by_keys_with_its_year_beside_it(person: Person) -> None:
    page = person.page
    person.opens("/contract-new")
    page.locator("#input-customer").press_sequentially("korenaar")
    expect(page.locator(".found-record")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#input-customer")).to_have_value("1001")
    expect(page.locator("output[for=input-customer]")).to_have_text("Bakkerij De Korenaar")
    page.locator("#input-objects-words").focus()
    for code in ("CV-1", "CV-2"):
        expect(page.locator(".found-record").first).to_contain_text(code)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name=code)).to_be_checked()
    page.locator("#input-plans-0-every").fill("3")
    preview = page.locator("#preview")
    expect(preview).to_contain_text(re.compile("elke 3 maanden", re.IGNORECASE))
    page.get_by_role("button", name="Toevoegen: Onderhoudsbeurt").click()
    expect(page.locator("#input-plans-1-name")).to_have_value("B")
    page.locator("#input-plans-1-remove").click()
    expect(page.locator("#input-plans-1-name")).to_have_count(0)
    page.locator("#input-start").fill("1-3-2027")
    page.locator("#input-name").fill("Ketels samen")
    expect(preview.locator("tbody time").first).to_have_attribute("datetime", "2027-03-01")
    assert person.serious_flaws() == []
    page.wait_for_function("name => Object.values(localStorage).some(kept => kept.includes(name))", arg="Ketels samen")

    person.opens("/contract-new")  # the tab was closed, and the page is opened again
    page.get_by_role("button", name="Terugzetten").click()
    expect(page.locator("#input-name")).to_have_value("Ketels samen")
    expect(page.get_by_role("checkbox", name="CV-2")).to_be_checked()
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.get_by_role("button", name="Contract aanmaken").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Soort werk: Dit moet worden ingevuld.")
    person.opens("/contract-new")  # closed once more, at what is wrong
    page.get_by_role("button", name="Terugzetten").click()
    expect(page.locator("#input-name")).to_have_value("Ketels samen")
    page.locator("#input-template-type_of_work").fill("Onderhoud")
    page.locator("#input-template-payment_method").fill("op rekening")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.get_by_role("button", name="Contract aanmaken").last.click()
    confirm = page.locator("button[name=confirmation]")
    expect(confirm.or_(page.get_by_role("status").get_by_text("is aangemaakt"))).to_be_visible()
    if confirm.count():  # another contract does the same work there
        confirm.click()
    expect(page.get_by_role("status").get_by_text("is aangemaakt")).to_be_visible()
    page.wait_for_function("Object.keys(localStorage).every(key => !key.startsWith('draft'))")  # nothing stays behind


@pytest.mark.parametrize(("language", "size", "dark"), [("nl", NARROW, True), ("en", WIDE, False)])
def test_the_form_is_for_everybody_in_every_light(
    enters: Enters, language: str, size: tuple[int, int], *, dark: bool
) -> None:
    person = enters(language, size, dark=dark)
    person.opens("/contract-edit/5001")
    person.page.locator("summary", has_text=re.compile("Meer instellingen|More settings")).first.click()
    assert person.serious_flaws() == []
    assert not person.is_too_wide()
