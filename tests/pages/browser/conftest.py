"""The office in Chromium: one for all tests of a run, which costs a few seconds once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from powerup.commands.demo.world import open_world
from tests.pages.browser.office import Office, now
from tests.sandbox.pages.browsing import WIDE, Person

Enters = Callable[..., Person]


@pytest.fixture(scope="session")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:  # noqa: ARG001 - skips first
    """The firm, its host and its pages, from its first day on."""
    with open_world(tmp_path_factory.mktemp("office"), 0, 0, now) as world:
        opened = Office(world)
        yield opened
        opened.close()


@pytest.fixture
def enters(browser: Browser, office: Office) -> Iterator[Enters]:
    """Lets somebody in at a browser: their language, the size of their window, whether it is dark."""
    with ExitStack() as leaving:

        def enter(language: str = "nl", size: tuple[int, int] = WIDE, *, dark: bool = False) -> Person:
            office.reads(language)
            return leaving.enter_context(Person(browser, office.url, language, size, dark=dark))

        yield enter


@pytest.fixture
def person(enters: Enters) -> Person:
    """A planner at a wide screen who reads Dutch."""
    return enters()
