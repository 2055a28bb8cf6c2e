"""Every page, by the map of addresses: who may see it, what stands in its address, and that it is one's own tenant's.

A page that is added is looked at here without being named.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from powerup.actions.kit.request import Role
from powerup.app import create_app
from powerup.pages.frame import READING
from powerup.parts import Parts
from tests.pages.conftest import VISITORS, SignedIn

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOT_THERE = "of-another-tenant"
"""What stands in an address in the place of an id that another tenant may have, and this one has not."""


@pytest.fixture
def app(parts: Parts) -> Flask:
    return create_app(parts, lambda: None)


def rules(app: Flask) -> Iterator[tuple[Rule, Any]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("pages."):
            yield rule, app.view_functions[rule.endpoint]


def address_of(app: Flask, rule: Rule) -> str:
    """Its address, with ids of nothing that is there."""
    values = {name: _example(rule._converters[name]) for name in rule.arguments}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def _example(converter: BaseConverter) -> str | int:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1_000_000_000 if isinstance(converter, IntegerConverter) else NOT_THERE


def test_every_page_says_who_may_see_it_or_that_anybody_may(app: Flask) -> None:
    found = list(rules(app))
    assert found
    assert [rule.rule for rule, view in found if not hasattr(view, "role")] == []


def test_an_id_in_an_address_may_hold_any_character_or_is_a_number(app: Flask) -> None:
    """The last one; one before it has no slash in it, and says so by its kind."""
    for rule, _ in rules(app):
        for name, converter in rule._converters.items():
            kind = type(converter).__name__
            assert kind in ("PathConverter", "IntegerConverter", "UnicodeConverter", "AnyConverter"), rule.rule
            if kind == "UnicodeConverter" and rule.rule.endswith(f"<{name}>"):
                assert name.endswith(("id", "token", "kind")), f"{rule.rule}: a number or code needs a path converter"
        assert rule.rule == rule.rule.lower()
        assert "_" not in "".join(part for part in rule.rule.split("/") if not part.startswith("<")), rule.rule


def test_what_another_tenant_has_is_not_there_and_what_is_there_needs_its_role(app: Flask, signed_in: SignedIn) -> None:
    client = {role: signed_in(visitor) for role, visitor in VISITORS.items()}
    for rule, view in rules(app):
        if "GET" not in (rule.methods or ()) or view.role is None:
            continue
        address = address_of(app, rule)
        answer = client[Role.ADMIN].get(address)
        assert answer.status_code in ((404,) if rule.arguments else (200, 302, 303)), address
        for role in Role:
            if not role.may(view.role):
                assert client[role].get(address).status_code == 403, address


def test_a_page_that_changes_something_cannot_be_sent_from_elsewhere(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in(VISITORS[Role.ADMIN])
    for rule, view in rules(app):
        for method in sorted((rule.methods or set()) - READING):
            if view.role is not None:
                assert client.open(address_of(app, rule), method=method).status_code == 400, rule.rule
