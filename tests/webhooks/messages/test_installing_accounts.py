"""A host account belongs to one active tenant, also where hosts install (rules: The two ideas; webhooks page, 3)."""

from dataclasses import replace
from typing import Any

import pytest

from powerup.store.accounts import Account, Accounts
from powerup.store.encryption import Secret
from powerup.store.erasure import erase_tenant
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.tenants.new_tenant import add_tenant
from tests.webhooks.installed import TENANT, House
from tests.webhooks.signed_messages import LISTING_KEY


def add_by_command(house: House, **fields: Any) -> Tenant:
    """As `powerup tenant add` does, with the tokens that the host brings when it installs."""
    credentials = house.sandbox.credentials
    tenant = Tenant(
        id="t_command",
        name="Op de opdrachtregel",
        environment=Environment.SANDBOX,
        timezone="Europe/Amsterdam",
        api_url=house.sandbox.api_url,
        token=Secret(credentials.token),
        software_token=Secret(credentials.software_token),
    )
    with house.parts.database.write() as connection:
        add_tenant(connection, replace(tenant, **fields))
    return replace(tenant, **fields)


def other_installation(house: House, **changes: Any) -> dict[str, Any]:
    """The answer to installing by another installation of the same host."""
    return house.told(
        "installation.created",
        house.created(**changes),
        keys=[LISTING_KEY],
        headers={"powerup-installation": "ins_other"},
        installation={"id": "ins_other", "generation": 1},
        **({"tenant": {"id": changes["tenant"]["id"]}} if "tenant" in changes else {}),
    )


def prefix_of(house: House, tenant_id: str) -> str:
    with house.parts.database.read() as connection:
        return Tenants(connection).configuration(tenant_id).settings.number_prefix


def test_an_account_that_was_added_by_command_is_not_installed_beside_it_and_is_named(house: House) -> None:
    add_by_command(house)
    answer = house.install()
    assert answer["status"] == "invalid"
    (error,) = answer["errors"]
    assert (error["pointer"], error["code"]) == ("/tenant/id", "account_taken")
    assert "powerup tenant link t_command ins_7Q" in error["message"]
    assert [tenant.id for tenant in house.tenants()] == ["t_command"]


def test_a_linked_tenant_becomes_the_installations_with_all_it_has(house: House) -> None:
    add_by_command(house)
    assert house.install()["status"] == "invalid"
    with house.parts.database.write() as connection:
        Tenants(connection).link("t_command", "ins_7Q")
    assert house.install()["status"] == "succeeded"
    tenant = house.tenant()
    assert (tenant.id, tenant.host_tenant_id, tenant.name) == ("t_command", TENANT["id"], TENANT["name"])
    assert (tenant.state, len(house.tenants()), prefix_of(house, tenant.id)) == (TenantState.ACTIVE, 1, "C")
    assert house.told("installation.uninstalled")["status"] == "succeeded"
    assert house.install_again()["status"] == "succeeded"
    assert house.tenant().id == "t_command"


@pytest.mark.parametrize("known_by", ["token", "host_tenant_id"])
def test_a_second_installation_of_an_account_is_invalid(house: House, known_by: str) -> None:
    house.install()
    changes: dict[str, Any] = {"tenant": TENANT | {"id": "t_43"}} if known_by == "token" else {"api": _other_api(house)}
    answer = other_installation(house, **changes)
    assert answer["status"] == "invalid"
    assert house.tenant().id in answer["errors"][0]["message"]
    assert len(house.tenants()) == 1


def test_once_the_first_is_uninstalled_another_installation_gets_a_prefix_of_its_own(house: House) -> None:
    house.install()
    house.told("installation.uninstalled")
    assert other_installation(house)["status"] == "succeeded"
    newest = next(tenant for tenant in house.tenants() if tenant.state is TenantState.ACTIVE)
    assert prefix_of(house, newest.id) != "C"
    assert house.install_again()["status"] == "invalid", "the account is another tenant's now"


def test_who_comes_back_after_an_erasure_is_known_by_the_hosts_tenant_id(house: House) -> None:
    house.install()
    first = house.tenant()
    house.told("installation.uninstalled")
    house.told("installation.erased")
    assert house.tenants() == []
    assert other_installation(house, api=_other_api(house))["status"] == "succeeded"
    (back,) = house.tenants()
    assert prefix_of(house, back.id) != "C"
    with house.parts.database.read() as connection:
        used = Accounts(connection).prefixes_of_others(Account("t_42", None), back.id)
    assert (used, first.id == back.id) == (frozenset({"C"}), False)


def test_a_token_is_known_after_it_was_destroyed_and_its_tenant_erased(house: House) -> None:
    house.install()
    house.told("installation.uninstalled")
    house.told("installation.erased")
    token = house.created()["api"]["token"]
    with house.parts.database.read() as connection:
        assert Accounts(connection).was_here(Account(None, Secret(token)), "t_new")
        assert not Accounts(connection).was_here(Account(None, Secret("another")), "t_new")


def test_new_credentials_of_an_account_that_another_tenant_has_are_invalid(house: House) -> None:
    other = _other_api(house)
    add_by_command(house, token=Secret(other["token"]), software_token=Secret(other["software_token"]))
    house.install()
    answer = house.told("installation.credentials_changed", {"api": other})
    assert (answer["status"], answer["errors"][0]["pointer"]) == ("invalid", "/api/token")
    assert house.tenant().token == Secret(house.sandbox.credentials.token)


def test_a_tenant_is_not_resumed_while_another_one_has_its_account(house: House) -> None:
    house.install()
    house.told("installation.suspended")
    with house.parts.database.write() as connection:
        Tenants(connection).add(replace(house.tenant(), id="t_before", state=TenantState.ACTIVE))
    assert house.told("installation.resumed")["status"] == "failed"
    assert house.tenant().state is TenantState.SUSPENDED
    with house.parts.database.write() as connection:
        erase_tenant(connection, "t_before", house.clock())
    assert house.told("installation.resumed")["status"] == "succeeded"


def _other_api(house: House) -> dict[str, Any]:
    """Access by other tokens that work, so of another account or the same: nobody can tell by them alone."""
    credentials = house.sandbox.host.credentials.issue("another")
    return {
        "base_url": house.sandbox.api_url,
        "token": credentials.token,
        "software_token": credentials.software_token,
    }
