"""Changing what belongs to the tenant settles what was due by the old rule first (rules: Settle, then change)."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from powerup.commands.kit.surroundings import Surroundings, find_tenant
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.parts import now_in_utc
from powerup.sandbox.server import SandboxServer
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.commands.conftest import CommandLine

CONTRACT = """contract_no;name;type;customer;start;type_of_work;payment_method;days_in_advance;plan;unit;weekdays;shift
1042;Wekelijks;preventive;1001;2027-01-01;Onderhoud;op rekening;0;A;week;mon;next_working_day
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


def test_a_visit_put_off_to_a_day_to_come_keeps_it_when_its_own_day_becomes_a_working_day(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    """Saturday 6 February lies on Monday; on Sunday the firm says that it works on Saturdays."""
    file = tmp_path / "contract.csv"
    file.write_text(CONTRACT.replace("mon", "sat"))
    prompt.json("contracts", "import", tenant, file)
    prompt.json("sync", tenant, "--as-of", "2027-02-06")
    _let_time_pass(prompt, tenant, "2027-02-07")
    days = tmp_path / "days.json"
    days.write_text(json.dumps({"calendar": {"working_days": ["mon", "tue", "wed", "thu", "fri", "sat"]}}))
    prompt.json("config", "apply", tenant, days)
    assert prompt.json("audit", tenant)["ok"] is True
    rows = prompt.json("forecast", tenant, "--from", "2027-02-06", "--to", "2027-02-14")["rows"]
    assert [row["planned_date"] for row in rows] == ["2027-02-08", "2027-02-13"]


def test_what_lies_behind_the_end_is_not_decided_by_another_calendar(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    """The contract ends in January, the calendar changes in February, and then a person lets it go on until March."""
    file = tmp_path / "contract.csv"
    rows = CONTRACT.replace("start", "start;end").replace("2027-01-01", "2027-01-01;2027-01-31")
    file.write_text(rows)
    prompt.json("contracts", "import", tenant, file)
    _let_time_pass(prompt, tenant, "2027-02-10")
    days = tmp_path / "days.json"
    days.write_text(json.dumps({"calendar": {"closed_days": [{"date": "2027-03-15", "name": "Dicht"}]}}))
    prompt.json("config", "apply", tenant, days)
    file.write_text(rows.replace("2027-01-31", "2027-03-31"))
    prompt.json("contracts", "import", tenant, file)
    prompt.json("sync", tenant)
    assert prompt.json("audit", tenant)["ok"] is True
    visits = prompt.json("forecast", tenant, "--from", "2027-02-01", "--to", "2027-02-10")["rows"]
    assert [(row["planned_date"], row["reason"]) for row in visits] == [
        ("2027-02-01", "missed"),
        ("2027-02-08", None),
    ]


@pytest.mark.parametrize("by", ["calendar", "import"])
def test_what_is_marked_is_known_when_a_change_settles_what_has_passed(
    by: str, prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    """The customer is blocked while two Mondays pass; neither is missed, and neither is to be ordered."""
    file = tmp_path / "contract.csv"
    file.write_text(CONTRACT)
    prompt.json("contracts", "import", tenant, file)
    prompt.run("mark", "set", tenant, "customer", "1001")
    _let_time_pass(prompt, tenant, "2027-01-13")
    if by == "import":
        file.write_text(CONTRACT.replace("next_working_day", "nearest"))
        prompt.json("contracts", "import", tenant, file)
    else:
        days = tmp_path / "days.json"
        days.write_text(json.dumps({"calendar": {"closed_days": [{"date": "2027-03-15", "name": "Dicht"}]}}))
        prompt.json("config", "apply", tenant, days)
    rows = prompt.json("forecast", tenant, "--from", "2027-01-01", "--to", "2027-01-13")["rows"]
    assert [(row["state"], row["reason"]) for row in rows] == [("withheld", "customer_blocked")] * 2


ON_THE_LAST_WORKING_DAY = """contract_no;name;type;customer;start;type_of_work;payment_method;plan;unit;moment
1042;Maandelijks;preventive;1001;2027-01-01;Onderhoud;op rekening;A;month;last workday
"""


def test_a_visit_that_is_skipped_far_ahead_costs_none_before_it_when_the_calendar_changes(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    file = tmp_path / "contract.csv"
    file.write_text(ON_THE_LAST_WORKING_DAY)
    prompt.json("contracts", "import", tenant, file)
    skipped = VisitKey("1042", "A", date(2027, 6, 30))
    with Surroundings(prompt.environ, now_in_utc).parts() as parts:
        found = find_tenant(parts, tenant)
        day = skipped.nominal_date
        row = LedgerVisit(skipped, day, day, day, VisitState.WITHHELD, Reason.SKIPPED)
        with parts.database.write() as connection:
            Ledger(connection, found.id).add([row])
    days = tmp_path / "days.json"
    days.write_text(json.dumps({"calendar": {"closed_days": [{"date": "2027-02-26", "name": "Dicht"}]}}))
    prompt.json("config", "apply", tenant, days)
    rows = prompt.json("forecast", tenant, "--from", "2027-01-01", "--to", "2027-03-31")["rows"]
    assert [row["planned_date"] for row in rows] == ["2027-01-29", "2027-02-25", "2027-03-31"]


def _let_time_pass(prompt: CommandLine, tenant: str, today: str) -> None:
    """The sandbox's today, as the host's installation.updated sets it."""
    with Surroundings(prompt.environ, now_in_utc).parts() as parts:
        found = find_tenant(parts, tenant)
        with parts.database.write() as connection:
            Tenants(connection).save(replace(found, sandbox_today=date.fromisoformat(today)))


def test_a_next_visit_that_was_named_by_its_planned_date_stays_that_visit_on_another_calendar(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    """Saturday 27 February lies on Monday 1 March; then the firm is closed on that Monday. The plan does not
    count from the first of the month from then on."""
    file = tmp_path / "contract.csv"
    file.write_text(
        "contract_no;name;type;customer;start;type_of_work;payment_method;plan;unit;shift;next_visit\n"
        "1042;Maandelijks;preventive;1001;2026-12-27;Onderhoud;op rekening;A;month;next_working_day;2027-03-01\n"
    )
    prompt.json("contracts", "import", tenant, file)
    days = tmp_path / "days.json"
    days.write_text(json.dumps({"calendar": {"closed_days": [{"date": "2027-03-01", "name": "Dicht"}]}}))
    prompt.json("config", "apply", tenant, days)
    rows = prompt.json("forecast", tenant, "--from", "2027-03-01", "--to", "2027-06-30")["rows"]
    assert [(row["nominal_date"], row["planned_date"]) for row in rows] == [
        ("2027-02-27", "2027-03-02"),
        ("2027-03-27", "2027-03-30"),
        ("2027-04-27", "2027-04-28"),
        ("2027-05-27", "2027-05-27"),
        ("2027-06-27", "2027-06-28"),
    ]
