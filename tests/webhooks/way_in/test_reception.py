"""The checks of a delivery from outside, in their order, on both databases (webhooks page, sections 2 and 8)."""

import gzip
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from io import RawIOBase
from threading import Barrier
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select, text

from powerup.store.audit_trail import AuditTrail
from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.store.tables import metadata
from powerup.store.traffic_tables import inbox
from powerup.webhooks.way_in.admission import MOST_BYTES
from tests.webhooks.installed import House, key_number
from tests.webhooks.signed_messages import KEY, LISTING_KEY, body_of, envelope


@pytest.fixture
def installed(house: House) -> House:
    assert house.install()["status"] == "succeeded"
    return house


def taken(house: House) -> int:
    """How many messages are in the inbox."""
    with house.parts.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(inbox)) or 0


BODY = body_of(envelope("installation.suspended"))


def test_another_method_is_405(house: House) -> None:
    for method in ("get", "put", "patch", "delete", "options", "head"):
        answer = getattr(house.client, method)("/webhooks")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_another_path_is_404(house: House) -> None:
    for path in ("/webhooks/", "/webhook"):
        assert house.client.post(path, data=BODY).status_code == 404
    assert house.client.post("/", data=BODY).status_code == 405  # a page that is only looked at


def test_a_compressed_body_is_415_before_its_signature_matters(house: House) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = house.client.post("/webhooks", data=gzip.compress(BODY), headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")


def test_an_oversized_body_is_413_before_its_signature_matters(house: House) -> None:
    large = b" " * (MOST_BYTES + 1)
    answer = house.client.post("/webhooks", data=large, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")
    assert house.post(b" " * MOST_BYTES).status_code == 401


class _BreaksOff(RawIOBase):
    """A connection that ends within a body, as servers show it."""

    def read(self, _: int = -1) -> bytes:
        raise ConnectionError("gone")


def test_a_truncated_body_is_400(house: House) -> None:
    environ = {"wsgi.input": _BreaksOff(), "wsgi.input_terminated": True}
    headers = {"content-type": "application/json"}
    answer = house.client.post("/webhooks", headers=headers, environ_overrides=environ)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


def test_every_401_is_the_same_byte_for_byte(installed: House) -> None:
    house = installed
    refusals = [
        house.post(BODY, headers={"webhook-id": ""}),
        house.post(BODY, headers={"webhook-timestamp": "yesterday"}),
        house.post(BODY, headers={"webhook-timestamp": "1"}),
        house.post(BODY, headers={"webhook-signature": "v1,short"}),
        house.post(BODY, headers={"powerup-installation": "ins_unknown"}),
        house.post(BODY, keys=[key_number(9)]),
        house.post(BODY, keys=[LISTING_KEY]),
        house.post(body_of(envelope("installation.created")), keys=[KEY]),
        house.post(b"{not json", keys=[key_number(9)]),
    ]
    assert {refusal.status_code for refusal in refusals} == {401}
    assert len({refusal.get_data() for refusal in refusals}) == 1
    assert len({str(sorted(refusal.headers)) for refusal in refusals}) == 1
    assert refusals[0].get_json()["code"] == "unauthorized"
    assert house.installation().state == "active"


def test_the_operators_log_has_the_reason_and_no_body(installed: House) -> None:
    secret_body = body_of(envelope("installation.updated", {"tenant": {"name": "hunter2"}}))
    with structlog.testing.capture_logs() as lines:
        installed.post(secret_body, keys=[key_number(9)])
        installed.post(secret_body, headers={"powerup-installation": "evil\x1b[31m"})
        installed.post(secret_body)
    assert [line.get("reason") for line in lines] == ["no_matching_signature", "header_malformed", None]
    assert "hunter2" not in json.dumps(lines)


def test_a_body_of_one_installation_signed_by_another_is_401(installed: House) -> None:
    sender = {"id": "ins_other", "generation": 1}
    other = body_of(envelope("installation.created", installed.created(key=key_number(5)), installation=sender))
    assert installed.post(other, keys=[LISTING_KEY], headers={"powerup-installation": "ins_other"}).status_code == 200
    assert installed.post(BODY, keys=[key_number(5)]).status_code == 401


def test_a_header_that_names_another_installation_than_the_body_is_403(installed: House) -> None:
    sender = {"id": "ins_other", "generation": 1}
    answer = installed.send("installation.suspended", installation=sender)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "wrong_recipient")


@pytest.mark.parametrize(
    "changes",
    [{"audience": "https://other.example/"}, {"environment": "production"}, {"tenant": {"id": "t_43"}}],
)
def test_a_valid_body_at_another_powerup_environment_or_tenant_is_403(
    installed: House, changes: dict[str, Any]
) -> None:
    before = taken(installed)
    answer = installed.send("installation.suspended", **changes)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "wrong_recipient")
    assert (installed.installation().state, taken(installed)) == ("active", before)


