"""The guided tour, walked: everything a newcomer tries, in both languages, on a wide and on a narrow screen."""

import pytest
from playwright.sync_api import Browser, expect

from powerup.sandbox.pages.texts import Texts
from powerup.sandbox.pages.tour import AFTER
from powerup.sandbox.server import SandboxServer
from tests.sandbox.pages.browsing import NARROW, Person
from tests.sandbox.pages.stand_in import MANIFEST, StandIn

LABELS = {action["id"]: action["label"] for action in MANIFEST["actions"]}


@pytest.mark.parametrize(("language", "size"), [("en", NARROW)])
def test_the_tour_is_walked_and_ticked_off(
    browser: Browser, host: SandboxServer, powerup: StandIn, language: str, size: tuple[int, int]
) -> None:
    texts = Texts(language)
    with Person(browser, host.url, language, size) as person:
        _install(person, texts)
        _make_contract(person, language)
        assert [contract.name for contract in powerup.contracts.values()] == ["CV-ketel"]
        _move_time(person, texts)
        _complete_work_order(person, texts)
        _try_to_delete(person, language)
        _terminate(person, texts, language)
        _restart(person, language)
        person.opens("/board")
        person.sees(texts.say("{done} of {total} done", done=7, total=7))
        for name, where in AFTER.items():
            expect(person.page.get_by_role("link", name=texts.word("tour_next", name))).to_have_attribute("href", where)
        assert person.serious_flaws() == []
        assert not person.is_too_wide()


def _install(person: Person, texts: Texts) -> None:
    person.opens("/marketplace")
    person.page.locator("a.tile").click()
    person.page.get_by_role("checkbox").check()
    person.presses(texts.say("Install now"))
    person.sees(texts.word("installation", "active"))


def _make_contract(person: Person, language: str) -> None:
    page = person.page
    person.opens("/customers/1001")
    person.follows(LABELS["contract.create"][language])
    page.locator("#input-name").fill("CV-ketel")
    page.locator("#input-objects input").first.check()
    page.locator("#input-template-type_of_work").select_option("Onderhoud")
    page.locator("#input-template-payment_method").select_option("op rekening")
    page.locator("#input-plans-0-name").fill("A")
    page.locator("#input-plans-0-unit").select_option("month")
    page.locator("#input-plans-0-month_day").fill("31")
    person.presses(LABELS["contract.create"][language])
    person.sees("Contract 1042 is aangemaakt.")
    expect(page.locator("#card-1042")).to_contain_text("CV-ketel")


def _move_time(person: Person, texts: Texts) -> None:
    person.opens("/board")
    person.presses(texts.word("time_step", "week"))
    expect(person.page.locator("#column-Klaargezet .number")).to_have_text("7")
    expect(person.page.locator("#time-day")).to_be_visible()


def _complete_work_order(person: Person, texts: Texts) -> None:
    person.page.locator(".order").first.click()
    person.presses(texts.say("Have it picked up"))
    person.presses(texts.say("Complete"))
    expect(person.page.locator(".track [aria-current]")).to_have_text(texts.word("board", "Compleet"))


def _press_on_card(person: Person, name: str) -> None:
    card = person.page.locator(".card").first
    card.get_by_text(name, exact=True).filter(visible=True).click()


def _try_to_delete(person: Person, language: str) -> None:
    person.opens("/customers/1001")
    _press_on_card(person, LABELS["contract.delete"][language])
    person.sees("1 work order is completed: C1042-A-20270102-ALL")


def _terminate(person: Person, texts: Texts, language: str) -> None:
    label = LABELS["contract.terminate"][language]
    person.opens("/customers/1001")
    _press_on_card(person, label)
    person.page.locator("#input-last_day").fill("20 jan")
    person.presses(label)
    person.sees(texts.word("effect", "retracted"))
    person.presses(texts.say("{action}: confirm", action=label))
    person.sees("Contract 1042 is beëindigd.")  # told by the callback that ends the run
    expect(person.page.locator(".status-terminated")).to_be_visible()


def _restart(person: Person, language: str) -> None:
    label = LABELS["contract.restart"][language]
    _press_on_card(person, label)
    person.presses(label)
    expect(person.page.locator(".card")).to_have_count(2)
