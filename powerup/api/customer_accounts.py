"""The account of a customer: what was agreed for a year, and what came of each visit (rules: Account)."""

from typing import Any

from marshmallow import fields

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import CONTRACT, CUSTOMER, VISIT
from powerup.api.problems import not_there
from powerup.readings.customer_account import CustomerAccounts
from powerup.readings.customer_account_words import account_document, line_document
from powerup.store.api_keys import Scope

_YEARS_AROUND = 5

_LINE: dict[str, Any] = {
    "visit": VISIT,
    "contract": CONTRACT,
    "contract_name": "CV-ketel",
    "objects": ["CV-ketel kelder"],
    "agreed_on": "2027-03-31",
    "planned_date": "2027-03-31",
    "done_on": "2027-04-02",
    "days_late": 2,
    "outcome": "done",
    "reason": None,
    "explanation": "Uitgevoerd (2 dagen te laat)",
    "decided_by": None,
    "workorder_no": "C1042-A-20270331-CV-1",
}
_ACCOUNT: dict[str, Any] = {
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "year": 2027,
    "agreed": 12,
    "outcomes": {"done": 11, "paused": 1},
    "done_late": 1,
    "sum": "12 afgesproken = 11 gedaan + 1 gepauzeerd",
    "notes": [],
    "items": [_LINE],
    "next": None,
}


class AccountLineSchema(AnswerPart):
    """What came of one visit that was agreed for the year; objects by their names. days_late counts from the end of its
    window. explanation and decided_by say why it came otherwise, in words, and who wanted that."""

    visit = fields.String(required=True)
    contract = fields.String(required=True)
    contract_name = fields.String(required=True)
    objects = fields.List(fields.String(), required=True)
    agreed_on = fields.Date(required=True)
    planned_date = fields.Date(required=True)
    done_on = fields.Date(required=True, allow_none=True)
    days_late = fields.Integer(required=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    explanation = fields.String(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    workorder_no = fields.String(required=True, allow_none=True)


class AccountPage(AnswerPart):
    """The sum of a year, the same on each page, and its lines by the day that was agreed. The numbers under outcomes
    are together what was agreed; done_late of the done ones were so. notes say what is in no sum, and why."""

    customer = fields.String(required=True)
    customer_name = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True)
    agreed = fields.Integer(required=True)
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    done_late = fields.Integer(required=True)
    sum = fields.String(required=True)
    notes = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(AccountLineSchema), required=True)
    next = fields.String(required=True, allow_none=True)


def add_customer_accounts(api: Api) -> None:
    """What customers are told of a year."""

    @api.add(
        Endpoint(
            "GET",
            "/customers/{code}/accounts/{year}",
            "customer_account",
            "Visits",
            "What was agreed with a customer for a year, and what came of it",
            Scope.READ,
            {200: Described("The sum, and a page of its lines.", AccountPage, _ACCOUNT)},
            description="Each visit counts once, in the year of the day that its rule gave it, so the sum closes. "
            "Years up to five before or after this one.",
            query=Paged,
        )
    )
    def customer_account(call: Call, code: str, year: str) -> Reply:
        today, after = call.caller.around.today, place_in(call)
        if year not in {str(today.year + each) for each in range(-_YEARS_AROUND, _YEARS_AROUND + 1)}:
            raise not_there()
        with api.parts.database.read() as connection:
            account = CustomerAccounts(connection, call.caller.around).find(code, int(year))
        if account is None:
            raise not_there()
        places = [(line.agreed_on.isoformat(), str(line.visit.key)) for line in account.lines]
        rows = [(place, line) for place, line in zip(places, account.lines, strict=True) if not after or place > after]
        shown = rows[: call.query["limit"]]
        last = shown[-1][0] if len(rows) > len(shown) else None
        items = [line_document(line, call.reader) for _, line in shown]
        return Reply(account_document(account, call.reader) | page(call, items, last))
