"""Who may do what: every operation of the document is tried with every key, and with what another tenant has."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from powerup.actions.kit.request import Actor, Role
from powerup.presses import press as pressing
from powerup.presses.importing import Imports
from powerup.store.api_keys import ApiKeys, Scope
from powerup.store.calendar_keys import CalendarKeys, CalendarKind
from powerup.store.cycle_reports import CycleReports, KeptReport
from powerup.store.encryption import Secret
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.tenants.calendar_sharing import share
from powerup.tenants.webhook_addresses import AddressCare
from tests.actions.scenes import FORM
from tests.api.calling import Firm
from tests.api.test_openapi import operations, published
from tests.api.test_work_orders import ordered
from tests.presses.test_deferred_presses import _too_slow

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BY_SCOPE = list(Scope)
OF_EVERY_TENANT = ("/reasons", "/api-keys")

ADMIN = Actor("u_1", "A. Smit", Role.ADMIN, "panel")


@pytest.fixture
def firm(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """With one of each that has an id: contract, visit, run, cycle and import."""
    number = firm.act("/contracts", FORM).get_json()["target"]["id"]
    with monkeypatch.context() as slow:
        slow.setattr(pressing, "read_at_host", _too_slow)
        run = firm.act("/contracts", FORM).get_json()["run"]["id"]
    today = firm.house.clock().date()
    report = KeptReport(7, today, firm.house.clock(), 1.0, 1, 1, {}, 0, 0, 0, None, ())
    with firm.house.parts.database.write() as connection:
        CycleReports(connection, firm.tenant_id).add(report)
    imports = Imports(firm.house.parts.presses(), firm.house.clock)
    begun = imports.begin(firm.tenant_id, ADMIN, "lijst.csv", b"name;customer\n", locale="nl")
    ids = {"number": number, "id": f"{number}:A:2027-01-31:CV-1", "row_id": "1", "run": run, "cycle": "7"}
    with firm.house.parts.database.write() as connection:
        care = AddressCare(connection, firm.tenant_id, Environment.SANDBOX, ADMIN, firm.house.clock())
        address, _ = care.add("https://erp.example/other")
        share(connection, firm.tenant_id, CalendarKind.CONTRACT, number, ADMIN, firm.house.clock())
        (calendar,) = CalendarKeys(connection).of_tenant(firm.tenant_id)
        key, _ = ApiKeys(connection).make(firm.tenant_id, Scope.READ, firm.house.clock())
        Ledger(connection, firm.tenant_id).add([ordered(number, date(2027, 2, 28), 1)])
    firm.ids.update(
        ids
        | {
            "address": address.id,
            "calendar_key": calendar.id,
            "key": key.id,
            "import": begun,
            "bulk": "bulk_of_nobody",
            "year": "2027",
            "code": "1001",
            "month": "2027-01",
        }
    )
    return firm


def sent(firm: Firm, method: str, path: str, operation: Mapping[str, Any], key: str | None) -> TestResponse:
    """The example of an operation, about what this firm has."""
    filled = re.sub(r"{(\w+)}", lambda found: firm.ids[found[1]], path)
    parameters = operation.get("parameters", [])
    query = {each["name"]: each["example"] for each in parameters if each["in"] == "query" and "example" in each}
    query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    if body is not None and "version" in body:
        body = {name: value for name, value in body.items() if name != "version"}
    headers = {"If-Match": "*"} | ({"Authorization": f"Bearer {key}"} if key else {})
    return firm.client.open(f"/api/v1{filled}", method=method, json=body, headers=headers, query_string=query)


def test_every_operation_asks_for_a_key_that_counts(firm: Firm) -> None:
    with firm.house.parts.database.write() as connection:
        ApiKeys(connection).revoke(firm.tenant_id, firm.known[Scope.ADMIN].id, firm.house.clock())
    for key in (None, "cmk_of_nobody", firm.keys[Scope.ADMIN]):
        for method, path, operation in operations(published(firm)):
            answer = sent(firm, method, path, operation, key)
            assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthorized"), (method, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scope", BY_SCOPE)
def test_every_scope_is_tried_on_every_operation(firm: Firm, scope: Scope) -> None:
    """What a key may not do is refused before anything else is looked at; what it may do never fails by a fault."""
    document = published(firm)
    for method, path, operation in operations(document):
        firm.house.clock.go_on(seconds=1)
        answer = sent(firm, method, path, operation, firm.keys[scope])
        needed = BY_SCOPE.index(Scope(operation["x-scope"]))
        if needed > BY_SCOPE.index(scope):
            assert (answer.status_code, answer.get_json()["code"]) == (403, "denied"), (method, path)
        else:
            assert answer.status_code != 403, (method, path)
            assert str(answer.status_code) in operation["responses"], (method, path, answer.get_data(as_text=True))


def test_what_another_tenant_has_is_404_everywhere_as_what_nobody_has(firm: Firm) -> None:
    credentials = firm.house.sandbox.add_account().credentials
    tokens = Secret(credentials.token), Secret(credentials.software_token)
    api_url = firm.house.sandbox.api_url
    other = Tenant("ten_other", "Ander", Environment.SANDBOX, "Europe/Amsterdam", api_url, *tokens)
    with firm.house.parts.database.write() as connection:
        Tenants(connection).add(other)
    firm.make_keys(other.id)
    for method, path, operation in operations(published(firm)):
        firm.house.clock.go_on(seconds=1)
        if set(re.findall(r"{(\w+)}", path)) - {"year", "month"}:  # every tenant has every year
            answer = sent(firm, method, path, operation, firm.keys[Scope.ADMIN])
            if path.endswith("/attach"):
                assert [each["pointer"] for each in answer.get_json()["errors"]] == ["/input/contract"]
                continue
            assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), (method, path)
        elif method == "GET":
            answer = sent(firm, method, path, operation, firm.keys[Scope.ADMIN])
            assert firm.ids["key"] not in answer.get_data(as_text=True), path
            assert path in OF_EVERY_TENANT or not answer.get_json().get("items"), path


def test_a_key_says_when_it_was_last_used_to_the_hour(firm: Firm) -> None:
    def last_used() -> object:
        with firm.house.parts.database.read() as connection:
            found = ApiKeys(connection).get(firm.tenant_id, firm.known[Scope.READ].id)
        assert found is not None
        return found.last_used_at

    assert last_used() is None
    begun = firm.house.clock()
    for minutes in (0, 20, 39):
        firm.house.clock.go_on(minutes=minutes)
        firm.call("GET", "/attention", scope=Scope.READ)
        assert last_used() == begun
    firm.house.clock.go_on(minutes=1)
    firm.call("GET", "/attention", scope=Scope.READ)
    assert last_used() == begun + timedelta(hours=1)


def test_a_tenant_that_is_gone_lets_nobody_in_and_a_suspended_one_reads(firm: Firm) -> None:
    firm.house.told("installation.suspended")
    assert firm.call("GET", "/contracts").status_code == 200
    refused = firm.act(f"/contracts/{firm.ids['number']}/actions/note", {"text": "x"}, version=1)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "failed")
    assert firm.call("POST", "/cycles").status_code == 409
    firm.house.told("installation.uninstalled")
    assert firm.call("GET", "/contracts").status_code == 401
