"""Care of people's work and of their data: stop and go, codes that changed at the host, export, erase, backups."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cryptography.fernet import Fernet

from powerup.contracts.contract import Contract, Lead, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.parts import Parts, build_parts
from powerup.sandbox.server import SandboxServer
from powerup.settings import read_settings
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.errors import EncryptionKeyError
from powerup.store.ledger import Ledger
from powerup.store.marks import Mark, MarkKind, Marks
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.runs import Run, Runs, RunState
from powerup.store.tenants import Tenants
from powerup.sync.kit.context import Wish
from tests.commands.conftest import CommandLine
from tests.sync.workplace import NEW_YEAR, contract, moment


@pytest.fixture
def parts(prompt: CommandLine) -> Iterator[Parts]:
    made = build_parts(read_settings(prompt.environ))
    yield made
    made.close()


def set_up(parts: Parts, tenant: str, **fields: Any) -> None:
    """A contract that has an order to be made on New Year's day of 2027."""
    with parts.database.write() as connection:
        Tenants(connection).save(replace(Tenants(connection).get(tenant), sandbox_today=NEW_YEAR))
        Contracts(connection, tenant).add(contract(**{"lead": Lead(30), **fields}))


def go_to(parts: Parts, tenant: str, day: date) -> None:
    with parts.database.write() as connection:
        Tenants(connection).save(replace(Tenants(connection).get(tenant), sandbox_today=day))


def ledger(parts: Parts, tenant: str) -> list[LedgerVisit]:
    with parts.database.read() as connection:
        return Ledger(connection, tenant).in_states(VisitState, 1000)


def stored(parts: Parts, tenant: str, number: str = "1001") -> Contract:
    with parts.database.read() as connection:
        found = Contracts(connection, tenant).get(number)
    assert found is not None
    return found


def change_in_database(prompt: CommandLine, statement: str) -> None:
    with closing(sqlite3.connect(Path(prompt.environ["POWERUP_DATA_DIR"]) / "powerup.db")) as connection, connection:
        connection.execute(statement)


def numbers(host: SandboxServer) -> list[str]:
    return sorted(order.workorder_no for order in host.host.orders.all())


def test_a_tenant_that_is_stopped_makes_no_orders_until_it_goes_on(
    prompt: CommandLine, tenant: str, parts: Parts, host: SandboxServer
) -> None:
    set_up(parts, tenant)
    assert prompt.json("tenant", "stop", tenant) == {"tenant": tenant, "mode": "stopped"}
    stopped = prompt.run("sync", tenant)
    assert (stopped.exit_code, numbers(host)) == (1, [])
    assert prompt.json("tenant", "go", tenant, "--dry-run")["mode"] == "dry_run"
    assert prompt.json("sync", tenant)["ordered"] == 1
    assert numbers(host) == []
    prompt.json("tenant", "go", tenant)
    assert prompt.json("sync", tenant)["ordered"] == 1
    assert numbers(host) == ["C1001-A-20270131-ALL"]


def test_stopping_takes_the_lease_and_leaves_an_audit_line(prompt: CommandLine, tenant: str, parts: Parts) -> None:
    fence = "SELECT fence FROM tenants"
    database = Path(prompt.environ["POWERUP_DATA_DIR"]) / "powerup.db"
    with closing(sqlite3.connect(database)) as connection:
        before = connection.execute(fence).fetchone()[0]
        prompt.json("tenant", "stop", tenant)
        prompt.json("tenant", "stop", tenant)
        assert connection.execute(fence).fetchone()[0] == before + 1
    with parts.database.read() as connection:
        (line,) = AuditTrail(connection, tenant).of_target("tenant", tenant)
    assert (line.before, line.after) == ({"mode": "live"}, {"mode": "stopped"})


def test_a_customer_that_is_gone_is_shown_once_and_its_contracts_follow_to_its_new_number(
    prompt: CommandLine, tenant: str, parts: Parts, host: SandboxServer
) -> None:
    set_up(parts, tenant, customer="9001")
    with parts.database.write() as connection:
        Contracts(connection, tenant).add(contract("1002", customer="9001", lead=Lead(30)))
        Marks(connection, tenant).save(Mark(MarkKind.CUSTOMER_BLOCKED, "9009", "", moment(NEW_YEAR)))
    assert prompt.run("sync", tenant).exit_code == 1
    listed = prompt.run("attention", tenant, "--json")
    heaps = [row for row in json.loads(listed.stdout)["rows"] if row["kind"] == "visits"]
    assert [(row["number"], row["customer"], row["contracts"]) for row in heaps] == [(2, "9001", ["1001", "1002"])]
    assert listed.exit_code == 1
    changed = prompt.json("tenant", "rename-customer", tenant, "9001", "1002")
    assert [row["contract"] for row in changed["rows"]] == ["1001", "1002"]
    assert prompt.json("sync", tenant)["ordered"] == 2
    assert numbers(host) == ["C1001-A-20270131-ALL", "C1002-A-20270131-ALL"]
    with parts.database.read() as connection:
        (line,) = AuditTrail(connection, tenant).of_target("contract", "1001")
    assert (line.action, line.after and line.after["customer"]) == ("tenant.rename_customer", "1002")
    assert prompt.json("attention", tenant) == {"rows": []}


