"""What an operator's machines see: readiness with its reasons, and metrics for those who may have them."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet

from powerup.app import create_app
from powerup.parts import Parts, build_parts
from powerup.settings import read_settings
from powerup.store import leases
from powerup.store.encryption import Secret
from powerup.store.tenants import CycleOutcome, Environment, Tenant, Tenants, TenantState
from powerup.store.timekeeping import Done, note_done
from powerup.sync.kit.report import CycleReport

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
TOKEN = "what-reads-the-metrics"
KEY = Fernet.generate_key().decode()


def parts_at(directory: Path, **settings: str) -> Parts:
    environ = {"POWERUP_ENVIRONMENT": "sandbox", "POWERUP_DATA_DIR": str(directory), "POWERUP_ENCRYPTION_KEYS": KEY}
    return build_parts(read_settings(environ | settings), lambda: NOON)


@pytest.fixture
def parts(tmp_path: Path, sqlite_template: Path) -> Iterator[Parts]:
    shutil.copy(sqlite_template, tmp_path / "powerup.db")
    made = parts_at(tmp_path)
    with made.database.write() as connection:
        Tenants(connection).add(tenant("t_1", due_since_minutes=5))
    yield made
    made.close()


def tenant(tenant_id: str, due_since_minutes: int, **fields: Any) -> Tenant:
    made = Tenant(
        tenant_id,
        "Voorbeeld",
        Environment.SANDBOX,
        "Europe/Amsterdam",
        "http://127.0.0.1:9/openapi/8/",
        Secret("token-of-the-host"),
        Secret("software-token"),
        next_cycle_at=NOON - timedelta(minutes=due_since_minutes),
    )
    return replace(made, **fields)


def ready(parts: Parts) -> tuple[int, dict[str, object]]:
    answer = create_app(parts).test_client().get("/health/ready")
    return answer.status_code, answer.get_json()


def metrics(parts: Parts, **headers: str) -> dict[str, float]:
    answer = create_app(parts).test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.status
    lines = [line.rpartition(" ") for line in answer.get_data(as_text=True).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_a_full_disk_is_not_ready(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2**20))
    status, told = ready(parts)
    assert (status, told["reason"]) == (503, "disk_full")


def test_ready_tells_database_migrations_keys_and_the_timers_last_tick(parts: Parts) -> None:
    status, told = ready(parts)
    assert (status, told["database"], told["keys"]) == (200, "ok", "fit")
    assert told["migrations"]
    assert told["timer"] == {"last_tick": None, "late": True}
    assert told["clock"] == {"seconds_from_database": None, "differs": False}


def test_a_tick_of_any_process_is_seen_until_it_is_late(parts: Parts) -> None:
    for seconds, late in ((0, False), (180, False), (181, True)):
        with parts.database.write() as connection:
            note_done(connection, Done.TICK, NOON - timedelta(seconds=seconds))
        status, told = ready(parts)
        timer = told["timer"]
        assert isinstance(timer, dict)
        assert (status, timer["late"]) == (200, late)


@pytest.mark.usefixtures("parts")
def test_a_key_that_does_not_fit_is_told_without_secrets(tmp_path: Path) -> None:
    other = parts_at(tmp_path, POWERUP_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    status, told = ready(other)
    assert (status, told["reason"]) == (503, "encryption_key_does_not_fit")
    assert "token-of-the-host" not in str(told)
    other.close()


@pytest.mark.usefixtures("parts")
def test_a_key_that_was_rotated_fits_while_the_old_one_is_in_the_list(tmp_path: Path) -> None:
    rotated = parts_at(tmp_path, POWERUP_ENCRYPTION_KEYS=f"{Fernet.generate_key().decode()},{KEY}")
    assert ready(rotated)[0] == 200
    rotated.close()


def test_metrics_tell_how_the_work_of_all_stands(parts: Parts) -> None:
    with parts.database.write() as connection:
        note_done(connection, Done.TICK, NOON - timedelta(seconds=30))
        leases.acquire(connection, "t_1", "a worker", NOON, 60)
    found = metrics(parts)
    assert (found["powerup_tenants_due"], found["powerup_longest_due_seconds"]) == (1, 300)
    assert (found["powerup_leases_held"], found["powerup_seconds_since_tick"]) == (1, 30)
    assert (found["powerup_queue_length"], found["powerup_outbox_waiting"], found["powerup_outbox_dead"]) == (0, 0, 0)
    with parts.database.write() as connection:
        Tenants(connection).finish_cycle("t_1", CycleOutcome(None, 1, "The tokens are refused."))
    found = metrics(parts)
    assert (found["powerup_tenants_due"], found["powerup_tenants_with_attention"]) == (0, 1)


def test_metrics_tell_how_long_the_tenant_waits_that_waits_longest(parts: Parts) -> None:
    with parts.database.write() as connection:
        tenants = Tenants(connection)
        tenants.add(tenant("t_2", due_since_minutes=20))
        tenants.add(tenant("t_3", due_since_minutes=-1))
        tenants.add(tenant("t_4", due_since_minutes=90, state=TenantState.SUSPENDED))
        tenants.add(tenant("t_5", due_since_minutes=90, environment=Environment.PRODUCTION))
    found = metrics(parts)
    assert (found["powerup_tenants_due"], found["powerup_longest_due_seconds"]) == (2, 1200)


def test_metrics_count_cycles_visits_and_calls(parts: Parts) -> None:
    report = CycleReport("t_1", NOON.date(), NOON, 0.2, ordered=3, failed=1, withheld={"skipped": 2})
    parts.measures.cycle_ended(replace(report, days_late={0: 2, 5: 1}))
    parts.measures.cycle_ended(replace(report, ended_early="The host …", failure="HostUnreachable"))
    parts.measures.cycle_broken_off("LeaseLostError")
    parts.measures.lease_lost()
    parts.measures.host_called("relations", "ok")
    found = metrics(parts)
    assert found['powerup_cycles_total{outcome="done"}'] == 1
    assert found['powerup_cycles_total{outcome="ended_early"}'] == 1
    assert found['powerup_cycle_failures_total{reason="HostUnreachable"}'] == 1
    assert found['powerup_visits_total{outcome="ordered"}'] == 6
    assert found['powerup_visits_withheld_total{reason="skipped"}'] == 4
    assert (found['powerup_order_lag_days_bucket{le="0.0"}'], found["powerup_order_lag_days_count"]) == (2, 3)
    assert found["powerup_leases_lost_total"] == 1
    assert found['powerup_host_calls_total{endpoint="relations",outcome="ok"}'] == 1
    assert found["powerup_cycle_seconds_count"] == 2


def test_metrics_are_there_while_the_database_is_not(tmp_path: Path) -> None:
    parts = parts_at(tmp_path, POWERUP_DATABASE_URL=f"sqlite:///{tmp_path}/no/such/directory.db")
    assert metrics(parts)["powerup_database_up"] == 0
    parts.close()


@pytest.mark.usefixtures("parts")
def test_metrics_are_for_who_shows_the_token(tmp_path: Path) -> None:
    guarded = parts_at(tmp_path, POWERUP_METRICS_TOKEN=TOKEN)
    client = create_app(guarded).test_client()
    for shown in ("", TOKEN, "Bearer", "Bearer something-else", "Basic " + TOKEN, "Bearer é"):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == 401
    assert metrics(guarded, Authorization=f"Bearer {TOKEN}")["powerup_database_up"] == 1
    guarded.close()


def test_a_production_server_without_a_token_has_no_metrics(tmp_path: Path) -> None:
    production = parts_at(tmp_path, POWERUP_ENVIRONMENT="production", POWERUP_SECRET_KEY="a-secret-of-the-operator")
    assert create_app(production).test_client().get("/metrics").status_code == 404
    production.close()
