"""The host's half of the webhook contract: installation and its keys (webhooks page 2 and 3)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from powerup.sandbox.deliveries import RetryPolicy
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.server import SandboxServer
from powerup.sandbox.signing import new_key
from tests.sandbox.calling import Caller
from tests.sandbox.receiver import Receiver, accept

LISTING_KEY = new_key()


class Clock:
    """The real time, moved on by a test."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def host(tmp_path: Path, clock: Clock) -> Iterator[SandboxServer]:
    at_once = RetryPolicy(waits=(0, 0), timeout=5)
    with SandboxServer(tmp_path / "host", listing_key=LISTING_KEY, clock=clock, retries=at_once) as running:
        yield running


@pytest.fixture
def powerup() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def test_installing_introduces_firm_key_tokens_and_callback_address(host: SandboxServer, powerup: Receiver) -> None:
    installed = host.marketplace.install(powerup.url)
    assert installed.state == "active"
    (message,) = powerup.received
    envelope, data = message.envelope, message.envelope["data"]
    assert envelope["type"] == "installation.created"
    assert envelope["audience"] == powerup.url
    assert envelope["environment"] == "sandbox"
    assert envelope["installation"] == {"id": installed.id, "generation": 1}
    assert envelope["tenant"]["id"] == data["tenant"]["id"]
    assert message.headers["Powerup-Installation"] == installed.id
    assert data["callback_url"] == f"{host.url}/powerups/callbacks"
    assert message.signed_by(LISTING_KEY)
    assert not message.signed_by(data["key"])


def test_the_tokens_of_an_installation_work_until_it_is_removed(host: SandboxServer, powerup: Receiver) -> None:
    host.marketplace.install(powerup.url)
    api = powerup.received[0].envelope["data"]["api"]
    assert api["base_url"] == host.api_url
    caller = Caller(host)
    caller.tokens = {"token": api["token"], "software_token": api["software_token"]}
    assert caller.get("employees")["code"] == 200
    host.marketplace.uninstall()
    assert caller.get("employees")["code"] == 1004
    caller.session.close()


def test_an_answer_without_the_right_proof_is_no_installation(host: SandboxServer, powerup: Receiver) -> None:
    powerup.answer = lambda _: (200, {"status": "succeeded", "proof": "AAAA"})
    installed = host.marketplace.install(powerup.url)
    assert (installed.state, "proof" in installed.reason) == ("failed", True)
    with pytest.raises(SandboxError, match="not installed"):
        host.marketplace.suspend()


def test_a_refusal_is_shown_in_the_powerups_own_words(host: SandboxServer, powerup: Receiver) -> None:
    powerup.answer = lambda _: (200, {"status": "failed", "message": "token not authorised"})
    assert host.marketplace.install(powerup.url).reason == "token not authorised"


def test_installing_twice_is_refused(host: SandboxServer, powerup: Receiver) -> None:
    host.marketplace.install(powerup.url)
    with pytest.raises(SandboxError, match="installed already"):
        host.marketplace.install(powerup.url)


def test_every_other_message_is_signed_with_the_installation_key(host: SandboxServer, powerup: Receiver) -> None:
    host.marketplace.install(powerup.url)
    key = powerup.received[0].envelope["data"]["key"]
    host.marketplace.suspend()
    host.marketplace.resume()
    host.marketplace.update_firm(name="Nieuwe naam")
    host.marketplace.uninstall()
    host.marketplace.erase()
    types = [message.envelope["type"] for message in powerup.received[1:]]
    assert types == [f"installation.{name}" for name in ("suspended", "resumed", "updated", "uninstalled", "erased")]
    assert all(message.signed_by(key) and not message.signed_by(LISTING_KEY) for message in powerup.received[1:])


@pytest.mark.parametrize(("days", "fresh", "restores"), [(29, False, True), (31, False, False), (1, True, False)])
def test_installing_again_within_thirty_days_has_a_second_signature(
    host: SandboxServer, powerup: Receiver, clock: Clock, days: int, fresh: bool, restores: bool
) -> None:
    first = host.marketplace.install(powerup.url)
    host.marketplace.uninstall()
    clock.ahead = timedelta(days=days)
    again = host.marketplace.install(powerup.url, fresh=fresh)
    assert (again.state, again.id, again.generation) == ("active", first.id, 2)
    message = powerup.of_type("installation.created")[1]
    assert message.signed_by(LISTING_KEY)
    assert message.signed_by(first.key) == restores
    assert message.envelope["data"]["key"] != first.key


