"""Databases of every earlier revision become those of this version, with all that is in them (operations page)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.planned_work import Work, WorkKey
from powerup.store.accounts import Accounts
from powerup.store.api_keys import ApiKeys, Scope
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.cycle_reports import CycleReports, KeptReport
from powerup.store.database import Database, Revision, check, upgrade
from powerup.store.encryption import Cipher, Secret
from powerup.store.host_facts import FactKind, HostFact, KeptHostFacts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.host_profiles import HostProfiles, ProbeNumbers, ProfileEntry
from powerup.store.inbox import Inbox, TakenMessage
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.ledger import Ledger
from powerup.store.outbox import Outbox, OutgoingMessage
from powerup.store.planned_days import PlannedDays, Reach
from powerup.store.runs import Run, Runs, RunState
from powerup.store.snapshots import HostSnapshots
from powerup.store.tables import metadata
from powerup.store.tenants import Tenants
from tests.store.conftest import NOON, tenant
from tests.store.earlier_rows import Rows, insert_as_it_was, present
from tests.store.stored_examples import contract, visit

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def revisions() -> Sequence[str]:
    """All revisions, the first one first."""
    settings = Config()
    settings.set_main_option("script_location", "powerup.store:migrations")
    found = ScriptDirectory.from_config(settings).walk_revisions()
    return [each.revision for each in found][::-1]


def test_the_migration_with_the_highest_number_is_the_last_one(empty_database_url: str) -> None:
    assert check(empty_database_url) == Revision(None, revisions()[-1])


def fill(connection: Connection, owner: str) -> None:
    """Something of everything that a tenant has had since the earliest revisions."""
    Tenants(connection).add(tenant(owner), TenantConfiguration())
    Contracts(connection, owner).add(contract())
    split = visit(day=date(2027, 2, 28), object="@A", carries=("CV-1", "CV-2"))
    Ledger(connection, owner).add([visit(), visit(day=date(2027, 1, 31), completed_on=date(2027, 2, 1)), split])
    key = InstallationKey(Secret("whsec_of-the-installation"))
    Installations(connection).add(Installation(owner, "inst_1", 1, InstallationState.ACTIVE, (key,)))
    Inbox(connection, owner, "inst_1").add(TakenMessage("msg_1", "hash", "{}", NOW))
    Outbox(connection).add(OutgoingMessage(owner, "msg_2", "inst_1", "run.finished", {"a": 1}, NOW, NOW))
    Runs(connection, owner).add(Run("run_1", "contract.create", "1042", "nl", {"status": "accepted"}, NOW))
    deferred = Run(
        "run_2", "contract.edit", None, "nl", {}, NOW, RunState.DEFERRED, None, {"action": "contract.edit"}, 1, NOW
    )
    Runs(connection, owner).add(deferred)
    AuditTrail(connection, owner).add(
        AuditLine("aud_1", NOW, "u_1", "Jan", "admin", "panel", "contract.edit", "contract", "1042", {"x": "é"})
    )
    CycleReports(connection, owner).add(
        KeptReport(1, date(2027, 3, 1), NOW, 0.5, 3, 1, {"skipped": 2}, 0, 0, 0, None, ("look",))
    )
    ApiKeys(connection).make(owner, Scope.READ, NOW)
    HostSnapshots(connection, owner).save("relation", "1001", {"name": "Voorbeeld"}, NOW)
    inactive = HostFact(FactKind.CUSTOMER_INACTIVE, "1001", "Voorbeeld", date(2027, 3, 1), NOW)
    KeptHostFacts(connection, owner).save([inactive])
    HostProfiles(connection, owner).save([ProfileEntry("creation_date_zone", "utc", NOW)])
    ProbeNumbers(connection, owner).write_down("PROBE-A-1", NOW)
    HostNames(connection, owner).keep({(NameKind.CUSTOMER, "1001"): HostName("Voorbeeld")})
    planned = PlannedDays(connection, owner)
    planned.begin_anew(Reach(date(2026, 1, 1), date(2028, 12, 31)))
    planned.put({"1042": {WorkKey(date(2027, 3, 1), "Onderhoud", "", "35"): Work(1, 60, 1)}}, planned.wanted(1))
    planned.begin_anew(Reach(date(2026, 1, 1), date(2028, 12, 31)))


@pytest.fixture(scope="session")
def today(tmp_path_factory: pytest.TempPathFactory, cipher: Cipher) -> Rows:
    """The rows as this version writes them, of a tenant for each revision."""
    url = f"sqlite:///{tmp_path_factory.mktemp('migrations') / 'today.db'}"
    upgrade(url)
    database = Database(url, cipher)
    with database.write() as connection:
        Accounts(connection).lock()
        for revision in revisions():
            fill(connection, _owner(revision))
        rows = present(connection, list(metadata.tables))
    database.dispose()
    return rows


def test_a_database_of_each_earlier_revision_keeps_what_is_in_it(
    empty_database_url: str, cipher: Cipher, today: Rows
) -> None:
    """One database goes from revision to revision, and at each a tenant comes with all that a tenant has there."""
    written: Rows = {}
    database = Database(empty_database_url, cipher)
    for revision in revisions():
        upgrade(empty_database_url, revision)
        with database.write() as connection:
            for name, rows in today.items():
                come_now = [row for row in rows if _comes_at(name, row, revision, written)]
                if come_now:
                    written.setdefault(name, []).extend(insert_as_it_was(connection, metadata.tables[name], come_now))
    assert check(empty_database_url).is_current
    with database.read() as connection:
        found = present(connection, list(written))
        for name, rows in written.items():
            assert _of_columns(found[name], rows) == rows, name
        for owner in map(_owner, revisions()):
            assert Tenants(connection).get(owner) == tenant(owner)
            assert Contracts(connection, owner).get("1042") == contract()
            assert len(Ledger(connection, owner).of_contract("1042")) == 3
        due = Tenants(connection).due_tenants(NOON, tenant("t_1").environment, 99)
        assert sorted(due) == sorted(map(_owner, revisions()))
    database.dispose()


def _owner(revision: str) -> str:
    """The tenant that comes at a revision; they are ordered as their revisions."""
    return f"t_{revision}"


def _comes_at(table: str, row: dict[str, Any], revision: str, written: Rows) -> bool:
    """Whether a row is of the tenant that comes; what is of no tenant comes once, as soon as it has a place."""
    owner = row["id"] if table == "tenants" else row.get("tenant_id")
    return owner == _owner(revision) if owner is not None else not written.get(table)


def _of_columns(rows: list[dict[str, Any]], like: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as far as each had a place when it was written."""
    return [{name: row[name] for name in old} for row, old in zip(rows, like, strict=True)]
