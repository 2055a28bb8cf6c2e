"""Keys of other software, and addresses of calendars that people follow: made, shown once, and revoked."""

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.news import News
from powerup.pages.settings.words import SCOPE_WORDS
from powerup.pages.visitor import Visitor
from powerup.readings.followed_calendar import FollowedCalendars
from powerup.store.api_keys import ApiKeys, Scope
from powerup.store.calendar_keys import CalendarKeys
from powerup.tenants.calendar_sharing import stop_sharing
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.keys import make_key, revoke_key
from powerup.texts import text

_REVOKED = text("It does not work any more.")
_GONE = text("It is not there any more.")


def add_keys(pages: Pages) -> None:
    """Both pages; a new key is in the answer to its making, and nowhere afterwards."""
    parts = pages.parts

    def key_page(visitor: Visitor, made: str = "") -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            found = ApiKeys(connection).of_tenant(visitor.tenant_id)
        return answer(
            "settings/keys.html",
            visitor,
            section=addresses.settings(),
            keys=[key for key in found if key.revoked_at is None],
            made=made,
            scopes=SCOPE_WORDS,
            zone=around.zone,
        )

    @pages.page("/settings/keys", role=Role.ADMIN)
    def settings_keys(visitor: Visitor) -> Response:
        return key_page(visitor)

    @pages.page("/settings/keys", role=Role.ADMIN, methods=("POST",))
    def change_settings_keys(visitor: Visitor) -> Response:
        form, now = request.form, parts.clock()
        with parts.database.write() as connection:
            if revoked := form.get("revoke"):
                done = revoke_key(connection, visitor.tenant_id, revoked, visitor.actor, now)
                return go_on(visitor, addresses.settings("keys"), News(_REVOKED if done else _GONE, failed=not done))
            if form.get("scope") not in list(Scope):
                abort(400)
            scope, name = Scope(form["scope"]), form.get("name", "")
            _, secret = make_key(connection, visitor.tenant_id, scope, name, visitor.actor, now)
        return key_page(visitor, secret.reveal())

    @pages.page("/settings/calendars", role=Role.ADMIN)
    def settings_calendars(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            calendars = FollowedCalendars(connection, around)
            keys = CalendarKeys(connection).of_tenant(visitor.tenant_id)
            named = [(key, calendars.name(key.kind, key.code)) for key in keys]
        return answer("settings/calendars.html", visitor, section=addresses.settings(), keys=named, zone=around.zone)

    @pages.page("/settings/calendars", role=Role.ADMIN, methods=("POST",))
    def change_settings_calendars(visitor: Visitor) -> Response:
        with parts.database.write() as connection:
            key_id = request.form.get("revoke", "")
            done = stop_sharing(connection, visitor.tenant_id, key_id, visitor.actor, parts.clock())
        return go_on(visitor, addresses.settings("calendars"), News(_REVOKED if done else _GONE, failed=not done))
