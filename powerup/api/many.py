"""One contract to many: a list is looked at in the background, and done once it is confirmed."""

from http import HTTPStatus
from typing import Any

from marshmallow import fields

from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.actions import IDEMPOTENCY_KEY, PressBody, intent_of
from powerup.api.blueprint import ROOT, Api
from powerup.api.cursors import Paged, page, place_in
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import BULK, CUSTOMER
from powerup.api.problems import Problem, not_there
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Choice, Whole
from powerup.presses.bulk import Bulks
from powerup.presses.bulk_actions import MANY_CONTRACTS
from powerup.presses.many_contracts import ManyContracts, ManyForm
from powerup.store.api_keys import Scope
from powerup.store.bulk_runs import BulkPress, BulkPressState, BulkRun, BulkRuns, BulkState
from powerup.tenants.host_choices import HostChoices

_HOST_SECONDS = 20.0

_INPUT: dict[str, Any] = {
    "contract_template": "CV",
    "start": "2027-01-01",
    "kind": "addresses",
    "pasted": "Parklaan 40\nParkweg 2",
}
_RUN: dict[str, Any] = {
    "id": BULK,
    "action": MANY_CONTRACTS.id,
    "state": "shown",
    "numbers": {"waiting": 0, "shown": 2, "done": 0, "left_out": 0, "failed": 0},
    "items": [
        {
            "place": 0,
            "target": CUSTOMER,
            "called": "Parklaan 40, 3701 GH Zeist (1004)",
            "state": "shown",
            "answer": None,
        }
    ],
    "next": None,
}


class BulkPressSchema(AnswerPart):
    """One press of it: what it is about by name, and what it was answered last, as by its button."""

    place = Whole(required=True)
    target = fields.String(required=True)
    called = fields.String(required=True)
    state = Choice(BulkPressState, required=True)
    answer = fields.Dict(required=True, allow_none=True)


class BulkRunSchema(AnswerPart):
    """How far a bulk run is: `looking` finds out what would happen, `shown` waits for a word, `working` does it."""

    id = fields.String(required=True)
    action = fields.String(required=True)
    state = Choice(BulkState, required=True)
    numbers = fields.Dict(keys=fields.String(), values=Whole(), required=True)
    items = fields.List(fields.Nested(BulkPressSchema), required=True)
    next = fields.String(required=True, allow_none=True)


def add_many(api: Api) -> None:
    """Begin it, look at it, confirm it, stop it."""

    def bulks() -> Bulks:
        return Bulks(api.parts.presses, api.parts.clock)

    def found(call: Call, bulk: str) -> BulkRun:
        run = bulks().find(call.tenant_id, call.caller.actor, bulk)
        if run is None:
            raise not_there()
        return run

    def told(call: Call, bulk_id: str, behind: int = -1, limit: int = 100) -> dict[str, Any]:
        run = found(call, bulk_id)
        with api.parts.database.read() as connection:
            runs = BulkRuns(connection, call.tenant_id)
            presses = runs.presses(run.id, behind=behind, limit=limit + 1)
            numbers = runs.how_many(run.id)
        more = ("", str(presses[limit - 1].place)) if len(presses) > limit else None
        return {
            "id": run.id,
            "action": run.action,
            "state": run.state.value,
            "numbers": {state.value: numbers.get(state, 0) for state in BulkPressState},
        } | page(call, [_press(each) for each in presses[:limit]], more)

    @api.add(
        Endpoint(
            "POST",
            "/contracts/many",
            "contract_create_many",
            "Contracts",
            "One contract for each of a list",
            Scope.WRITE,
            {202: Described("It is found out what would be made.", BulkRunSchema, _RUN, headers=("Location",))},
            description="Await `shown` at Location, look at each, and confirm it there: nothing is made before. What "
            "the host does not have is 422. Requests with one Idempotency-Key begin one.",
            body=Body(_body(), {"input": _INPUT}, PressBody),
            headers=(IDEMPOTENCY_KEY,),
        )
    )
    def begin(call: Call) -> Reply:
        entered, actor = call.body["input"], call.caller.actor
        database, locale = api.parts.database, call.reader.language
        choices = HostChoices(database, api.parts.presses.open_host, api.parts.presses.readers, _HOST_SECONDS)
        try:
            presses = ManyContracts(database, choices).presses(call.tenant_id, actor, entered, call.now, locale)
            bulk_id = bulks().begin_presses(
                call.tenant_id, actor, MANY_CONTRACTS, entered, presses, locale=locale, intent_id=intent_of(call)
            )
        except InvalidInput as refusal:
            errors = [
                {"pointer": each.pointer, "code": each.code, "message": call.reader.say(each.message)}
                for each in refusal.problems
            ]
            raise Problem(422, "invalid", refusal.message, errors=errors) from refusal
        return Reply(told(call, bulk_id), HTTPStatus.ACCEPTED, {"Location": f"{ROOT}/bulk-runs/{bulk_id}"})

    @api.add(
        Endpoint(
            "GET",
            "/bulk-runs/{bulk}",
            "bulk_run",
            "Runs",
            "How far a bulk run of this key is",
            Scope.READ,
            {200: Described("Its presses in their order.", BulkRunSchema, _RUN)},
            query=Paged,
            asked={"limit": "100"},
        )
    )
    def one(call: Call, bulk: str) -> Reply:
        place = place_in(call)
        behind = int(place[1]) if place and place[1].isascii() and place[1].isdigit() else -1
        return Reply(told(call, bulk, behind, call.query["limit"]))

    for name, summary in (("confirm", "Have done what a bulk run has shown"), ("stop", "Begin nothing more of it")):
        _add_press(api, name, summary, found, told, bulks)


def _add_press(api: Api, name: str, summary: str, found: Any, told: Any, bulks: Any) -> None:
    @api.add(
        Endpoint(
            "POST",
            f"/bulk-runs/{{bulk}}/{name}",
            f"bulk_run_{name}",
            "Runs",
            summary,
            Scope.WRITE,
            {200: Described("How far it is then.", BulkRunSchema, _RUN)},
            description="What was shown more than an hour ago is looked at anew first; confirm it then.",
            query=Taken,
        )
    )
    def press(call: Call, bulk: str) -> Reply:
        run = found(call, bulk)
        if name == "stop":
            bulks().stop(call.tenant_id, run)
        elif run.state is BulkState.SHOWN:
            bulks().confirm(call.tenant_id, run)
        return Reply(told(call, run.id))


def _body() -> dict[str, Any]:
    described = object_schema(PressBody())
    described["properties"] = {"input": object_schema(ManyForm())}
    return described


def _press(press: BulkPress) -> dict[str, Any]:
    return {
        "place": press.place,
        "target": press.target_id,
        "called": press.called,
        "state": press.state.value,
        "answer": press.answer,
    }
