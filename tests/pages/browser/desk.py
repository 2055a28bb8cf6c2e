"""Where somebody works: the pages with their own door, by a password or by the frame of the host."""

from playwright.sync_api import Browser, Frame, Locator, Page, expect

from powerup.commands.demo.example_admin import EXAMPLE_ADMIN, EXAMPLE_PASSWORD
from powerup.commands.demo.world import World
from powerup.texts import Reader, text
from tests.sandbox.pages.browsing import Person


class Desk:
    """One person at the pages, who finds what stands there by its English words in the language of the pages."""

    def __init__(self, world: World, person: Person, place: Page | Frame, language: str) -> None:
        self.person = person
        self.place = place
        self._root = world.powerup_url.rstrip("/")
        self._reader = Reader(language)

    def opens(self, path: str) -> None:
        self.place.goto(self._root + path)

    def comes_back(self) -> None:
        """Open the frame, or open it anew, from the menu of the host."""
        self.person.opens("/panels/office")
        frame = self.person.page.frame(name="panel")
        assert frame is not None
        frame.wait_for_url("**/today")
        self.place = frame

    def says(self, english: str) -> str:
        """The words in the language of the pages."""
        return self._reader.say(text(english))

    def presses(self, english: str) -> None:
        self.place.get_by_role("button", name=self.says(english), exact=True).first.click()

    def fills(self, field: str, value: str) -> None:
        self.place.locator(f"[name='{field}']").fill(value)

    def serious_flaws(self) -> list[str]:
        """What axe finds serious on what is shown now."""
        return self.person.serious_flaws(self.place if isinstance(self.place, Frame) else None)

    def sees(self, english: str) -> Locator:
        found = self.place.get_by_text(self.says(english)).filter(visible=True).first
        expect(found).to_be_visible()
        return found


def in_frame(browser: Browser, world: World, language: str) -> Desk:
    """Somebody who opened the pages from the menu of the host; to be left by `desk.person`."""
    person = Person(browser, world.host.url, language)
    desk = Desk(world, person, person.page, language)
    desk.comes_back()
    return desk


def alone(browser: Browser, world: World, language: str) -> Desk:
    """Somebody who signed in with a password."""
    person = Person(browser, world.powerup_url, language)
    desk = Desk(world, person, person.page, language)
    desk.opens("/sign-in")
    desk.fills("email", EXAMPLE_ADMIN)
    desk.fills("password", EXAMPLE_PASSWORD)
    desk.presses("Sign in")
    person.page.wait_for_url("**/today")
    return desk
