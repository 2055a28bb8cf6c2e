"""Riding together: visits of several contracts at one address, offered as one trip and moved to its day (rules:
Planning, Ride together)."""

from datetime import date
from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.actions import IDEMPOTENCY_KEY, intent_of
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import BULK, CONTRACT, CUSTOMER, VISIT
from powerup.api.invoices import MONTH
from powerup.api.taking_in import WholeInQuery
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Code, Day
from powerup.presses.bulk import MOST_PRESSES, Bulks
from powerup.presses.riding import begin_ride
from powerup.readings.one_trip import USUAL_DAYS_APART, OneTrip, trips_of_month
from powerup.readings.planning import PlanningFilter
from powerup.store.api_keys import Scope

_MOST_DAYS_APART = 31

_TRIP: dict[str, Any] = {
    "day": "2027-03-31",
    "customer": CUSTOMER,
    "where": "Voorbeeld BV, Zutphen",
    "visits": [
        {"visit": VISIT, "contract": CONTRACT, "planned_date": "2027-03-31", "moves": False},
        {"visit": "1043:A:2027-04-02:", "contract": "1043", "planned_date": "2027-04-02", "moves": True},
    ],
}
_TO_RIDE: dict[str, Any] = {"day": "2027-03-31", "visits": ["1043:A:2027-04-02:"]}


class TripVisitSchema(AnswerPart):
    """A visit of a trip; moves says that it would move to the day of the trip."""

    visit = fields.String(required=True)
    contract = fields.String(required=True)
    planned_date = fields.Date(required=True)
    moves = fields.Boolean(required=True)


class TripSchema(AnswerPart):
    """Visits of several contracts at one address that could be one trip on a day; where is what people know it by."""

    day = fields.Date(required=True)
    customer = fields.String(required=True)
    where = fields.String(required=True)
    visits = fields.List(fields.Nested(TripVisitSchema), required=True)


class TripsPage(AnswerPart):
    """Trips by their day. through is the last day that could be looked at, null where too many contracts are asked for:
    name a region, a kind of work, an employee or a customer then."""

    items = fields.List(fields.Nested(TripSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    through = fields.Date(required=True, allow_none=True)


class TripsQuery(Paged):
    """Of which month and visits."""

    month = fields.String(required=True, validate=MONTH, metadata={"description": "The month, as 2027-03."})
    days_apart = WholeInQuery(
        load_default=USUAL_DAYS_APART,
        validate=validate.Range(1, _MOST_DAYS_APART, error="out_of_range: A number from {min} to {max} is expected."),
        metadata={"description": "So many days the visits of a trip lie apart at most."},
    )
    type_of_work = Code(load_default="")
    employee = Code(load_default="", metadata={"description": "Their number."})
    region = fields.String(
        load_default="",
        validate=validate.Regexp(r"[0-9]{0,2}\Z", error="invalid: One or two figures are expected."),
        metadata={"description": "The first one or two figures of the customer's postal code."},
    )
    customer = Code(load_default="", metadata={"description": "Its debtor number."})


class TripBody(Taken):
    """Which visits ride together on which day."""

    day = Day(required=True)
    visits = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=MOST_PRESSES))


class TripBegun(AnswerPart):
    """The bulk run of moves, of the key that began it."""

    bulk_run = fields.String(required=True)


def add_trips(api: Api) -> None:
    """The trips of a month, and putting one together."""
    _add_ride(api)

    @api.add(
        Endpoint(
            "GET",
            "/trips",
            "trips",
            "Visits",
            "Visits of several contracts at one address that could ride together",
            Scope.READ,
            {200: Described("A page of trips.", TripsPage, {"items": [_TRIP], "next": None, "through": "2027-04-07"})},
            query=TripsQuery,
            asked={"month": "2027-03", "region": "72"},
        )
    )
    def trips(call: Call) -> Reply:
        query, after = call.query, place_in(call)
        chosen = {name: query[name] for name in ("type_of_work", "employee", "region", "customer")}
        first = date.fromisoformat(f"{query['month']}-01")
        with api.parts.database.read() as connection:
            found = trips_of_month(connection, call.caller.around, PlanningFilter(**chosen), first, query["days_apart"])
        behind = [each for each in found["trips"] if after is None or _place(each) > after]
        shown = behind[: query["limit"]]
        last = _place(shown[-1]) if len(behind) > len(shown) else None
        through = found["through"]
        return Reply(
            page(call, [_document(each) for each in shown], last)
            | {"through": through.isoformat() if through else None}
        )


def _add_ride(api: Api) -> None:
    @api.add(
        Endpoint(
            "POST",
            "/trips",
            "ride_together",
            "Visits",
            "Have visits ride together on a day",
            Scope.WRITE,
            {200: Described("The run that finds out exactly what it does.", TripBegun, {"bulk_run": BULK})},
            description="Begins one bulk run of `visit.move`. Await `shown` at `GET /bulk-runs/{bulk}`, and confirm it "
            "there. Requests with one Idempotency-Key begin one.",
            body=Body(object_schema(TripBody()), _TO_RIDE, TripBody),
            headers=(IDEMPOTENCY_KEY,),
        )
    )
    def ride(call: Call) -> Reply:
        begun = begin_ride(
            Bulks(api.parts.presses, api.parts.clock),
            call.tenant_id,
            call.caller.actor,
            call.body["day"],
            call.body["visits"],
            locale=call.reader.language,
            intent_id=intent_of(call),
        )
        return Reply({"bulk_run": begun})


def _place(trip: OneTrip) -> tuple[str, str]:
    return trip.day.isoformat(), f"{trip.customer} {trip.where} {trip.visits[0][1].key}"


def _document(trip: OneTrip) -> dict[str, Any]:
    moving = {str(visit.key) for _, visit in trip.move}
    return {
        "day": trip.day.isoformat(),
        "customer": trip.customer,
        "where": trip.where,
        "visits": [
            {
                "visit": str(visit.key),
                "contract": contract.number,
                "planned_date": visit.planned_date.isoformat(),
                "moves": str(visit.key) in moving,
            }
            for contract, visit in trip.visits
        ],
    }
