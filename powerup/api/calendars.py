"""Calendars that are followed by a key: read at an address of their own, for which no other key is needed; the keys are
made, listed and revoked."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Response, abort, request
from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import ROOT, Api
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import CALENDAR_KEY, CUSTOMER
from powerup.api.problems import Problem, not_there, preferred_reader, problem_response
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Choice
from powerup.files.read_calendar import SECONDS_FRESH, CalendarReader, NoSuchCalendar, ReadTooOften
from powerup.readings.followed_calendar import FollowedCalendars
from powerup.store.api_keys import Scope
from powerup.store.calendar_keys import CalendarKey, CalendarKeys, CalendarKind
from powerup.tenants.calendar_sharing import MOST_KEYS, share, stop_sharing
from powerup.texts import Text, text

_BELOW: Mapping[CalendarKind, str] = {
    CalendarKind.TENANT: "/calendar.ics",
    CalendarKind.CUSTOMER: "/customers/{code}/calendar.ics",
    CalendarKind.EMPLOYEE: "/employees/{code}/calendar.ics",
    CalendarKind.CONTRACT: "/contracts/{number}/calendar.ics",
}

CALENDARS: Mapping[str, str] = {
    _BELOW[CalendarKind.TENANT]: "All visits, as a calendar",
    _BELOW[CalendarKind.CUSTOMER]: "Visits of a customer, as a calendar",
    _BELOW[CalendarKind.EMPLOYEE]: "Visits of an employee, as a calendar",
    _BELOW[CalendarKind.CONTRACT]: "Visits of a contract, as a calendar",
}
"""Where calendars are read, and what each has."""

_EXAMPLE = {"id": CALENDAR_KEY, "kind": "customer", "code": CUSTOMER, "made_at": "2027-03-17T09:00:00+00:00"}
_GROUP = "Calendars"


class CalendarKeySchema(AnswerPart):
    """A key with which one calendar is read: of which kind, and whose, by debtor number, contract number, employee
    number or the tenant's id."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)


class CalendarKeysSchema(AnswerPart):
    """The keys that count, the oldest first."""

    items = fields.List(fields.Nested(CalendarKeySchema), required=True)


class NewCalendarKeySchema(CalendarKeySchema):
    """A key with the address to follow, which has it in its query and is shown this once."""

    address = fields.String(required=True)


class RevokedKeySchema(AnswerPart):
    """The id of the key that counts no longer."""

    revoked = fields.String(required=True)


class CalendarKeyBody(Taken):
    """Whose visits the calendar has; code is left out for all of the tenant."""

    kind = Choice(CalendarKind, required=True)
    code = fields.String(load_default="", validate=validate.Length(max=255))


def add_calendars(api: Api) -> None:
    """The calendars, and the keys with which they are read."""
    reader = CalendarReader(api.parts.database, api.parts.clock)
    for kind, path in _BELOW.items():
        _add_reading(api, reader, kind, path)
    _add_keys(api)


def _add_reading(api: Api, reader: CalendarReader, kind: CalendarKind, path: str) -> None:
    def calendar(**address: str) -> Response:
        code = next(iter(address.values()), None)
        try:
            found = reader.read(request.args.get("key", ""), kind, code)
        except NoSuchCalendar:
            abort(404)
        except ReadTooOften as too_often:
            told = text("This calendar was read too often; ask again after the seconds of Retry-After.")
            headers = {"Retry-After": str(too_often.seconds)}
            return problem_response(Problem(429, "too_many_requests", told, headers=headers), preferred_reader())
        response = Response(found.content, mimetype="text/calendar")
        response.set_etag(found.mark, weak=True)
        response.headers["Cache-Control"] = f"private, max-age={SECONDS_FRESH}"
        response.make_conditional(request)
        return response

    rule = path.replace("{code}", "<path:code>").replace("{number}", "<path:number>")
    api.add_url_rule(rule, f"{kind.value}_calendar", calendar, methods=["GET"], provide_automatic_options=False)


def _add_keys(api: Api) -> None:
    @api.add(
        Endpoint(
            "GET", "/calendar-keys", "calendar_keys", _GROUP, "Keys with which calendars are read", Scope.WRITE,
            {200: Described("The keys that count, without what is secret.", CalendarKeysSchema,
                            {"items": [_EXAMPLE]})},
        )
    )  # fmt: skip
    def listed(call: Call) -> Reply:
        with api.parts.database.read() as connection:
            return Reply({"items": list(map(_document, CalendarKeys(connection).of_tenant(call.tenant_id)))})

    @api.add(
        Endpoint(
            "POST", "/calendar-keys", "add_calendar_key", _GROUP, "Make a key of a calendar", Scope.WRITE,
            {201: Described(
                "The address to follow, shown this once.", NewCalendarKeySchema,
                _EXAMPLE | {"address": f"https://contracts.example{ROOT}/customers/{CUSTOMER}/calendar.ics?key=cmc_…"},
            )},
            body=Body(object_schema(CalendarKeyBody()), {"kind": "customer", "code": CUSTOMER}, CalendarKeyBody),
            description="Whoever has the address reads these visits without any other key, until it is revoked.",
        )
    )  # fmt: skip
    def make(call: Call) -> Reply:
        kind = call.body["kind"]
        code = call.tenant_id if kind is CalendarKind.TENANT else call.body["code"]
        with api.parts.database.write() as connection:
            if not FollowedCalendars(connection, call.caller.around).is_there(kind, code):
                raise _invalid(call, "/code", "unknown", text("There is no calendar of that."))
            secret = share(connection, call.tenant_id, kind, code, call.caller.actor, call.now)
            if secret is None:
                told = text("There are {most} addresses; revoke one that is not used.", most=MOST_KEYS)
                raise _invalid(call, "/kind", "too_many", told)
            made = CalendarKeys(connection).find(secret)
        if made is None:  # revoked in this very moment
            raise not_there()
        below = _BELOW[kind].format(code=quote(code, safe=""), number=quote(code, safe=""))
        address = f"{api.parts.base_url.rstrip('/')}{ROOT}{below}?key={secret.reveal()}"
        return Reply(_document(made) | {"address": address}, HTTPStatus.CREATED)

    @api.add(
        Endpoint(
            "DELETE", "/calendar-keys/{calendar_key}", "revoke_calendar_key", _GROUP, "Revoke a key of a calendar",
            Scope.WRITE,
            {200: Described("It counts no longer.", RevokedKeySchema, {"revoked": CALENDAR_KEY})},
        )
    )  # fmt: skip
    def revoke(call: Call, calendar_key: str) -> Reply:
        with api.parts.database.write() as connection:
            if not stop_sharing(connection, call.tenant_id, calendar_key, call.caller.actor, call.now):
                raise not_there()
        return Reply({"revoked": calendar_key})


def _document(key: CalendarKey) -> dict[str, Any]:
    return {"id": key.id, "kind": key.kind.value, "code": key.code, "made_at": key.made_at.isoformat()}


def _invalid(call: Call, pointer: str, code: str, message: Text) -> Problem:
    flaw = {"pointer": pointer, "code": code, "message": call.reader.say(message)}
    return Problem(422, "invalid", text("Nothing was done; errors says what is wrong, by its place."), errors=[flaw])
