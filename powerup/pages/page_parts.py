"""What pages are given to work with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from powerup.pages.visitor import Visitor
from powerup.presses.press import Presses
from powerup.store.database import Database
from powerup.tenants.host_choices import HostChoices
from powerup.timing import Clock
from powerup.visitors.open_sessions import OpenSessions
from powerup.visitors.panels import Panels
from powerup.visitors.signing_in import SigningIn

Door = Callable[[], Visitor | None]
"""Knows whose request this is; None for one that nobody was let in with."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """Handed to every page; clock gives aware moments in UTC, base_url is where the pages are, with a final slash.

    sends_mail says whether this server has a mail server to send by. host_choices are what forms pick from at the
    hosts, one for all pages, which keeps their lists for a while.
    """

    database: Database
    presses: Presses
    clock: Clock
    base_url: str
    door: Door
    signing_in: SigningIn
    sessions: OpenSessions
    panels: Panels
    sends_mail: bool
    host_choices: HostChoices = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "host_choices", HostChoices(self.database, self.presses.open_host, self.presses.readers)
        )
