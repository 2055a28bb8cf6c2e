"""Contracts by the day on which somebody has to decide about them (rules: Terms)."""

from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, refused_cursor
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import CONTRACT, CUSTOMER
from powerup.api.taking_in import WholeInQuery
from powerup.contracts.notice import AtEnd
from powerup.documents.schema import Choice, Code, Truth
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.renewals import USUAL_DAYS, RenewalFilter, Renewals, renewal_document
from powerup.store.api_keys import Scope

_RENEWAL: dict[str, Any] = {
    "contract": CONTRACT,
    "version": 3,
    "contract_name": "CV-ketel",
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "at_end": "by_itself",
    "act_by": "2027-11-30",
    "end": "2027-12-31",
    "new_end": "2028-12-31",
    "terms": "STD",
    "price": "120.00",
    "new_price": "123.00",
    "new_price_from": "2028-01-01",
    "new_price_is_kept": False,
    "reminders": [{"days": 90, "state": "sent", "at": "2027-09-01T06:00:00+00:00"}],
}


class RenewalReminder(AnswerPart):
    """A reminder of the present notice date: so many days before it; at is when it was sent, or is tried again."""

    days = fields.Integer(required=True)
    state = fields.String(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class RenewalSchema(AnswerPart):
    """A contract to decide about until act_by. at_end says what becomes of it when nobody does anything: `by_itself`,
    `by_hand` or `ends`. new_price is what an indexation as agreed gives, or is kept in the contract already."""

    contract = fields.String(required=True)
    version = fields.Integer(required=True)
    contract_name = fields.String(required=True)
    customer = fields.String(required=True)
    customer_name = fields.String(required=True)
    at_end = fields.String(required=True)
    act_by = fields.Date(required=True)
    end = fields.Date(required=True, allow_none=True)
    new_end = fields.Date(required=True, allow_none=True)
    terms = fields.String(required=True, allow_none=True)
    price = fields.String(required=True, allow_none=True)
    new_price = fields.String(required=True, allow_none=True)
    new_price_from = fields.Date(required=True, allow_none=True)
    new_price_is_kept = Truth(required=True)
    reminders = fields.List(fields.Nested(RenewalReminder), required=True)


class RenewalsPage(AnswerPart):
    """Contracts, by the day to decide."""

    items = fields.List(fields.Nested(RenewalSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class RenewalsQuery(Paged):
    """Which renewals."""

    within = WholeInQuery(
        load_default=USUAL_DAYS,
        validate=validate.Range(0, 3660, error="out_of_range: A number from {min} to {max} is expected."),
        metadata={"description": "Days from today in which somebody has to decide."},
    )
    kind = fields.List(Choice(AtEnd), load_default=list)
    customer = Code(load_default="", metadata={"description": "Its debtor number."})
    terms = Code(load_default="", metadata={"description": "Their code."})


def add_renewals(api: Api) -> None:
    """What is to be decided about."""

    @api.add(
        Endpoint(
            "GET",
            "/renewals",
            "renewals",
            "Contracts",
            "What renews by itself, by hand, or ends, by the last day to decide",
            Scope.READ,
            {200: Described("A page of the list.", RenewalsPage, {"items": [_RENEWAL], "next": None})},
            query=RenewalsQuery,
            asked={"within": "90", "kind": "by_hand", "limit": "100"},
        )
    )
    def renewals(call: Call) -> Reply:
        query = call.query
        wanted = RenewalFilter(query["within"], tuple(query["kind"]), query["customer"], query["terms"])
        with api.parts.database.read() as connection:
            try:
                found = Renewals(connection, call.caller.around).page(wanted, query["limit"], query["cursor"])
            except (CursorRefused, RecursionError):
                raise refused_cursor(call) from None
        return Reply({"items": [renewal_document(row) for row in found.rows], "next": found.next})
