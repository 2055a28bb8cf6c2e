"""Changes out: a tenant's own addresses are told of contracts, visits and attention, as Standard Webhooks has it."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
import responses
from requests import PreparedRequest
from standardwebhooks import Webhook, WebhookVerificationError

from powerup.actions.kit.request import Actor, Role
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.outsmart.public_session import host_session
from powerup.readings.attention import Attention, NeedKind
from powerup.store.audit_trail import AuditTrail
from powerup.store.ledger import Ledger
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.tenants import Environment
from powerup.store.webhook_addresses import AddressState, ChangeEvent, WebhookAddress, WebhookAddresses
from powerup.tenants import webhook_addresses
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.tell_host import raise_attention, tell_again, tell_host
from powerup.tenants.webhook_addresses import MOST_ADDRESSES, AddressCare, AddressRefused
from powerup.webhooks.way_out.callbacks import Callbacks
from tests.webhooks.installed import House
from tests.webhooks.messages.test_invoking import CREATE, RELATION

URL = "https://erp.example/hook?of=us"
ANOTHER = "https://planning.example/hook"
ADMIN = Actor("u_1", "A. de Wit", Role.ADMIN, "panel")
RAISED = {"message": "Kijk.", "kind": "tenant", "number": 1, "contracts": [], "visits": []}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are asked for nowhere in a test."""
    monkeypatch.setattr(webhook_addresses, "leads_outside", lambda _host, _port: True)


@pytest.fixture
def receivers(house: House) -> Iterator[responses.RequestsMock]:
    """Answer as a test says; the power-up is installed."""
    assert house.install()["status"] == "succeeded"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.add_passthru(house.sandbox.url + "/openapi")
        mocked.post(f"{house.sandbox.url}/powerups/callbacks", status=204)
        yield mocked


def care(house: House) -> Any:
    """What changes addresses, in a transaction of its own for each call."""

    class Each:
        def __getattr__(self, name: str) -> Any:
            def call(*arguments: Any) -> Any:
                with house.parts.database.write() as connection:
                    of_tenant = AddressCare(connection, house.tenant().id, Environment.SANDBOX, ADMIN, house.clock())
                    return getattr(of_tenant, name)(*arguments)

            return call

    return Each()


def deliver(house: House) -> int:
    with (
        host_session(public_only=False) as session,
        closing(Callbacks(house.parts.database, session, house.clock, lambda: 0.0)) as callbacks,
    ):
        return callbacks.deliver_due()


def in_use(house: House, receivers: responses.RequestsMock, url: str = URL, *events: ChangeEvent) -> tuple[str, str]:
    """An address that took its test, which is over; its id and its key."""
    taken = receivers.post(url, status=204)
    made, key = care(house).add(url, events)
    assert deliver(house) == 1
    receivers.remove(taken)
    receivers.calls.reset()
    return made.id, key.reveal()


def address(house: House, address_id: str) -> WebhookAddress:
    with house.parts.database.read() as connection:
        found = WebhookAddresses(connection, house.tenant().id).get(address_id)
    assert found is not None
    return found


def messages(house: House, state: OutgoingState) -> list[OutgoingMessage]:
    with house.parts.database.read() as connection:
        return [each for each in Outbox(connection).of_tenant(house.tenant().id, state) if each.address_id]


def told(receivers: responses.RequestsMock, key: str, url: str = URL) -> list[dict[str, Any]]:
    """What came there, each verified as its receiver would."""
    return [verified(call.request, key) for call in receivers.calls if call.request.url == url]


def tries(receivers: responses.RequestsMock) -> int:
    return len([call for call in receivers.calls if call.request.url == URL])


def verified(request: PreparedRequest, key: str) -> dict[str, Any]:
    assert isinstance(request.body, bytes)
    assert "powerup-installation" not in request.headers
    # The library's own clock is not the test's: it signs anew, as its receivers do to compare.
    body, headers = request.body.decode(), request.headers
    moment = int(headers["webhook-timestamp"])
    given = headers["webhook-signature"].split(" ")
    assert Webhook(key).sign(headers["webhook-id"], datetime.fromtimestamp(moment, UTC), body) in given
    return dict(json.loads(body))


def attention(house: House) -> list[tuple[NeedKind, str]]:
    with house.parts.database.read() as connection:
        tenant, around = tenant_in_circumstances(connection, house.tenant().id, house.clock(), open_tokens=False)
        return [(need.kind, str(need.words)) for need in Attention(connection, tenant, around).needs()]


