"""Changed terms and the contracts that have them; renewing by hand in bulk (rules: Terms)."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from powerup.commands.kit.surroundings import Surroundings, find_tenant
from powerup.parts import now_in_utc
from powerup.store.contracts import Contracts
from powerup.store.tenants import Tenants
from tests.commands.conftest import CommandLine

TODAY = date(2027, 3, 1)
CONTRACTS = """\
contract_no,name,type,customer,start,end,terms,type_of_work,payment_method,plan,unit,month_day
1001,Een,preventive,1001,2027-01-01,,STD,Onderhoud,op rekening,A,month,31
1002,Twee,preventive,1001,2027-01-01,,HAND,Onderhoud,op rekening,A,month,31
1003,Drie,preventive,1001,2026-03-15,,HAND,Onderhoud,op rekening,A,month,31
1004,Vier,preventive,1001,2026-01-01,,HAND,Onderhoud,op rekening,A,month,31
"""


def terms(code: str, renewal: str, months: int = 12) -> dict[str, Any]:
    length = {"number": months, "unit": "month"}
    return {"code": code, "name": code, "duration": length, "renewal": renewal, "renewal_period": length}


@pytest.fixture
def firm(prompt: CommandLine, tenant: str, tmp_path: Path) -> str:
    """Four contracts on 1 March 2027: one renews by itself, the others by hand; the last of them has ended."""
    with Surroundings(prompt.environ, now_in_utc).parts() as parts:
        found = find_tenant(parts, tenant)
        with parts.database.write() as connection:
            Tenants(connection).save(replace(found, sandbox_today=TODAY))
    configure(prompt, tenant, tmp_path, [terms("STD", "automatic"), terms("HAND", "by_hand")])
    file = tmp_path / "contracts.csv"
    file.write_text(CONTRACTS)
    prompt.json("contracts", "import", tenant, file)
    return tenant


def configure(prompt: CommandLine, tenant: str, tmp_path: Path, listed: list[Any], *options: str) -> Any:
    path = tmp_path / "terms.json"
    path.write_text(json.dumps({"terms": listed}))
    return prompt.json("config", "apply", tenant, path, *options)


def ends(prompt: CommandLine, tenant: str) -> dict[str, date | None]:
    with Surroundings(prompt.environ, now_in_utc).parts() as parts, parts.database.read() as connection:
        return {each.number: each.end for each in Contracts(connection, tenant).all()}


CHANGED = [terms("STD", "automatic", months=24), terms("HAND", "by_hand")]


def test_a_dry_run_names_the_contracts_that_have_the_changed_terms(
    prompt: CommandLine, firm: str, tmp_path: Path
) -> None:
    answer = configure(prompt, firm, tmp_path, CHANGED, "--dry-run")
    (touched,) = answer["contracts"]
    assert (touched["contract"], touched["terms"], touched["applied"]) == ("1001", "STD", False)
    assert (touched["end"], touched["new_end"]) == ("2027-12-31", "2028-12-31")
    shown = prompt.run("config", "apply", firm, tmp_path / "terms.json", "--dry-run").output
    assert "1001: STD, ends December 31, 2027; with the changed terms December 31, 2028" in shown


def test_contracts_keep_their_terms_as_they_were_agreed(prompt: CommandLine, firm: str, tmp_path: Path) -> None:
    assert configure(prompt, firm, tmp_path, CHANGED)["contracts"][0]["applied"] is False
    assert ends(prompt, firm)["1001"] == date(2027, 12, 31)


def test_changed_terms_are_applied_to_contracts_when_that_is_chosen(
    prompt: CommandLine, firm: str, tmp_path: Path
) -> None:
    configure(prompt, firm, tmp_path, CHANGED)
    configure(prompt, firm, tmp_path, CHANGED, "--apply-terms", "--dry-run")
    assert ends(prompt, firm)["1001"] == date(2027, 12, 31)
    assert configure(prompt, firm, tmp_path, CHANGED, "--apply-terms")["contracts"][0]["applied"] is True
    assert ends(prompt, firm)["1001"] == date(2028, 12, 31)
    assert configure(prompt, firm, tmp_path, CHANGED, "--apply-terms")["contracts"] == []


def test_a_shorter_duration_says_what_it_withholds(prompt: CommandLine, firm: str, tmp_path: Path) -> None:
    shorter = [terms("STD", "automatic"), terms("HAND", "by_hand", months=3)]
    answer = configure(prompt, firm, tmp_path, shorter, "--apply-terms", "--dry-run")
    assert [row["contract"] for row in answer["contracts"]] == ["1002", "1003"], "what has ended is left alone"
    first = answer["contracts"][0]
    assert (first["new_end"], first["counts"]["withheld"]["contract_ended"]) == ("2027-03-31", 9)


def test_what_is_not_about_terms_names_no_contracts(prompt: CommandLine, firm: str, tmp_path: Path) -> None:
    configure(prompt, firm, tmp_path, CHANGED)
    path = tmp_path / "settings.json"
    path.write_text('{"settings": {"change_cap": 7}}')
    assert prompt.json("config", "apply", firm, path)["contracts"] == []


def test_renewing_in_bulk_takes_those_by_hand_that_end_by_the_day(prompt: CommandLine, firm: str) -> None:
    planned = prompt.json("contracts", "renew", firm, "--due-by", "2027-12-31", "--dry-run")["rows"]
    assert [(row["contract"], row["end"], row["new_end"]) for row in planned] == [
        ("1002", "2027-12-31", "2028-12-31"),
        ("1003", "2027-03-14", "2028-03-14"),
    ]
    assert ends(prompt, firm)["1003"] == date(2027, 3, 14)
    shown = prompt.run("contracts", "renew", firm, "--dry-run", LANG="nl_NL.UTF-8").stdout
    assert "Zou worden verlengd" in shown
    renewed = prompt.json("contracts", "renew", firm)["rows"]
    assert [row["contract"] for row in renewed] == ["1003"]
    assert ends(prompt, firm) == {
        "1001": date(2027, 12, 31),
        "1002": date(2027, 12, 31),
        "1003": date(2028, 3, 14),
        "1004": date(2026, 12, 31),
    }
    assert prompt.json("contracts", "renew", firm)["rows"] == []


def test_a_suspended_tenant_renews_nothing(prompt: CommandLine, firm: str) -> None:
    prompt.run("tenant", "suspend", firm)
    assert "suspended" in prompt.error("contracts", "renew", firm, code=1)


def test_terms_for_private_customers_that_ask_too_much_are_told_and_taken(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    listed = [terms("LONG", "automatic", months=24) | {"consumer": True}, terms("STD", "automatic")]
    sentence = (
        "Terms for private customers (LONG): they renew for a period, and a private customer may end them "
        "on any day once they have renewed, they run longer than a year, and a private customer may end them after one "
        "year."
    )
    assert configure(prompt, tenant, tmp_path, listed, "--dry-run")["warnings"] == [sentence]
    assert configure(prompt, tenant, tmp_path, listed)["warnings"] == [sentence]
    assert prompt.json("config", "show", tenant)["terms"][0]["consumer"] is True
    path = tmp_path / "none.json"
    path.write_text('{"settings": {"change_cap": 49}}')
    assert prompt.json("config", "apply", tenant, path)["warnings"] == []
