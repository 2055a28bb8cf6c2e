"""Addresses under which people follow a calendar: made, shown once, and revoked."""

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.news import News
from powerup.pages.visitor import Visitor
from powerup.readings.followed_calendar import FollowedCalendars
from powerup.store.calendar_keys import CalendarKeys, CalendarKind
from powerup.tenants.calendar_sharing import MOST_KEYS, share, stop_sharing
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import text

_ADDRESS = "/calendar-address/<any(customer, contract, employee, tenant):kind>/<path:code>"


def add_calendar_address(pages: Pages) -> None:
    """The page of a calendar's addresses; a new one is in the answer to its making, and nowhere afterwards."""
    parts = pages.parts

    def page(visitor: Visitor, kind: CalendarKind, code: str, made: str = "") -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            calendars = FollowedCalendars(connection, around)
            if not calendars.is_there(kind, code):
                abort(404)
            keys = CalendarKeys(connection).of(visitor.tenant_id, kind, code)
            name = calendars.name(kind, code)
        return answer(
            "calendar_address/page.html",
            visitor,
            kind=kind.value,
            code=code,
            name=name,
            keys=keys,
            made=made,
            zone=around.zone,
        )

    @pages.page(_ADDRESS, role=Role.PLANNER)
    def calendar_address(visitor: Visitor, kind: str, code: str) -> Response:
        return page(visitor, CalendarKind(kind), code)

    @pages.page(_ADDRESS, role=Role.PLANNER, methods=("POST",))
    def change_calendar_address(visitor: Visitor, kind: str, code: str) -> Response:
        now, of = parts.clock(), CalendarKind(kind)
        page(visitor, of, code)  # 404 where there is no such calendar
        with parts.database.write() as connection:
            if revoked := request.form.get("revoke"):
                done = stop_sharing(connection, visitor.tenant_id, revoked, visitor.actor, now)
                told = (
                    text("The address does not work any more.") if done else text("That address is not there any more.")
                )
                return go_on(visitor, addresses.calendar_address(kind, code), News(told, failed=not done))
            secret = share(connection, visitor.tenant_id, of, code, visitor.actor, now)
        if secret is None:
            told = text("There are {most} addresses; revoke one that is not used.", most=MOST_KEYS)
            return go_on(visitor, addresses.calendar_address(kind, code), News(told, failed=True))
        return page(visitor, of, code, f"{parts.base_url}calendar/{kind}/{secret.reveal()}.ics")
