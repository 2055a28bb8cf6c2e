"""Changing what belongs to the tenant settles what was due by the old rule first (rules: Settle, then change)."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from powerup.app import now_in_utc
from powerup.commands.surroundings import Surroundings, find_tenant
from powerup.sandbox.server import SandboxServer
from powerup.store.tenants import Tenants
from tests.commands.conftest import CommandLine

CONTRACT = """contract_no;name;type;customer;start;type_of_work;payment_method;plan;unit;weekdays;shift
1042;Wekelijks;preventive;1001;2027-01-01;Onderhoud;op rekening;A;week;mon;next_working_day
"""


def test_visits_that_have_passed_keep_the_dates_of_the_old_calendar(
    prompt: CommandLine, tenant: str, host: SandboxServer, tmp_path: Path
) -> None:
    """Two Mondays pass without a cycle; then the firm says that it does not work on Mondays."""
    file = tmp_path / "contract.csv"
    file.write_text(CONTRACT)
    prompt.json("contracts", "import", tenant, file)
    _let_time_pass(prompt, tenant, "2027-02-10")
    days = tmp_path / "days.json"
    days.write_text(json.dumps({"calendar": {"working_days": ["tue", "wed", "thu", "fri"]}}))
    prompt.json("config", "apply", tenant, days)
    rows = prompt.json("forecast", tenant, "--from", "2027-02-01", "--to", "2027-02-28")["rows"]
    assert [row["planned_date"] for row in rows] == ["2027-02-01", "2027-02-08", "2027-02-16", "2027-02-23"]
    assert [row["state"] for row in rows] == ["withheld", "ordering", "planned", "planned"]
    assert host.host.orders.all() == []
    prompt.json("sync", tenant)
    assert prompt.json("audit", tenant)["ok"] is True


def _let_time_pass(prompt: CommandLine, tenant: str, today: str) -> None:
    """The sandbox's today, as the host's installation.updated sets it."""
    with Surroundings(prompt.environ, now_in_utc).parts() as parts:
        found = find_tenant(parts, tenant)
        with parts.database.write() as connection:
            Tenants(connection).save(replace(found, sandbox_today=date.fromisoformat(today)))
