"""Addresses of other software that is told of changes: added, tested, given another key, removed."""

from typing import Any

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.moments import in_zone_of
from powerup.pages.news import News
from powerup.pages.settings.words import EVENT_WORDS
from powerup.pages.visitor import Visitor
from powerup.store.tenants import Tenants
from powerup.store.webhook_addresses import AddressState, ChangeEvent, WebhookAddresses
from powerup.tenants.webhook_addresses import (
    ADDRESS_STATES,
    MOST_ADDRESSES,
    AddressCare,
    AddressRefused,
    is_under_test,
)
from powerup.texts import Text, text

_TONES = {AddressState.UNTESTED: "quiet", AddressState.ON: "good", AddressState.OFF: "bad"}


def add_webhooks(pages: Pages) -> None:
    """The page; a new key is in the answer to its making, and nowhere afterwards."""
    parts = pages.parts

    def page(visitor: Visitor, made: str = "", refused: Text | None = None) -> Response:
        with parts.database.read() as connection:
            found = WebhookAddresses(connection, visitor.tenant_id).all()
            shown = [(each, is_under_test(connection, each)) for each in found]
        response = answer(
            "settings/webhooks.html",
            visitor,
            section=addresses.settings(),
            shown=shown,
            made=made,
            refused=refused,
            typed=request.form.get("url", "") if refused else "",
            wanted=request.form.getlist("event") if refused else list(ChangeEvent),
            events=EVENT_WORDS,
            states=ADDRESS_STATES,
            tones=_TONES,
            full=len(found) >= MOST_ADDRESSES,
            here_time=in_zone_of(parts.database, visitor.tenant_id),
        )
        response.status_code = 422 if refused else 200
        return response

    def care(connection: Any, visitor: Visitor) -> AddressCare:
        environment = Tenants(connection).get(visitor.tenant_id, open_tokens=False).environment
        return AddressCare(connection, visitor.tenant_id, environment, visitor.actor, parts.clock())

    @pages.page("/settings/webhooks", role=Role.ADMIN)
    def settings_webhooks(visitor: Visitor) -> Response:
        return page(visitor)

    @pages.page("/settings/webhooks", role=Role.ADMIN, methods=("POST",))
    def change_settings_webhooks(visitor: Visitor) -> Response:
        events = _events()
        try:
            with parts.database.write() as connection:
                made = _done(care(connection, visitor), events)
        except AddressRefused as refused:
            return page(visitor, refused=refused.sentence)
        if isinstance(made, str):
            return page(visitor, made)
        return go_on(visitor, addresses.settings("webhooks"), made)


def _done(care: AddressCare, events: list[ChangeEvent]) -> News | str:
    """What one of the buttons did: what is told of it, or a key to be shown. Raises AddressRefused."""
    form = request.form
    if tested := form.get("test"):
        return _news(care.test(tested), text("A test is under way; how it ended stands here in a moment."))
    if changed := form.get("change"):
        return _news(care.want(changed, events), text("What it is told of was changed."))
    if removed := form.get("remove"):
        return _news(care.remove(removed) or None, text("It is told of nothing any more."))
    if rotated := form.get("rotate"):
        found = care.rotate(rotated)
        return found[1].reveal() if found else _news(None, text("It is not there any more."))
    _, key = care.add(form.get("url", ""), events)
    return key.reveal()


def _news(done: object | None, told: Text) -> News:
    return News(told) if done is not None else News(text("It is not there any more."), failed=True)


def _events() -> list[ChangeEvent]:
    """Those that are ticked."""
    ticked = request.form.getlist("event")
    if not set(ticked) <= {each.value for each in ChangeEvent}:
        abort(400)
    return [ChangeEvent(each) for each in ticked]
