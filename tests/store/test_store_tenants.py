"""Tenants: found by what people call them, their secrets sealed, their cycles when they are due."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from powerup.contracts.configuration import Mode, TenantConfiguration, TenantSettings, TerminationReason
from powerup.store import leases
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.errors import AmbiguousTenantError, EncryptionKeyError, UnknownTenantError
from powerup.store.tenants import CycleOutcome, Environment, Tenants, TenantState
from tests.store.conftest import NOON, tenant

MINUTE = timedelta(minutes=1)
PRODUCTION = Environment.PRODUCTION


def test_a_tenant_comes_back_as_it_was(database: Database) -> None:
    full = replace(
        tenant("t_3", "Derde"),
        environment=Environment.SANDBOX,
        sandbox_today=date(2027, 1, 1),
        host_tenant_id="h_3",
        locale="en",
        state=TenantState.SUSPENDED,
        consecutive_failures=3,
        attention="The host refused the token",
        reconciled_at=NOON,
        completed_compared_at=NOON - MINUTE,
    )
    with database.write() as connection:
        Tenants(connection).add(full)
        assert Tenants(connection).get("t_3") == full
        uninstalled = replace(full, state=TenantState.UNINSTALLED, token=None, software_token=None, name="Anders")
        Tenants(connection).save(uninstalled)
        assert Tenants(connection).get("t_3") == uninstalled
        assert [each.id for each in Tenants(connection).all()] == ["t_3", "t_2", "t_1"]


def test_a_tenant_is_found_by_our_id_the_hosts_id_or_a_unique_name(database: Database) -> None:
    with database.write() as connection:
        stored = Tenants(connection)
        stored.add(replace(tenant("t_3", "t_1"), host_tenant_id="h_3"))
        stored.add(tenant("t_4", "Tweede Voorbeeld BV"))
        assert stored.find("t_1").id == "t_1"
        assert stored.find("h_3").id == "t_3"
        assert stored.find("Voorbeeld Installatietechniek").id == "t_1"
        with pytest.raises(AmbiguousTenantError, match="t_2, t_4"):
            stored.find("Tweede Voorbeeld BV")
        for absent in (lambda: stored.find("nobody"), lambda: stored.get("h_3"), lambda: stored.configuration("h_3")):
            with pytest.raises(UnknownTenantError):
                absent()
        with pytest.raises(UnknownTenantError):
            stored.save(tenant("nobody"))


def test_a_configuration_comes_back_as_it_was(database: Database) -> None:
    configuration = TenantConfiguration(
        settings=TenantSettings(mode=Mode.DRY_RUN, change_cap=7), reasons=(TerminationReason("X", "Één reden"),)
    )
    with database.write() as connection:
        assert Tenants(connection).configuration("t_1") == TenantConfiguration()
        Tenants(connection).save_configuration("t_1", configuration)
        assert Tenants(connection).configuration("t_1") == configuration
        assert Tenants(connection).configuration("t_2") == TenantConfiguration()


def test_no_token_can_be_read_in_the_database_itself(database: Database, database_url: str) -> None:
    database.dispose()
    raw = _everything_in(database_url)
    assert b"Voorbeeld Installatietechniek" in raw
    assert b"token-of-" not in raw


def _everything_in(database_url: str) -> bytes:
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()
    with psycopg.connect(database_url.replace("+psycopg", "")) as server:
        return b"\n".join(repr(row).encode() for row in server.execute("SELECT * FROM tenants"))


@pytest.mark.usefixtures("database")
def test_the_wrong_key_is_told_with_what_to_do(database_url: str) -> None:
    other = Database(database_url, Cipher(["A" * 43 + "="]))
    with pytest.raises(EncryptionKeyError, match="POWERUP_ENCRYPTION_KEYS") as told, other.read() as connection:
        Tenants(connection).get("t_1")
    other.dispose()
    assert "token-of" not in str(told.value)


def test_an_error_of_the_database_shows_no_value(database: Database) -> None:
    secret_name = "name-that-nobody-shall-see"
    with pytest.raises(Exception, match=r"tenants_one_row_per_id|UNIQUE") as told, database.write() as connection:
        Tenants(connection).add(tenant("t_1", secret_name))
    assert secret_name not in str(told.value)
    assert Secret("token-of-t_1").reveal() not in str(told.value)


def test_tenants_are_due_when_their_time_has_come_and_nobody_works_on_them(database: Database) -> None:
    with database.write() as connection:
        stored = Tenants(connection)
        stored.add(replace(tenant("t_3"), next_cycle_at=NOON - MINUTE))
        stored.add(replace(tenant("t_4"), next_cycle_at=NOON + MINUTE))
        stored.add(replace(tenant("t_5"), next_cycle_at=NOON, state=TenantState.SUSPENDED))
        stored.add(replace(tenant("t_6"), next_cycle_at=None))
        stored.add(replace(tenant("t_7"), next_cycle_at=NOON, environment=Environment.SANDBOX))
        leases.acquire(connection, "t_2", "worker", NOON, 60)

        assert stored.due_tenants(NOON, PRODUCTION, limit=9) == ["t_3", "t_1"]
        assert stored.due_tenants(NOON, PRODUCTION, limit=1) == ["t_3"]
        assert stored.due_tenants(NOON, Environment.SANDBOX, limit=9) == ["t_7"]
        assert "t_2" in stored.due_tenants(NOON + MINUTE, PRODUCTION, limit=9)


def test_a_wake_during_a_cycle_is_heard_by_the_next_one(database: Database) -> None:
    later = CycleOutcome(NOON + 10 * MINUTE, reconciled_at=NOON, completed_compared_at=NOON)
    with database.write() as connection:
        stored = Tenants(connection)
        stored.wake("t_1", NOON)
        assert leases.acquire(connection, "t_1", "worker", NOON, 60)
        stored.finish_cycle("t_1", later)
        assert stored.get("t_1").next_cycle_at == NOON + 10 * MINUTE

        stored.wake("t_1", NOON + MINUTE)
        stored.finish_cycle("t_1", later)
        assert stored.get("t_1").next_cycle_at == NOON + MINUTE
        assert stored.get("t_1").reconciled_at == stored.get("t_1").completed_compared_at == NOON
        stored.finish_cycle("t_1", CycleOutcome(None))
        assert stored.get("t_1").completed_compared_at == NOON


def test_a_wake_does_not_shorten_the_wait_of_a_tenant_that_backs_off(database: Database) -> None:
    failed = CycleOutcome(NOON + 10 * MINUTE, consecutive_failures=2, attention="The host does not answer")
    with database.write() as connection:
        stored = Tenants(connection)
        stored.wake("t_1", NOON)
        stored.finish_cycle("t_1", failed)
        stored.wake("t_1", NOON)
        waiting = stored.get("t_1")
        assert (waiting.next_cycle_at, waiting.attention) == (NOON + 10 * MINUTE, "The host does not answer")
        stored.restart_cycles("t_1", NOON)
        restarted = stored.get("t_1")
        assert (restarted.next_cycle_at, restarted.attention, restarted.consecutive_failures) == (NOON, None, 0)
        stored.stop_cycles("t_1")
        assert stored.get("t_1").next_cycle_at is None
