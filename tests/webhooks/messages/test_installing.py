"""Installing: what is checked, tried, proved, restored, and begun anew (webhooks page, section 3)."""

from base64 import b64decode, b64encode
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import pytest

from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.server import SandboxServer
from powerup.store.audit_trail import AuditTrail
from powerup.store.tenants import Environment, Tenants, TenantState
from tests.webhooks.installed import TENANT, Clock, House
from tests.webhooks.signed_messages import KEY, LISTING_KEY


def test_installing_makes_a_tenant_and_proves_that_the_key_arrived(house: House) -> None:
    answer = house.install()
    secret = b64decode(KEY.removeprefix("whsec_"))
    expected = b64encode(digest(secret, b"a-challenge", sha256)).decode()
    assert (answer["status"], answer["proof"]) == ("succeeded", expected)
    tenant = house.tenant()
    assert (tenant.name, tenant.locale, tenant.timezone) == (TENANT["name"], "nl", "Europe/Amsterdam")
    assert (tenant.host_tenant_id, tenant.environment, tenant.state) == (
        "t_42",
        Environment.SANDBOX,
        TenantState.ACTIVE,
    )
    assert tenant.token is not None
    assert tenant.token.reveal() == house.sandbox.credentials.token
    assert tenant.next_cycle_at == house.clock()
    installation = house.installation()
    assert installation.origins == (house.sandbox.url,)
    assert installation.callback_url == f"{house.sandbox.url}/powerups/callbacks"


def test_installing_leaves_an_audit_line_without_any_secret(house: House) -> None:
    house.install()
    with house.parts.database.read() as connection:
        [line] = AuditTrail(connection, house.tenant().id).latest(10)
    assert (line.action, line.actor_name, line.source) == ("installation.created", "A. de Wit", "webhook")
    secrets = (KEY, house.sandbox.credentials.token, house.sandbox.credentials.software_token)
    assert not any(secret in repr(line) for secret in secrets)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        (
            {"api": {"base_url": "https://evil.example/openapi/8/", "token": "t", "software_token": "s"}},
            "/api/base_url",
        ),
        ({"origins": ["https://evil.example"]}, "/origins/0"),
        ({"callback_url": "https://evil.example/callbacks"}, "/callback_url"),
        ({"links": {"object": "https://evil.example/{object_code}"}}, "/links/object"),
        ({"tenant": TENANT | {"id": "t_43"}}, "/tenant/id"),
        ({"key": "whsec_c2hvcnQ="}, "/key"),
        ({"actor": {"id": "u_1"}}, "/actor/name"),
    ],
)
def test_what_a_host_may_not_bring_is_invalid_and_calls_nobody(
    house: House, changes: dict[str, Any], pointer: str
) -> None:
    answer = house.install(**changes)
    assert answer["status"] == "invalid"
    assert pointer in [error["pointer"] for error in answer["errors"]]
    assert house.tenants() == []
    assert house.calls() == []


def test_tokens_that_do_not_work_are_told_in_the_words_of_the_host(house: House) -> None:
    api = house.created()["api"]
    answer = house.install(api=api | {"token": "wrong-token"})
    assert answer["status"] == "failed"
    assert "Token not authorized" in answer["message"]
    assert "wrong-token" not in str(answer)
    assert house.tenants() == []


def test_a_host_that_is_down_is_a_failed_installing(house: House) -> None:
    house.sandbox.host.faults.set(Fault(FaultName.HTTP_500, rate=1.0))
    answer = house.install()
    assert answer["status"] == "failed"
    assert "could not be tried" in answer["message"], "nothing is known of the tokens"
    assert house.tenants() == []


def test_a_refused_installing_keeps_its_answer(house: House) -> None:
    """A late copy of a message that failed must not install after all."""
    api = house.created()["api"] | {"token": "wrong"}
    first = house.send("installation.created", house.created(api=api), keys=[LISTING_KEY], message_id="msg_x")
    again = house.send("installation.created", house.created(api=api), keys=[LISTING_KEY], message_id="msg_x")
    assert again.get_data() == first.get_data()
    assert again.headers["powerup-replayed"] == "true"
    assert house.install()["status"] == "succeeded"
    late = house.send("installation.created", house.created(api=api), keys=[LISTING_KEY], message_id="msg_x")
    assert late.get_data() == first.get_data()


