"""The work orders of the host that come of contracts."""

import re
from typing import Any

from marshmallow import fields

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import CONTRACT, CUSTOMER, VISIT, WORK_ORDER
from powerup.api.problems import not_there
from powerup.contracts.visit import VisitState
from powerup.documents.schema import Choice, Code, Whole
from powerup.readings.schemas import SlaRowSchema
from powerup.readings.work_orders import WorkOrderFilter, WorkOrders
from powerup.store.api_keys import Scope

_ROW_ID = re.compile(r"[0-9]{1,18}").fullmatch
_EXAMPLE: dict[str, Any] = {
    "row_id": int(WORK_ORDER),
    "workorder_no": "C1042-A-20270331-CV-1",
    "contract": CONTRACT,
    "customer": CUSTOMER,
    "visit": VISIT,
    "planned_date": "2027-03-31",
    "state": "ordered",
    "completed_on": None,
    "sla": None,
}


class WorkOrdersQuery(Paged):
    """Which orders; all that is asked has to hold."""

    contract = Code(load_default="")
    customer = Code(load_default="", metadata={"description": "Its debtor number."})
    state = fields.List(Choice(VisitState), load_default=list)


class WorkOrderSchema(AnswerPart):
    """A work order that was made for a visit, whose state it has, or that is under an SLA, which sla tells of."""

    row_id = Whole(required=True)
    workorder_no = fields.String(required=True)
    contract = fields.String(required=True)
    customer = fields.String(required=True)
    visit = fields.String(required=True, allow_none=True)
    planned_date = fields.Date(required=True, allow_none=True)
    state = Choice(VisitState, required=True, allow_none=True)
    completed_on = fields.Date(required=True, allow_none=True)
    sla = fields.Nested(SlaRowSchema, required=True, allow_none=True)


class WorkOrdersPage(AnswerPart):
    """Work orders, the highest row id first."""

    items = fields.List(fields.Nested(WorkOrderSchema), required=True)
    next = fields.String(required=True, allow_none=True)


def add_work_orders(api: Api) -> None:
    """What is read of work orders; what is done to them is in `actions.py`."""

    @api.add(
        Endpoint(
            "GET",
            "/work-orders",
            "work_orders",
            "Work orders",
            "Work orders that come of contracts",
            Scope.READ,
            {200: Described("A page of the list.", WorkOrdersPage, {"items": [_EXAMPLE], "next": None})},
            description="Made for a visit, or under an SLA; `state` is that of the visit, and leaves out the others.",
            query=WorkOrdersQuery,
            asked={"customer": CUSTOMER, "state": "ordered", "limit": "20"},
        )
    )
    def several(call: Call) -> Reply:
        query, limit, place = call.query, call.query["limit"], place_in(call)
        wanted = WorkOrderFilter(query["contract"], query["customer"], tuple(query["state"]))
        before = int(place[1]) if place and _ROW_ID(place[1]) else None
        with api.parts.database.read() as connection:
            found = WorkOrders(connection, call.caller.around).listed(wanted, before, limit + 1)
        more = ("", str(found[limit - 1]["row_id"])) if len(found) > limit else None
        return Reply(page(call, found[:limit], more))

    @api.add(
        Endpoint(
            "GET",
            "/work-orders/{row_id}",
            "work_order",
            "Work orders",
            "A work order that comes of a contract",
            Scope.READ,
            {200: Described("What it was made for, and how it stands.", WorkOrderSchema, _EXAMPLE)},
        )
    )
    def one(call: Call, row_id: str) -> Reply:
        if not _ROW_ID(row_id):
            raise not_there()
        with api.parts.database.read() as connection:
            found = WorkOrders(connection, call.caller.around).one(int(row_id))
        if found is None:
            raise not_there()
        return Reply(found)
