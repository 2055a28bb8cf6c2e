"""Every page: nothing serious for axe, no console error, no sideways scrolling, and nothing but our own files."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from powerup.sandbox.server import SandboxServer
from tests.sandbox.pages.browsing import NARROW, WIDE, Person
from tests.sandbox.pages.conftest import TODAY
from tests.sandbox.pages.stand_in import StandIn

PAGES = (
    *(
        "/board",
        "/customers",
        "/customers/1001",
        "/customers/1001/fault",
        "/tasks",
        "/objects/CV-1",
        "/orders/1",
        "/marketplace",
        "/marketplace/powerup",
    ),
    *("/deliveries", "/deliveries/1", "/deliveries/callbacks", "/time", "/behaviour", "/customers/none"),
    "/actions/contract.create?type=relation&id=1001&customer=1001&back=/customers/1001",
    "/actions/contract.terminate?type=contract&id=1042&version=1&customer=1001&back=/customers/1001",
)


@pytest.fixture
def lived_in(host: SandboxServer, powerup: StandIn) -> SandboxServer:
    """A host where something has happened."""
    host.marketplace.install(powerup.receiver.url)
    powerup.add_contract("CV-ketel", "1001")
    host.marketplace.set_today(TODAY + timedelta(days=1))
    return host


@pytest.mark.parametrize(("language", "size"), [("nl", WIDE), ("en", NARROW)])
def test_every_page_can_be_used_by_everybody(
    browser: Browser, lived_in: SandboxServer, language: str, size: tuple[int, int]
) -> None:
    with Person(browser, lived_in.url, language, size) as person:
        for path in PAGES:
            person.opens(path)
            person.page.locator("main h1").wait_for()
            if person.page.locator(".working").count():
                person.page.locator(".card").first.wait_for()
            assert (path, person.serious_flaws()) == (path, [])
            assert (path, person.is_too_wide()) == (path, False)
            assert person.page.locator("html").get_attribute("lang") == language
            assert person.page.title().count("·") == 1


def test_a_strict_policy_holds_for_every_page(person: Person) -> None:
    policy = person.opens("/board").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_pages_load_nothing_from_elsewhere(person: Person, lived_in: SandboxServer) -> None:
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        person.opens(path)
    assert all(url.startswith(f"{lived_in.url}/") for url in asked)


def test_a_button_is_pressed_by_keyboard_alone(person: Person, lived_in: SandboxServer) -> None:
    person.opens("/orders/1")
    page = person.page
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    while page.evaluate("() => document.activeElement.closest('form')?.getAttribute('action')") != "/orders/1/pick_up":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".track [aria-current]", has_text="Opgehaald").wait_for()
    assert lived_in.host.orders.find(1).status == "Opgehaald"


@pytest.mark.usefixtures("lived_in")
def test_a_form_is_filled_in_and_sent_by_keyboard(person: Person, powerup: StandIn) -> None:
    person.opens("/actions/contract.edit?type=contract&id=1042&version=1&customer=1001&back=/customers/1001")
    name = person.page.get_by_label("Naam")
    name.focus()
    assert name.input_value() == "CV-ketel"
    person.page.keyboard.press("Control+A")
    person.page.keyboard.type("CV-ketel en boiler")
    person.page.keyboard.press("Enter")
    person.sees("CV-ketel en boiler")
    assert powerup.contracts["1042"].name == "CV-ketel en boiler"


@pytest.mark.usefixtures("lived_in")
def test_the_focus_stays_in_the_form_while_it_is_drawn_anew(person: Person) -> None:
    person.opens("/actions/contract.create?type=relation&id=1001&customer=1001")
    page = person.page
    page.locator("#input-plans-add").press("Enter")
    page.locator("#input-plans-1-unit").wait_for()
    assert page.evaluate("() => document.activeElement.id") == "input-plans-add"
    page.locator("#input-plans-1-unit").focus()
    page.locator("#input-plans-1-unit").select_option("week")
    page.get_by_label("maandag").wait_for()
    assert page.evaluate("() => document.activeElement.id") == "input-plans-1-unit"
