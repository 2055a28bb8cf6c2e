"""One tenant, and people of it who are signed in, each with a role."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from powerup.actions.kit.request import Role
from powerup.app import create_app
from powerup.pages.visitor import Visitor
from powerup.parts import Parts, build_parts, now_in_utc
from powerup.settings import read_settings
from powerup.store.encryption import Secret
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.timing import Clock
from tests.pages.reading import PageClient

TENANT = Tenant("ten_1", "Voorbeeld", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
BASE_URL = "https://contracts.example/"
CSRF_SECRET = bytes(range(32))

VISITORS = {role: Visitor(TENANT.id, TENANT.name, f"u_{role}", "B. Jacobs", role, "nl", CSRF_SECRET) for role in Role}
"""By role; all of them read Dutch."""


@pytest.fixture
def clock() -> Clock:
    """The clock of the parts; tests of pages that know a day give another."""
    return now_in_utc


@pytest.fixture
def parts(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Parts]:
    environ = {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATA_DIR": str(tmp_path),
        "POWERUP_DATABASE_URL": database_url,
        "POWERUP_SECRET_KEY": "a-secret-of-the-operator",
        "POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "POWERUP_BASE_URL": BASE_URL,
    }
    built = build_parts(read_settings(environ), clock)
    with built.database.write() as connection:
        Tenants(connection).add(TENANT)
    yield built
    built.close()


SignedIn = Callable[[Visitor | None], PageClient]


@pytest.fixture
def signed_in(parts: Parts) -> SignedIn:
    """A client for a visitor; for None, nobody is signed in."""

    def client(visitor: Visitor | None) -> PageClient:
        app: Flask = create_app(parts, lambda: visitor)
        app.test_client_class = PageClient
        made = app.test_client()
        assert isinstance(made, PageClient)
        return made

    return client


@pytest.fixture
def planner(signed_in: SignedIn) -> PageClient:
    return signed_in(VISITORS[Role.PLANNER])


@pytest.fixture
def viewer(signed_in: SignedIn) -> PageClient:
    return signed_in(VISITORS[Role.VIEWER])


@pytest.fixture
def admin(signed_in: SignedIn) -> PageClient:
    return signed_in(VISITORS[Role.ADMIN])
