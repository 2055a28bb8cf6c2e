"""Planned against done: what was agreed for a year, what came of it, what was worked and what it cost (rules: Planned
against done)."""

from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, refused_cursor
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import CONTRACT, CUSTOMER
from powerup.api.taking_in import WholeInQuery
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.documents.schema import Choice, Code
from powerup.readings.contract_list import ContractFilter
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.planned_against_done import DoneBy, DoneWanted, PlannedAgainstDone, done_document
from powerup.store.api_keys import Scope

_ROW: dict[str, Any] = {
    "year": 2027,
    "contract": CONTRACT,
    "contract_name": "CV-ketel",
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "contracts": 1,
    "agreed": 12,
    "outcomes": {"done": 11, "paused": 1},
    "done_on_time": 10,
    "done_late": 1,
    "days_late": 2,
    "missed": 0,
    "worked_minutes": 990,
    "visits_with_hours": 11,
    "price": "1440.00",
    "price_per_hour": "87.27",
    "margin": "532.50",
    "problem": None,
}


class DoneSchema(AnswerPart):
    """How a contract, a customer or a year did; members that name one contract or customer are null where the row is of
    several. The numbers under outcomes are together what was agreed, and the same as in the account of the customer.
    worked_minutes are of visits_with_hours done visits. price is until today, in euros without VAT; margin is what is
    left of it after the hours, by the setting cost_per_hour; problem says why a contract is not counted."""

    year = fields.Integer(required=True)
    contract = fields.String(required=True, allow_none=True)
    contract_name = fields.String(required=True, allow_none=True)
    customer = fields.String(required=True, allow_none=True)
    customer_name = fields.String(required=True, allow_none=True)
    contracts = fields.Integer(required=True)
    agreed = fields.Integer(required=True)
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    done_on_time = fields.Integer(required=True)
    done_late = fields.Integer(required=True)
    days_late = fields.Integer(required=True)
    missed = fields.Integer(required=True)
    worked_minutes = fields.Integer(required=True, allow_none=True)
    visits_with_hours = fields.Integer(required=True)
    price = fields.String(required=True, allow_none=True)
    price_per_hour = fields.String(required=True, allow_none=True)
    margin = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)


class DoneRowsPage(AnswerPart):
    """Rows, by contract, customer or year."""

    items = fields.List(fields.Nested(DoneSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class DoneQuery(Paged):
    """Of which year and contracts."""

    year = WholeInQuery(
        required=True,
        validate=validate.Range(
            EARLIEST_DAY.year, LATEST_DAY.year, error="out_of_range: A number from {min} to {max} is expected."
        ),
        metadata={"description": "The calendar year. By year it is the last of five."},
    )
    by = Choice(DoneBy, load_default=DoneBy.CONTRACT, metadata={"description": "What a row is of."})
    customer = Code(load_default="", metadata={"description": "Its debtor number."})
    contract = Code(load_default="", metadata={"description": "Its number."})


def add_planned_against_done(api: Api) -> None:
    """What was planned, and what was done."""

    @api.add(
        Endpoint(
            "GET",
            "/planned-against-done",
            "planned_against_done",
            "Visits",
            "What was planned in a year and what was done, with hours and price",
            Scope.READ,
            {200: Described("A page of the list.", DoneRowsPage, {"items": [_ROW], "next": None})},
            description="By year at most 200 contracts are counted: name a customer or a contract; of more there is no "
            "row.",
            query=DoneQuery,
            asked={"year": "2027", "by": "customer", "limit": "25"},
        )
    )
    def planned_against_done(call: Call) -> Reply:
        query = call.query
        asked = ContractFilter(customer=query["customer"], number=query["contract"])
        wanted = DoneWanted(query["year"], query["by"], asked)
        with api.parts.database.read() as connection:
            try:
                found = PlannedAgainstDone(connection, call.caller.around).page(wanted, query["limit"], query["cursor"])
            except (CursorRefused, RecursionError):
                raise refused_cursor(call) from None
        return Reply({"items": [done_document(row) for row in found.rows], "next": found.next})
