"""Changes out: a tenant's own addresses that are told of changes, and what they are told."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import ROOT, Api
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken, ToldEvent
from powerup.api.examples import CONTRACT, CUSTOMER, VISIT, WEBHOOK_ADDRESS
from powerup.api.problems import Problem, not_there
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Choice, Whole
from powerup.readings.schemas import AttentionRaisedSchema
from powerup.store.api_keys import Scope
from powerup.store.encryption import Secret
from powerup.store.webhook_addresses import ChangeEvent, WebhookAddress, WebhookAddresses
from powerup.tenants.webhook_addresses import AddressCare, AddressRefused, address_document, is_under_test
from powerup.texts import text

_EXAMPLE: dict[str, Any] = {
    "id": WEBHOOK_ADDRESS,
    "url": "https://erp.example/hook",
    "events": ["contract.changed", "visit.changed"],
    "state": "on",
    "testing": False,
    "made_at": "2027-03-17T09:00:00+00:00",
    "tested_at": "2027-03-17T09:00:01+00:00",
    "failing_since": None,
    "last_failure": None,
}
_KEY = {"key": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}

_GROUP, _ONE = "Changes out", "/webhook-addresses/{address}"


class WebhookAddressSchema(AnswerPart):
    """An address that is told of changes. state is untested until a test was answered 2xx, then on, and off after it
    took nothing for three days; testing: a test is under way."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    testing = fields.Boolean(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    tested_at = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    failing_since = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    last_failure = fields.String(required=True, allow_none=True)


class WebhookAddressesSchema(AnswerPart):
    """The addresses, the oldest first."""

    items = fields.List(fields.Nested(WebhookAddressSchema), required=True)


class NewWebhookAddressSchema(WebhookAddressSchema):
    """An address with the key that its messages are signed with, which is shown this once."""

    key = fields.String(required=True)


class RemovedAddressSchema(AnswerPart):
    """The id of the address that is no more."""

    removed = fields.String(required=True)


class AddressBody(Taken):
    """A new address; without events it is told of all."""

    url = fields.String(required=True, validate=validate.Length(1, 1000))
    events = fields.List(Choice(ChangeEvent), load_default=list)


class EventsBody(Taken):
    """What an address is told of from now on."""

    events = fields.List(Choice(ChangeEvent), required=True, validate=validate.Length(min=1))


class EmptyBody(Taken):
    """Nothing is taken."""


class ContractToldSchema(AnswerPart):
    """A contract that was made, changed or deleted; action is what was done to it. Read it at /contracts/{number}."""

    contract = fields.String(required=True)
    version = Whole(required=True)
    customer = fields.String(required=True)
    action = fields.String(required=True)


class VisitToldSchema(AnswerPart):
    """A visit that was written otherwise, as it is by now. Read it at /visits/{id}."""

    visit = fields.String(required=True)
    contract = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    planned_date = fields.Date(required=True)
    workorder_no = fields.String(required=True, allow_none=True)


class TestToldSchema(AnswerPart):
    """The test that an address has to take before it is used."""

    address = fields.String(required=True)


_CONTRACT = {"contract": CONTRACT, "version": 3, "customer": CUSTOMER, "action": "contract.pause"}

TOLD_EVENTS: Mapping[str, ToldEvent] = {
    ChangeEvent.CONTRACT_CREATED.value: ToldEvent(
        "A contract was made.",
        ContractToldSchema,
        _CONTRACT | {"version": 1, "action": "contract.create"},
    ),
    ChangeEvent.CONTRACT_CHANGED.value: ToldEvent("A contract was changed.", ContractToldSchema, _CONTRACT),
    ChangeEvent.CONTRACT_DELETED.value: ToldEvent(
        "A contract was deleted; it can be brought back for 30 days.",
        ContractToldSchema,
        _CONTRACT | {"action": "contract.delete"},
    ),
    ChangeEvent.VISIT_CHANGED.value: ToldEvent(
        "A visit was ordered, moved, started, done, withheld, refused by the host, or the like.",
        VisitToldSchema,
        {
            "visit": VISIT,
            "contract": CONTRACT,
            "state": "ordered",
            "reason": None,
            "planned_date": "2027-03-31",
            "workorder_no": "C1042-A-20270331-CV-1",
        },
    ),
    ChangeEvent.ATTENTION_RAISED.value: ToldEvent(
        "A person is needed.",
        AttentionRaisedSchema,
        {"message": "De host weigert het token.", "kind": "tenant", "number": 1, "contracts": [], "visits": []},
    ),
    "webhook.test": ToldEvent("An address is tested.", TestToldSchema, {"address": WEBHOOK_ADDRESS}),
}
"""Every message that goes to an address of a tenant's own, by its type."""


def add_changes(api: Api) -> None:
    """The addresses: listed, added, changed, tested, given another key, removed."""
    _add_addresses(api)
    _add_care(api)


