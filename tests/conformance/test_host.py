"""The host's half of the contract is tried from outside: the stand-in passes, and what is broken is found."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
import requests

from powerup.conformance.check import Result, Verdict, tried
from powerup.conformance.console import ByHand, HostConsole
from powerup.conformance.exchange import Wire
from powerup.conformance.listener import Listener
from powerup.conformance.of_host import HOST_CHECKS
from powerup.conformance.playing_powerup import PlayedPowerup
from powerup.outsmart.public_session import host_session
from powerup.parts import now_in_utc
from powerup.sandbox import board, buttons, control_marketplace, endpoints, marketplace
from powerup.sandbox import callbacks as callbacks_of_host
from powerup.sandbox.buttons import Press
from powerup.sandbox.callbacks import Callbacks
from powerup.sandbox.credentials import CredentialBook
from powerup.sandbox.deliveries import Deliveries, RetryPolicy
from powerup.sandbox.delivery_log import Attempt, Message
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.installation import Installation
from powerup.sandbox.marketplace import Marketplace
from powerup.sandbox.masterdata import MasterData
from powerup.sandbox.query import Query
from powerup.sandbox.server import SandboxServer
from powerup.texts import Text
from tests.commands.conftest import CommandLine
from tests.sandbox.calling import Caller
from tests.webhooks.installed import key_number
from tests.webhooks.signed_messages import LISTING_KEY, OTHER_KEY

BY_HAND_ALONE = {"events.sent", "panels.opened"}


@dataclass
class Pair:
    """A stand-in host, and the power-up that is played against it."""

    powerup: PlayedPowerup
    sandbox: SandboxServer

    def results(self, *only: str) -> list[Result]:
        return [*tried([check for check in HOST_CHECKS if not only or check.id in only], self.powerup)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    directory = tmp_path_factory.mktemp("sandbox")
    with (
        SandboxServer(directory, listing_key=LISTING_KEY, retries=RetryPolicy((0.0,))) as sandbox,
        Listener("127.0.0.1", 0) as listener,
        host_session(public_only=False) as session,
    ):
        fill_with_example(sandbox.host)
        board.complete(sandbox.host, Caller(sandbox).post_order("C1-A-20270101"))
        wire = Wire(session, lambda _: None)
        yield Pair(
            PlayedPowerup(
                wire,
                listener,
                HostConsole(wire, f"{sandbox.url}/control"),
                listing_key=LISTING_KEY,
                environment="sandbox",
                clock=now_in_utc,
                patience=0.3,
                with_writes=True,
            ),
            sandbox,
        )


@pytest.fixture
def pair(running: Pair) -> Iterator[Pair]:
    yield running
    pair = running
    found = pair.sandbox.marketplace.book.find()
    if found is not None and found.state in ("active", "suspended"):
        pair.sandbox.marketplace.uninstall()
    pair.powerup.active, pair.powerup._refused, pair.powerup.created = False, None, None


def test_the_stand_in_passes(pair: Pair) -> None:
    results = pair.results()
    assert [(each.check.id, str(each.found)) for each in results if each.verdict is Verdict.FAILED] == []
    not_tried = {each.check.id for each in results if each.verdict is Verdict.NOT_TRIED}
    assert not_tried == BY_HAND_ALONE
    assert len(results) == len(HOST_CHECKS) == len({check.id for check in HOST_CHECKS})
    assert [order.status for order in pair.sandbox.host.orders.all()] == ["Compleet"]
    assert pair.sandbox.marketplace.book.find().state == "uninstalled"  # type: ignore[union-attr]  # it was installed


Plant = Callable[[pytest.MonkeyPatch], object]


def _patched(target: object, name: str, value: object) -> Plant:
    return lambda patch: patch.setattr(target, name, value)


def _without(endpoint: str) -> Plant:
    return lambda patch: patch.delitem(endpoints.ENDPOINTS, ("GET", endpoint))


def _signing_with(key: str) -> Plant:
    send = Deliveries.send
    return _patched(
        Deliveries, "send", lambda self, url, ins, keys, *more: send(self, url, ins, (key,) * len(keys), *more)
    )


def _following_redirects(patch: pytest.MonkeyPatch) -> None:
    post = requests.Session.post
    patch.setattr(
        requests.Session, "post", lambda self, url, **options: post(self, url, **options | {"allow_redirects": True})
    )


def _retrying_as_another(patch: pytest.MonkeyPatch) -> None:
    tried_once = Deliveries._try

    def retried(self: Deliveries, message: Message, how: str) -> Attempt:
        return tried_once(self, replace(message, webhook_id=f"{message.webhook_id}-{how}"), how)

    patch.setattr(Deliveries, "_try", retried)


def _confirming_as_another(patch: pytest.MonkeyPatch) -> None:
    confirm = buttons.confirm
    patch.setattr(
        control_marketplace,
        "confirm",
        lambda site, button, shown: confirm(site, replace(button, intent_id="int_another"), shown),
    )


def _taking_once(patch: pytest.MonkeyPatch) -> None:
    receive, taken = Callbacks.receive, set[str]()

    def received(self: Callbacks, body: bytes, headers: Mapping[str, str]) -> int:
        if headers.get("webhook-id", "") in taken:
            return 409
        taken.add(headers.get("webhook-id", ""))
        return receive(self, body, headers)

    patch.setattr(Callbacks, "receive", received)


def _keeping_the_old_key(self: Marketplace) -> Attempt | None:
    return self._post(self.book.current(), "installation.key_rotated", {"key": key_number(9)})


ANYBODY = _patched(callbacks_of_host, "verify", lambda *_: None)

FAULTS: tuple[tuple[str, str, Plant], ...] = (
    (
        "a manifest that is not read",
        "manifest.read",
        _patched(control_marketplace, "manifest_at", lambda _: {"actions": []}),
    ),
    ("a button that is missing", "manifest.read", _patched(control_marketplace, "buttons_of", lambda _: [])),
    ("any proof", "installation.wrong_proof", _patched(marketplace, "proof_is_right", lambda *_: True)),
    ("another listing key", "installation.created", _signing_with(OTHER_KEY)),
    ("another version", "installation.created", _patched(marketplace, "API_VERSION", "2")),
    (
        "a generation that stays",
        "installation.generation",
        lambda patch: patch.setattr(
            marketplace, "Installation", lambda **members: Installation(**members | {"generation": 1})
        ),
    ),
    ("messages that are not signed", "cards.asked", _signing_with(OTHER_KEY)),
    ("no cards", "cards.asked", _patched(control_marketplace, "ask_for_cards", lambda *_: None)),
    (
        "what was entered is lost",
        "buttons.pressed",
        _patched(control_marketplace, "_button", lambda data: Press(data["action"], data["target"])),
    ),
    (
        "one intent for all presses",
        "buttons.intent",
        _patched(control_marketplace, "_button", lambda data: Press(data["action"], data["target"], intent_id="int_1")),
    ),
    ("another intent to confirm", "buttons.confirmed", _confirming_as_another),
    (
        "no confirmation",
        "buttons.confirmed",
        _patched(control_marketplace, "confirm", lambda *_: None),
    ),
    ("no second try", "delivery.retried", lambda patch: patch.setattr(Deliveries, "deliver", Deliveries._try)),
    ("a second try under another id", "delivery.retried", _retrying_as_another),
    ("redirects that are followed", "delivery.no_redirect", _following_redirects),
    ("unsigned callbacks", "callbacks.unsigned", ANYBODY),
    ("altered callbacks", "callbacks.altered", ANYBODY),
    ("anybody's callbacks", "callbacks.wrong_key", ANYBODY),
    ("old callbacks", "callbacks.old", ANYBODY),
    ("callbacks for others", "callbacks.audience", _patched(Callbacks, "_is_for_us", lambda *_: True)),
    ("callbacks of others", "callbacks.another_installation", _patched(Callbacks, "_is_for_us", lambda *_: True)),
    ("a callback is taken only once", "callbacks.again", _taking_once),
    ("no answer to callbacks", "callbacks.cards_changed", _patched(Callbacks, "receive", lambda *_: 500)),
    ("a list that is not there", "api.worktypes", _without("worktypes")),
    ("a list that is empty", "api.paymentmethods", _patched(MasterData, "all", lambda *_: [])),
    ("any tokens", "api.tokens", _patched(CredentialBook, "check", lambda *_: None)),
    (
        "reading that settles",
        "api.reading_changes_nothing",
        _patched(Query, "flag", lambda *_, default: default),
    ),
    ("orders that stay", "api.order", _patched(endpoints, "delete_entity", lambda *_: 1)),
    ("the old key goes on", "installation.rotated", _patched(Marketplace, "rotate_key", _keeping_the_old_key)),
    ("new tokens that do not work", "installation.credentials", _patched(marketplace, "_succeeded", lambda _: False)),
    (
        "callbacks after the end",
        "installation.uninstalled",
        _patched(callbacks_of_host, "RUNNING", ("active", "suspended", "uninstalled")),
    ),
)


@pytest.mark.parametrize(("check", "plant"), [pytest.param(*each[1:], id=each[0]) for each in FAULTS])
def test_a_planted_fault_is_found_by_its_check(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, check: str, plant: Plant
) -> None:
    if next(each.installed for each in HOST_CHECKS if each.id == check) or check == "installation.generation":
        pair.powerup.ready()
    plant(monkeypatch)
    [result] = pair.results(check)
    monkeypatch.undo()
    assert result.verdict is Verdict.FAILED, result
    assert "could not be understood" not in str(result.found)


def test_a_person_is_told_what_to_do_and_what_comes_of_it_is_tried(pair: Pair) -> None:
    """The host's side of it is its own pages; the person here works its marketplace."""
    powerup, host, told = pair.powerup, pair.sandbox.marketplace, list[str]()

    def do(words: Text) -> None:
        told.append(str(words))
        match words.template.split():
            case ["Install", *_]:
                host.install(powerup.url)
            case ["Change", *_]:
                host.post("relation.changed", {"ids": [words.values["customer"]]})

    by_hand, powerup.console = powerup.console, ByHand(do)
    try:
        results = pair.results("installation.created", "events.sent")
    finally:
        powerup.console = by_hand
    assert [(each.verdict, str(each.found)) for each in results] == [(Verdict.PASSED, "None")] * 2
    assert told == [f"Install the power-up at {powerup.url}.", "Change the remark of customer 1001."]


def test_the_command_finds_out_which_half_is_there(pair: Pair) -> None:
    prompt = CommandLine({"POWERUP_CONFORMANCE_KEY": LISTING_KEY, "LANG": "en_GB.UTF-8"})
    only = ("--only", "installation.created", "--only", "api.order", "--listen", "127.0.0.1:0")
    result = prompt.run("webhook", "conformance", f"{pair.sandbox.url}/control/", *only, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["tried"], report["passed"], report["not_tried"]) == ("host", 1, 1)
    assert report["checks"][1]["found"] == "It makes a work order: see --with-writes."
    assert "whsec_" not in result.output
    found = pair.sandbox.marketplace.book.find()
    assert found is not None
    assert found.state == "uninstalled"
