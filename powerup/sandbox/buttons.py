"""Buttons and cards of the power-up as the host's pages press and ask for them (webhooks page 4)."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.installation import PLANNER, Actor
from powerup.sandbox.marketplace import Marketplace

_PATIENCE = timedelta(seconds=60)


def _new_intent() -> str:
    return f"int_{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button.

    Args:
        action: id from the manifest, for example `contract.create`.
        target: `{type, id}` and, where one was shown, `version`.
        input: what the person filled in, by the action's schema.
        actor: who pressed it.
        locale: language of the answer.
        intent_id: one per press; the confirming message has the same.
        preview: only ask for the effects.
        not_after: real time after which the person has given up; None means a minute from sending.
        confirmation: the token of an earlier `needs_confirmation`.
    """

    action: str
    target: Mapping[str, Any]
    input: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor = PLANNER
    locale: str = "nl"
    intent_id: str = field(default_factory=_new_intent)
    preview: bool = False
    not_after: datetime | None = None
    confirmation: str | None = None


def press(marketplace: Marketplace, button: Press) -> Attempt | None:
    """Press a button. Returns the last try of the message; its `answer` is for the person.

    Raises:
        SandboxError: the power-up is not installed.
    """
    not_after = button.not_after or marketplace.host.calendar.clock() + _PATIENCE
    data: dict[str, Any] = {
        "action": button.action,
        "target": dict(button.target),
        "input": dict(button.input),
        "actor": asdict(button.actor),
        "locale": button.locale,
        "intent_id": button.intent_id,
        "preview": button.preview,
        "not_after": f"{not_after.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    if button.confirmation is not None:
        data["confirmation"] = button.confirmation
    return marketplace.post("action.invoked", data)


def confirm(marketplace: Marketplace, button: Press, shown: Attempt) -> Attempt | None:
    """Confirm the effects that an earlier answer listed: the same intent, with its token.

    Args:
        button: as it was pressed.
        shown: the try that was answered `needs_confirmation`.

    Raises:
        SandboxError: that answer asked for no confirmation.
    """
    return confirm_answer(marketplace, button, shown.answer or {})


def confirm_answer(marketplace: Marketplace, button: Press, answer: Mapping[str, Any]) -> Attempt | None:
    """The same for an answer that came in whichever way, such as at the end of a run."""
    if "token" not in (answer.get("confirmation") or {}):
        words = f"there is nothing to confirm in an answer with status {answer.get('status')}"
        raise SandboxError(words, "nothing_to_confirm")
    return press(
        marketplace, replace(button, confirmation=answer["confirmation"]["token"], preview=False, not_after=None)
    )


def ask_for_cards(
    marketplace: Marketplace, target: Mapping[str, Any], actor: Actor = PLANNER, locale: str = "nl"
) -> Attempt | None:
    """Ask what to show beside a record of type relation, object, work_order, contract or tenant."""
    data = {"target": dict(target), "actor": asdict(actor), "locale": locale}
    return marketplace.post("cards.requested", data, once=True)
