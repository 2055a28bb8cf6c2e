"""Looks at every page in Chromium, wide and narrow, light and dark, in both languages and at twice the size:
`python -m tests.every_page`. Tells as JSON what axe finds serious, what the browser complains of, what is too wide,
what jumps, and what each page weighs when it comes for the first time; exit code 1 where something is wrong.

A page without an argument is found by the map of addresses; one with arguments stands in ARGUMENTS, or is named.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from powerup.actions.kit.request import Role
from powerup.app import create_app
from powerup.commands.demo.world import open_world
from powerup.sandbox.faults import Fault, FaultName
from tests.pages.browser.office import Office
from tests.sandbox.pages.browsing import CHROMIUM, FLAGS, NARROW, WIDE, Person

MOST_BYTES = 100_000
"""Of a page with its styles and scripts, packed, when nothing of it was there before."""

FIRST_PAINT_MILLISECONDS = 1_000
"""Of Today, when nothing of it was there before."""

MOST_SHIFTED = 0.1
"""What Chromium adds up of things that jumped while a page came; up to here people do not see it."""

TWICE_AS_LARGE = (640, 450)
"""What a window of WIDE has room for at 200 %."""

LOOKS = (("nl", WIDE, False), ("en", NARROW, True), ("nl", TWICE_AS_LARGE, False))

ARGUMENTS = {
    "/actions/<action_id>/<path:target_id>": (
        "/actions/contract.pause/5003",
        "/actions/contract.terminate/5003",
        "/actions/contract.create/1001",
        "/actions/contract.index/5001",
    ),
    "/calendar-address/<any(customer, contract, employee, tenant):kind>/<path:code>": (
        "/calendar-address/customer/1001",
    ),
    "/contract-edit/<path:number>": ("/contract-edit/5004",),
    "/contract/<path:number>": ("/contract/5001", "/contract/5011", "/contract/5003?day=2027-04-16"),
    "/customer-account/<path:code>": ("/customer-account/1001",),
    "/customer/<path:code>": ("/customer/1001",),
    "/cycle/<int:number>": ("/cycle/1",),
    "/manual/<chapter_id>": ("/manual/acties", "/manual/zoeken"),
    "/object/<path:code>": ("/object/CV-1",),
    "/year-plan/<path:code>": ("/year-plan/1001", "/year-plan/1001?month=3"),
}
NO_PAGES = (
    "/forms/",
    "/panel/opened",
    "/contracts/export",
    "/settings/document.json",
    "/placeholders",
    "/manual/pictures/",
)
"""Parts of addresses that answer no whole page to somebody who is signed in."""

_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').map((each) => each.startTime)[0] ?? null"
_WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({ type: 'layout-shift', buffered: true });
"""


@dataclass(slots=True)
class Seen:
    """What was seen of the pages: flaws in words, and the heaviest and slowest."""

    flaws: list[str] = field(default_factory=list)
    not_looked_at: list[str] = field(default_factory=list)
    bytes_of: dict[str, int] = field(default_factory=dict)
    first_paint_of_today: float = 0.0


def main() -> int:
    """Look at all of them; the exit code is 1 where something is wrong, or without Chromium."""
    if CHROMIUM is None:
        print("Chromium is not installed: apt-get install chromium", file=sys.stderr)  # noqa: T201 - its answer
        return 1
    seen = Seen()
    with (
        tempfile.TemporaryDirectory() as directory,
        open_world(Path(directory), 0, 0, lambda: datetime.now(UTC)) as world,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)) as browser,
    ):
        office = Office(world)
        _let_days_go_on(office)
        pages = list(_addresses(office, seen))
        for address in pages:
            _weigh(browser, office, address, seen)
        for language, size, dark in LOOKS:
            office.reads(language, Role.ADMIN)
            with Person(browser, office.url, language, size, dark=dark) as person:
                person.page.add_init_script(_WATCH_SHIFTS)
                for address in pages:
                    _look(person, address, f"{address} ({language}, {size[0]})", seen)
        office.close()
    heaviest = dict(sorted(seen.bytes_of.items(), key=lambda each: -each[1])[:5])
    print(  # noqa: T201 - its answer
        json.dumps(
            {
                "pages": len(pages),
                "flaws": seen.flaws,
                "not_looked_at": seen.not_looked_at,
                "heaviest_bytes": heaviest,
                "first_paint_of_today_milliseconds": round(seen.first_paint_of_today),
            },
            indent=2,
            ensure_ascii=False,
        )
    )
    return 1 if seen.flaws else 0


def _let_days_go_on(office: Office) -> None:
    """Work orders are made, and some fail, so that pages have something to show."""
    host = office.world.host
    for days in (20, 40):
        if days == 40:
            host.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=0.5))
        host.marketplace.set_today(date(2027, 1, 4) + timedelta(days=days))
        office.run_cycle()
    host.host.faults.clear()


def _addresses(office: Office, seen: Seen) -> Iterator[str]:
    app = create_app(office.parts, lambda: office.planner)
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if not rule.endpoint.startswith("pages.") or "GET" not in (rule.methods or ()):
            continue
        if any(part in rule.rule for part in NO_PAGES) or "export" in rule.rule:
            continue
        if not rule.arguments:
            yield rule.rule
        elif rule.rule in ARGUMENTS:
            yield from ARGUMENTS[rule.rule]
        else:
            seen.not_looked_at.append(rule.rule)


def _weigh(browser: Browser, office: Office, address: str, seen: Seen) -> None:
    """In a browser that has nothing of it yet."""
    office.reads("nl", Role.ADMIN)
    with Person(browser, office.url, "nl") as person:
        network = person.page.context.new_cdp_session(person.page)
        network.send("Network.enable")
        sizes: list[int] = []
        network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        person.opens(address)
        person.page.wait_for_load_state("networkidle")
        seen.bytes_of[address] = sum(sizes)
        if sum(sizes) > MOST_BYTES:
            seen.flaws.append(f"{address}: {sum(sizes)} bytes")
        if address == "/today":
            seen.first_paint_of_today = float(person.page.evaluate(_PAINTED) or 0)
            if not 0 < seen.first_paint_of_today <= FIRST_PAINT_MILLISECONDS:
                seen.flaws.append(f"/today: first paint after {seen.first_paint_of_today:.0f} ms")
        person.complaints.clear()


def _look(person: Person, address: str, called: str, seen: Seen) -> None:
    answer = person.opens(address)
    if answer.status >= 400:
        seen.flaws.append(f"{called}: status {answer.status}")
    person.page.wait_for_load_state("networkidle")
    seen.flaws += [f"{called}: {flaw}" for flaw in person.serious_flaws()]
    seen.flaws += [f"{called}: {complaint}" for complaint in person.complaints]
    person.complaints.clear()
    if person.is_too_wide():
        seen.flaws.append(f"{called}: scrolls sideways")
    shifted = float(person.page.evaluate("() => window.shifted ?? 0"))
    if shifted > MOST_SHIFTED:
        seen.flaws.append(f"{called}: jumps by {shifted:.2f}")
    if person.page.locator("h1").count() != 1:
        seen.flaws.append(f"{called}: {person.page.locator('h1').count()} headings of the first rank")


if __name__ == "__main__":
    sys.exit(main())
