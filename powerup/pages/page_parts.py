"""What pages are given to work with."""

from collections.abc import Callable
from dataclasses import dataclass

from powerup.pages.visitor import Visitor
from powerup.presses.press import Presses
from powerup.store.database import Database
from powerup.timing import Clock

Door = Callable[[], Visitor | None]
"""Knows whose request this is; None for one that nobody was let in with."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """Handed to every page; clock gives aware moments in UTC, base_url is where the pages are, with a final slash."""

    database: Database
    presses: Presses
    clock: Clock
    base_url: str
    door: Door


def nobody() -> Visitor | None:
    """The door while it is shut."""
    return None
