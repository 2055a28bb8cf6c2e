"""The power-up's half of the contract is tried from outside: ours passes, and what is broken is found."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from powerup.actions import perform
from powerup.actions.kit.confirmation import Confirmations
from powerup.actions.kit.request import Role
from powerup.conformance.check import Verdict
from powerup.conformance.of_powerup import POWERUP_CHECKS, delivery
from powerup.presses import press
from powerup.rate import RateLimit
from powerup.store.opened_panels import OpenedPanels
from powerup.visitors.panels import Panels
from powerup.webhooks.kit import keys, signature
from powerup.webhooks.kit.addresses import AddressLists
from powerup.webhooks.messages import installing
from powerup.webhooks.way_in import admission, handling
from powerup.webhooks.way_out import addressing
from tests.conformance.conftest import Pair
from tests.conformance.trials import Environ, Proxy


def test_ours_passes_and_nothing_is_left_behind(pair: Pair) -> None:
    results = pair.results()
    assert [(each.check.id, each.found) for each in results if each.verdict is Verdict.FAILED] == []
    assert [each.check.id for each in results if each.verdict is Verdict.NOT_TRIED] == ["delivery.unavailable"]
    assert len(results) == len(POWERUP_CHECKS) == len({check.id for check in POWERUP_CHECKS})
    assert pair.house.tenants() == []


Plant = Callable[[Proxy, pytest.MonkeyPatch], object]


def _before(change: Callable[[Environ], object]) -> Plant:
    return lambda proxy, _: setattr(proxy, "before", change)


def _after_json(path: str, change: Callable[[dict[str, Any]], object]) -> Plant:
    return lambda proxy, _: proxy.change_answer(path, change)


def _patched(target: object, name: str, value: object) -> Plant:
    return lambda _, patch: patch.setattr(target, name, value)


def _says_why_it_is_not_let_in(environ: Environ, status: int, headers: dict[str, str], body: bytes) -> Any:
    return status, headers, body + environ.get("HTTP_WEBHOOK_ID", "nobody").encode() if status == 401 else body


def _without_reasons(answer: dict[str, Any]) -> None:
    for card in answer.get("cards", ()):
        for button in card["actions"]:
            button["reason"] = None


def _first_signature_alone(environ: Environ) -> None:
    environ["HTTP_WEBHOOK_SIGNATURE"] = environ.get("HTTP_WEBHOOK_SIGNATURE", "").split(" ")[0]


def _never_the_same(_: Environ, status: int, headers: dict[str, str], body: bytes) -> Any:
    return status, headers, body + b" " * (int(time.monotonic() * 1000) % 50)


def _without_a_limit(_: Proxy, patch: pytest.MonkeyPatch) -> None:
    """With fewer messages than it takes to see that there is none by default."""
    patch.setattr(RateLimit, "seconds_to_wait", lambda *_: 0)
    for name, number in (("_BURST", 0), ("_PER_SECOND", 0), ("_MOST_SENT", 10)):
        patch.setattr(delivery, name, number)


FAULTS: tuple[tuple[str, str, Plant], ...] = (
    ("a text without Dutch", "manifest.schema", _after_json("powerup.json", lambda found: found["name"].pop("nl"))),
    (
        "an id used twice",
        "manifest.ids",
        _after_json("powerup.json", lambda found: found["actions"].append(found["actions"][0])),
    ),
    (
        "any content type",
        "delivery.content_type",
        _before(lambda environ: environ.update(CONTENT_TYPE="application/json")),
    ),
    (
        "packed bodies",
        "delivery.encoding",
        _before(lambda environ: environ.pop("HTTP_CONTENT_ENCODING", None)),
    ),
    ("bodies of any size", "delivery.too_large", _patched(admission, "MOST_BYTES", 2**30)),
    ("another status", "delivery.too_large", lambda proxy, _: proxy.change_status("too_large", 400)),
    ("old messages", "delivery.old", _patched(signature, "TOLERANCE", timedelta(days=1))),
    ("early messages", "delivery.early", _patched(signature, "TOLERANCE", timedelta(days=1))),
    (
        "any signature",
        "delivery.altered",
        _patched(keys, "matching_keys", lambda _, __, tried: frozenset(range(len(tried)))),
    ),
    ("any key for any type", "delivery.key_of_created", _patched(admission, "_check_key_fits", lambda *_: None)),
    ("the first signature alone", "delivery.one_good_signature", _before(_first_signature_alone)),
    (
        "a reason in its 401",
        "delivery.same_401",
        lambda proxy, _: setattr(proxy, "after", _says_why_it_is_not_let_in),
    ),
    ("JSON of any kind", "delivery.duplicate_names", _patched(admission, "parse_object", json.loads)),
    ("no offset", "delivery.no_json", _after_json("webhooks", lambda answer: answer.pop("offset", None))),
    ("no pointers", "delivery.unknown_type", _after_json("webhooks", lambda answer: answer.pop("errors", None))),
    ("messages for others", "delivery.audience", _patched(admission.Recipient, "check", lambda *_: None)),
    ("messages of other tenants", "delivery.tenant", _patched(admission.Recipient, "check", lambda *_: None)),
    ("no word of a replay", "delivery.replayed", lambda proxy, _: proxy.drop_header("powerup-replayed")),
    ("another answer to a replay", "delivery.replayed", lambda proxy, _: setattr(proxy, "after", _never_the_same)),
    ("an id for two bodies", "delivery.id_reused", lambda proxy, _: proxy.change_status("id_reused", 200)),
    ("late messages", "delivery.older_generation", _patched(handling, "_out_of_time", lambda *_: None)),
    ("any number of messages", "delivery.rate", _without_a_limit),
    ("viewers who press", "actions.denied", _patched(Role, "may", lambda *_: True)),
    ("work that is done twice", "actions.intent", _patched(press, "key_of", lambda _: None)),
    ("presses that come too late", "actions.expired", _patched(perform, "Expired", perform.Denied)),
    ("danger without a question", "actions.danger", _patched(perform, "_may_be_done", lambda *_: True)),
    ("previews that do it", "actions.preview", _patched(perform, "_may_be_done", lambda *_: True)),
    ("anybody's token", "actions.token_of_another", _patched(Confirmations, "confirms", lambda *_: True)),
    ("old versions", "actions.old_version", _patched(perform, "_check_version", lambda _: None)),
    ("grey buttons without a reason", "cards.beside", _after_json("webhooks", _without_reasons)),
    (
        "unsigned callbacks",
        "callbacks.run_finished",
        _patched(addressing, "signed_headers", lambda *_: {"Content-Type": "application/json"}),
    ),
    ("tokens that open twice", "panels.once", _patched(OpenedPanels, "add", lambda *_: True)),
    ("tokens that never lapse", "panels.lapsed", _patched(Panels, "_check", lambda *_: None)),
    ("a wrong proof", "installation.proof", _patched(installing, "proof", lambda *_: "AAAA")),
    ("any address", "installation.refuses_api", _patched(AddressLists, "problems_of_api", lambda *_: [])),
    ("tokens that nobody tried", "installation.wrong_tokens", _patched(installing, "_tried", lambda *_: None)),
    ("the old key for everything", "installation.rotated", _patched(admission, "_outdated", lambda *_: None)),
    ("work after uninstalling", "installation.uninstalled", _patched(handling, "_out_of_time", lambda *_: None)),
)


@pytest.mark.parametrize(("check", "plant"), [pytest.param(*each[1:], id=each[0]) for each in FAULTS])
def test_a_planted_fault_is_found_by_its_check(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, check: str, plant: Plant
) -> None:
    pair.host.ready()
    plant(pair.proxy, monkeypatch)
    [result] = pair.results(check)
    assert result.verdict is Verdict.FAILED, result
    assert result.found is not None
    assert "could not be understood" not in str(result.found)