def test_a_new_code_that_the_host_does_not_have_changes_nothing(prompt: CommandLine, tenant: str, parts: Parts) -> None:
    set_up(parts, tenant)
    assert "not at the host" in prompt.error("tenant", "rename-customer", tenant, "1001", "9999", code=1)
    assert "not at the host" in prompt.error("tenant", "rename-object", tenant, "CV-1", "CV-99", code=1)
    assert "No contract" in prompt.error("tenant", "rename-customer", tenant, "9999", "1002", code=1)
    assert stored(parts, tenant).customer == "1001"


def test_a_mark_goes_with_the_customer(prompt: CommandLine, tenant: str, parts: Parts) -> None:
    set_up(parts, tenant)
    with parts.database.write() as connection:
        Marks(connection, tenant).save(Mark(MarkKind.CUSTOMER_BLOCKED, "1001", "slow payer", moment(NEW_YEAR)))
    prompt.json("tenant", "rename-customer", tenant, "1001", "1002")
    with parts.database.read() as connection:
        assert [mark.code for mark in Marks(connection, tenant).all()] == ["1002"]


def test_an_object_keeps_its_visits_under_its_new_code_and_none_is_ordered_twice(
    prompt: CommandLine, tenant: str, parts: Parts, host: SandboxServer
) -> None:
    plan = VisitPlan("A", Recurrence(Unit.MONTH, month_day=31), anchors=(("CV-1", date(2027, 1, 31)),))
    plan = replace(plan, objects_from=(("CV-1", date(2027, 1, 1)),))
    set_up(parts, tenant, objects=("CV-1", "AC-1"), order_per_object=True, plans=(plan,))
    assert prompt.json("sync", tenant)["ordered"] == 2
    prompt.json("tenant", "rename-object", tenant, "CV-1", "CV-2")
    renamed = stored(parts, tenant)
    assert (renamed.objects, renamed.plans[0].anchors) == (("CV-2", "AC-1"), (("CV-2", date(2027, 1, 31)),))
    assert renamed.plans[0].objects_from == (("CV-2", date(2027, 1, 1)),)
    assert {visit.key.object for visit in ledger(parts, tenant)} == {"CV-2", "AC-1"}
    prompt.json("sync", tenant)
    assert numbers(host) == ["C1001-A-20270131-AC-1", "C1001-A-20270131-CV-1"]
    go_to(parts, tenant, date(2027, 2, 10))
    prompt.json("sync", tenant)
    assert numbers(host)[2:] == ["C1001-A-20270228-AC-1", "C1001-A-20270228-CV-2"]
    assert prompt.json("audit", tenant)["ok"]


def test_an_object_that_was_merged_into_another_of_the_contract_leaves_it(
    prompt: CommandLine, tenant: str, parts: Parts
) -> None:
    own_days = (("CV-1", date(2027, 1, 31)),)
    plan = VisitPlan("A", Recurrence(Unit.MONTH, month_day=31), anchors=own_days, objects_from=own_days)
    set_up(parts, tenant, objects=("CV-1", "CV-2"), order_per_object=True, plans=(plan,))
    prompt.json("sync", tenant)
    prompt.json("tenant", "rename-object", tenant, "CV-1", "CV-2")
    merged = stored(parts, tenant)
    assert (merged.objects, merged.plans[0].anchors, merged.plans[0].objects_from) == (("CV-2",), (), ())
    assert {visit.key.object for visit in ledger(parts, tenant)} == {"CV-1", "CV-2"}


def test_a_run_that_waits_for_a_visit_finds_it_under_the_new_code_of_its_object(
    prompt: CommandLine, tenant: str, parts: Parts
) -> None:
    set_up(parts, tenant, objects=("CV-1",), order_per_object=True)
    answer = {
        "status": "accepted",
        "target": {"type": "visit", "id": "1001:A:2027-01-31:CV-1"},
        "effects": [{"effect": "created", "object": "CV-1", "state": "planned", "reason": None}],
    }
    with parts.database.write() as connection:
        Runs(connection, tenant).add(Run("run_1", "visit.order_now", "1001", "en", answer, moment(NEW_YEAR)))
    prompt.json("tenant", "rename-object", tenant, "CV-1", "CV-2")
    prompt.json("sync", tenant)
    with parts.database.read() as connection:
        run = Runs(connection, tenant).get("run_1")
    assert run is not None
    assert (run.state, run.answer["status"]) == (RunState.FINISHED, "succeeded")
    assert run.answer["target"]["id"] == "1001:A:2027-01-31:CV-2"
    assert [effect["object"] for effect in run.answer["effects"]] == ["CV-2"]


