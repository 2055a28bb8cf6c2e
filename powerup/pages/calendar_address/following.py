"""The calendar itself, under the address that people follow: no session, the key in the address is all."""

from flask import Flask, Response, abort, request

from powerup.files.read_calendar import SECONDS_FRESH, CalendarReader, NoSuchCalendar, ReadTooOften
from powerup.pages.page_parts import PageParts
from powerup.store.calendar_keys import CalendarKind


def add_following(app: Flask, parts: PageParts) -> None:
    """Add the address that calendars are read at. A key of another kind, a revoked one and none at all are one 404."""

    reader = CalendarReader(parts.database, parts.clock)

    def calendar(kind: str, key: str) -> Response:
        try:
            found = reader.read(key, CalendarKind(kind))
        except (NoSuchCalendar, ValueError):  # of no kind at all
            abort(404)
        except ReadTooOften as too_often:
            return Response(status=429, headers={"Retry-After": str(too_often.seconds)})
        response = Response(found.content, mimetype="text/calendar")
        response.set_etag(found.mark, weak=True)
        response.headers["Cache-Control"] = f"private, max-age={SECONDS_FRESH}"
        response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
        response.make_conditional(request)
        return response

    app.add_url_rule("/calendar/<kind>/<key>.ics", "calendar", calendar)
