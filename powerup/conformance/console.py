"""How a host is got to do something: by its test console, or by a person who is told what to do."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from powerup.conformance.check import NotTried
from powerup.conformance.exchange import Wire
from powerup.conformance.expectations import expect_status
from powerup.texts import Text, text

Document = dict[str, Any]


class Console(Protocol):
    """What can be asked of a host. What it answers is empty where nobody can say."""

    def read_manifest(self, powerup: str) -> Document:
        """Read the manifest of the power-up at this address: the ids of its `buttons`."""

    def install(self, powerup: str) -> Document:
        """Install it: the `state` that it has at the host then, such as `active` or `failed`."""

    def step(self, name: str) -> None:
        """suspend, resume, rotate_key, change_credentials, uninstall or erase."""

    def press(self, action: str, target: Mapping[str, str], entered: Mapping[str, object], *, confirm: bool) -> None:
        """Press a button; confirm: say yes where it asks."""

    def show_cards(self, target: Mapping[str, str]) -> None:
        """Show what there is beside a record."""

    def by_hand(self, words: Text) -> None:
        """What only a person can do. Raises NotTried where there is none."""


@dataclass(frozen=True, slots=True)
class HostConsole:
    """The test console of a host at an address (webhooks page, section 12). Every method raises Unmet."""

    wire: Wire
    url: str

    def read_manifest(self, powerup: str) -> Document:
        return self._ask("manifest", {"powerup_url": powerup})

    def install(self, powerup: str) -> Document:
        return self._ask("install", {"powerup_url": powerup})

    def step(self, name: str) -> None:
        self._ask(f"installation/{name}", {})

    def press(self, action: str, target: Mapping[str, str], entered: Mapping[str, object], *, confirm: bool) -> None:
        self._ask("press", {"action": action, "target": target, "input": entered, "confirm": confirm})

    def show_cards(self, target: Mapping[str, str]) -> None:
        self._ask("cards", {"target": target})

    def by_hand(self, words: Text) -> None:  # noqa: ARG002 - nobody is there to read them
        raise NotTried(text("A test console cannot do it: see --by-hand."))

    def _ask(self, path: str, document: Mapping[str, object]) -> Document:
        address = f"{self.url.rstrip('/')}/{path}"
        answer = self.wire.send("POST", address, {"Content-Type": "application/json"}, json.dumps(document).encode())
        expect_status(answer, 200)
        found = json.loads(answer.body)
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class ByHand:
    """A person, who is told what to do at the host; what comes of it is waited for."""

    say: Callable[[Text], None]

    def read_manifest(self, powerup: str) -> Document:
        self.say(text("Let the host list the power-up at {url}, and look at it in its marketplace.", url=powerup))
        return {}

    def install(self, powerup: str) -> Document:
        self.say(text("Install the power-up at {url}.", url=powerup))
        return {}

    def step(self, name: str) -> None:
        self.say(_STEPS[name])

    def press(self, action: str, target: Mapping[str, str], entered: Mapping[str, object], *, confirm: bool) -> None:
        words = text(
            "Beside customer {customer}: press the button {action}, and enter {entered}.",
            action=action,
            customer=target["id"],
            entered=", ".join(f"{name} = {value}" for name, value in entered.items()),
        )
        self.say(words)
        if confirm:
            self.say(text("It asks whether to go on: say yes."))

    def show_cards(self, target: Mapping[str, str]) -> None:
        self.say(text("Open the page of customer {customer}.", customer=target["id"]))

    def by_hand(self, words: Text) -> None:
        self.say(words)


_STEPS: Mapping[str, Text] = {
    "suspend": text("Suspend the power-up."),
    "resume": text("Let the power-up go on."),
    "rotate_key": text("Give the power-up a new key."),
    "change_credentials": text("Give the power-up new tokens."),
    "uninstall": text("Uninstall the power-up."),
    "erase": text("Have the power-up erase what it keeps."),
}
