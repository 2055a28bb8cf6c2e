"""Contracts in and out as files: all of a file or nothing of it (architecture: What others may rely on)."""

import json
from pathlib import Path

import pytest

from powerup.sandbox.server import SandboxServer
from tests.commands.conftest import CommandLine

HEAD = "contract_no,name,type,customer,objects,start,type_of_work,payment_method,plan,unit,every,month_day,employee"
ROWS = (
    "2001,CV-ketels,preventive,1001,CV-1;CV-2,2026-01-31,Onderhoud,op rekening,A,month,1,31,",
    "2001,,,,,,,,B,year,1,,1",
    "2002,Luchtbehandeling,preventive,1002,LB-1,2026-03-01,Onderhoud,op rekening,A,month,3,,2",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "contracts.csv"
    path.write_text("\n".join([HEAD, *ROWS]), "utf-8")
    return path


def exported(prompt: CommandLine, tenant: str) -> bytes:
    return prompt.run("contracts", "export", tenant).stdout_bytes


def test_rows_with_one_number_are_plans_of_one_contract(prompt: CommandLine, tenant: str, file: Path) -> None:
    answer = prompt.json("contracts", "import", tenant, file)
    assert (answer["created"], answer["changed"], answer["unchanged"]) == (2, 0, 0)
    rows = prompt.json("contracts", "export", tenant)["rows"]
    assert [(row["contract_no"], row["plan"]) for row in rows] == [("2001", "A"), ("2001", "B"), ("2002", "A")]
    assert [row.get("employee") for row in rows] == [None, "1", "2"]


def test_what_was_exported_is_unchanged_when_imported_again(prompt: CommandLine, tenant: str, file: Path) -> None:
    prompt.json("contracts", "import", tenant, file)
    first = exported(prompt, tenant)
    file.write_bytes(first)
    assert prompt.json("contracts", "import", tenant, file)["unchanged"] == 2
    assert exported(prompt, tenant) == first


def test_a_known_number_is_changed_by_the_plan_of_edit(prompt: CommandLine, tenant: str, file: Path) -> None:
    prompt.json("contracts", "import", tenant, file)
    file.write_text(file.read_text().replace("Luchtbehandeling", "Grote beurt lucht"))
    answer = prompt.json("contracts", "import", tenant, file)
    assert [(row["contract"], row["result"]) for row in answer["rows"]] == [("2001", "unchanged"), ("2002", "changed")]


def test_a_dry_run_says_everything_and_changes_nothing(prompt: CommandLine, tenant: str, file: Path) -> None:
    answer = prompt.json("contracts", "import", tenant, file, "--dry-run")
    assert answer["created"] == 2
    assert prompt.json("contracts", "export", tenant)["rows"] == []


def test_contracts_without_a_number_get_the_next_ones(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text("\n".join([HEAD, ROWS[2].removeprefix("2002"), ROWS[2].removeprefix("2002")]))
    assert [row["contract"] for row in prompt.json("contracts", "import", tenant, file)["rows"]] == ["1001", "1002"]


def test_a_terminated_and_paused_contract_comes_back_as_it_was(
    prompt: CommandLine, tenant: str, file: Path, tmp_path: Path
) -> None:
    state = [
        "last_day,reason,paused_from,paused_until",
        "31-12-2026,MOVED,2026-02-01,2026-03-01",
        ",,,",
        ",,2026-04-01,",
    ]
    file.write_text("\n".join(f"{row},{more}" for row, more in zip([HEAD, *ROWS], state, strict=True)))
    prompt.json("contracts", "import", tenant, file)
    rows = prompt.json("contracts", "export", tenant)["rows"]
    assert (rows[0]["last_day"], rows[0]["reason"]) == ("2026-12-31", "MOVED")
    assert (rows[0]["paused_from"], rows[0]["paused_until"]) == ("2026-02-01", "2026-03-01")
    assert (rows[2]["paused_from"], rows[2].get("paused_until")) == ("2026-04-01", None)
    again = tmp_path / "again.csv"
    again.write_bytes(exported(prompt, tenant))
    assert prompt.json("contracts", "import", tenant, again)["unchanged"] == 2


def test_three_wrong_rows_are_all_named_and_nothing_is_imported(prompt: CommandLine, tenant: str, file: Path) -> None:
    right = ROWS[2]
    wrong = [
        right.replace("2002", "2003").replace("1002", "9999"),
        right.replace("2002", "2004").replace("LB-1", "XX-1"),
        right.replace("2002", "2005").replace("Onderhoud", "Kletsen"),
    ]
    file.write_text("\n".join([HEAD, right, *wrong]))
    result = prompt.run("contracts", "import", tenant, file)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0] == "row 3, customer: Customer 9999 is not known at the host."
    assert any(line.startswith("row 4, objects: Object XX-1 is not known") for line in lines)
    assert any(line.startswith("row 5, type_of_work: The host does not know Kletsen; it knows:") for line in lines)
    assert lines[-1].startswith("Error: ")
    assert "nothing was imported" in lines[-1]
    assert prompt.json("contracts", "export", tenant)["rows"] == []


def test_errors_are_told_in_dutch_and_as_json(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text("\n".join([HEAD.replace("customer", "relatie"), ROWS[2].replace("1002", "9999")]))
    result = prompt.run("contracts", "import", tenant, file, "--json", LANG="nl_NL.UTF-8")
    first = json.loads(result.stdout)["errors"][0]
    assert (first["row"], first["column"], first["code"]) == (2, "relatie", "unknown_customer")
    assert first["message"].startswith("Relatie 9999")


def test_a_host_that_is_down_leaves_everything_as_it_was(
    prompt: CommandLine, tenant: str, file: Path, host: SandboxServer
) -> None:
    host.host.change_switches(require_https=True)
    assert "Nothing was imported" in prompt.error("contracts", "import", tenant, file, code=1)
    assert prompt.json("contracts", "export", tenant)["rows"] == []