def raise_one(house: House) -> None:
    with house.parts.database.write() as connection:
        raise_attention(connection, house.tenant().id, RAISED, house.clock())


def test_an_address_is_told_of_contracts_visits_and_attention_with_ids_to_read_them(
    house: House, receivers: responses.RequestsMock
) -> None:
    _, key = in_use(house, receivers)
    receivers.post(URL, status=200)
    made = house.invoke("contract.create", RELATION, CREATE)
    number = made["target"]["id"]
    visit = LedgerVisit(
        VisitKey(number, "A", date(2027, 1, 31), "CV-1"),
        *(date(2027, 1, 29), date(2027, 1, 1), date(2027, 1, 29)),
        VisitState.ORDERED,
        workorder_no="C1-A-20270131-CV-1",
        changed_at=house.clock(),
    )
    silent = [
        replace(visit, key=replace(visit.key, sequence=2), state=VisitState.ORDERING, workorder_no="C1.s2"),
        replace(
            visit, key=replace(visit.key, sequence=3), state=VisitState.WITHHELD, reason=Reason.BEFORE_ENTRY,
            workorder_no=None,
        ),
    ]  # fmt: skip
    with house.parts.database.write() as connection:
        Ledger(connection, house.tenant().id).add([visit, *silent])
    raise_one(house)
    deliver(house)
    came = told(receivers, key)
    at = {"timestamp": "2026-12-28T10:00:00Z"}
    contract = {"contract": number, "version": 1, "customer": "1001", "action": "contract.create"}
    assert {"type": "contract.created", "data": contract} | at in came
    of_visit = {"visit": str(visit.key), "contract": number, "state": "ordered", "reason": None}
    of_visit |= {"planned_date": "2027-01-29", "workorder_no": "C1-A-20270131-CV-1"}
    assert {"type": "visit.changed", "data": of_visit} | at in came
    assert {"type": "attention.raised", "data": RAISED} | at in came
    assert not [each for each in came if each["type"] == "visit.changed" and each["data"] != of_visit]