def _add_addresses(api: Api) -> None:
    """Those that there are, and another one."""

    @api.add(
        Endpoint(
            "GET", "/webhook-addresses", "webhook_addresses", _GROUP, "Addresses that are told of changes", Scope.ADMIN,
            {200: Described("The addresses, without their keys.", WebhookAddressesSchema, {"items": [_EXAMPLE]})},
        )
    )  # fmt: skip
    def listed(call: Call) -> Reply:
        with api.parts.database.read() as connection:
            found = WebhookAddresses(connection, call.tenant_id).all()
            items = [address_document(each, testing=is_under_test(connection, each)) for each in found]
        return Reply({"items": items})

    @api.add(
        Endpoint(
            "POST", "/webhook-addresses", "add_webhook_address", _GROUP, "Add an address", Scope.ADMIN,
            {201: Described("It is there, and a test is sent to it.", NewWebhookAddressSchema,
                            _EXAMPLE | {"state": "untested", "tested_at": None, "testing": True} | _KEY,
                            headers=("Location",))},
            description="At most ten, each an https address of the public internet. A `webhook.test` is sent to it, "
            "and it is told of changes once it has answered that with 2xx: await `state` at `Location`. `key` is "
            "shown this once; with it the messages are verified (Standard Webhooks).",
            body=Body(object_schema(AddressBody()),
                      {"url": "https://erp.example/hook", "events": ["contract.changed", "visit.changed"]},
                      AddressBody),
        )
    )  # fmt: skip
    def add(call: Call) -> Reply:
        with api.parts.database.write() as connection:
            try:
                made, key = _care(api, call, connection).add(call.body["url"], call.body["events"])
            except AddressRefused as refused:
                raise _invalid(call, refused) from refused
        location = {"Location": f"{ROOT}/webhook-addresses/{made.id}"}
        return Reply(_with_key(made, key, testing=True), HTTPStatus.CREATED, location)

    @api.add(
        Endpoint(
            "GET", _ONE, "webhook_address", _GROUP, "One address", Scope.ADMIN,
            {200: Described("How it is.", WebhookAddressSchema, _EXAMPLE)},
        )
    )  # fmt: skip
    def look(call: Call, address: str) -> Reply:
        return Reply(_told(api, call, address))

    @api.add(
        Endpoint(
            "PATCH", _ONE, "change_webhook_address", _GROUP, "Say what an address is told of", Scope.ADMIN,
            {200: Described("It is told of that from now on.", WebhookAddressSchema, _EXAMPLE)},
            body=Body(object_schema(EventsBody()), {"events": ["visit.changed"]}, EventsBody),
        )
    )  # fmt: skip
    def change(call: Call, address: str) -> Reply:
        with api.parts.database.write() as connection:
            if _care(api, call, connection).want(address, call.body["events"]) is None:
                raise not_there()
        return Reply(_told(api, call, address))


def _add_care(api: Api) -> None:
    """What is done to one that is there."""

    @api.add(
        Endpoint(
            "POST", f"{_ONE}/test", "test_webhook_address", _GROUP, "Test an address", Scope.ADMIN,
            {202: Described("A test is under way.", WebhookAddressSchema, _EXAMPLE | {"testing": True},
                            headers=("Location",))},
            description="Answered 2xx it is told of changes (again).",
            body=Body(object_schema(EmptyBody()), {}, EmptyBody),
        )
    )  # fmt: skip
    def test(call: Call, address: str) -> Reply:
        with api.parts.database.write() as connection:
            if _care(api, call, connection).test(address) is None:
                raise not_there()
        location = {"Location": f"{ROOT}/webhook-addresses/{address}"}
        return Reply(_told(api, call, address), HTTPStatus.ACCEPTED, location)

    @api.add(
        Endpoint(
            "POST", f"{_ONE}/rotate", "rotate_webhook_key", _GROUP, "Give an address another key", Scope.ADMIN,
            {200: Described("The new key; the one before it signs, too, for 72 hours.", NewWebhookAddressSchema,
                            _EXAMPLE | _KEY)},
            body=Body(object_schema(EmptyBody()), {}, EmptyBody),
        )
    )  # fmt: skip
    def rotate(call: Call, address: str) -> Reply:
        with api.parts.database.write() as connection:
            rotated = _care(api, call, connection).rotate(address)
            if rotated is None:
                raise not_there()
            testing = is_under_test(connection, rotated[0])
        return Reply(_with_key(*rotated, testing=testing))

    @api.add(
        Endpoint(
            "DELETE", _ONE, "remove_webhook_address", _GROUP, "Remove an address", Scope.ADMIN,
            {200: Described("It is told of nothing any more.", RemovedAddressSchema, {"removed": WEBHOOK_ADDRESS})},
        )
    )  # fmt: skip
    def remove(call: Call, address: str) -> Reply:
        with api.parts.database.write() as connection:
            if not _care(api, call, connection).remove(address):
                raise not_there()
        return Reply({"removed": address})


def _care(api: Api, call: Call, connection: Any) -> AddressCare:
    return AddressCare(connection, call.tenant_id, api.parts.environment, call.caller.actor, call.now)


def _told(api: Api, call: Call, address_id: str) -> dict[str, Any]:
    with api.parts.database.read() as connection:
        found = WebhookAddresses(connection, call.tenant_id).get(address_id)
        if found is None:
            raise not_there()
        return address_document(found, testing=is_under_test(connection, found))


def _with_key(address: WebhookAddress, key: Secret, *, testing: bool) -> dict[str, Any]:
    return address_document(address, testing=testing) | {"key": key.reveal()}


def _invalid(call: Call, refused: AddressRefused) -> Problem:
    flaw = {"pointer": refused.pointer, "code": refused.code, "message": call.reader.say(refused.sentence)}
    return Problem(422, "invalid", text("Nothing was done; errors says what is wrong, by its place."), errors=[flaw])
