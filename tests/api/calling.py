"""What tests of the API stand on: a firm with a key of each scope, and requests by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from powerup.store.api_keys import ApiKey, ApiKeys, Scope
from tests.webhooks.installed import House

ROOT = "/api/v1"


@dataclass
class Firm:
    """A tenant whose host installed the power-up, and its keys by scope."""

    house: House
    keys: dict[Scope, str] = field(default_factory=dict)
    known: dict[Scope, ApiKey] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> FlaskClient:
        return self.house.client

    @property
    def tenant_id(self) -> str:
        return self.house.tenant().id

    def make_keys(self, tenant_id: str | None = None) -> None:
        with self.house.parts.database.write() as connection:
            for scope in Scope:
                key, secret = ApiKeys(connection).make(
                    tenant_id or self.tenant_id, scope, self.house.clock(), f"Koppeling {scope}"
                )
                self.keys[scope], self.known[scope] = secret.reveal(), key

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        scope: Scope = Scope.ADMIN,
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> TestResponse:
        """The answer to a request with the key of that scope."""
        query = {name: value for name, value in query.items() if value is not None}
        sent = {"Authorization": f"Bearer {self.keys[scope]}"} | dict(headers or {})
        return self.client.open(f"{ROOT}{path}", method=method, json=body, headers=sent, query_string=query)

    def get(self, path: str, **query: Any) -> Any:
        """The document of an address that is there."""
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def act(self, path: str, entered: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """A press; options of the body, and `headers`."""
        headers = options.pop("headers", None)
        scope = options.pop("scope", Scope.ADMIN)
        return self.call("POST", path, {"input": dict(entered or {})} | options, headers=headers, scope=scope)
