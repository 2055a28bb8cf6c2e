"""What tests of webhooks stand on: a clock, a power-up with its database, and a host's way of sending to it."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from powerup.app import create_app
from powerup.parts import Parts, build_parts
from powerup.presses.deferred import DeferredPresses
from powerup.sandbox.server import SandboxServer
from powerup.settings import read_settings
from powerup.store.installations import Installation, Installations
from powerup.store.tenants import Tenant, Tenants
from tests.webhooks.signed_messages import AUDIENCE, KEY, LISTING_KEY, NOW, body_of, envelope, headers_for

PLANNER = {"id": "u_2", "name": "B. Jacobs", "role": "planner"}
ADMIN = {"id": "u_1", "name": "A. de Wit", "role": "admin"}
VIEWER = {"id": "u_3", "name": "C. Peters", "role": "viewer"}
TENANT = {"id": "t_42", "name": "Voorbeeld Installatietechniek", "locale": "nl", "timezone": "Europe/Amsterdam"}


def key_number(number: int) -> str:
    """A signing key of its own for each number."""
    return "whsec_" + b64encode(str(number).rjust(32, "k").encode()).decode()


@dataclass
class Clock:
    """Tells the moment that a test has set."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def go_on(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class House:
    """A power-up, and a host that sends to it. key and generation are those the host signs and sends with."""

    parts: Parts
    client: FlaskClient
    clock: Clock
    sandbox: SandboxServer
    key: str = KEY
    generation: int = 1
    numbers: Any = field(default_factory=lambda: count(1))
    calls_before: int = 0

    @classmethod
    def build(cls, database_url: str, directory: Path, clock: Clock, sandbox: SandboxServer, **environ: str) -> "House":
        settings = {
            "POWERUP_ENVIRONMENT": "sandbox",
            "POWERUP_DATA_DIR": str(directory),
            "POWERUP_DATABASE_URL": database_url,
            "POWERUP_SECRET_KEY": "a-secret-of-the-operator",
            "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "POWERUP_LISTING_KEYS": LISTING_KEY,
            "POWERUP_BASE_URL": AUDIENCE,
            "POWERUP_HOST_API_URLS": sandbox.api_url,
            "POWERUP_HOST_ORIGINS": sandbox.url,
        }
        parts = build_parts(read_settings(settings | environ), clock)
        made = sandbox.host.calls.listed(0)
        return cls(parts, create_app(parts).test_client(), clock, sandbox, calls_before=made[-1].number if made else 0)

    def calls(self) -> list[str]:
        """The endpoints of the host that were called since the power-up was built, in order."""
        return [call.endpoint for call in self.sandbox.host.calls.listed(self.calls_before)]

    def created(self, **changes: Any) -> dict[str, Any]:
        """Data of installation.created, with members replaced."""
        credentials = self.sandbox.credentials
        return {
            "tenant": TENANT,
            "key": self.key,
            "api": {
                "base_url": self.sandbox.api_url,
                "token": credentials.token,
                "software_token": credentials.software_token,
            },
            "origins": [self.sandbox.url],
            "callback_url": f"{self.sandbox.url}/powerups/callbacks",
            "challenge": "a-challenge",
            "actor": ADMIN,
        } | changes

    def created_by_another(self, **changes: Any) -> dict[str, Any]:
        """Data of installation.created of another account of the same host, with members replaced."""
        accounts = self.sandbox.accounts.listed()
        credentials = (accounts[1] if len(accounts) > 1 else self.sandbox.add_account()).credentials
        tokens = {"token": credentials.token, "software_token": credentials.software_token}
        api = {"base_url": self.sandbox.api_url, **tokens}
        return self.created(**{"tenant": TENANT | {"id": "t_43"}, "api": api} | changes)

    def install(self, *, keys: Sequence[str] = (LISTING_KEY,), **changes: Any) -> dict[str, Any]:
        """Install; the answer."""
        return self.told("installation.created", self.created(**changes), keys=keys)

    def install_again(self, *, restore: bool = True) -> dict[str, Any]:
        """Install with the next generation and a key of its own, with the old key's signature or without."""
        keys = (LISTING_KEY, self.key) if restore else (LISTING_KEY,)
        self.generation += 1
        self.key = key_number(self.generation)
        return self.install(keys=keys)

    def told(self, message_type: str, data: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """The answer to a message, which was taken."""
        response = self.send(message_type, data, **options)
        assert response.status_code == 200, response.get_data(as_text=True)
        return dict(response.get_json())

    def send(self, message_type: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a message of the installation, signed; options as of `post`, and members of the envelope."""
        of_post = {name: options.pop(name) for name in ("keys", "message_id", "headers", "at") if name in options}
        message = envelope(
            message_type, data, **{"installation": {"id": "ins_7Q", "generation": self.generation}} | options
        )
        return self.post(body_of(message), **of_post)

    def post(
        self,
        body: bytes,
        *,
        keys: Sequence[str] | None = None,
        message_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        at: datetime | None = None,
    ) -> TestResponse:
        """Post a body with the signatures of these keys; headers replace what would be sent."""
        signed = headers_for(
            body,
            keys=keys or (self.key,),
            message_id=message_id or f"msg_{next(self.numbers)}",
            at=at or self.clock(),
        )
        return self.client.post("/webhooks", data=body, headers=signed | dict(headers or {}))

    def invoke(
        self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any], **members: Any
    ) -> dict[str, Any]:
        """Press a button; the answer."""
        return self.told("action.invoked", self.press(action, target, entered, **members))

    def press(
        self, action: str, target: Mapping[str, Any], entered: Mapping[str, Any], **members: Any
    ) -> dict[str, Any]:
        """Data of action.invoked: a press of its own unless intent_id is given."""
        return {
            "action": action,
            "target": dict(target),
            "input": dict(entered),
            "actor": PLANNER,
            "locale": "nl",
            "intent_id": f"int_{next(self.numbers)}",
            "not_after": (self.clock() + timedelta(minutes=5)).isoformat(),
        } | members

    def deferred(self) -> DeferredPresses:
        """What carries out in the background what was accepted."""
        return self.parts.deferred_presses()

    def installation(self) -> Installation:
        with self.parts.database.read() as connection:
            found = Installations(connection).find("ins_7Q")
        assert found is not None
        return found

    def tenant(self) -> Tenant:
        with self.parts.database.read() as connection:
            return Tenants(connection).get(self.installation().tenant_id)

    def tenants(self) -> list[Tenant]:
        with self.parts.database.read() as connection:
            return Tenants(connection).all()
