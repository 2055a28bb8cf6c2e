"""The part of the control interface that works the marketplace, the buttons and the delivery log."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.buttons import Press, ask_for_cards, confirm, press
from powerup.sandbox.callbacks import Callbacks
from powerup.sandbox.delivery_log import Attempt, Message
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.installation import ADMIN, PLANNER, VIEWER
from powerup.sandbox.marketplace import Marketplace
from powerup.sandbox.pages.listed import manifest_at
from powerup.sandbox.pages.manifest import buttons_of, panels_of
from powerup.sandbox.redaction import without_secrets

_ACTORS = {actor.role: actor for actor in (ADMIN, PLANNER, VIEWER)}

Step = Callable[[Marketplace], Attempt | None]

_STEPS: dict[str, Step] = {
    "suspend": lambda marketplace: marketplace.suspend(),
    "resume": lambda marketplace: marketplace.resume(),
    "uninstall": lambda marketplace: marketplace.uninstall(),
    "erase": lambda marketplace: marketplace.erase(),
    "rotate_key": lambda marketplace: marketplace.rotate_key(),
    "change_credentials": lambda marketplace: marketplace.change_credentials(),
}


def add_marketplace_views(blueprint: Blueprint, marketplace: Marketplace, callbacks: Callbacks) -> None:
    """Add the marketplace's addresses to the control interface."""
    _add_manifest_view(blueprint)
    _add_installation_views(blueprint, marketplace)
    _add_button_views(blueprint, marketplace)
    _add_log_views(blueprint, marketplace, callbacks)


def _add_manifest_view(blueprint: Blueprint) -> None:
    @blueprint.post("/manifest")
    def manifest() -> ResponseReturnValue:
        found = manifest_at(_needed(request.get_json(), "powerup_url"))
        return jsonify(
            buttons=[button.id for button in buttons_of(found)], panels=[each.id for each in panels_of(found)]
        )


def _add_installation_views(blueprint: Blueprint, marketplace: Marketplace) -> None:
    @blueprint.post("/install")
    def install() -> ResponseReturnValue:
        data = request.get_json()
        installed = marketplace.install(_needed(data, "powerup_url"), fresh=bool(data.get("fresh", False)))
        shown = {"id": installed.id, "generation": installed.generation}
        return jsonify(**shown, state=installed.state, reason=installed.reason)

    @blueprint.post("/installation/<step>")
    def step(step: str) -> ResponseReturnValue:
        if step not in _STEPS:
            raise SandboxError(f"no step is called {step}; there are {', '.join(_STEPS)}")
        return jsonify(_attempt_as_json(_STEPS[step](marketplace)))

    @blueprint.get("/today")
    def today() -> ResponseReturnValue:
        return jsonify(today=marketplace.host.calendar.today().isoformat())

    @blueprint.put("/today")
    def set_today() -> ResponseReturnValue:
        try:
            day = date.fromisoformat(_needed(request.get_json(), "today"))
        except ValueError as flaw:
            raise SandboxError(f"today is a date such as 2027-01-31: {flaw}") from flaw
        return jsonify(_attempt_as_json(marketplace.set_today(day)))


def _add_button_views(blueprint: Blueprint, marketplace: Marketplace) -> None:
    @blueprint.post("/press")
    def press_button() -> ResponseReturnValue:
        data = dict(request.get_json())
        confirming = bool(data.pop("confirm", False))
        button = _button(data)
        attempt = press(marketplace, button)
        if confirming and attempt and (attempt.answer or {}).get("status") == "needs_confirmation":
            attempt = confirm(marketplace, button, attempt)
        return jsonify(_attempt_as_json(attempt))

    @blueprint.post("/cards")
    def cards() -> ResponseReturnValue:
        return jsonify(_attempt_as_json(ask_for_cards(marketplace, _needed(request.get_json(), "target"))))


def _button(data: dict[str, Any]) -> Press:
    actor = _ACTORS.get(data.pop("role", "planner"))
    if actor is None:
        raise SandboxError(f"role is one of {', '.join(_ACTORS)}")
    try:
        return Press(actor=actor, **data)
    except TypeError as flaw:
        raise SandboxError(f"the button could not be read: {flaw}") from flaw


def _add_log_views(blueprint: Blueprint, marketplace: Marketplace, callbacks: Callbacks) -> None:
    deliveries = marketplace.deliveries

    @blueprint.get("/deliveries")
    def listed() -> ResponseReturnValue:
        return jsonify(
            deliveries=[
                {
                    **_message_as_json(message),
                    "attempts": [_attempt_as_json(attempt) for attempt in deliveries.log.attempts(message.number)],
                }
                for message in deliveries.log.messages()
            ]
        )

    @blueprint.post("/deliveries/<int:number>/redeliver")
    def redeliver(number: int) -> ResponseReturnValue:
        times = int(request.get_json().get("times", 1))
        attempts = deliveries.redeliver_at_once(number, max(1, min(times, 20)))
        return jsonify(attempts=[_attempt_as_json(attempt) for attempt in attempts])

    @blueprint.post("/deliveries/<int:number>/corrupt")
    def corrupt(number: int) -> ResponseReturnValue:
        return jsonify(_attempt_as_json(deliveries.redeliver_altered(number)))

    @blueprint.post("/deliveries/hold")
    def hold() -> ResponseReturnValue:
        deliveries.holding = True
        return jsonify(holding=True)

    @blueprint.post("/deliveries/release")
    def release() -> ResponseReturnValue:
        attempts = deliveries.release(request.get_json().get("numbers"))
        return jsonify(attempts=[_attempt_as_json(attempt) for attempt in attempts])

    @blueprint.get("/callbacks")
    def came_back() -> ResponseReturnValue:
        return jsonify(callbacks=[asdict(callback) for callback in callbacks.listed()])


def _needed(data: Mapping[str, Any], name: str) -> Any:
    if not data.get(name):
        raise SandboxError(f"{name} is missing")
    return data[name]


def _message_as_json(message: Message) -> dict[str, Any]:
    return {
        "number": message.number,
        "webhook_id": message.webhook_id,
        "type": message.type,
        "url": message.url,
        "body": without_secrets(json.loads(message.body)),
    }


def _attempt_as_json(attempt: Attempt | None) -> dict[str, Any] | None:
    if attempt is None:
        return None
    return {
        "number": attempt.number,
        "at": attempt.at,
        "how": attempt.how,
        "request_headers": dict(attempt.request_headers),
        "status": attempt.status,
        "answer": without_secrets(attempt.answer),
        "error": attempt.error,
        "milliseconds": attempt.milliseconds,
    }