def test_installing_once_more_in_the_same_generation_is_ignored(house: House) -> None:
    house.install()
    assert house.install(challenge="another")["status"] == "ignored"
    assert len(house.tenants()) == 1


@pytest.mark.parametrize("uninstalled", [True, False])
def test_installing_again_with_the_old_key_restores_the_data(house: House, uninstalled: bool) -> None:
    house.install()
    before = house.tenant()
    if uninstalled:
        house.told("installation.uninstalled")
        house.clock.go_on(days=29)
    assert house.install_again()["status"] == "succeeded"
    after = house.tenant()
    assert (after.id, after.state) == (before.id, TenantState.ACTIVE)
    assert after.token is not None
    assert after.next_cycle_at == house.clock()
    assert house.installation().uninstalled_at is None
    assert house.told("installation.suspended")["status"] == "succeeded"


def _number_prefix(house: House) -> str:
    with house.parts.database.read() as connection:
        return Tenants(connection).configuration(house.tenant().id).settings.number_prefix


@pytest.mark.parametrize(("days", "restore"), [(0, False), (31, True)])
def test_installing_again_without_the_old_key_or_too_late_begins_anew(house: House, days: int, restore: bool) -> None:
    house.install()
    before, first_prefix = house.tenant(), _number_prefix(house)
    house.told("installation.uninstalled")
    house.clock.go_on(days=days)
    assert house.install_again(restore=restore)["status"] == "succeeded"
    assert house.tenant().id != before.id
    assert (first_prefix, _number_prefix(house) == "C") == ("C", False)
    with house.parts.database.read() as connection:
        left = Tenants(connection).get(before.id)
    assert (left.state, left.token) == (TenantState.UNINSTALLED, None)


def test_a_fresh_start_over_a_running_installation_stops_the_old_one(house: House) -> None:
    """The message that it was uninstalled got lost."""
    house.install()
    before = house.tenant()
    house.install_again(restore=False)
    with house.parts.database.read() as connection:
        left = Tenants(connection).get(before.id)
    assert (left.state, left.token, left.next_cycle_at) == (TenantState.UNINSTALLED, None, None)


def test_the_old_key_of_another_tenant_restores_nothing(house: House) -> None:
    house.install()
    before = house.tenant()
    house.told("installation.uninstalled")
    house.generation = 2
    other = house.created(tenant=TENANT | {"id": "t_43"})
    answer = house.told("installation.created", other, keys=[LISTING_KEY, KEY], tenant={"id": "t_43"})
    assert answer["status"] == "succeeded"
    assert house.tenant().id != before.id


def test_a_host_known_under_another_installation_gets_a_prefix_of_its_own(house: House) -> None:
    house.install()
    with house.parts.database.read() as connection:
        assert Tenants(connection).find("t_42")
    house.told("installation.uninstalled")
    other = house.post(_created_for(house, "ins_other"), keys=[LISTING_KEY], headers=_headers_for(house, "ins_other"))
    assert other.get_json()["status"] == "succeeded"
    with house.parts.database.read() as connection:
        prefixes = {Tenants(connection).configuration(each.id).settings.number_prefix for each in house.tenants()}
    assert len(prefixes) == 2


def _created_for(house: House, installation_id: str) -> bytes:
    from tests.webhooks.signed_messages import body_of, envelope

    sender = {"id": installation_id, "generation": 1}
    return body_of(envelope("installation.created", house.created(), installation=sender))


def _headers_for(_: House, installation_id: str) -> dict[str, str]:
    return {"powerup-installation": installation_id}


def test_a_sandbox_cannot_be_installed_at_a_production_server(
    tmp_path: Path, clock: Clock, sandbox: SandboxServer, database_url: str
) -> None:
    production = House.build(database_url, tmp_path / "p", clock, sandbox, POWERUP_ENVIRONMENT="production")
    refusal = production.send("installation.created", production.created(), keys=[LISTING_KEY])
    assert (refusal.status_code, refusal.get_json()["code"]) == (403, "wrong_recipient")
    data = production.created()
    answer = production.told("installation.created", data, keys=[LISTING_KEY], environment="production")
    assert {error["code"] for error in answer["errors"]} == {"not_public"}
    production.parts.close()
