"""Visits: of a contract, of a period, and why there is one on a day or none."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import CONTRACT, CUSTOMER, VISIT
from powerup.api.problems import not_there
from powerup.contracts.visit import Visit, VisitState, visit_key
from powerup.documents.schema import Choice, Code, Day
from powerup.readings.best_days import days_for_visit, suggested_document, why_in_words
from powerup.readings.forecast import Forecast
from powerup.readings.schemas import VisitSchema, WhySchema
from powerup.readings.why_answers import WhyAnswers, why_document
from powerup.store.api_keys import Scope

_LONGEST = timedelta(days=400)

_EXAMPLE: dict[str, Any] = {
    "id": VISIT,
    "contract": CONTRACT,
    "plan": "A",
    "object": "CV-1",
    "nominal_date": "2027-03-31",
    "planned_date": "2027-03-31",
    "moved_from": None,
    "generation_date": "2027-03-17",
    "deadline": "2027-03-31",
    "state": "ordered",
    "reason": None,
    "workorder_no": "C1042-A-20270331-CV-1",
    "row_id": 120815,
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "object_name": "CV-ketel kelder",
    "latest_date": None,
}
_WHY: dict[str, Any] = {
    "date": "2027-03-31",
    **{
        name: value
        for name, value in _EXAMPLE.items()
        if name not in ("id", "row_id", "customer", "customer_name", "object_name", "latest_date")
    },
    "rule": "elke maand op dag 31 (laatste dag in korte maanden)",
    "schedule": "fixed",
    "shift": "none",
    "window_before": 0,
    "window_after": 0,
    "days_in_advance": 14,
    "days_in_advance_unit": "calendar",
    "moved": False,
    "covered_by": None,
    "latest_date": None,
    "basis": None,
    "pause": None,
    "closed": None,
    "before": None,
    "after": None,
    "line": "Elke maand op dag 31: werkbon C1042-A-20270331-CV-1.",
}


_BEST_DAY: dict[str, Any] = {
    "date": "2027-03-30",
    "points": 68,
    "why": [
        {"code": "in_window", "number": None, "date": None},
        {"code": "week_full", "number": 71, "date": None},
        {"code": "same_postal_code", "number": 2, "date": None},
    ],
    "line": "in zijn venster; week 71\N{NO-BREAK SPACE}% bezet; 2 andere bezoeken in deze postcode",
}


class Period(Paged):
    """The query of visits: planned from and until a day, both inclusive."""

    since = Day(data_key="from", required=True)
    until = Day(data_key="to", required=True)
    state = fields.List(Choice(VisitState), load_default=list)

    @validates_schema(skip_on_field_errors=True)
    def _in_order(self, values: dict[str, Any], **_: Any) -> None:
        if not values["since"] <= values["until"] <= values["since"] + _LONGEST:
            raise ValidationError("until_out_of_range: A last day within 400 days of the first is expected.", "to")


class BecauseSchema(AnswerPart):
    """What speaks for a day or against it: number counts visits or percent, date is the latest day."""

    code = fields.String(required=True)
    number = fields.Integer(required=True, allow_none=True)
    date = fields.Date(required=True, allow_none=True)


class BestDaySchema(AnswerPart):
    """A day for a visit, with its points and why; line says that in the language that was asked for."""

    date = fields.Date(required=True)
    points = fields.Integer(required=True)
    why = fields.List(fields.Nested(BecauseSchema), required=True)
    line = fields.String(required=True)


class BestDaysSchema(AnswerPart):
    """At most five days."""

    items = fields.List(fields.Nested(BestDaySchema), required=True)


class Planned(Period):
    """And of which contracts."""

    contract = Code(load_default=None)
    customer = Code(load_default=None)


class OnDay(Taken):
    """The query of why."""

    day = Day(data_key="date", required=True)


class VisitsPage(AnswerPart):
    """Visits by planned date, then id."""

    items = fields.List(fields.Nested(VisitSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class WhyAnswersSchema(AnswerPart):
    """An answer for each visit of the day, or one why there is none."""

    items = fields.List(fields.Nested(WhySchema), required=True)


_PAGE = {"items": [_EXAMPLE], "next": None}
_ASKED = {"from": "2027-03-01", "to": "2027-05-31", "limit": "20"}
_ANSWERS = {200: Described("Visits of the period, whatever their state.", VisitsPage, _PAGE)}


def add_visits(api: Api) -> None:
    """What is planned and what became of it."""

    @api.add(
        Endpoint(
            "GET",
            "/forecast",
            "forecast",
            "Visits",
            "Visits of all contracts in a period",
            Scope.READ,
            _ANSWERS,
            query=Planned,
            asked=_ASKED | {"customer": CUSTOMER},
        )
    )
    def forecast(call: Call) -> Reply:
        return _visits(api, call, call.query["contract"], call.query["customer"])

    @api.add(
        Endpoint(
            "GET",
            "/visits/{id}",
            "visit",
            "Visits",
            "One visit, written or computed",
            Scope.READ,
            {200: Described("How it is, and what its order is.", VisitSchema, _EXAMPLE)},
        )
    )
    def visit(call: Call, **address: str) -> Reply:
        return _one(api, call, address["id"])

    @api.add(
        Endpoint(
            "GET",
            "/contracts/{number}/visits",
            "contract_visits",
            "Contracts",
            "Visits of a contract in a period",
            Scope.READ,
            _ANSWERS,
            query=Period,
            asked=_ASKED,
        )
    )
    def of_contract(call: Call, number: str) -> Reply:
        return _visits(api, call, number, None)

    _add_best_days(api)

    @api.add(
        Endpoint(
            "GET",
            "/contracts/{number}/why",
            "contract_why",
            "Contracts",
            "Why a contract has a visit on a day, or has none",
            Scope.READ,
            {
                200: Described(
                    "An answer for each visit, or one why there is none.", WhyAnswersSchema, {"items": [_WHY]}
                )
            },
            query=OnDay,
            asked={"date": "2027-03-31"},
        )
    )
    def why(call: Call, number: str) -> Reply:
        around = call.caller.around
        with api.parts.database.read() as connection:
            answers = WhyAnswers(connection, around).about(number, call.query["day"])
        prefix = around.configuration.settings.number_prefix
        return Reply({"items": [why_document(each, number, prefix, call.reader) for each in answers]})


def _one(api: Api, call: Call, visit_id: str) -> Reply:
    key = visit_key(visit_id)
    if key is None:
        raise not_there()
    with api.parts.database.read() as connection:
        planned = Forecast(connection, call.caller.around)
        visit = planned.visit(key)
        if visit is None:
            raise not_there()
        return Reply(_item(visit, *planned.rows([visit])))


def _item(visit: Visit, row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "id": str(visit.key), "row_id": visit.written.host_row_id if visit.written else None}


def _add_best_days(api: Api) -> None:
    @api.add(
        Endpoint(
            "GET",
            "/visits/{id}/best-days",
            "best_days",
            "Visits",
            "Five days that suit a visit best",
            Scope.READ,
            {200: Described("The best first, each with why.", BestDaysSchema, {"items": [_BEST_DAY]})},
            description="Days that the visit may be moved to with `visit.move`: worked, in its contract, not after its "
            "latest day. What else is planned around them is told from what was last worked out.",
        )
    )
    def best(call: Call, **address: str) -> Reply:
        key = visit_key(address["id"])
        with api.parts.database.read() as connection:
            found = days_for_visit(connection, call.caller.around, key) if key else None
        if found is None:
            raise not_there()
        return Reply(
            {
                "items": [
                    suggested_document(each) | {"line": " ".join(map(call.reader.say, why_in_words(each)))}
                    for each in found.days
                ]
            }
        )


def _visits(api: Api, call: Call, number: str | None, customer: str | None) -> Reply:
    query, states = call.query, set(call.query["state"])
    after = place_in(call)
    with api.parts.database.read() as connection:
        planned = Forecast(connection, call.caller.around)
        found = sorted(
            (visit.planned_date.isoformat(), str(visit.key), visit)
            for visit in planned.visits(query["since"], query["until"], number, customer=customer)
            if not states or visit.state in states
        )
        behind = [each for each in found if after is None or each[:2] > after]
        shown = behind[: query["limit"]]
        rows = planned.rows([visit for *_, visit in shown])
    more = shown[-1][:2] if len(behind) > len(shown) else None
    items = [_item(visit, row) for row, (*_, visit) in zip(rows, shown, strict=True)]
    return Reply(page(call, items, more))
