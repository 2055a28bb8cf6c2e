"""The front door: an application that goes by real sessions, at a moment that is given, and people of two tenants."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from powerup.actions.kit.request import Actor, Role
from powerup.app import create_app
from powerup.parts import Parts
from powerup.store.encryption import Secret
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.store.users import User, Users
from powerup.visitors import invitations
from powerup.visitors.passwords import Passwords
from tests.pages.conftest import BASE_URL, TENANT
from tests.pages.reading import PageClient

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
OPERATOR = Actor("operator", "Operator", Role.ADMIN, "command")
OWN = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "nl", "User-Agent": "Firefox/1"}
EMAIL, PASSWORD = "bea@voorbeeld.example", "vier woorden op een rij"
OTHER_TENANT = Tenant("ten_2", "Ander", Environment.SANDBOX, "Europe/Amsterdam", "http://y/", Secret("c"), Secret("d"))


@dataclass
class Front:
    """The web application as browsers reach it, and its clock."""

    parts: Parts
    now: datetime = NOON

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def browser(self) -> "Browser":
        client = self._app.test_client()
        assert isinstance(client, PageClient)
        return Browser(client)

    def __post_init__(self) -> None:
        self.parts = replace(self.parts, clock=lambda: self.now)
        self._app = create_app(self.parts)
        self._app.test_client_class = PageClient

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.parts.database.write() as connection:
            yield connection

    def invite(self, email: str = EMAIL, role: Role = Role.PLANNER, tenant_id: str = TENANT.id) -> str:
        """The path of the link of somebody who was invited."""
        with self.write() as connection:
            invited = invitations.invite(connection, tenant_id, email, role, OPERATOR, self.now)
        return "/" + invited.link(BASE_URL).removeprefix(BASE_URL)

    def user(self, email: str = EMAIL, tenant_id: str = TENANT.id) -> User:
        with self.parts.database.read() as connection:
            found = Users(connection, tenant_id).of_email(email)
        assert found is not None
        return found

    def joined(self, email: str = EMAIL, role: Role = Role.PLANNER, tenant_id: str = TENANT.id) -> User:
        """A user with the password."""
        self.invite(email, role, tenant_id)
        with self.write() as connection:
            return invitations.take_up(connection, self.user(email, tenant_id), "Bea", HASH, self.now)


HASH = Passwords().hash(PASSWORD)


class Browser:
    """Keeps cookies, and sends forms from our own pages unless it is told otherwise."""

    def __init__(self, client: PageClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=BASE_URL, headers={**OWN, **_named(headers)})

    def post(self, path: str, form: dict[str, str], **headers: str) -> TestResponse:
        return self.client.post(path, base_url=BASE_URL, data=form, headers={**OWN, **_named(headers)})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.post("/sign-in", {"email": email, "password": password, **more})

    def is_in(self) -> bool:
        """Whether a page opens."""
        return self.get("/account").status_code == 200

    def csrf_token(self, page: TestResponse) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found
        return found[1]


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser would send them on."""
    return {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    }


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def front(parts: Parts) -> Front:
    with parts.database.write() as connection:
        Tenants(connection).add(OTHER_TENANT)
    return Front(parts)
