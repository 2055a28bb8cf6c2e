"""Planned work: visits and hours of each day, and the weeks of a year, as the planning shows them."""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.actions import IDEMPOTENCY_KEY, intent_of
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import BULK, CONTRACT, CUSTOMER
from powerup.api.problems import not_there
from powerup.contracts.capacity import Fullness
from powerup.contracts.planned_work import Work
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Choice, Day, Whole, from_to
from powerup.presses.bulk import Bulks
from powerup.presses.spreading import begin_spread
from powerup.readings.planning import PlannedPeriod, Planning, PlanningBy, PlanningFilter
from powerup.readings.planning_year import PlannedYear, planned_year
from powerup.readings.spread import MOST_SPREAD, MOST_TOLERANCE, USUAL_TOLERANCE, spread_document, spread_of
from powerup.store.api_keys import Scope

_LONGEST = timedelta(days=400)
_CODE = validate.Length(max=200)


class _Chosen(Paged):
    """Which work is counted, and what it is told apart by."""

    by = Choice(PlanningBy, load_default=PlanningBy.TYPE_OF_WORK)
    type_of_work = fields.String(load_default="", validate=_CODE)
    employee = fields.String(load_default="", validate=_CODE)
    region = fields.String(
        load_default="",
        validate=validate.Regexp(r"[0-9]{0,2}\Z", error="invalid: One or two figures are expected."),
        metadata={"description": "The first one or two figures of the customer's postal code."},
    )
    customer = fields.String(load_default="", validate=_CODE)


class PlannedFromTo(_Chosen):
    """The query of planned work: from and until a day, both inclusive."""

    since = Day(data_key="from", required=True)
    until = Day(data_key="to", required=True)

    @validates_schema(skip_on_field_errors=True)
    def _in_order(self, values: dict[str, Any], **_: Any) -> None:
        if not values["since"] <= values["until"] <= values["since"] + _LONGEST:
            raise ValidationError("until_out_of_range: A last day within 400 days of the first is expected.", "to")


class PlannedDaySchema(AnswerPart):
    """The work of one group on one day. `without_duration` of its visits name none and count as 60 minutes."""

    day = fields.Date(required=True)
    group = fields.String(required=True)
    visits = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    without_duration = fields.Integer(required=True)


class PlannedWeekSchema(AnswerPart):
    """The work of one group in one week, by its Monday; heavy weeks have much more than what is usual, the median of
    the year's weeks. `percent` says how full the week is: what it needs of what is available, by the group's own hours
    where groups have such, else by all work together; null where no hours are said."""

    week = fields.Date(required=True)
    group = fields.String(required=True)
    visits = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    without_duration = fields.Integer(required=True)
    usual_minutes = fields.Integer(required=True)
    heavy = fields.Boolean(required=True)
    needed_minutes = fields.Integer(required=True, allow_none=True)
    available_minutes = fields.Integer(required=True, allow_none=True)
    percent = fields.Integer(required=True, allow_none=True)


class PlannedDaysPage(AnswerPart):
    """Days with work, in their order. `not_worked_out` contracts were changed and stand in it as they were."""

    items = fields.List(fields.Nested(PlannedDaySchema), required=True)
    next = fields.String(required=True, allow_none=True)
    not_worked_out = fields.Integer(required=True)


class PlannedWeeksPage(AnswerPart):
    """Weeks with work, in their order. `not_worked_out` contracts were changed and stand in it as they were."""

    items = fields.List(fields.Nested(PlannedWeekSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    not_worked_out = fields.Integer(required=True)


_WORK = {"group": "Onderhoud", "visits": 3, "minutes": 210, "without_duration": 1}
_DAYS = {"items": [{"day": "2027-03-31", **_WORK}], "next": None, "not_worked_out": 0}
_WEEKS = {
    "items": [
        {
            "week": "2027-03-29",
            **_WORK,
            "usual_minutes": 180,
            "heavy": False,
            "needed_minutes": 1820,
            "available_minutes": 2560,
            "percent": 71,
        }
    ],
    "next": None,
    "not_worked_out": 0,
}
_ASKED = {"by": "type_of_work", "region": "35", "customer": CUSTOMER}


class SpreadBody(Taken):
    """Which contracts are levelled, and how many days each visit may move at most."""

    contracts = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=MOST_SPREAD))
    tolerance_days = Whole(load_default=USUAL_TOLERANCE, validate=from_to(1, MOST_TOLERANCE))


class SpreadMoveSchema(AnswerPart):
    """A plan whose next visit moves, days later or earlier where that is below zero."""

    contract = fields.String(required=True)
    plan = fields.String(required=True)
    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, data_key="to")
    days = fields.Integer(required=True)


class SpreadWeekSchema(AnswerPart):
    """A week, by its Monday, whose work changes; the minutes are those of all contracts."""

    week = fields.Date(required=True)
    minutes_before = fields.Integer(required=True)
    minutes_after = fields.Integer(required=True)


class SpreadSchema(AnswerPart):
    """What levelling would do; bulk_run is null where nothing has to move."""

    tolerance_days = fields.Integer(required=True)
    moves = fields.List(fields.Nested(SpreadMoveSchema), required=True)
    weeks = fields.List(fields.Nested(SpreadWeekSchema), required=True)
    heaviest_minutes_before = fields.Integer(required=True)
    heaviest_minutes_after = fields.Integer(required=True)
    bulk_run = fields.String(required=True, allow_none=True)


