"""A person at a browser: one page, which must stay free of console errors and of serious flaws of access."""

import shutil
from functools import cache
from importlib.resources import files
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Frame, Locator, Page, Response, expect

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Where Debian's Chromium is; None where it is not installed. Without the windows that nobody sees it needs half the
time."""

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
]
expect.set_options(timeout=15_000)  # a busy machine is no fault of the page

WIDE, NARROW = (1280, 900), (375, 812)

_SERIOUS = ("serious", "critical")


@cache
def axe_script() -> str:
    """axe as the package axe-playwright-python has it; what that package does with it is not used."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


class Person:
    """Opens pages and notices what is wrong with them.

    Args:
        base_url: of the host.
        language: that the browser asks for.
        size: of the window in pixels.
        dark: whether the system is set to dark.
    """

    def __init__(
        self, browser: Browser, base_url: str, language: str, size: tuple[int, int] = WIDE, *, dark: bool = False
    ) -> None:
        viewport = {"width": size[0], "height": size[1]}
        self._context = browser.new_context(
            base_url=base_url,
            locale=language,
            viewport=viewport,  # type: ignore[arg-type]  # a dict of these two members
            bypass_csp=False,
            color_scheme="dark" if dark else "light",
        )
        self._context.set_default_timeout(10_000)
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> "Person":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()
        if kind is None:
            assert self.complaints == [], self.complaints

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium writes an error for each page with status 4xx, which here is a form with something to correct.
        # That it focuses nothing by itself in a frame is made up for by a script.
        expected = "responded with a status of 4", "Blocked autofocusing"
        if message.type in ("error", "warning") and not any(each in message.text for each in expected):
            self.complaints.append(message.text)

    def opens(self, path: str) -> Response:
        answer = self.page.goto(path)
        assert answer is not None
        return answer

    def sees(self, text: str) -> Locator:
        found = self.page.get_by_text(text).filter(visible=True).first
        expect(found).to_be_visible()
        return found

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def serious_flaws(self, frame: Frame | None = None) -> list[str]:
        """What axe finds serious on the page, or in one frame of it, as it is now."""
        place = frame or self.page
        place.evaluate(axe_script())
        found: dict[str, Any] = place.evaluate("() => axe.run({resultTypes: ['violations']})")
        return [
            f"{flaw['id']}: {node['target']} {node['failureSummary']}"
            for flaw in found["violations"]
            if flaw["impact"] in _SERIOUS
            for node in flaw["nodes"]
        ]

    def is_too_wide(self) -> bool:
        """Whether the page itself can be scrolled sideways."""
        return bool(self.page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))