def test_the_hundred_and_first_message_at_once_is_429(installed: House) -> None:
    statuses = [installed.send("installation.updated").status_code for _ in range(99)]
    assert set(statuses) == {200}
    refusal = installed.send("installation.updated")
    assert (refusal.status_code, refusal.headers["Retry-After"]) == (429, "1")
    assert installed.post(b"{malformed").status_code == 429
    assert installed.post(BODY, keys=[key_number(9)]).status_code == 401
    installed.clock.go_on(seconds=1)
    assert installed.send("installation.updated").status_code == 200


def test_a_signed_body_that_is_no_json_is_400_with_its_offset(installed: House) -> None:
    refusal = installed.post(b'{"type": "installation.suspended", "type": "x"}')
    assert refusal.status_code == 400
    assert {**refusal.get_json(), "message": ""} == {"code": "malformed", "message": "", "offset": 35}


def test_a_message_of_an_unknown_type_is_400_with_a_pointer(installed: House) -> None:
    refusal = installed.send("unheard.of").get_json()
    assert (refusal["code"], refusal["errors"][0]["pointer"]) == ("invalid_message", "/type")


def test_data_that_is_not_as_its_schema_says_is_an_answer(installed: House) -> None:
    answer = installed.told("work_order.changed", {"ids": "169824"})
    assert (answer["status"], answer["errors"][0]["pointer"]) == ("invalid", "/ids")


def test_the_same_message_gets_the_same_answer_byte_for_byte(installed: House) -> None:
    first = installed.send("installation.suspended", message_id="msg_s")
    with installed.parts.database.read() as connection:
        lines = len(AuditTrail(connection, installed.tenant().id).latest(50))
    installed.told("installation.resumed")
    again = installed.send("installation.suspended", message_id="msg_s")
    assert again.get_data() == first.get_data()
    assert again.headers["powerup-replayed"] == "true"
    assert "powerup-replayed" not in first.headers
    assert installed.installation().state == "active"
    with installed.parts.database.read() as connection:
        assert len(AuditTrail(connection, installed.tenant().id).latest(50)) == lines + 1


def test_a_replay_within_the_window_with_its_old_signature_changes_nothing(installed: House) -> None:
    at = installed.clock()
    first = installed.send("installation.suspended", message_id="msg_s", at=at)
    installed.told("installation.resumed")
    installed.clock.go_on(seconds=299)
    assert installed.send("installation.suspended", message_id="msg_s", at=at).get_data() == first.get_data()
    assert installed.installation().state == "active"
    installed.clock.go_on(seconds=2)
    assert installed.send("installation.suspended", message_id="msg_s", at=at).status_code == 401


def test_an_id_that_comes_with_another_body_is_400(installed: House) -> None:
    installed.send("installation.suspended", message_id="msg_s")
    refusal = installed.send("installation.resumed", message_id="msg_s")
    assert (refusal.status_code, refusal.get_json()["code"]) == (400, "id_reused")
    assert installed.installation().state == "suspended"


def test_a_message_that_was_refused_takes_no_id(installed: House) -> None:
    assert installed.send("installation.suspended", message_id="msg_s", audience="https://x/").status_code == 403
    assert installed.send("installation.suspended", message_id="msg_s").status_code == 200


def test_ids_are_kept_per_installation(installed: House) -> None:
    sender = {"id": "ins_other", "generation": 1}
    data = installed.created_by_another()
    body = body_of(envelope("installation.created", data, installation=sender, tenant={"id": "t_43"}))
    installed.send("installation.suspended", message_id="msg_s")
    answer = installed.post(body, keys=[LISTING_KEY], message_id="msg_s", headers={"powerup-installation": "ins_other"})
    assert answer.get_json()["status"] == "succeeded"


