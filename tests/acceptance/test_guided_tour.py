"""The guided tour in a browser, with the power-up itself behind the buttons, in both languages."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Locator, expect

from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.world import World, open_world
from powerup.sandbox.pages.texts import Texts
from powerup.sync.following.finish_runs import taken_back
from powerup.texts import Reader, text
from tests.sandbox.pages.browsing import NARROW, WIDE, Person

FIRST_DAY = date(2027, 1, 1)
CALLBACK_MS = 20_000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Both sides, running, and nothing installed yet."""
    with open_world(tmp_path, 0, 0, lambda: datetime.now(UTC)) as opened:
        background = opened.parts.background()
        background.start()
        opened.host.host.change_switches({"events": True})
        opened.host.host.calendar.set_today(FIRST_DAY)
        yield opened
        background.stop()


class Tourist:
    """Somebody who walks the tour and reads one language."""

    def __init__(self, person: Person, world: World, language: str) -> None:
        self.person = person
        self.page = person.page
        self.world = world
        self.texts = Texts(language)
        self.reader = Reader(language)

    def label(self, english: str) -> str:
        return self.reader.say(text("{label}", label=text(english)))

    def card(self, number: str) -> Locator:
        return self.page.locator(".card").filter(has=self.page.locator(f"#card-{number}"))

    def installs(self, button: str) -> None:
        self.person.opens("/marketplace/powerup")
        self.page.get_by_role("checkbox").first.check()
        self.person.presses(self.texts.say(button))
        self.person.sees(self.texts.word("installation", "active"))

    def uninstalls(self) -> None:
        self.person.opens("/marketplace/powerup")
        self.page.get_by_text(self.texts.say("Remove…"), exact=True).click()
        self.person.presses(self.texts.say("Yes, remove the power-up"))
        self.person.sees(self.texts.word("installation", "uninstalled"))

    def makes_a_contract(self) -> None:
        """First with a wrong day, which is said beside its field."""
        page = self.page
        self.person.opens("/customers/1001")
        self.person.follows(self.label("New contract"))
        page.locator("#input-name").fill("CV-ketel")
        page.locator("#input-objects input").first.check()
        page.locator("#input-days_in_advance").fill("14")
        page.locator("#input-plans-0-name").fill("A")
        page.locator("#input-plans-0-month_day").fill("32")
        self.person.presses(self.label("New contract"))
        expect(page.locator("#input-template-type_of_work-problem")).to_have_text(self.label("This must be filled in."))
        page.locator("#input-template-type_of_work").select_option("Onderhoud")
        page.locator("#input-template-payment_method").select_option("op rekening")
        self.person.presses(self.label("New contract"))
        expect(page.locator("#input-plans-0-month_day-problem")).to_be_visible()
        page.locator("#input-plans-0-month_day").fill("15")
        self.person.presses(self.label("New contract"))
        self.person.sees(self.reader.say(text("Contract {number} is created.", number="1001")))

    def moves_a_month(self) -> None:
        self.person.opens("/board")
        self.person.presses(self.texts.word("time_step", "month"))
        expect(self.page.locator("#column-Klaargezet .number")).to_have_text("2", timeout=45_000)
        self.world.host.marketplace.set_today(date(2027, 2, 1))

    def completes_the_first(self) -> None:
        self.person.opens("/board")
        self.page.locator(".order").first.click()
        self.person.presses(self.texts.say("Have it picked up"))
        self.person.presses(self.texts.say("Complete"))
        expect(self.page.locator(".track [aria-current]")).to_have_text(self.texts.word("board", "Compleet"))

    def is_refused_a_delete(self) -> None:
        off = self.card("1001").locator("details.off")
        self._until_card_says(off, "C1001-A-20270115-ALL")
        off.locator("summary").click()
        entry = off.locator("li").filter(has_text="C1001-A-20270115-ALL")
        entry.get_by_role("button", name=self.texts.say("Try anyway")).click()
        self.person.sees("C1001-A-20270115-ALL")
        self.person.sees(self.texts.word("outcome", "failed"))

    def terminates(self) -> None:
        label = self.label("Terminate early")
        self.person.opens("/customers/1001")
        self.card("1001").get_by_text(label, exact=True).first.click()
        self.page.locator("#input-last_day").fill("31 jan")
        self.page.locator("#input-reason").select_option("MOVED")
        self.page.locator("#input-existing_orders").select_option("retract")
        self.person.presses(label)
        self.person.sees("C1001-A-20270215-ALL")
        self.person.presses(self.texts.say("{action}: confirm", action=label))
        told = self.reader.say(taken_back(1))
        expect(self.page.get_by_text(told)).to_be_visible(timeout=CALLBACK_MS)
        expect(self.card("1001").locator(".status-terminated")).to_be_visible()

    def restarts(self) -> None:
        label = self.label("Restart")
        self.card("1001").get_by_text(label, exact=True).first.click()
        self.person.presses(label)
        expect(self.card("1002")).to_be_visible()

    def _until_card_says(self, place: Locator, words: str) -> None:
        """A completed order is told at once, and worked off beside the web; so the card is asked again."""
        self.person.opens("/customers/1001")
        until = monotonic() + CALLBACK_MS / 1000
        while monotonic() < until:
            expect(self.card("1001")).to_be_visible()
            if words in (place.text_content() or ""):
                return
            self.page.wait_for_timeout(200)
            self.page.reload()
        raise AssertionError(f"the card does not say {words}: {place.text_content()}")