def test_a_receiver_verifies_with_the_library_and_an_altered_message_is_refused(
    house: House, receivers: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = in_use(house, receivers)
    receivers.post(URL, status=200)
    raise_one(house)
    deliver(house)
    [request] = [call.request for call in receivers.calls if call.request.url == URL]
    monkeypatch.setattr(Webhook, "_Webhook__verify_timestamp", lambda *_: house.clock(), raising=True)
    assert isinstance(request.body, bytes)
    assert Webhook(key).verify(request.body, dict(request.headers))["data"] == RAISED
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(request.body.replace(b"Kijk", b"Kom!"), dict(request.headers))


def test_nothing_is_told_before_a_test_was_taken_and_a_test_is_tried_once(
    house: House, receivers: responses.RequestsMock
) -> None:
    refused = receivers.post(URL, status=500)
    made, key = care(house).add(URL)
    raise_one(house)
    deliver(house)
    house.clock.go_on(days=1)
    deliver(house)
    assert [each["type"] for each in told(receivers, key.reveal())] == ["webhook.test"]
    assert (address(house, made.id).state, address(house, made.id).last_failure) == (
        AddressState.UNTESTED,
        "answered 500",
    )
    assert NeedKind.CALLBACK not in dict(attention(house))
    receivers.remove(refused)
    receivers.post(URL, status=201)
    care(house).test(made.id)
    deliver(house)
    assert address(house, made.id).state is AddressState.ON


def test_only_what_is_wanted_is_told(house: House, receivers: responses.RequestsMock) -> None:
    wanted, key = in_use(house, receivers, URL, ChangeEvent.CONTRACT_DELETED)
    receivers.post(URL, status=200)
    raise_one(house)
    deliver(house)
    assert told(receivers, key) == []
    care(house).want(wanted, [ChangeEvent.ATTENTION_RAISED])
    raise_one(house)
    deliver(house)
    assert [each["type"] for each in told(receivers, key)] == ["attention.raised"]


def test_after_three_days_of_failure_an_address_is_switched_off_and_attention_says_so_until_a_test_goes_well(
    house: House, receivers: responses.RequestsMock
) -> None:
    failing, _ = in_use(house, receivers)
    down = receivers.post(URL, status=503)
    for _ in range(4):
        raise_one(house)
        deliver(house)
        house.clock.go_on(hours=23)
    deliver(house)
    assert address(house, failing).state is AddressState.OFF
    assert messages(house, OutgoingState.WAITING) == []
    told_of = (NeedKind.ADDRESS, "https://erp.example/hook is told of nothing any more: answered 503.")
    assert [each for each in attention(house) if each[0] in (NeedKind.ADDRESS, NeedKind.CALLBACK)] == [told_of]
    tried = tries(receivers)
    raise_one(house)
    deliver(house)
    assert tries(receivers) == tried
    receivers.remove(down)
    receivers.post(URL, status=204)
    care(house).test(failing)
    deliver(house)
    assert NeedKind.ADDRESS not in dict(attention(house))
    given_up = messages(house, OutgoingState.DEAD)
    with house.parts.database.write() as connection:
        tell_again(connection, given_up[0], house.clock())
    assert deliver(house) == 1


def test_410_switches_an_address_off_at_once(house: House, receivers: responses.RequestsMock) -> None:
    gone, _ = in_use(house, receivers)
    receivers.post(URL, status=410)
    raise_one(house)
    raise_one(house)
    deliver(house)
    assert address(house, gone).state is AddressState.OFF
    assert tries(receivers) == 1


def test_an_address_that_fails_holds_back_neither_the_host_nor_another_address(
    house: House, receivers: responses.RequestsMock
) -> None:
    in_use(house, receivers)
    _, key = in_use(house, receivers, ANOTHER)
    receivers.post(URL, status=503, headers={"Retry-After": "900"})
    receivers.post(ANOTHER, status=204)
    raise_one(house)
    assert deliver(house) == 2
    [waiting] = messages(house, OutgoingState.WAITING)
    assert waiting.next_attempt_at == house.clock() + timedelta(minutes=15)
    with house.parts.database.write() as connection:
        tell_host(connection, house.tenant().id, "cards.changed", {"targets": []}, house.clock())
    raise_one(house)
    assert deliver(house) == 3
    assert len(told(receivers, key, ANOTHER)) == 2


@pytest.mark.parametrize(("hours", "both"), [(71.9, True), (72, False)])
def test_after_rotating_both_keys_sign_for_72_hours(
    house: House, receivers: responses.RequestsMock, hours: float, both: bool
) -> None:
    rotated, old = in_use(house, receivers)
    _, new = care(house).rotate(rotated)
    house.clock.go_on(hours=hours)
    receivers.post(URL, status=200)
    raise_one(house)
    deliver(house)
    assert len(told(receivers, new.reveal())) == 1
    [request] = [call.request for call in receivers.calls if call.request.url == URL]
    assert len(request.headers["webhook-signature"].split(" ")) == 1 + both
    if both:
        assert len(told(receivers, old)) == 1


def test_a_removed_address_is_forgotten_with_what_waits_for_it(house: House, receivers: responses.RequestsMock) -> None:
    gone, _ = in_use(house, receivers)
    raise_one(house)
    assert care(house).remove(gone)
    assert not care(house).remove(gone)
    assert [*messages(house, OutgoingState.WAITING), *messages(house, OutgoingState.SENT)] == []
    with house.parts.database.read() as connection:
        lines = AuditTrail(connection, house.tenant().id).of_target("webhook_address", gone)
    assert sorted(line.action for line in lines) == ["webhook.add", "webhook.remove"]
    assert "of=us" not in str(lines)


def test_there_are_ten_at_most_and_none_twice(house: House, receivers: responses.RequestsMock) -> None:  # noqa: ARG001
    for number in range(MOST_ADDRESSES):
        care(house).add(f"https://erp.example/{number}")
    with pytest.raises(AddressRefused, match="There are 10 addresses"):
        care(house).add("https://erp.example/more")
    care(house).remove(next(iter(messages(house, OutgoingState.WAITING))).address_id)
    with pytest.raises(AddressRefused, match="there already"):
        care(house).add("https://erp.example/9")


def test_the_session_that_sends_reaches_no_private_address_in_production(house: House) -> None:
    """Whatever the name said when it was added (rebinding)."""
    production = replace(house.parts.settings, environment=Environment.PRODUCTION)
    parts = replace(house.parts, settings=production)
    with parts.host_session() as session, pytest.raises(requests.ConnectionError):
        session.post("http://127.0.0.1:9/", timeout=5)
