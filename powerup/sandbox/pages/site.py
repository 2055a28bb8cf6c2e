"""What every page of the host works with, in one place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from powerup.sandbox.callbacks import Callbacks
from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.host import Host
from powerup.sandbox.installation import RUNNING, Installation
from powerup.sandbox.marketplace import Marketplace
from powerup.sandbox.pages.drafts import Drafts
from powerup.sandbox.pages.listed import ListedPowerup
from powerup.sandbox.pages.walk import Walk


@dataclass(frozen=True, slots=True)
class Site:
    """The host behind its pages.

    Args:
        host: the firm's records.
        marketplace: installs the power-up and sends it messages.
        callbacks: what came back.
        listed: the power-up that the marketplace offers.
        walk: moves time on.
        drafts: forms that are being filled in.
    """

    host: Host
    marketplace: Marketplace
    callbacks: Callbacks
    listed: ListedPowerup
    walk: Walk
    drafts: Drafts = field(default_factory=Drafts)

    def installation(self) -> Installation | None:
        """The installation that runs or is suspended, None when there is none."""
        found = self.marketplace.book.find()
        return found if found and found.state in RUNNING else None

    def last_answer(self, attempt: Attempt) -> Mapping[str, Any] | None:
        """What came of a message: its answer, or that in which its run has ended; None when it was not answered."""
        answer = attempt.answer
        if answer is None or "run" not in answer:
            return answer
        return self.callbacks.run(str(answer["run"]["id"])) or answer

    def attempt_data(self, attempt: Attempt) -> Mapping[str, Any]:
        """The data that a try carried, as it was sent."""
        body = self.marketplace.deliveries.log.message(attempt.message_number).body
        return dict(json.loads(body)["data"])