def test_a_newcomer_makes_a_fault_order_and_sees_its_sla_clock(browser: Browser, world: World) -> None:
    """The example's care home has a corrective contract, on which priority 1 is answered within four hours."""
    world.host.marketplace.install(world.powerup_url)
    enter_contracts(world)
    with Person(browser, world.host.url, "nl") as person:
        person.opens("/customers/1012")
        person.follows("Nieuwe storing")
        person.page.locator("#description").fill("Noodstroom start niet")
        person.presses("Maak de storingsbon")
        clock = person.page.locator(".card .sla")
        expect(clock).to_contain_text("reactie uiterlijk", timeout=CALLBACK_MS)
        expect(clock).to_contain_text("op tijd")
        expect(clock).to_contain_text(re.compile(r"nog (4:00|3:5\d) uur"))


def numbers_at_host(world: World) -> list[str]:
    return sorted(order.workorder_no for order in world.host.host.orders.all())


@pytest.mark.parametrize(("language", "size"), [("nl", WIDE), ("en", NARROW)])
def test_the_tour_with_the_power_up_itself(
    browser: Browser, world: World, language: str, size: tuple[int, int]
) -> None:
    with Person(browser, world.host.url, language, size) as person:
        tourist = Tourist(person, world, language)
        tourist.installs("Install now")
        tourist.makes_a_contract()
        tourist.moves_a_month()
        tourist.completes_the_first()
        tourist.is_refused_a_delete()
        tourist.terminates()
        tourist.restarts()
        assert not person.is_too_wide()
        person.opens("/board")
        person.sees(tourist.texts.say("{done} of {total} done", done=7, total=7))


def test_uninstalling_stops_work_orders_at_once_and_installing_again_restores(browser: Browser, world: World) -> None:
    with Person(browser, world.host.url, "nl") as person:
        tourist = Tourist(person, world, "nl")
        tourist.installs("Install now")
        tourist.makes_a_contract()
        tourist.uninstalls()
        before = numbers_at_host(world)
        person.opens("/board")
        person.presses(tourist.texts.word("time_step", "week"))
        expect(person.page.locator("#time-control time")).to_have_text("vrijdag 8 januari 2027", timeout=20_000)
        expect(person.page.locator("#time-day")).to_be_visible()
        assert numbers_at_host(world) == before
        tourist.installs("Install again")
        person.opens("/customers/1001")
        expect(tourist.card("1001")).to_contain_text("CV-ketel")
