"""Runs, in which what was accepted goes on, and cycles, in which work orders come to be."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from marshmallow import fields

from powerup.actions.kit.answer import AnswerStatus
from powerup.actions.kit.answer_schema import AnswerPart, PressAnswerSchema
from powerup.api.blueprint import ROOT, Api
from powerup.api.cursors import Paged, page, place_in, refused_cursor
from powerup.api.endpoint import Call, Described, Endpoint, Reply
from powerup.api.examples import ANSWERS, CYCLE, RUN
from powerup.api.problems import Problem, not_there
from powerup.documents.schema import Truth
from powerup.presses.result import result_of
from powerup.readings.cycle_list import CycleList
from powerup.readings.schemas import CycleSchema
from powerup.store.api_keys import Scope
from powerup.store.tenants import Tenants, TenantState
from powerup.texts import text

_CYCLE: dict[str, Any] = {
    "cycle": int(CYCLE),
    "started_at": "2027-03-17T06:00:02+01:00",
    "today": "2027-03-17",
    "ordered": 12,
    "withheld": {"paused": 1},
    "failed": 0,
    "retracted": 0,
    "status_changes": 3,
    "calls": 31,
    "seconds": 2.4,
    "ended_early": None,
    "attention": [],
}


_SOON = "2027-03-17T06:10:00+01:00"


class RunOfKeySchema(AnswerPart):
    """How far a run is: answer is `accepted` until it has finished, then what came of it."""

    id = fields.String(required=True)
    finished = Truth(required=True)
    answer = fields.Nested(PressAnswerSchema, required=True)


class CyclesPage(AnswerPart):
    """Cycles of the last 90 days, the newest first."""

    items = fields.List(fields.Nested(CycleSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class CycleAskedSchema(AnswerPart):
    """A cycle that was asked for: it has run once there is one that began then or later. next_cycle_at is later than
    now where the host is out of reach."""

    asked_at = fields.AwareDateTime(format="iso", required=True)
    next_cycle_at = fields.AwareDateTime(format="iso", required=True, allow_none=True)


def add_runs(api: Api) -> None:
    """What goes on in the background."""

    @api.add(
        Endpoint(
            "GET",
            "/runs/{run}",
            "run",
            "Runs",
            "What came of a run that this key began",
            Scope.READ,
            {200: Described("How far it is.", RunOfKeySchema, {"id": RUN, "finished": False, "answer": ANSWERS[202]})},
        )
    )
    def one(call: Call, run: str) -> Reply:
        with api.parts.database.read() as connection:
            answer = result_of(connection, call.tenant_id, call.caller.actor, run)
        if answer is None:
            raise not_there()
        return Reply({"id": run, "finished": answer["status"] != AnswerStatus.ACCEPTED, "answer": answer})

    @api.add(
        Endpoint(
            "GET",
            "/cycles",
            "cycles",
            "Cycles",
            "What the last cycles did",
            Scope.READ,
            {200: Described("The cycles, the newest first.", CyclesPage, {"items": [_CYCLE], "next": None})},
            query=Paged,
            asked={"limit": "20"},
        )
    )
    def cycles(call: Call) -> Reply:
        before, limit = _number(call), call.query["limit"]
        with api.parts.database.read() as connection:
            found = CycleList(connection, call.caller.tenant).latest(limit + 1, before)
        more = ("", str(found[limit - 1]["cycle"])) if len(found) > limit else None
        return Reply(page(call, found[:limit], more))

    @api.add(
        Endpoint(
            "GET",
            "/cycles/{cycle}",
            "cycle",
            "Cycles",
            "A cycle",
            Scope.READ,
            {200: Described("What it did.", CycleSchema, _CYCLE)},
        )
    )
    def cycle(call: Call, cycle: str) -> Reply:
        number = _whole(cycle)
        with api.parts.database.read() as connection:
            found = None if number is None else CycleList(connection, call.caller.tenant).numbered(number)
        if found is None:
            raise not_there()
        return Reply(found)

    @api.add(
        Endpoint(
            "POST",
            "/cycles",
            "cycle_now",
            "Cycles",
            "A cycle now",
            Scope.WRITE,
            {
                202: Described(
                    "It runs as soon as it can.",
                    CycleAskedSchema,
                    {"asked_at": _SOON, "next_cycle_at": _SOON},
                    headers=("Location",),
                ),
                409: Described("The power-up is suspended."),
            },
            description="Compares the open work orders with the host, too. Await it at GET /cycles.",
        )
    )
    def now(call: Call) -> Reply:
        if call.caller.tenant.state is not TenantState.ACTIVE:
            raise Problem(HTTPStatus.CONFLICT, "failed", text("The power-up is suspended: no cycle runs."))
        with api.parts.database.write() as connection:
            Tenants(connection).reconcile_soon(call.tenant_id, call.now)
            next_cycle_at = Tenants(connection).get(call.tenant_id, open_tokens=False).next_cycle_at
        moments = {"asked_at": call.now, "next_cycle_at": next_cycle_at}
        return Reply(
            {name: _local(call, moment) for name, moment in moments.items()},
            HTTPStatus.ACCEPTED,
            {"Location": f"{ROOT}/cycles"},
        )


def _local(call: Call, moment: datetime | None) -> str | None:
    zone = call.caller.tenant.zone
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _number(call: Call) -> int | None:
    place = place_in(call)
    if place is None:
        return None
    number = _whole(place[1])
    if number is None:
        raise refused_cursor(call)
    return number


def _whole(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 9 else None
