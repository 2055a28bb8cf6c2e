"""Makes the pictures of README.md and of the manual from a running demo: `python -m tests.pictures`."""

import sys
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from powerup.actions.kit.request import Role
from powerup.app import create_app
from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.work import do_the_work
from powerup.commands.demo.world import LOOPBACK, World, open_world
from powerup.commands.kit.listening import Bind, DemoServer
from powerup.pages.manual.drawing import PICTURES as MANUAL
from powerup.pages.visitor import Visitor
from powerup.sandbox import board
from powerup.store.contracts import Contracts
from powerup.sync.kit.context import Wish
from tests.sandbox.pages.browsing import CHROMIUM, FLAGS

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
WEBP_QUALITY = 60
FIRST_DAY, LAST_DAY = date(2027, 1, 1), date(2027, 2, 4)
CUSTOMER = "1001"
WIDTH = 1280


def main() -> int:
    """Let the example firm work for some weeks, and take the pictures; the exit code is 1 without Chromium."""
    if CHROMIUM is None:
        print("Chromium is not installed: apt-get install chromium", file=sys.stderr)  # noqa: T201 - its answer
        return 1
    with (
        tempfile.TemporaryDirectory() as directory,
        open_world(Path(directory), 0, 0, lambda: datetime.now(UTC)) as world,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--disable-lcd-text"])) as browser,
    ):
        _work_for_some_weeks(world)
        PICTURES.mkdir(parents=True, exist_ok=True)
        _take_office(world, browser)
        _take_manual(world, browser)
    return 0


def _work_for_some_weeks(world: World) -> None:
    marketplace, host = world.host.marketplace, world.host.host
    marketplace.install(world.powerup_url)
    marketplace.set_today(FIRST_DAY)
    enter_contracts(world)
    cycles = world.parts.cycles()
    day = FIRST_DAY
    while day < LAST_DAY:
        day += timedelta(days=1)
        marketplace.set_today(day)
        cycles.run(world.tenant().id, Wish(by_person=True))
        do_the_work(host, day - timedelta(days=2))
    for order in host.orders.all(["Klaargezet"])[:2]:
        board.pick_up(host, order.row_id)
    cycles.run(world.tenant().id, Wish(by_person=True))


def _take_office(world: World, browser: Browser) -> None:
    """The office's own pages, for a planner who is let in at once."""
    with _office(world, "en", Role.PLANNER) as url, closing(_page(browser, url, "en")) as page:
        _take(page, "/today", "today", 760)
        _take(page, f"/contract/{_contract_of_the_picture(world)}", "contract", 860)
        _take(page, f"/contract-edit/{_contract_of_the_picture(world)}", "edit", 860)


def _take_manual(world: World, browser: Browser) -> None:
    """The same pages in Dutch, for an admin, and the door."""
    number = _contract_of_the_picture(world)
    with _office(world, "nl", Role.ADMIN) as url, closing(_page(browser, url, "nl")) as page:
        _take_webp(page, "/today", "vandaag", 760)
        _take_webp(page, "/contracts", "contracten", 640)
        _take_webp(page, f"/contract/{number}", "contract", 860)
        _take_webp(page, f"/contract-edit/{number}", "bewerken", 860)
        version = _version_of(world, number)
        _take_webp(page, f"/actions/contract.pause/{number}?version={version}", "acties", 640, _pause)
        _take_webp(page, "/visits", "bezoeken", 640)
        _take_webp(page, f"/customer/{CUSTOMER}", "klant", 760)
        _take_webp(page, f"/year-plan/{CUSTOMER}?year=2027", "jaarplan", 640)
        _take_webp(page, "/planning?month=2027-03", "planning", 760)
        _take_webp(page, "/planning/year?year=2027", "planning-jaar", 700)
        _take_webp(page, "/renewals?within=365", "verlengingen", 560)
        _take_webp(page, "/invoices?month=2027-02", "factuurlijst", 560)
        _take_webp(page, "/planned-against-done?year=2027", "gepland-gedaan", 700)
        _take_webp(page, "/faults", "storingen", 640)
        _take_webp(page, "/importing", "importeren", 560)
        _take_webp(page, "/settings", "instellingen", 760)
        _take_webp(page, f"/search?q={CUSTOMER}", "zoeken", 480)
    with _office(world, "nl", None) as url, closing(_page(browser, url, "nl")) as page:
        _take_webp(page, "/sign-in", "aanmelden", 520)


@contextmanager
def _office(world: World, language: str, role: Role | None) -> Iterator[str]:
    """The address of the pages, for somebody with this role who is let in at once; for None, for whoever comes."""
    server, tenant = DemoServer(Bind(LOOPBACK, 0)), world.tenant()
    visitor = Visitor(tenant.id, tenant.name, "u_1", "B. Jacobs", role, language, bytes(32)) if role else None
    parts = replace(world.parts, settings=replace(world.parts.settings, base_url=server.url))
    server.start(create_app(parts, lambda: visitor))
    try:
        yield server.url
    finally:
        server.stop()


def _page(browser: Browser, url: str, language: str) -> Page:
    return browser.new_page(base_url=url, locale=language, viewport={"width": WIDTH, "height": 900})


def _pause(page: Page) -> None:
    """Three weeks in spring, shown and not done."""
    page.fill("#input-from", "15-3-2027")
    page.fill("#input-until", "4-4-2027")
    page.click("button[name=preview]")
    page.wait_for_load_state()


def _take(page: Page, address: str, name: str, height: int) -> None:
    page.goto(address)
    page.screenshot(path=PICTURES / f"{name}.png", clip={"x": 0, "y": 0, "width": WIDTH, "height": height})


def _take_webp(page: Page, address: str, name: str, height: int, before: Callable[[Page], None] | None = None) -> None:
    """The top of a page, as small as Chromium makes it."""
    page.goto(address)
    if before is not None:
        before(page)
    page.wait_for_load_state("networkidle")
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
    asked = {"format": "webp", "quality": WEBP_QUALITY, "clip": clip}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    (MANUAL / f"{name}.webp").write_bytes(b64decode(taken["data"]))


def _version_of(world: World, number: str) -> int:
    with world.parts.database.read() as connection:
        found = Contracts(connection, world.tenant().id).get(number)
    assert found is not None
    return found.version


def _contract_of_the_picture(world: World) -> str:
    with world.parts.database.read() as connection:
        return Contracts(connection, world.tenant().id).by_customer(CUSTOMER)[0].number


if __name__ == "__main__":
    sys.exit(main())
