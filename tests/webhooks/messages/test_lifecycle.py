"""Suspending, resuming, rotating, updating, uninstalling, erasing (webhooks page, section 3)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.store import leases
from powerup.store.accounts import Accounts
from powerup.store.contracts import Contracts
from powerup.store.errors import LeaseLostError
from powerup.store.identifiers import new_id
from powerup.store.ledger import Ledger
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.tables import metadata
from powerup.store.tenants import Tenants, TenantState
from powerup.store.traffic_tables import erasures
from powerup.tenants.today import today_of
from powerup.webhooks.background.housekeeping import forget_what_is_over
from tests.sync.workplace import contract
from tests.webhooks.installed import PLANNER, House, key_number
from tests.webhooks.signed_messages import KEY


@pytest.fixture(autouse=True)
def _installed(house: House) -> None:
    assert house.install()["status"] == "succeeded"


def test_a_suspended_tenant_has_no_cycle_until_it_is_resumed(house: House) -> None:
    assert house.told("installation.suspended")["status"] == "succeeded"
    assert (house.tenant().state, house.tenant().next_cycle_at) == (TenantState.SUSPENDED, None)
    assert house.told("installation.resumed")["status"] == "succeeded"
    assert (house.tenant().state, house.tenant().next_cycle_at) == (TenantState.ACTIVE, house.clock())


@pytest.mark.parametrize("message_type", ["installation.suspended", "installation.uninstalled"])
def test_a_cycle_that_runs_is_stopped_at_once(house: House, message_type: str) -> None:
    with house.parts.database.write() as connection:
        lease = leases.acquire(connection, house.tenant().id, "timer", house.clock(), 60)
    assert lease is not None
    house.told(message_type)
    with pytest.raises(LeaseLostError), house.parts.database.write() as connection:
        leases.check_fence(connection, lease)


def test_a_rotated_key_counts_at_once_and_the_old_one_for_72_hours(house: House) -> None:
    new_key = key_number(7)
    assert house.told("installation.key_rotated", {"key": new_key})["status"] == "succeeded"
    assert house.send("installation.updated", keys=[new_key]).status_code == 200
    house.clock.go_on(hours=71.9)
    assert house.send("installation.updated", keys=[KEY]).status_code == 200
    house.clock.go_on(hours=0.1)
    assert house.send("installation.updated", keys=[KEY]).status_code == 401
    assert house.send("installation.updated", keys=[new_key]).status_code == 200


def test_at_most_two_keys_are_valid_at_once(house: House) -> None:
    for number in (7, 8):
        house.told("installation.key_rotated", {"key": key_number(number)})
        house.key = key_number(number)
    statuses = [house.send("installation.updated", keys=[key]).status_code for key in (KEY, key_number(7), house.key)]
    assert statuses == [401, 200, 200]


def test_rotating_to_the_present_key_shortens_nothing(house: House) -> None:
    house.told("installation.key_rotated", {"key": KEY})
    assert [key.until for key in house.installation().keys] == [None]


def test_the_old_key_ends_at_once_where_it_is_revoked(house: House) -> None:
    house.told("installation.key_rotated", {"key": key_number(7), "revoke_old": True})
    statuses = [house.send("installation.updated", keys=[key]).status_code for key in (KEY, key_number(7))]
    assert statuses == [401, 200]


def test_an_old_key_can_be_revoked_later_by_naming_the_present_one_again(house: House) -> None:
    house.told("installation.key_rotated", {"key": key_number(7)})
    house.told("installation.key_rotated", {"key": key_number(7), "revoke_old": True}, keys=[key_number(7)])
    assert house.send("installation.updated", keys=[KEY]).status_code == 401


@pytest.mark.parametrize(
    ("message_type", "data"),
    [
        ("installation.key_rotated", {"key": key_number(9)}),
        ("installation.credentials_changed", None),
        ("installation.uninstalled", None),
        ("installation.erased", None),
    ],
)
def test_an_old_key_that_is_still_valid_takes_nothing_over(
    house: House, message_type: str, data: dict[str, str] | None
) -> None:
    data = data or ({"api": house.created()["api"]} if "credentials" in message_type else None)
    house.told("installation.key_rotated", {"key": key_number(7)})
    before = house.installation()
    assert house.send(message_type, data, keys=[KEY]).status_code == 401
    assert house.installation() == before
    assert house.send(message_type, data, keys=[key_number(7)]).get_json()["status"] == "succeeded"


@pytest.mark.parametrize("revoke_old", [False, True])
def test_the_message_that_rotated_a_key_gets_its_answer_again_with_the_key_of_then(
    house: House, revoke_old: bool
) -> None:
    rotate = {"key": key_number(7), "revoke_old": revoke_old}
    first = house.send("installation.key_rotated", rotate, message_id="msg_rotate")
    again = house.send("installation.key_rotated", rotate, message_id="msg_rotate")
    assert (again.status_code, again.data) == (200, first.data)
    assert again.headers["powerup-replayed"] == "true"
    other = house.send("installation.key_rotated", rotate | {"key": key_number(8)}, message_id="msg_rotate")
    assert other.status_code == 401


def test_new_tokens_are_tried_before_they_replace_the_old(house: House) -> None:
    new = house.sandbox.host.credentials.issue("new")
    api = house.created()["api"]
    refused = house.told("installation.credentials_changed", {"api": api | {"token": "wrong"}})
    assert refused["status"] == "failed"
    assert house.tenant().token.reveal() == api["token"]  # type: ignore[union-attr]  # it has one
    taken = api | {"token": new.token, "software_token": new.software_token}
    assert house.told("installation.credentials_changed", {"api": taken})["status"] == "succeeded"
    assert house.tenant().token.reveal() == new.token  # type: ignore[union-attr]  # it has one


def test_new_tokens_for_an_address_off_the_list_are_invalid(house: House) -> None:
    api = house.created()["api"] | {"base_url": "https://evil.example/openapi/8/"}
    answer = house.told("installation.credentials_changed", {"api": api})
    assert [error["pointer"] for error in answer["errors"]] == ["/api/base_url"]


def test_new_tokens_end_the_standstill_that_wrong_ones_caused(house: House) -> None:
    with house.parts.database.write() as connection:
        Tenants(connection).stop_cycles(house.tenant().id)
    house.told("installation.credentials_changed", {"api": house.created()["api"]})
    assert house.tenant().next_cycle_at == house.clock()


def test_a_cycle_that_runs_with_the_old_tokens_does_not_stop_the_tenant_that_has_new_ones(house: House) -> None:
    with house.parts.database.write() as connection:
        lease = leases.acquire(connection, house.tenant().id, "timer", house.clock(), 60)
    assert lease is not None
    house.told("installation.credentials_changed", {"api": house.created()["api"]})
    with pytest.raises(LeaseLostError), house.parts.database.read() as connection:
        leases.look(connection, lease)
    assert house.tenant().next_cycle_at == house.clock()


def test_an_update_changes_what_it_names_and_leaves_the_rest(house: House) -> None:
    assert house.told("installation.updated", {"tenant": {"id": "t_42", "name": "Nieuw"}})["status"] == "succeeded"
    assert (house.tenant().name, house.tenant().timezone) == ("Nieuw", "Europe/Amsterdam")
    house.told("installation.updated", {"tenant": {"timezone": "Europe/Brussels", "locale": "en"}})
    assert (house.tenant().name, house.tenant().timezone, house.tenant().locale) == ("Nieuw", "Europe/Brussels", "en")


def test_the_today_of_a_sandbox_stands_for_today_in_the_rules_alone(house: House) -> None:
    house.told("installation.updated", {"today": "2027-06-01"})
    assert today_of(house.tenant(), house.clock()) == date(2027, 6, 1)
    assert house.send("installation.updated", at=house.clock() + timedelta(days=150)).status_code == 401


def test_a_today_that_is_moved_on_makes_failed_visits_due_and_no_other_message_does(house: House) -> None:
    house.told("installation.updated", {"today": "2027-06-01"})
    later = house.clock() + timedelta(hours=1)
    with house.parts.database.write() as connection:
        Contracts(connection, house.tenant().id).add(contract())
        Ledger(connection, house.tenant().id).add([_failed(date(2027, 6, 30), later), _failed(date(2027, 7, 31), None)])
    for today in ("2027-06-01", "2027-05-31"):
        house.told("installation.updated", {"today": today})
    house.told("installation.updated", {"today": "2027-05-31", "tenant": {"id": "t_42", "name": "Nieuw"}})
    assert _retries(house) == [later, None]
    house.told("installation.updated", {"today": "2027-06-01"})
    assert _retries(house) == [house.clock(), None]  # a clash waits for a person's word


def _failed(planned: date, retry_at: datetime | None) -> LedgerVisit:
    key = VisitKey("1001", "A", planned)
    return LedgerVisit(key, planned, planned, planned, VisitState.FAILED, refusal="no", retry_at=retry_at)


def _retries(house: House) -> list[datetime | None]:
    with house.parts.database.read() as connection:
        found = Ledger(connection, house.tenant().id).of_contract("1001")
    return [visit.retry_at for visit in found]


def test_an_update_that_comes_after_a_later_one_changes_nothing(house: House) -> None:
    later, earlier = "2026-12-28T10:00:02Z", "2026-12-28T10:00:01Z"
    house.told("installation.updated", {"today": "2027-06-02"}, sent_at=later)
    assert house.told("installation.updated", {"today": "2027-06-01"}, sent_at=earlier)["status"] == "ignored"
    assert house.told("installation.suspended", {}, sent_at=earlier)["status"] == "ignored"
    assert today_of(house.tenant(), house.clock()) == date(2027, 6, 2)


def test_a_message_that_claims_to_be_of_the_future_overtakes_nothing_for_ever(house: House) -> None:
    house.told("installation.updated", {"today": "2027-02-01"}, sent_at="2099-01-01T00:00:00Z")
    house.clock.go_on(minutes=6)
    told = house.told("installation.suspended", sent_at=house.clock().isoformat())
    assert told["status"] == "succeeded"


def test_times_at_the_ends_of_the_calendar_are_answered(house: House) -> None:
    for sent_at, status in (("0001-01-01T00:00:00Z", 200), ("9999-12-31T23:59:59-23:59", 400)):
        assert house.send("installation.updated", {"today": "2027-02-01"}, sent_at=sent_at).status_code == status


def test_a_tenant_may_have_any_language_and_is_spoken_to_in_one_that_there_is(house: House) -> None:
    for locale in ("en-GB", "tlh", "zh-Hant-TW"):
        assert house.told("installation.updated", {"tenant": {"locale": locale}})["status"] == "succeeded"
        assert house.tenant().locale == locale
        target = {"type": "relation", "id": "1001"}
        assert "cards" in house.told("cards.requested", {"target": target, "actor": PLANNER, "locale": locale})


def test_origins_of_an_update_are_held_to_the_list(house: House) -> None:
    assert house.told("installation.updated", {"origins": ["https://evil.example"]})["status"] == "invalid"
    assert house.installation().origins == (house.sandbox.url,)


def test_links_are_held_to_the_origins_stay_and_go_with_them(house: House) -> None:
    origin = house.sandbox.url
    links = {"work_order": f"{origin}/orders/{{row_id}}"}
    assert house.told("installation.updated", {"links": links})["status"] == "succeeded"
    evil = {"links": {"work_order": "https://evil.example/{row_id}"}}
    assert house.told("installation.updated", evil)["status"] == "invalid"
    house.told("installation.updated", {"tenant": {"name": "Ander"}, "origins": [origin]})
    assert house.installation().links.to_work_order(7) == f"{origin}/orders/7"
    house.told("installation.updated", {"origins": [f"{origin}/"]})
    assert house.installation().links.to_work_order(7) == ""


def test_uninstalling_stops_at_once_and_destroys_the_tokens(house: House) -> None:
    with house.parts.database.write() as connection:
        waiting = OutgoingMessage(
            house.tenant().id, new_id("msg"), "ins_7Q", "cards.changed", {"targets": []}, house.clock(), house.clock()
        )
        Outbox(connection).add(waiting)
    assert house.told("installation.uninstalled")["status"] == "succeeded"
    tenant = house.tenant()
    assert (tenant.state, tenant.token, tenant.software_token) == (TenantState.UNINSTALLED, None, None)
    assert tenant.next_cycle_at is None
    with house.parts.database.read() as connection:
        assert Outbox(connection).of_tenant(tenant.id, OutgoingState.WAITING) == []
    assert "DeleteEntity" not in house.calls()


def test_what_comes_after_uninstalling_is_recognised_and_ignored(house: House) -> None:
    house.told("installation.uninstalled")
    for message_type in ("installation.resumed", "installation.updated", "work_order.changed"):
        assert house.told(message_type, {"ids": ["1"]})["status"] == "ignored"
    assert house.told("installation.uninstalled")["status"] == "succeeded"
    assert house.tenant().state is TenantState.UNINSTALLED


@pytest.mark.parametrize("restore", [True, False])
def test_a_late_uninstall_cannot_kill_a_new_installation(house: House, restore: bool) -> None:
    old_key = house.key
    house.install_again(restore=restore)
    late = house.told("installation.uninstalled", keys=[old_key], installation={"id": "ins_7Q", "generation": 1})
    assert late["status"] == "ignored"
    assert house.tenant().state is TenantState.ACTIVE


def test_the_old_key_signs_nothing_of_the_new_generation(house: House) -> None:
    old_key = house.key
    house.install_again(restore=False)
    assert house.send("installation.uninstalled", keys=[old_key]).status_code == 401
    assert house.tenant().state is TenantState.ACTIVE


def test_a_newer_generation_than_ours_is_403_and_takes_no_id(house: House) -> None:
    newer = {"id": "ins_7Q", "generation": 2}
    refusal = house.send("installation.suspended", installation=newer, message_id="msg_n")
    assert (refusal.status_code, refusal.get_json()["code"]) == (403, "wrong_recipient")
    old_key = house.key
    house.install_again()
    assert house.send("installation.suspended", keys=[old_key], message_id="msg_n").status_code == 401
    assert house.send("installation.suspended", message_id="msg_n").status_code == 200


def _rows_of(house: House, tenant_id: str) -> dict[str, int]:
    with house.parts.database.read() as connection:
        return {
            table.name: len(connection.execute(select(table).where(table.c.tenant_id == tenant_id)).all())
            for table in metadata.sorted_tables
            if "tenant_id" in table.c
        }


def test_erasing_removes_everything_and_leaves_one_line(house: House) -> None:
    tenant_id = house.tenant().id
    house.told("installation.uninstalled")
    assert house.told("installation.erased")["status"] == "succeeded"
    assert house.tenants() == []
    assert {name: number for name, number in _rows_of(house, tenant_id).items() if number} == {"erasures": 1}
    with house.parts.database.read() as connection:
        [line] = connection.execute(select(erasures)).all()
        mark = Accounts(connection).known_mark
        marks = {"host_tenant_mark": mark("t_42"), "token_mark": mark(house.sandbox.credentials.token)}
    assert line._asdict() == marks | {
        "tenant_id": tenant_id,
        "installation_id": "ins_7Q",
        "generation": 1,
        "erased_at": house.clock(),
        "prefixes": ["C"],
    }


def test_erasing_reaches_what_a_fresh_start_left_behind(house: House) -> None:
    house.install_again(restore=False)
    assert len(house.tenants()) == 2
    house.told("installation.erased")
    assert house.tenants() == []


def test_a_late_installing_does_not_bring_an_erased_tenant_back(house: House) -> None:
    house.told("installation.erased")
    assert house.install(challenge="late")["status"] == "ignored"
    assert house.tenants() == []
    house.generation = 2
    assert house.install()["status"] == "succeeded"


def test_data_is_kept_for_30_days_after_uninstalling(house: House) -> None:
    house.told("installation.uninstalled")
    forget_what_is_over(house.parts.database, house.clock() + timedelta(days=30))
    assert len(house.tenants()) == 1
    forget_what_is_over(house.parts.database, house.clock() + timedelta(days=30, seconds=1))
    assert house.tenants() == []


def test_data_of_a_running_installation_is_kept(house: House) -> None:
    forget_what_is_over(house.parts.database, house.clock() + timedelta(days=1000))
    assert len(house.tenants()) == 1


def test_message_ids_are_kept_for_90_days(house: House) -> None:
    house.send("installation.updated", message_id="msg_kept")
    house.clock.go_on(days=90)
    forget_what_is_over(house.parts.database, house.clock())
    assert "powerup-replayed" in house.send("installation.updated", message_id="msg_kept", sent_at=_SENT).headers
    house.clock.go_on(seconds=1)
    forget_what_is_over(house.parts.database, house.clock())
    assert "powerup-replayed" not in house.send("installation.updated", message_id="msg_kept").headers


_SENT = "2026-12-28T10:00:00Z"