_TO_SPREAD: dict[str, Any] = {"contracts": [CONTRACT], "tolerance_days": 14}
_SPREAD: dict[str, Any] = {
    "tolerance_days": 14,
    "moves": [{"contract": CONTRACT, "plan": "A", "from": "2027-01-04", "to": "2027-01-11", "days": 7}],
    "weeks": [
        {"week": "2027-01-04", "minutes_before": 2460, "minutes_after": 2400},
        {"week": "2027-01-11", "minutes_before": 1080, "minutes_after": 1140},
    ],
    "heaviest_minutes_before": 2460,
    "heaviest_minutes_after": 2400,
    "bulk_run": BULK,
}


def add_planning(api: Api) -> None:
    """What there is to do, in visits and hours."""
    _add_spread(api)

    @api.add(
        Endpoint(
            "GET",
            "/planning",
            "planning",
            "Visits",
            "Visits and hours of each day in a period",
            Scope.READ,
            {200: Described("Days with work, told apart by what was asked.", PlannedDaysPage, _DAYS)},
            description="From sums that are worked out beside everything else; visits that are left out are not in it.",
            query=PlannedFromTo,
            asked=_ASKED | {"from": "2027-03-01", "to": "2027-03-31"},
        )
    )
    def days(call: Call) -> Reply:
        query = call.query
        with api.parts.database.read() as connection:
            read = Planning(connection, call.caller.around).period(
                _filter(call), query["by"], query["since"], query["until"]
            )
        found = [
            ((day.isoformat(), group), {"day": day.isoformat()} | _document(group, work))
            for (day, group), work in sorted(read.work.items())
        ]
        return _page(call, found, read)

    @api.add(
        Endpoint(
            "GET",
            "/planning/{year}",
            "planning_year",
            "Visits",
            "Visits and hours of each week of a year, how full it is, and which weeks are heavy",
            Scope.READ,
            {200: Described("Weeks with work, told apart by what was asked.", PlannedWeeksPage, _WEEKS)},
            description="Weeks are those of ISO 8601, from Monday to Sunday, of last year, this year and the next.",
            query=_Chosen,
            asked=_ASKED,
        )
    )
    def weeks(call: Call, year: str) -> Reply:
        today = call.caller.around.today
        if year not in {str(today.year + each) for each in (-1, 0, 1)}:
            raise not_there()
        with api.parts.database.read() as connection:
            planned = planned_year(Planning(connection, call.caller.around), _filter(call), call.query["by"], int(year))
        found = [
            ((week.isoformat(), group), _week_document(planned, week, group))
            for week in planned.weeks
            for group in sorted(planned.groups)
            if planned.of(week, group).visits
        ]
        return _page(call, found, planned.read)


def _add_spread(api: Api) -> None:
    @api.add(
        Endpoint(
            "POST",
            "/contracts/spread",
            "contracts_spread",
            "Contracts",
            "Level the weeks of contracts",
            Scope.WRITE,
            {200: Described("What would move; nothing was done.", SpreadSchema, _SPREAD)},
            description="Each plan's next visit moves at most so many days to a week with less work, and what follows "
            "goes along; its interval stays. Nothing is done: `bulk_run` is the run of edits that finds out exactly "
            "what it does. Await `shown` at `GET /bulk-runs/{bulk}`, and confirm it there. Requests with one "
            "Idempotency-Key begin one.",
            body=Body(object_schema(SpreadBody()), _TO_SPREAD, SpreadBody),
            headers=(IDEMPOTENCY_KEY,),
        )
    )
    def spread(call: Call) -> Reply:
        bulks, intent = Bulks(api.parts.presses, api.parts.clock), intent_of(call)
        with api.parts.database.read() as connection:
            wanted = call.body["contracts"], call.body["tolerance_days"]
            proposal = spread_of(connection, call.caller.around, *wanted)
        begun = None
        if proposal.levelled.moved:
            begun = begin_spread(
                bulks,
                call.tenant_id,
                call.caller.actor,
                proposal,
                locale=call.reader.language,
                intent_id=intent,
            )
        return Reply(spread_document(proposal) | {"bulk_run": begun})


def _filter(call: Call) -> PlanningFilter:
    return PlanningFilter(**{name: call.query[name] for name in ("type_of_work", "employee", "region", "customer")})


def _document(group: str, work: Work) -> dict[str, Any]:
    return {"group": group, "visits": work.visits, "minutes": work.minutes, "without_duration": work.guessed}


def _week_document(planned: PlannedYear, week: Any, group: str) -> dict[str, Any]:
    return (
        {"week": week.isoformat()}
        | _document(group, planned.of(week, group))
        | {"usual_minutes": planned.usual[group], "heavy": planned.is_heavy(week, group)}
        | _full(planned.compared(week, group))
    )


def _full(full: Fullness | None) -> dict[str, Any]:
    if full is None:
        return dict.fromkeys(("needed_minutes", "available_minutes", "percent"))
    return {"needed_minutes": full.needed, "available_minutes": full.available, "percent": full.percent}


def _page(call: Call, found: list[tuple[tuple[str, str], dict[str, Any]]], read: PlannedPeriod) -> Reply:
    after = place_in(call)
    behind = [each for each in found if after is None or each[0] > after]
    shown = behind[: call.query["limit"]]
    more = shown[-1][0] if len(behind) > len(shown) else None
    return Reply(page(call, [item for _, item in shown], more) | {"not_worked_out": read.lacking + read.unread})