def test_export_holds_everything_of_one_tenant_and_no_secret(
    prompt: CommandLine, tenant: str, parts: Parts, tmp_path: Path, host: SandboxServer
) -> None:
    set_up(parts, tenant)
    prompt.json("sync", tenant)
    key = prompt.json("apikey", "add", tenant, "--scope", "read")["key"]
    link = prompt.json("user", "add", tenant, "bea@voorbeeld.example", "--role", "planner")["link"]
    file = tmp_path / "voorbeeld.zip"
    counts = prompt.json("tenant", "export", tenant, file)["rows"]
    assert (counts["contracts"], counts["visits"], counts["api_keys"]) == (1, 1, 1)
    with ZipFile(file) as archive:
        documents = {name: archive.read(name).decode() for name in archive.namelist()}
    rows = {name: json.loads(text) for name, text in documents.items()}
    assert rows["visits.json"][0]["workorder_no"] == "C1001-A-20270131-ALL"
    assert rows["inbox.json"] == []
    everything = "".join(documents.values())
    tokens = host.credentials
    assert not any(secret in everything for secret in (tokens.token, tokens.software_token, key, link))
    assert "hash" not in rows["api_keys.json"][0]
    assert rows["users.json"][0]["email"] == "bea@voorbeeld.example"
    assert not {"password_hash", "invitation_hash", "code_key"} & rows["users.json"][0].keys()
    assert "is there already" in prompt.error("tenant", "export", tenant, file, code=2)


def test_erasing_wants_a_yes_and_leaves_nothing_but_a_line_that_it_happened(
    prompt: CommandLine, tenant: str, parts: Parts
) -> None:
    set_up(parts, tenant)
    prompt.json("sync", tenant)
    assert "--yes" in prompt.error("tenant", "erase", tenant, code=2)
    assert len(ledger(parts, tenant)) == 1
    prompt.json("tenant", "erase", tenant, "--yes")
    assert prompt.json("tenant", "list") == {"rows": []}
    assert ledger(parts, tenant) == []
    prompt.error("tenant", "show", tenant, code=2)


def test_a_restored_database_is_marked_for_one_tenant_or_all(prompt: CommandLine, tenant: str, parts: Parts) -> None:
    prompt.error("tenant", "restored", code=2)
    prompt.error("tenant", "restored", tenant, "--all", code=2)
    assert [row["tenant"] for row in prompt.json("tenant", "restored", "--all")["rows"]] == [tenant]
    with parts.database.read() as connection:
        marked = Tenants(connection).get(tenant)
    assert marked.look_up_before is not None
    assert (marked.look_up_before.date() - date.today()).days >= 399  # noqa: DTZ011 - the command's own clock


