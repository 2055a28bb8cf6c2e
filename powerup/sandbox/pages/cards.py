"""Contract cards beside a record: asked for from the power-up, drawn by the host (webhooks page 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.buttons import ask_for_cards
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.pages.addresses import back
from powerup.sandbox.pages.listed import Manifest
from powerup.sandbox.pages.manifest import Button, buttons_about, find_button
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.visitor import Visitor, current_visitor

CARDS_CHANGED = "cards.changed"
"""The type of callback by which the power-up says so (webhooks page 6)."""


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button as one person sees it beside one record.

    Args:
        reason: why it is off, in words; empty when it is on.
        values: what its form is filled with, None when the power-up gave nothing.
        choices: what the firm can choose from, by member of the form: `[{"value": "MOVED", "label": "Verhuisd"}]`.
        hints: what members come to when they are left empty, in the person's language.
        needed: members that this firm has to fill in, though the form itself does not ask for them.
    """

    button: Button
    target: Mapping[str, Any]
    reason: str = ""
    values: Mapping[str, Any] | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    needed: Sequence[str] = ()
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """What an SLA still promises of a work order.

    Args:
        number: of the work order.
        measures: `response` or `resolution`.
        due: when it has to be kept, by the firm's clocks; None while the clock stands still.
        minutes_left: negative by how long it ran over.
        state: `running`, `stopped`, `warned` or `breached`.
    """

    number: str
    measures: str
    due: datetime | None
    minutes_left: int
    state: str


@dataclass(frozen=True, slots=True)
class Sla:
    """The most urgent promises, and how many more there are."""

    promises: Sequence[Promise]
    more: int


@dataclass(frozen=True, slots=True)
class Card:
    """A contract beside a record. Dates are ISO 8601; sla is None where nothing of that kind is promised."""

    id: str
    name: str
    status: str
    status_date: str
    status_reason: str
    status_by: str
    summary: str
    visits: Sequence[Mapping[str, Any]]
    work_orders: Sequence[Mapping[str, Any]]
    sla: Sla | None
    warnings: Sequence[str]
    buttons: Sequence[ShownButton]


@dataclass(frozen=True, slots=True)
class Cards:
    """What the power-up answered.

    Args:
        trouble: key of the text that says why there are none; empty when the answer came.
        words: the power-up's own, where it refused.
    """

    cards: Sequence[Card] = ()
    buttons: Sequence[ShownButton] = ()
    trouble: str = ""
    words: str = ""

    def button(self, action_id: str) -> ShownButton | None:
        """The button of an action, about the record itself or on one of its cards."""
        on_cards = (shown for card in self.cards for shown in card.buttons)
        return next((shown for shown in (*self.buttons, *on_cards) if shown.button.id == action_id), None)


def add_card_views(blueprint: Blueprint, site: Site) -> None:
    """The part of a page that holds cards; fetched after the page, which so never waits for the power-up."""

    @blueprint.get("/cards/<type_>/<path:id_>")
    def cards(type_: str, id_: str) -> ResponseReturnValue:
        found = ask_cards(site, current_visitor(), {"type": type_, "id": id_})
        customer = request.args.get("customer", "")
        return render_template("cards.html", found=found, customer=customer, back=back(), type=type_, id=id_)

    @blueprint.get("/changed-cards")
    def changed_cards() -> ResponseReturnValue:
        """Whether the power-up has called back since that cards look otherwise now: then they are asked for anew."""
        newest = site.callbacks.newest(CARDS_CHANGED)
        if newest <= request.args.get("after", 0, type=int):
            return "", 204
        return render_template("changed_cards.html", newest=newest), {"HX-Trigger": "run-finished"}


def ask_cards(site: Site, visitor: Visitor, target: Mapping[str, Any]) -> Cards:
    """The cards beside a record, each with its buttons."""
    installation = site.installation()
    if installation is None:
        return Cards(trouble="not_installed")
    if site.marketplace.deliveries.holding:
        return Cards(trouble="held")
    try:
        manifest = site.listed.manifest()
    except SandboxError:
        return Cards(trouble="no_answer")
    attempt = ask_for_cards(site.marketplace, target, visitor.actor, visitor.texts.language)
    answer = attempt.answer if attempt else None
    if answer is None:
        return Cards(trouble="no_answer")
    if "cards" not in answer:
        return Cards(trouble="refused", words=str(answer.get("message", "")))
    cards = [_card(manifest, visitor, card) for card in answer["cards"]]
    return Cards(cards, _buttons_of_record(manifest, visitor, target, answer))


def _buttons_of_record(
    manifest: Manifest, visitor: Visitor, target: Mapping[str, Any], answer: Mapping[str, Any]
) -> list[ShownButton]:
    """The buttons about the record itself, such as a new contract; on, unless the answer says otherwise."""
    if target["type"] in ("contract", "visit"):
        return []
    said = {action["id"]: action for action in answer.get("actions", ())}
    return [
        _shown(button, visitor, target, said.get(button.id, {})) for button in buttons_about(manifest, target["type"])
    ]


def _card(manifest: Manifest, visitor: Visitor, card: Mapping[str, Any]) -> Card:
    target = {"type": "contract", "id": card["id"]}
    if "version" in card:
        target["version"] = card["version"]
    return Card(
        id=str(card["id"]),
        name=str(card.get("name", "")),
        status=str(card.get("status", "")),
        status_date=str(card.get("status_date") or ""),
        status_reason=str(card.get("status_reason") or ""),
        status_by=str(card.get("status_by") or ""),
        summary=str(card.get("summary") or ""),
        visits=[_visit(manifest, visitor, visit) for visit in card.get("next_visits", ())],
        work_orders=[_visit(manifest, visitor, order) for order in card.get("work_orders", ())],
        sla=_sla(card["sla"]) if card.get("sla") else None,
        warnings=[str(warning) for warning in card.get("warnings", ())],
        buttons=_buttons(manifest, visitor, target, card.get("actions", ())),
    )


def _sla(said: Mapping[str, Any]) -> Sla:
    promises = [
        Promise(
            number=str(row["workorder_no"]),
            measures=str(row["measures"]),
            due=datetime.fromisoformat(row["due"]) if row.get("due") else None,
            minutes_left=int(row["minutes_left"]),
            state=str(row["state"]),
        )
        for row in said.get("rows", ())
    ]
    return Sla(promises, int(said.get("more", 0)))


def _visit(manifest: Manifest, visitor: Visitor, visit: Mapping[str, Any]) -> dict[str, Any]:
    target = {"type": "visit", "id": visit.get("id", "")}
    return {**visit, "buttons": _buttons(manifest, visitor, target, visit.get("actions", ()))}


def _buttons(
    manifest: Manifest, visitor: Visitor, target: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]
) -> list[ShownButton]:
    found = [(find_button(manifest, action["id"]), action) for action in actions]
    return [_shown(button, visitor, target, action) for button, action in found if button]


def _shown(button: Button, visitor: Visitor, target: Mapping[str, Any], action: Mapping[str, Any]) -> ShownButton:
    reason = ""
    if not visitor.may(button.role):
        reason = visitor.texts.say("For this you must be {role}.", role=visitor.texts.word("role", button.role))
    elif not action.get("enabled", True):
        reason = str(action.get("reason") or visitor.texts.say("That is not possible now."))
    needed, hints = action.get("needed") or (), action.get("hints") or {}
    return ShownButton(button, target, reason, action.get("input"), action.get("choices") or {}, needed, hints)
