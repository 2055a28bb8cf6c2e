"""The calendar itself, under the address that people follow: no session, the key in the address is all."""

from flask import Flask, Response, abort, request

from powerup.files.followed_calendar_file import followed_calendar_file, mark_of
from powerup.pages.page_parts import PageParts
from powerup.rate import RateLimit
from powerup.readings.followed_calendar import FollowedCalendars
from powerup.store.calendar_keys import CalendarKeys
from powerup.store.encryption import Secret
from powerup.store.tenants import TenantState
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader

_LONGEST_KEY = 100
_AT_ONCE, _PER_SECOND = 20.0, 1 / 30
"""How often one address is read, in each process: calendars ask every quarter of an hour at most."""

_SECONDS = 900
"""For so long nobody need ask again."""


def add_following(app: Flask, parts: PageParts) -> None:
    """Add the address that calendars are read at. A key of another kind, a revoked one and none at all are one 404."""

    limit = RateLimit(_PER_SECOND, _AT_ONCE)

    def calendar(kind: str, key: str) -> Response:
        now = parts.clock()
        with parts.database.read() as connection:
            found = CalendarKeys(connection).find(Secret(key)) if len(key) <= _LONGEST_KEY else None
            if found is None or found.kind.value != kind:
                abort(404)
            if wait := limit.seconds_to_wait(found.id, now):
                return Response(status=429, headers={"Retry-After": str(wait)})
            tenant, around = tenant_in_circumstances(connection, found.tenant_id, now, open_tokens=False)
            if tenant.state is TenantState.UNINSTALLED:
                abort(404)
            followed = FollowedCalendars(connection, around).of(found.kind, found.code)
        reader = Reader(followed.language or tenant.locale)
        content = followed_calendar_file(followed, around, tenant.name, reader, now)
        response = Response(content, mimetype="text/calendar")
        response.set_etag(mark_of(content), weak=True)
        response.headers["Cache-Control"] = f"private, max-age={_SECONDS}"
        response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
        response.make_conditional(request)
        return response

    app.add_url_rule("/calendar/<kind>/<key>.ics", "calendar", calendar)