def test_a_backup_is_a_whole_database_and_overwrites_nothing(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert prompt.run("db", "backup", copy).exit_code == 0
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT id FROM tenants").fetchall() == [(tenant,)]
    assert "is there already" in prompt.error("db", "backup", copy, code=1)


def test_attention_tells_of_tenants_contracts_and_dead_callbacks(
    prompt: CommandLine, tenant: str, parts: Parts
) -> None:
    assert prompt.json("attention") == {"rows": []}
    set_up(parts, tenant)
    change_in_database(prompt, "UPDATE tenants SET attention = 'The tokens are refused.'")
    change_in_database(prompt, "UPDATE contracts SET problem = 'It cannot be worked out.'")
    message = OutgoingMessage(tenant, "msg_1", "inst_1", "run.finished", {}, moment(NEW_YEAR), None)
    missed_by_nobody = replace(message, id="msg_2", type="cards.changed")
    with parts.database.write() as connection:
        for each in (message, missed_by_nobody):
            Outbox(connection).add(replace(each, state=OutgoingState.DEAD, last_failure="410 Gone"))
    listed = prompt.run("attention", "--json")
    assert listed.exit_code == 1
    rows = [(row["kind"], row["message"], row["contracts"]) for row in json.loads(listed.stdout)["rows"]]
    assert rows == [
        ("tenant", "The tokens are refused.", []),
        ("contract", "It cannot be worked out.", ["1001"]),
        ("callback", "run.finished msg_1: 410 Gone", []),
    ]


def test_callbacks_that_were_given_up_are_tried_anew(prompt: CommandLine, tenant: str, parts: Parts) -> None:
    message = OutgoingMessage(tenant, "msg_1", "inst_1", "run.finished", {}, moment(NEW_YEAR), None, attempts=10)
    with parts.database.write() as connection:
        for message_id in ("msg_1", "msg_2"):
            Outbox(connection).add(replace(message, id=message_id, state=OutgoingState.DEAD, last_failure="down"))
    assert "no message msg_3" in prompt.error("webhook", "resend", tenant, "msg_3", code=2)
    assert prompt.json("webhook", "resend", tenant, "msg_2") == {"resent": ["msg_2"]}
    with parts.database.read() as connection:
        [waiting] = Outbox(connection).of_tenant(tenant, OutgoingState.WAITING)
    assert (waiting.id, waiting.attempts) == ("msg_2", 0)
    assert prompt.json("webhook", "resend", tenant) == {"resent": ["msg_1"]}
    assert prompt.json("attention") == {"rows": []}


def test_audit_of_all_tells_each_tenant_and_a_dead_host_is_one_of_them(
    prompt: CommandLine, tenant: str, parts: Parts
) -> None:
    set_up(parts, tenant)
    prompt.json("sync", tenant)
    assert [(row["tenant"], row["ok"]) for row in prompt.json("audit", "--all")["rows"]] == [(tenant, True)]
    with parts.database.write() as connection:
        lost = replace(
            Tenants(connection).get(tenant), id="t_lost", name="Lost", api_url="http://127.0.0.1:9/openapi/8/"
        )
        Tenants(connection).add(lost)
    answer = prompt.run("audit", "--all", "--json")
    assert answer.exit_code == 1
    rows = {row["tenant"]: row for row in json.loads(answer.stdout)["rows"]}
    assert (rows[tenant]["ok"], rows["t_lost"]["ok"]) == (True, False)
    assert "could not be reached" in rows["t_lost"]["error"]
    prompt.error("audit", code=2)


def test_a_key_that_does_not_fit_is_an_alarm_and_destroys_nothing(
    prompt: CommandLine, tenant: str, parts: Parts, host: SandboxServer
) -> None:
    set_up(parts, tenant)
    with_other = CommandLine(prompt.environ | {"POWERUP_ENCRYPTION_KEYS": Fernet.generate_key().decode()})
    other = build_parts(read_settings(with_other.environ))
    with pytest.raises(EncryptionKeyError):
        other.cycles().run(tenant, Wish())
    other.close()
    doctor = with_other.run("doctor", "--json")
    assert [row["ok"] for row in json.loads(doctor.stdout)["rows"] if row["check"] == "keys"] == [False]
    (row,) = with_other.json("tenant", "list")["rows"]
    assert "geen sleutel" in row["attention"]
    assert row["next_cycle_at"] is not None
    assert numbers(host) == []
    assert prompt.json("sync", tenant)["ordered"] == 1
    assert prompt.json("attention", tenant) == {"rows": []}


def test_the_mark_of_a_restored_database_can_be_taken_away(prompt: CommandLine, tenant: str) -> None:
    assert "1 tenant: for 400 days" in prompt.run("tenant", "restored", tenant).stdout
    assert "1 tenant: numbers are no more looked up" in prompt.run("tenant", "restored", tenant, "--days", "0").stdout


def test_a_zone_that_this_machine_does_not_know_is_told_of_its_tenant_and_the_others_go_on(
    prompt: CommandLine, tenant: str, parts: Parts
) -> None:
    """A machine with a newer tzdata wrote it."""
    set_up(parts, tenant)
    with parts.database.write() as connection:
        Tenants(connection).add(
            replace(
                Tenants(connection).get(tenant), id="t_far", name="Far", timezone="Europe/Nieuwstad", sandbox_today=None
            )
        )
    listed = {row["tenant"]: row for row in prompt.json("tenant", "list")["rows"]}
    assert (listed["t_far"]["today"], bool(listed[tenant]["today"])) == (None, True)
    assert "Europe/Nieuwstad" in listed["t_far"]["attention"]
    audited = json.loads(prompt.run("audit", "--all", "--json").stdout)["rows"]
    assert {row["tenant"]: "Europe/Nieuwstad" in (row["error"] or "") for row in audited} == {
        tenant: False,
        "t_far": True,
    }
    needs = json.loads(prompt.run("attention", "--json").stdout)["rows"]
    assert [row["tenant"] for row in needs if "Europe/Nieuwstad" in row["message"]] == ["t_far"]
    assert "Europe/Nieuwstad" in prompt.error("sync", "t_far", code=1)