def test_a_rotated_key_is_told_under_the_old_one_and_then_used(host: SandboxServer, powerup: Receiver) -> None:
    old = host.marketplace.install(powerup.url).key
    host.marketplace.rotate_key()
    host.marketplace.suspend()
    rotated, suspended = powerup.received[1:]
    new = rotated.envelope["data"]["key"]
    assert rotated.signed_by(old)
    assert suspended.signed_by(new)


def test_a_refused_rotation_leaves_the_old_key(host: SandboxServer, powerup: Receiver) -> None:
    old = host.marketplace.install(powerup.url).key
    powerup.answer = lambda _: (401, {"code": "unauthorized"})
    host.marketplace.rotate_key()
    host.marketplace.suspend()
    assert powerup.received[-1].signed_by(old)


@pytest.mark.parametrize("accepted", [True, False])
def test_new_credentials_replace_the_old_only_when_accepted(
    host: SandboxServer, powerup: Receiver, accepted: bool
) -> None:
    host.marketplace.install(powerup.url)
    powerup.answer = accept if accepted else (lambda _: (200, {"status": "failed"}))
    host.marketplace.change_credentials()
    caller = Caller(host)
    codes = []
    for message in powerup.received:
        api = message.envelope["data"]["api"]
        caller.tokens = {"token": api["token"], "software_token": api["software_token"]}
        codes.append(caller.get("employees")["code"])
    caller.session.close()
    assert codes == ([1004, 200] if accepted else [200, 1004])


def test_the_sandboxs_today_moves_here_and_there(host: SandboxServer, powerup: Receiver) -> None:
    assert host.marketplace.set_today(date(2026, 12, 31)) is None
    host.marketplace.install(powerup.url)
    host.marketplace.set_today(date(2027, 1, 1))
    assert host.host.calendar.today() == date(2027, 1, 1)
    assert powerup.received[-1].envelope["data"] == {"today": "2027-01-01"}


def test_an_installation_survives_a_restart(tmp_path: Path, powerup: Receiver) -> None:
    with SandboxServer(tmp_path, listing_key=LISTING_KEY) as first:
        installed = first.marketplace.install(powerup.url)
    with SandboxServer(tmp_path, listing_key=LISTING_KEY) as second:
        assert second.marketplace.book.current() == installed
        assert installed.key not in repr(installed)


def test_without_a_listing_key_nothing_is_installed(tmp_path: Path, powerup: Receiver) -> None:
    with SandboxServer(tmp_path) as server, pytest.raises(SandboxError, match="listing key"):
        server.marketplace.install(powerup.url)


def test_an_installation_that_got_no_answer_can_be_tried_again_and_restores(
    host: SandboxServer, powerup: Receiver
) -> None:
    powerup.answer = lambda _: (503, {"code": "unavailable"})
    first = host.marketplace.install(powerup.url)
    assert (first.state, first.reason) == ("failed", "no answer")

    def answer(envelope: dict[str, Any]) -> tuple[int, Any]:
        return accept(envelope)

    powerup.answer = answer
    assert host.marketplace.install(powerup.url).state == "active"
    assert powerup.received[-1].signed_by(first.key)


def test_a_host_with_another_address_introduces_itself_again_with_both_keys(
    host: SandboxServer, powerup: Receiver
) -> None:
    before = host.marketplace.install("http://127.0.0.1:9/") and host.marketplace.install(powerup.url)
    old = host.marketplace.host.credentials.issued_for("power-up")
    host.marketplace.suspend()
    again = host.marketplace.introduce_again(powerup.url)
    created = [message for message in powerup.received if message.envelope["type"] == "installation.created"][-1]
    assert (again.id, again.generation, again.state) == (before.id, before.generation + 1, "suspended")
    assert created.signed_by(LISTING_KEY)
    assert created.signed_by(before.key)
    assert created.envelope["data"]["api"]["token"] != old.token
    assert powerup.received[-1].envelope["type"] == "installation.suspended"
