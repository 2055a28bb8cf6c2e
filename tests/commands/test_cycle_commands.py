"""forecast, sync and audit by command, against a host (architecture: What others may rely on)."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.records import KINDS
from powerup.sandbox.server import SandboxServer
from tests.commands.conftest import CommandLine

CONTRACT = """contract_no;name;type;customer;start;type_of_work;payment_method;plan;unit;month_day;days_in_advance
1042;CV-ketel;preventive;1001;2030-01-31;Onderhoud;op rekening;A;month;31;30
"""
CUSTOMER_NAME = "Bakkerij De Korenaar"
YEAR = ("--from", "2030-01-01", "--to", "2030-12-31")


@pytest.fixture
def contract(prompt: CommandLine, tenant: str, tmp_path: Path) -> str:
    path = tmp_path / "contract.csv"
    path.write_text(CONTRACT)
    prompt.json("contracts", "import", tenant, path)
    return "1042"


def test_a_contract_on_the_31st_has_twelve_visits_a_year(prompt: CommandLine, tenant: str, contract: str) -> None:
    rows = prompt.json("forecast", tenant, "--contract", contract, *YEAR)["rows"]
    assert [row["planned_date"] for row in rows[-2:]] == ["2030-11-30", "2030-12-31"]
    assert len(rows) == 12
    assert rows[0] == {
        "contract": "1042",
        "plan": "A",
        "object": None,
        "nominal_date": "2030-01-31",
        "planned_date": "2030-01-31",
        "moved_from": None,
        "generation_date": "2030-01-31",
        "deadline": "2030-01-31",
        "state": "planned",
        "reason": None,
        "workorder_no": "C1042-A-20300131-ALL",
        "customer": "1001",
        "customer_name": CUSTOMER_NAME,
        "object_name": None,
        "latest_date": None,
    }


def test_the_forecast_of_one_customer_has_no_other(prompt: CommandLine, tenant: str, contract: str) -> None:
    assert len(prompt.json("forecast", tenant, "--customer", "1001", *YEAR)["rows"]) == 12
    assert prompt.json("forecast", tenant, "--customer", "1002", *YEAR)["rows"] == []
    assert prompt.json("forecast", tenant, "--contract", contract, "--customer", "1002", *YEAR)["rows"] == []


def test_a_forecast_goes_into_a_spreadsheet_in_the_language_of_the_tenant(
    prompt: CommandLine, tenant: str, contract: str, tmp_path: Path
) -> None:
    path = tmp_path / "forecast.xlsx"
    told = prompt.run("forecast", tenant, "--contract", contract, *YEAR, "--xlsx", path)
    assert told.stdout == f"12 visits are in {path}.\n"
    sheet = load_workbook(path).active
    assert sheet is not None
    head, first, *rest = sheet.iter_rows(values_only=True)
    assert head[:4] == ("Uitvoerdatum", "Contract", "Relatie", "Naam van de relatie")
    assert first[:4] == (datetime(2030, 1, 31), "1042", "1001", CUSTOMER_NAME)  # noqa: DTZ001 - a cell has no zone
    assert (first[head.index("Toestand")], len(rest)) == ("gepland", 11)
    assert "could not be written" in prompt.error("forecast", tenant, *YEAR, "--xlsx", tmp_path / "no" / "x", code=1)
    prompt.error("forecast", tenant, *YEAR, "--xlsx", path, "--json", code=2)


def test_the_account_of_a_customer_adds_up_to_what_the_ledger_and_the_rules_have(
    prompt: CommandLine, tenant: str, contract: str, tmp_path: Path
) -> None:
    prompt.json("visits", "act", tenant, "skip", f"{contract}:A:2030-03-31:", "--set", "wish=customer", "--yes")
    account = prompt.json("account", tenant, "1001", "--year", "2030")
    assert (account["agreed"], account["outcomes"]) == (12, {"to_come": 11, "skipped_at_wish": 1})
    assert [row["agreed_on"] for row in account["rows"] if row["outcome"] == "skipped_at_wish"] == ["2030-03-31"]
    (done,) = prompt.json("planned-against-done", tenant, "--year", "2030", "--customer", "1001")["rows"]
    assert (done["agreed"], done["outcomes"]) == (account["agreed"], account["outcomes"])
    prompt.run("planned-against-done", tenant, "--year", "2030", "--by", "year", "--csv", tmp_path / "done.csv")
    assert "2030" in (tmp_path / "done.csv").read_text("utf-8-sig")
    path = tmp_path / "account.xlsx"
    told = prompt.run("account", tenant, "1001", "--year", "2030", "--xlsx", path).stdout
    assert "12 agreed = 11 still to come + 1 skipped at your wish" in told
    sheet = load_workbook(path).active
    assert sheet is not None
    assert next(iter(sheet.iter_rows(values_only=True)))[0] == "Afgesproken op"
    assert "9998" in prompt.error("account", tenant, "9998", "--year", "2030", code=1)


def test_the_calendar_of_an_empty_period_is_a_valid_one(prompt: CommandLine, tenant: str) -> None:
    calendar = Calendar.from_ical(prompt.run("forecast", tenant, *YEAR, "--ics").stdout_bytes)
    assert calendar.walk("VEVENT") == []
    assert calendar.subcomponents  # RFC 5545, 3.6: at least one


def test_the_host_gives_new_names_and_they_are_told_after_the_next_cycle(
    prompt: CommandLine, tenant: str, contract: str, host: SandboxServer
) -> None:
    record = host.host.masterdata.find("relations", "1001")
    assert record is not None
    host.host.masterdata.save(KINDS["relations"], [record | {"name": "Nieuwe naam"}])
    prompt.json("sync", tenant, "--as-of", "2030-01-31")
    rows = prompt.json("forecast", tenant, "--contract", contract, *YEAR)["rows"]
    assert {row["customer_name"] for row in rows} == {"Nieuwe naam"}


def test_why_is_one_line_for_a_visit(prompt: CommandLine, tenant: str, contract: str) -> None:
    told = prompt.run("why", tenant, contract, "2030-02-28", "--as-of", "2030-01-01")
    assert told.exit_code == 0
    assert told.stdout == (
        "Plan A: every month on day 31 (last day in short months); nominal date February 28, 2030; not shifted; "
        "no window; order from January 31, 2030, when the contract starts; planned.\n"
    )
    row = prompt.json("why", tenant, contract, "2030-02-28")["rows"][0]
    assert (row["nominal_date"], row["state"], row["days_in_advance"]) == ("2030-02-28", "planned", 30)


def test_why_is_one_line_for_a_date_without_a_visit_in_the_readers_language(
    prompt: CommandLine, tenant: str, contract: str
) -> None:
    told = prompt.run("why", tenant, contract, "2030-03-30", LANG="nl_NL.UTF-8")
    assert told.stdout == (
        "Geen bezoek op 30 maart 2030: geen beurt heeft een bezoek op die datum; het vorige is op 28 februari 2030, "
        "het volgende op 31 maart 2030.\n"
    )
    assert prompt.json("why", tenant, contract, "2029-01-01")["rows"][0]["reason"] == "contract_not_started"
    assert "no contract 7" in prompt.error("why", tenant, "7", "2030-03-30", code=2)
    assert "1900-01-01 to 2999-12-31" in prompt.error("why", tenant, contract, "0001-01-01", code=2)


def test_a_dry_run_says_what_the_cycle_then_does(
    prompt: CommandLine, tenant: str, contract: str, host: SandboxServer
) -> None:
    told = prompt.json("sync", tenant, "--dry-run", "--as-of", "2030-02-01")
    assert contract
    assert host.host.orders.all() == []
    done = prompt.json("sync", tenant, "--as-of", "2030-02-01")
    ordered = [row["workorder_no"] for row in told["rows"] if row["state"] == "ordering"]
    assert ordered == [order.workorder_no for order in host.host.orders.all()]
    assert done["ordered"] == told["ordered"] == len(ordered)
    assert "rows" not in done


def test_the_audit_is_ok_after_a_cycle_and_not_before_it(prompt: CommandLine, tenant: str, contract: str) -> None:
    before = prompt.run("audit", tenant, "--as-of", "2030-02-01")
    assert (before.exit_code, contract) == (1, "1042")
    prompt.json("sync", tenant, "--as-of", "2030-02-01")
    after = prompt.json("audit", tenant, "--as-of", "2030-02-01")
    assert (after["ok"], after["differences"]) == (True, [])
    assert after["host"] == after["ledger"]["ordered"]


def test_a_refused_record_fails_alone_and_ends_with_1(
    prompt: CommandLine, tenant: str, contract: str, host: SandboxServer
) -> None:
    host.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=1, matching=f"C{contract}"))
    result = prompt.run("sync", tenant, "--as-of", "2030-01-31")
    assert result.exit_code == 1
    row = prompt.json("forecast", tenant, "--from", "2030-01-31", "--to", "2030-01-31", "--as-of", "2030-01-31")[
        "rows"
    ][0]
    assert row["state"] == "failed"
    assert row["reason"]


def test_what_the_last_cycles_did_is_listed_and_one_is_shown_in_detail(
    prompt: CommandLine, tenant: str, contract: str, host: SandboxServer
) -> None:
    prompt.json("sync", tenant, "--as-of", "2030-01-30")
    host.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=1, matching=f"C{contract}"))
    prompt.run("sync", tenant, "--as-of", "2030-01-31")
    newest, before = prompt.json("cycles", tenant)["rows"]
    assert (newest["failed"], newest["today"], before["failed"]) == (2, "2030-01-31", 0)
    assert len(prompt.json("cycles", tenant, "--last", "1")["rows"]) == 1
    assert prompt.json("cycles", tenant, newest["cycle"]) == newest
    assert prompt.json("cycles", tenant, before["started_at"])["cycle"] in (before["cycle"], newest["cycle"])
    assert prompt.json("cycles", tenant, newest["started_at"][:10]) == newest
    assert newest["attention"][0].startswith(f"Voor 2 bezoeken van relatie 1001 {CUSTOMER_NAME} konden geen werkbonnen")
    shown = prompt.run("cycles", tenant, newest["cycle"], LANG="nl_NL.UTF-8").stdout
    assert ("Vraagt aandacht" in shown, "could not be ordered" in shown) == (True, False)
    assert "is kept" in prompt.error("cycles", tenant, "2020-01-01", code=1)
    assert "is neither" in prompt.error("cycles", tenant, "yesterday", code=2)


def test_the_history_of_a_contract_is_shown_in_the_operators_language(
    prompt: CommandLine, tenant: str, contract: str
) -> None:
    shown = prompt.run("contracts", "history", tenant, contract, LANG="nl_NL.UTF-8").stdout
    assert all(word in shown for word in ("Wanneer", "Operator", "commando", "Import"))
    (row,) = prompt.json("contracts", "history", tenant, contract)["rows"]
    assert (row["action"], row["source"], row["before"]) == ("contract.import", "command", None)
    assert "no contract 7" in prompt.error("contracts", "history", tenant, "7", code=2)


def test_attention_names_the_customer_the_contracts_and_the_days(
    prompt: CommandLine, tenant: str, contract: str, host: SandboxServer
) -> None:
    host.host.faults.set(Fault(FaultName.REFUSE_RECORD, rate=1, matching=f"C{contract}"))
    prompt.run("sync", tenant, "--as-of", "2030-03-01")
    result = prompt.run("attention", tenant, "--json")
    row = next(each for each in json.loads(result.stdout)["rows"] if each["kind"] == "visits")
    assert (result.exit_code, row["contracts"]) == (1, [contract])
    assert (row["customer"], row["customer_name"], row["number"]) == ("1001", CUSTOMER_NAME, len(row["visits"]))
    assert row["visits"][0]["words"] == row["message"]
    assert CUSTOMER_NAME in prompt.run("attention").stdout


def test_a_host_that_is_down_is_one_line_and_changes_nothing(
    prompt: CommandLine, tenant: str, contract: str, host: SandboxServer
) -> None:
    host.host.faults.set(Fault(FaultName.HTTP_500, rate=1))
    result = prompt.run("sync", tenant, "--as-of", "2030-01-31")
    assert (result.exit_code, contract) == (1, "1042")
    assert result.stderr.count("\n") == 1
    assert host.host.orders.all() == []


def test_html_instead_of_json_is_one_line(prompt: CommandLine, tenant: str, host: SandboxServer) -> None:
    host.host.faults.set(Fault(FaultName.HTML, rate=1))
    assert "no usable answer" in prompt.error("audit", tenant, code=1)


def test_another_day_than_today_is_only_for_dry_runs_and_the_sandbox(prompt: CommandLine, tenant: str) -> None:
    assert prompt.run("sync", tenant, "--as-of", "2030-01-01").exit_code == 0


def test_dates_the_wrong_way_round_are_wrong_use(prompt: CommandLine, tenant: str) -> None:
    prompt.error("forecast", tenant, "--from", "2030-02-01", "--to", "2030-01-01", code=2)
    prompt.error("forecast", tenant, "--from", "1-2-2030", "--to", "2030-01-01", code=2)
    prompt.error("forecast", tenant, "--contract", "none", *YEAR, code=2)


def test_a_forecast_goes_into_a_calendar(prompt: CommandLine, tenant: str, contract: str) -> None:
    told = prompt.run("forecast", tenant, "--contract", contract, *YEAR, "--ics", LANG="nl_NL.UTF-8")
    assert told.exit_code == 0
    calendar = Calendar.from_ical(told.stdout_bytes)
    assert str(calendar["x-wr-calname"]) == "Voorbeeld"
    rows = prompt.json("forecast", tenant, "--contract", contract, *YEAR)["rows"]
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart").isoformat() for event in events] == [row["planned_date"] for row in rows]
    assert "Werkbon C1042-A-20300131-ALL" in str(events[0]["description"])
    prompt.error("forecast", tenant, *YEAR, "--ics", "--json", code=2)


def test_the_rows_of_a_dry_run_are_the_ledger_after_the_cycle(prompt: CommandLine, tenant: str, contract: str) -> None:
    assert contract
    told = prompt.json("sync", tenant, "--dry-run", "--as-of", "2030-03-15")["rows"]
    prompt.json("sync", tenant, "--as-of", "2030-03-15")
    period = ("--from", "2030-01-01", "--to", "2030-04-14", "--as-of", "2030-03-15")
    ledger = [row for row in prompt.json("forecast", tenant, *period)["rows"] if row["state"] != "planned"]
    assert [row | {"state": row["state"].replace("ordering", "ordered")} for row in told] == ledger
    assert {row["reason"] for row in ledger} == {None, "missed"}


def test_an_audit_of_all_has_the_same_members_for_a_host_that_does_not_answer(
    prompt: CommandLine, tenant: str, host: SandboxServer
) -> None:
    well = prompt.json("audit", "--all")["rows"][0]
    assert (well["tenant"], well["error"]) == (tenant, None)
    host.host.change_switches(require_https=True)
    result = prompt.run("audit", "--all", "--json")
    row = json.loads(result.stdout)["rows"][0]
    assert (result.exit_code, row["ok"], row["due"]) == (1, False, None)
    assert set(row) == set(well)
