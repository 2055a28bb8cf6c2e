"""What a host takes from its power-up, and what it does not (webhooks page, section 6)."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from powerup.conformance.check import Checks
from powerup.conformance.exchange import Answer
from powerup.conformance.expectations import expect
from powerup.conformance.playing_host import new_key
from powerup.conformance.playing_powerup import PlayedPowerup
from powerup.texts import Text, text

CHECKS = Checks[PlayedPowerup]("webhooks 6")

Calling = Callable[[PlayedPowerup], Answer]

_TARGETS = {"targets": [{"type": "relation", "id": "1001"}]}
_ENDED: Mapping[str, Any] = {
    "status": "succeeded",
    "message": "Done.",
    "run": {"id": "run_conformance"},
    "effects": [],
    "counts": {},
    "counted_until": None,
    "refresh": [],
}
_VISIT = {
    "id": "1042:A:2026-12-31:CV-1",
    "contract": "1042",
    "customer": "1001",
    "customer_name": None,
    "planned_date": "2026-12-31",
    "words": "Conformance test",
}
_RAISED = {
    "kind": "visits",
    "number": 1,
    "contracts": ["1042"],
    "message": "Conformance test",
    "visits": [_VISIT],
}
_TOO_OLD_SECONDS = -3600


def _taken(check_id: str, expects: Text, call: Calling) -> None:
    @CHECKS.add(check_id, expects)
    def _(powerup: PlayedPowerup) -> None:
        answer = call(powerup)
        expect(200 <= answer.status < 300, text("It was answered {status}.", status=str(answer.status)))


def _refused(check_id: str, expects: Text, call: Calling) -> None:
    @CHECKS.add(check_id, expects)
    def _(powerup: PlayedPowerup) -> None:
        answer = call(powerup)
        expect(400 <= answer.status < 500, text("It was answered {status}.", status=str(answer.status)))


def _of(callback_type: str, data: Mapping[str, Any]) -> Calling:
    return lambda powerup: powerup.call_back(callback_type, data)


def _twice(powerup: PlayedPowerup, message_id: str) -> Answer:
    powerup.call_back(message_id=message_id)
    return powerup.call_back(message_id=message_id)


_taken("callbacks.cards_changed", text("cards.changed is taken."), _of("cards.changed", _TARGETS))
_taken("callbacks.run_finished", text("run.finished is taken."), _of("run.finished", _ENDED))
_taken("callbacks.attention_raised", text("attention.raised is taken."), _of("attention.raised", _RAISED))
_taken(
    "callbacks.again",
    text("A callback that comes a second time is taken again."),
    lambda powerup: _twice(powerup, f"msg_{secrets.token_hex(12)}"),
)
_taken(
    "callbacks.two_signatures",
    text("One good signature among others is enough, as while a key is rotated."),
    lambda powerup: powerup.call_back(keys=[new_key(), powerup.key]),
)
_refused(
    "callbacks.unsigned",
    text("A callback without a signature is refused with 4xx."),
    lambda powerup: powerup.call_back(headers={"webhook-signature": None}),
)
_refused(
    "callbacks.wrong_key",
    text("A callback that another key has signed is refused with 4xx."),
    lambda powerup: powerup.call_back(keys=[new_key()]),
)
_refused(
    "callbacks.listing_key",
    text("A callback that the listing key has signed is refused with 4xx."),
    lambda powerup: powerup.call_back(keys=[powerup.listing_key]),
)
_refused(
    "callbacks.altered",
    text("A callback that was altered after signing is refused with 4xx."),
    lambda powerup: powerup.call_back(altered=b" "),
)
_refused(
    "callbacks.old",
    text("A callback of an hour ago is refused with 4xx."),
    lambda powerup: powerup.call_back(seconds=_TOO_OLD_SECONDS),
)
_refused(
    "callbacks.another_installation",
    text("A callback of another installation is refused with 4xx."),
    lambda powerup: powerup.call_back(installation={"id": "ins_of_nobody", "generation": 1}),
)
_refused(
    "callbacks.audience",
    text("A callback for another host is refused with 4xx."),
    lambda powerup: powerup.call_back(audience="https://another.example/callbacks"),
)
_refused(
    "callbacks.no_json",
    text("A signed callback that is no message is refused with 4xx."),
    lambda powerup: powerup.call_back(body=b"{"),
)