def test_a_store_that_is_away_is_503_and_nothing_is_done(installed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: Database) -> Any:
        raise StoreUnavailableError("gone fishing")

    monkeypatch.setattr(Database, "write", away)
    refusal = installed.send("installation.suspended", message_id="msg_s")
    assert (refusal.status_code, refusal.get_json()["code"]) == (503, "unavailable")
    assert int(refusal.headers["Retry-After"]) > 0
    monkeypatch.undo()
    assert installed.installation().state == "active"
    assert "powerup-replayed" not in installed.send("installation.suspended", message_id="msg_s").headers


@pytest.mark.parametrize("left", ["nothing", "an older revision"])
def test_a_store_that_is_not_set_up_is_503(installed: House, left: str) -> None:
    with installed.parts.database.write() as connection:
        if left == "nothing":
            metadata.drop_all(connection)
        else:
            connection.execute(text("ALTER TABLE installations DROP COLUMN told_at"))
    refusal = installed.send("installation.suspended")
    assert (refusal.status_code, refusal.get_json()["code"]) == (503, "unavailable")
    assert int(refusal.headers["Retry-After"]) > 0


def test_a_fault_of_ours_in_the_middle_leaves_nothing_behind(installed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    before = taken(installed)
    monkeypatch.setattr(AuditTrail, "add", broken)
    assert installed.send("installation.suspended", message_id="msg_s").status_code == 500
    monkeypatch.undo()
    assert (installed.installation().state, taken(installed)) == ("active", before)
    assert installed.told("installation.suspended", message_id="msg_s")["status"] == "succeeded"


def test_the_first_check_that_fails_decides(installed: House) -> None:
    """Each of these has several flaws, and is answered for the one that comes first in the table."""
    house, strange = installed, [key_number(9)]

    def code(body: bytes, **options: Any) -> str:
        return str(house.post(body, **options).get_json().get("code"))

    large = b"{" * (MOST_BYTES + 1)
    assert code(large, keys=strange, headers={"content-encoding": "gzip"}) == "unsupported_media_type"
    assert code(large, keys=strange) == "too_large"
    while code(BODY) != "too_many_requests":
        pass
    assert code(b"{", keys=strange) == "unauthorized"
    assert code(b"{") == "too_many_requests"
    house.clock.go_on(minutes=1)
    assert code(b'{"type": "un.heard", "type": "of"}') == "malformed"
    assert code(body_of(envelope("un.heard", audience="https://evil.example/"))) == "invalid_message"
    elsewhere = envelope("installation.suspended", audience="https://evil.example/")
    house.post(BODY, message_id="msg_taken")
    assert code(body_of(elsewhere), message_id="msg_taken") == "wrong_recipient"
    house.install_again()
    assert code(BODY + b" ", message_id="msg_taken") == "id_reused"


def test_a_message_that_was_answered_is_replayed_also_when_its_generation_is_over(installed: House) -> None:
    first = installed.post(BODY, message_id="msg_x")
    installed.install_again()
    again = installed.post(BODY, message_id="msg_x", keys=[KEY])
    assert (again.get_data(), again.headers["powerup-replayed"]) == (first.get_data(), "true")
    assert (
        installed.told("installation.suspended", installation={"id": "ins_7Q", "generation": 1})["status"] == "ignored"
    )


@pytest.mark.parametrize("message_type", ["installation.suspended", "installation.created"])
def test_of_deliveries_at_the_same_moment_one_does_the_work(house: House, message_type: str) -> None:
    at_once = 5
    if message_type != "installation.created":
        house.install()
    data, keys = (house.created(), [LISTING_KEY]) if message_type == "installation.created" else ({}, [KEY])
    together = Barrier(at_once)

    def deliver(_: int) -> Any:
        sender = House(house.parts, house.client.application.test_client(), house.clock, house.sandbox)
        together.wait()
        return sender.send(message_type, data, keys=keys, message_id="msg_s")

    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(deliver, range(at_once)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.get_data() for answer in answers}) == 1
    assert sorted("powerup-replayed" in answer.headers for answer in answers) == [False] + [True] * (at_once - 1)
    with house.parts.database.read() as connection:
        lines = AuditTrail(connection, house.tenant().id).latest(50)
    assert [line.action for line in lines].count(message_type) == 1
    assert len(house.tenants()) == 1


def test_no_secret_of_a_delivery_is_in_any_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = house.sandbox.credentials.token
    with structlog.testing.capture_logs() as lines:
        house.install()
        house.install(api=house.created()["api"] | {"base_url": "https://evil.example/"})
    logged = json.dumps(lines) + caplog.text
    assert not any(secret in logged for secret in (token, KEY, KEY.removeprefix("whsec_"), LISTING_KEY))
