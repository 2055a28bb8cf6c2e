"""Contracts as the pages show them; what changes them is in `actions.py`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, Place, page, place_in, refused_cursor
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import CONTRACT, CUSTOMER, INPUTS, VISIT
from powerup.api.taking_in import TruthInQuery, WholeInQuery
from powerup.api.versions import etag
from powerup.contracts.contract import ContractType
from powerup.documents.schema import Choice, Code, Truth, Whole
from powerup.readings.contract_history import ContractHistory, TrailNames, history_document, trail_names
from powerup.readings.contract_list import (
    NO_TERMS,
    ContractFilter,
    ContractList,
    ContractOrder,
    ContractSort,
    ListedStatus,
    row_document,
)
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.one_contract import OneContract
from powerup.readings.schemas import HistoryLineSchema, OneContractSchema
from powerup.store.api_keys import Scope
from powerup.store.audit_trail import AuditLine, AuditTrail

_FORM = INPUTS["contract.create"]

_ONE: dict[str, Any] = {
    "number": CONTRACT,
    "name": _FORM["name"],
    "type": "preventive",
    "customer": CUSTOMER,
    "objects": ["CV-1", "CV-2"],
    "start": "2027-01-31",
    "end": None,
    "terms": None,
    "sla_policy": None,
    "address": None,
    "contact": None,
    "reference": None,
    "invoice_customer": None,
    "contract_template": None,
    "price": {
        "amount": "120.00",
        "per": "invoice_period",
        "price_date": "2027-01-31",
        "invoice_period": "1 month",
        "invoiced": "in_advance",
        "indexation": {"percentage": "2.5"},
        "vat_code": None,
        "ledger_code": None,
        "earlier": {},
    },
    "order_per_object": True,
    "days_in_advance": None,
    "days_in_advance_unit": None,
    "overlap_days": 0,
    "closed_ranges": [{"from": "2027-07-26", "until": "2027-08-13", "name": "Bouwvak", "every_year": True}],
    "template": _FORM["template"],
    "plans": _FORM["plans"],
    "orders_per_year": None,
    "spread": None,
    "last_day": None,
    "reason": None,
    "remark": None,
    "replaced_objects": [],
    "pauses": [],
    "renewals": 0,
    "restarted_from": None,
    "restarted_as": None,
    "goes_on_from": None,
    "entered_on": "2027-01-04",
    "deleted_on": None,
    "version": 1,
    "status": "active",
    "status_date": None,
    "status_reason": None,
    "status_by": None,
    "summary": "Preventief: A elke maand op dag 31 (laatste dag in korte maanden)",
    "next_visits": [
        {
            "id": VISIT,
            "plan": "A",
            "object": "CV-1",
            "planned_date": "2027-03-31",
            "moved_from": None,
            "workorder_no": "C1042-A-20270331-CV-1",
            "state": "planned",
            "reason": None,
            "actions": [{"id": "visit.move", "enabled": True, "reason": None}],
        }
    ],
    "work_orders": [],
    "sla": None,
    "warnings": [],
    "actions": [{"id": "contract.edit", "enabled": True, "reason": None}],
}
_LINE: dict[str, Any] = {
    "id": "aud_4mT9",
    "at": "2027-01-04T09:12:00+01:00",
    "by": "Boekhouding",
    "role": "planner",
    "source": "api",
    "action": "contract.note",
    "target": CONTRACT,
    "input": {"text": "Sleutel ligt bij de buren."},
    "before": None,
    "after": None,
    "changes": ["Sleutel ligt bij de buren."],
}


class HistorySchema(AnswerPart):
    """All that was done, the oldest first."""

    items = fields.List(fields.Nested(HistoryLineSchema), required=True)


class AuditPage(AnswerPart):
    """Changes, the newest first."""

    items = fields.List(fields.Nested(HistoryLineSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ContractRowSchema(AnswerPart):
    """A contract in a list."""

    number = fields.String(required=True)
    version = Whole(required=True)
    name = fields.String(required=True)
    type = Choice(ContractType, required=True)
    customer = fields.String(required=True)
    customer_name = fields.String(required=True)
    place = fields.String(required=True)
    status = Choice(ListedStatus, required=True)
    status_date = fields.Date(required=True, allow_none=True)
    start = fields.Date(required=True)
    end = fields.Date(required=True, allow_none=True)
    goes_on = Truth(required=True)
    paused = Truth(required=True)
    paused_until = fields.Date(required=True, allow_none=True)
    next_visit = fields.Date(required=True, allow_none=True)
    last_notice_date = fields.Date(required=True, allow_none=True)
    done = Whole(required=True)
    planned = Whole(required=True)
    employee = fields.String(required=True, allow_none=True)
    terms_code = fields.String(required=True, allow_none=True)
    terms_name = fields.String(required=True, allow_none=True)
    contract_template = fields.String(required=True, allow_none=True)
    objects = Whole(required=True)
    failed = Whole(required=True)
    held = Truth(required=True)
    problem = fields.String(required=True, allow_none=True)


class ContractsPage(AnswerPart):
    """Contracts in the order asked for, then by number."""

    items = fields.List(fields.Nested(ContractRowSchema), required=True)
    next = fields.String(required=True, allow_none=True)


_ROW: dict[str, Any] = {
    "number": CONTRACT,
    "version": 1,
    "name": _FORM["name"],
    "type": "preventive",
    "customer": CUSTOMER,
    "customer_name": "Voorbeeld BV",
    "place": "Utrecht",
    "status": "active",
    "status_date": None,
    "start": "2027-01-31",
    "end": None,
    "goes_on": False,
    "paused": False,
    "paused_until": None,
    "next_visit": "2027-03-31",
    "last_notice_date": None,
    "done": 4,
    "planned": 24,
    "employee": None,
    "terms_code": None,
    "terms_name": None,
    "contract_template": None,
    "objects": 2,
    "failed": 0,
    "held": False,
    "problem": None,
}
_SORTS = [sign + each for each in ContractSort for sign in ("", "-")]
_WITHIN = validate.Range(0, 3660, error="out_of_range: A number from {min} to {max} is expected.")


class ContractsQuery(Paged):
    """The filters of the list, as the page has them; all that is asked has to hold."""

    search = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "Words that are in number, name, customer, place, postal code, or an object."},
    )
    status = fields.List(Choice(ListedStatus), load_default=list)
    type = fields.List(Choice(ContractType), load_default=list)
    customer = Code(load_default="", metadata={"description": "Its debtor number."})
    terms = Code(load_default="", metadata={"description": f"Their code, or `{NO_TERMS}`: contracts without any."})
    contract_template = Code(load_default="", metadata={"description": "The code of the one they were begun from."})
    employee = Code(load_default="", metadata={"description": "Of the contract or of one of its visit plans."})
    ends_within = WholeInQuery(load_default=None, validate=_WITHIN, metadata={"description": "Days from today."})
    notice_within = WholeInQuery(load_default=None, validate=_WITHIN, metadata={"description": "Days from today."})
    failed = TruthInQuery(load_default=False, metadata={"description": "A visit could not be ordered."})
    held = TruthInQuery(load_default=False, metadata={"description": "Its orders wait for a person's word."})
    paused = TruthInQuery(load_default=False, metadata={"description": "It runs, and stands still today."})
    sort = fields.String(
        load_default="number",
        validate=validate.OneOf(_SORTS, error="unknown_choice: One of these is expected: {choices}."),
        metadata={"description": "With - before it: the other way round."},
    )


def add_contracts(api: Api) -> None:
    """What is read of contracts."""

    @api.add(
        Endpoint(
            "GET",
            "/contracts",
            "contracts",
            "Contracts",
            "Contracts by filter and order",
            Scope.READ,
            {200: Described("A page of the list.", ContractsPage, {"items": [_ROW], "next": None})},
            query=ContractsQuery,
            asked={"customer": CUSTOMER, "status": "active", "sort": "-start", "limit": "100"},
        )
    )
    def several(call: Call) -> Reply:
        query = call.query
        with api.parts.database.read() as connection:
            contracts = ContractList(connection, call.caller.around)
            try:
                found = contracts.page(_filter(query), _order(query["sort"]), query["limit"], query["cursor"])
            except (CursorRefused, RecursionError):
                raise refused_cursor(call) from None
        return Reply({"items": [row_document(row) for row in found.rows], "next": found.next})

    @api.add(
        Endpoint(
            "GET",
            "/contracts/{number}",
            "contract",
            "Contracts",
            "A contract",
            Scope.READ,
            {200: Described("The contract; ETag is its version.", OneContractSchema, _ONE, headers=("ETag",))},
        )
    )
    def one(call: Call, number: str) -> Reply:
        with api.parts.database.read() as connection:
            contracts = OneContract(connection, call.caller.around)
            document = contracts.document(number, call.caller.actor, call.reader)
        return Reply(document, headers={"ETag": etag(document["version"])})

    @api.add(
        Endpoint(
            "GET",
            "/contracts/{number}/history",
            "contract_history",
            "Contracts",
            "What was done to a contract and its visits",
            Scope.READ,
            {200: Described("Every change, the oldest first.", HistorySchema, {"items": [_LINE]})},
        )
    )
    def history(call: Call, number: str) -> Reply:
        with api.parts.database.read() as connection:
            lines = ContractHistory(connection, call.tenant_id).lines(number)
            names = trail_names(connection, call.tenant_id, call.caller.around.configuration)
        return Reply({"items": [_line(call, line, names) for line in lines]})

    @api.add(
        Endpoint(
            "GET",
            "/audit",
            "audit",
            "Tenant",
            "Every change of this tenant, whatever it was made to",
            Scope.READ,
            {200: Described("Changes, the newest first.", AuditPage, {"items": [_LINE], "next": None})},
            query=Paged,
            asked={"limit": "20"},
        )
    )
    def audit(call: Call) -> Reply:
        after, limit = place_in(call), call.query["limit"]
        with api.parts.database.read() as connection:
            lines = AuditTrail(connection, call.tenant_id).before(_place(call, after), limit + 1)
            names = trail_names(connection, call.tenant_id, call.caller.around.configuration)
        items = [_line(call, line, names) for line in lines[:limit]]
        last = lines[limit - 1] if len(lines) > limit else None
        return Reply(page(call, items, (last.at.isoformat(), last.id) if last else None))


def _filter(query: Mapping[str, Any]) -> ContractFilter:
    names = ("search", "customer", "terms", "contract_template", "employee", "ends_within", "notice_within")
    asked = {name: query[name] for name in (*names, "failed", "held", "paused")}
    return ContractFilter(statuses=tuple(query["status"]), types=tuple(query["type"]), **asked)


def _order(sort: str) -> ContractOrder:
    return ContractOrder(ContractSort(sort.removeprefix("-")), descending=sort.startswith("-"))


def _line(call: Call, line: AuditLine, names: TrailNames) -> dict[str, Any]:
    return history_document(line, call.caller.tenant, call.reader, names) | {"id": line.id}


def _place(call: Call, after: Place | None) -> tuple[datetime, str] | None:
    if after is None:
        return None
    try:
        moment = datetime.fromisoformat(after[0])
    except ValueError:
        raise refused_cursor(call) from None
    if moment.tzinfo is None:
        raise refused_cursor(call)
    return moment, after[1]
