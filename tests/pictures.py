"""Makes the pictures of README.md from a running demo: `python -m tests.pictures`."""

import sys
import tempfile
from contextlib import closing
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
from powerup.pages.visitor import Visitor
from powerup.sandbox import board
from powerup.store.contracts import Contracts
from powerup.sync.kit.context import Wish
from tests.sandbox.pages.browsing import CHROMIUM, FLAGS

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
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
    server = DemoServer(Bind(LOOPBACK, 0))
    tenant = world.tenant()
    planner = Visitor(tenant.id, tenant.name, "u_1", "B. Jacobs", Role.PLANNER, "en", bytes(32))
    parts = replace(world.parts, settings=replace(world.parts.settings, base_url=server.url))
    server.start(create_app(parts, lambda: planner))
    try:
        page = browser.new_page(base_url=server.url, locale="en", viewport={"width": WIDTH, "height": 900})
        _take(page, "/today", "today", 760)
        _take(page, f"/contract/{_contract_of_the_picture(world)}", "contract", 860)
        _take(page, f"/contract-edit/{_contract_of_the_picture(world)}", "edit", 860)
    finally:
        server.stop()


def _take(page: Page, address: str, name: str, height: int) -> None:
    page.goto(address)
    page.screenshot(path=PICTURES / f"{name}.png", clip={"x": 0, "y": 0, "width": WIDTH, "height": height})


def _contract_of_the_picture(world: World) -> str:
    with world.parts.database.read() as connection:
        return Contracts(connection, world.tenant().id).by_customer(CUSTOMER)[0].number


if __name__ == "__main__":
    sys.exit(main())
