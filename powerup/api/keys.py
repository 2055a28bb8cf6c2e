"""Keys of the API itself: an admin's key makes, lists and revokes them, as the settings pages do."""

from http import HTTPStatus
from typing import Any

from marshmallow import fields, validate

from powerup.actions.kit.answer_schema import AnswerPart
from powerup.api.blueprint import Api
from powerup.api.endpoint import Body, Call, Described, Endpoint, Reply, Taken
from powerup.api.examples import KEY
from powerup.api.problems import not_there
from powerup.documents.json_schema import object_schema
from powerup.documents.schema import Choice
from powerup.store.api_keys import ApiKey, ApiKeys, Scope
from powerup.tenants.keys import MOST_NAME, make_key, revoke_key

_GROUP = "Keys"
_EXAMPLE: dict[str, Any] = {
    "id": KEY,
    "scope": "write",
    "name": "Boekhouding",
    "made_at": "2027-03-17T09:00:00+00:00",
    "last_used_at": None,
}


class ApiKeySchema(AnswerPart):
    """A key that counts. last_used_at is exact to the hour, null for one that was never used."""

    id = fields.String(required=True)
    scope = Choice(Scope, required=True)
    name = fields.String(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    last_used_at = fields.AwareDateTime(format="iso", required=True, allow_none=True)


class ApiKeysSchema(AnswerPart):
    """The keys that count, the oldest first."""

    items = fields.List(fields.Nested(ApiKeySchema), required=True)


class NewApiKeySchema(ApiKeySchema):
    """A key with its secret, which is shown this once."""

    key = fields.String(required=True)


class RevokedApiKeySchema(AnswerPart):
    """The id of the key that counts no longer."""

    revoked = fields.String(required=True)


class ApiKeyBody(Taken):
    """What the key may do, and what people call it."""

    scope = Choice(Scope, required=True)
    name = fields.String(required=True, validate=validate.Length(1, MOST_NAME))


def add_keys(api: Api) -> None:
    """Making, listing and revoking keys."""

    @api.add(
        Endpoint(
            "GET", "/api-keys", "api_keys", _GROUP, "Keys of the API", Scope.ADMIN,
            {200: Described("The keys that count, without what is secret.", ApiKeysSchema, {"items": [_EXAMPLE]})},
        )
    )  # fmt: skip
    def listed(call: Call) -> Reply:
        with api.parts.database.read() as connection:
            found = ApiKeys(connection).of_tenant(call.tenant_id)
        return Reply({"items": [_document(key) for key in found if key.revoked_at is None]})

    @api.add(
        Endpoint(
            "POST", "/api-keys", "add_api_key", _GROUP, "Make a key of the API", Scope.ADMIN,
            {201: Described("The key, shown this once.", NewApiKeySchema, _EXAMPLE | {"key": "cmk_…"})},
            body=Body(object_schema(ApiKeyBody()), {"scope": "write", "name": "Boekhouding"}, ApiKeyBody),
        )
    )  # fmt: skip
    def make(call: Call) -> Reply:
        wanted = call.body["scope"], call.body["name"]
        with api.parts.database.write() as connection:
            key, secret = make_key(connection, call.tenant_id, *wanted, call.caller.actor, call.now)
        return Reply(_document(key) | {"key": secret.reveal()}, HTTPStatus.CREATED)

    @api.add(
        Endpoint(
            "DELETE", "/api-keys/{key}", "revoke_api_key", _GROUP, "Revoke a key of the API", Scope.ADMIN,
            {200: Described("It counts no longer.", RevokedApiKeySchema, {"revoked": KEY})},
            description="Also the key that asks for it.",
        )
    )  # fmt: skip
    def revoke(call: Call, key: str) -> Reply:
        with api.parts.database.write() as connection:
            if not revoke_key(connection, call.tenant_id, key, call.caller.actor, call.now):
                raise not_there()
        return Reply({"revoked": key})


def _document(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "scope": key.scope.value,
        "name": key.name,
        "made_at": key.created_at.isoformat(),
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
    }
