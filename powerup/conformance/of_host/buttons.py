"""What a host sends: signed, retried, and what comes of its buttons, cards and events (webhooks page, 2, 4, 5, 7)."""

import base64
from datetime import datetime
from typing import Any

import jwt

from powerup.conformance.check import Checks, Unmet
from powerup.conformance.expectations import expect, expect_member
from powerup.conformance.playing_powerup import ASKS, ENTERED, FORM, TOKEN, Message, PlayedPowerup
from powerup.texts import text
from powerup.webhooks.kit.signature import KEY_PREFIX

CHECKS = Checks[PlayedPowerup]("webhooks 4")

_SENT = "webhooks 2"


def _pressed(powerup: PlayedPowerup, action: str = FORM, *, confirm: bool = False) -> Message:
    """The message of a button beside a customer. Raises Unmet, NotTried."""
    target = {"type": "relation", "id": powerup.customer()}
    powerup.drain()
    powerup.console.press(action, target, ENTERED if action == FORM else {}, confirm=confirm)
    message = powerup.message("action.invoked")
    expect_member(message.data, "action", action)
    expect_member(message.data["target"], "type", target["type"])
    expect_member(message.data["target"], "id", target["id"])
    return message


def _shown(powerup: PlayedPowerup) -> Message:
    """The question for the cards of a customer. Raises Unmet, NotTried."""
    target = {"type": "relation", "id": powerup.customer()}
    powerup.drain()
    powerup.console.show_cards(target)
    message = powerup.message("cards.requested")
    expect_member(message.data["target"], "id", target["id"])
    return message


@CHECKS.add("cards.asked", text("Beside a customer the host asks for cards."))
def _cards(powerup: PlayedPowerup) -> None:
    _shown(powerup)


@CHECKS.add("buttons.pressed", text("A button sends its action, target, and what was entered, each in its own type."))
def _button(powerup: PlayedPowerup) -> None:
    entered = _pressed(powerup).data.get("input", {})
    for name, value in ENTERED.items():
        expect_member(entered, name, value)
        expect(
            isinstance(entered[name], bool) == isinstance(value, bool),
            text("{what} is of another type than in the form.", what=name),
        )


@CHECKS.add("buttons.intent", text("Each press has an intent of its own."))
def _intent(powerup: PlayedPowerup) -> None:
    first, second = _pressed(powerup), _pressed(powerup)
    expect(first.data["intent_id"] != second.data["intent_id"], text("Two presses have the same intent."))


@CHECKS.add("buttons.not_after", text("A press that says until when somebody waits for it does not come too late."))
def _not_after(powerup: PlayedPowerup) -> None:
    until = _pressed(powerup).data.get("not_after")
    expect(
        until is None or datetime.fromisoformat(until) > powerup.clock(),
        text("Its not_after is past: {found}.", found=str(until)),
    )


@CHECKS.add(
    "buttons.confirmed",
    text("What is confirmed is the same press with the token: its intent, and a webhook-id of its own."),
)
def _confirmed(powerup: PlayedPowerup) -> None:
    asking: dict[str, Any] = {
        "status": "needs_confirmation",
        "message": "Go on?",
        "effects": [],
        "counts": {},
        "counted_until": None,
        "confirmation": {"token": TOKEN, "expires_at": powerup.moment(minutes=10)},
    }
    powerup.reply_next(200, asking)
    first = _pressed(powerup, ASKS, confirm=True)
    second = powerup.message("action.invoked")
    expect_member(second.data, "confirmation", TOKEN)
    for member in ("intent_id", "action", "target", "input", "actor"):
        expect(
            second.data.get(member) == first.data.get(member), text("It is confirmed with another {what}.", what=member)
        )
    expect(first.id != second.id, text("Two messages have the same webhook-id."))


@CHECKS.add("delivery.ids", text("Each message has a webhook-id of its own."), section=_SENT)
def _ids(powerup: PlayedPowerup) -> None:
    expect(_shown(powerup).id != _shown(powerup).id, text("Two messages have the same webhook-id."))


@CHECKS.add(
    "delivery.retried", text("After 503 the same message comes again: its id and body, signed anew."), section=_SENT
)
def _retried(powerup: PlayedPowerup) -> None:
    powerup.reply_next(503, {"code": "unavailable", "message": "Nothing was done."}, Retry_After="0")
    first = _pressed(powerup)
    second = powerup.message("action.invoked")
    expect(first.id == second.id, text("It came again with another webhook-id."))
    expect(first.exchange.body == second.exchange.body, text("It came again with another body."))


@CHECKS.add("delivery.no_redirect", text("A redirect is not followed: the message goes nowhere else."), section=_SENT)
def _no_redirect(powerup: PlayedPowerup) -> None:
    powerup.reply_next(307, {}, Location=f"{powerup.listener.url}/elsewhere")
    _shown(powerup)
    while (found := powerup.listener.next(0)) is not None:
        expect(not found.url.endswith("/elsewhere"), text("The message was sent to where the redirect leads."))


@CHECKS.add("events.sent", text("A change of a customer is told."), section="webhooks 5")
def _events(powerup: PlayedPowerup) -> None:
    customer = powerup.customer()
    powerup.drain()
    powerup.console.by_hand(text("Change the remark of customer {customer}.", customer=customer))
    expect(customer in powerup.message("relation.changed").data["ids"], text("It names other customers."))


@CHECKS.add("panels.opened", text("A panel is opened by a token for us that lasts at most 60 s."), section="webhooks 7")
def _panel(powerup: PlayedPowerup) -> None:
    powerup.drain()
    powerup.console.by_hand(text("Open the page of the power-up in the main menu."))
    found = powerup.came(lambda each: each.url.endswith("/panel/open"), text("The form with the token"))
    token = dict(each.split("=", 1) for each in found.body.decode().split("&")).get("token", "")
    powerup.wire.secrets.add(token)
    key = base64.b64decode(powerup.key.removeprefix(KEY_PREFIX))
    needed = ["aud", "iss", "ins", "gen", "sub", "name", "role", "locale", "panel", "jti", "exp"]
    try:
        claims = jwt.decode(
            token, key, ["HS256"], audience=[powerup.url, powerup.listener.url], options={"require": needed}
        )
    except jwt.InvalidTokenError as error:
        raise Unmet(text("The token opens nothing: {words}.", words=str(error))) from error
    lasts = claims["exp"] - powerup.clock().timestamp()
    expect(lasts <= 60, text("The token lasts {seconds} s.", seconds=round(lasts)))
