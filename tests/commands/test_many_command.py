"""One contract for each of a list, by command: from a template, shown first, doubles named."""

import json
from pathlib import Path

from tests.commands.conftest import CommandLine

TEMPLATE = {
    "code": "KETEL",
    "name": "Ketelonderhoud",
    "contract": {
        "type": "preventive",
        "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening"},
        "plans": [{"name": "A", "unit": "year", "every": 1, "months": [5], "month_day": 3}],
    },
}


def test_objects_of_a_list_get_a_contract_each_and_doubles_are_named(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    document, listed = tmp_path / "templates.json", tmp_path / "list.txt"
    document.write_text(json.dumps({"contract_templates": [TEMPLATE]}))
    prompt.run("config", "apply", tenant, document)
    listed.write_text("CV-2\n")
    alike = ("--kind", "objects", "--template", "KETEL", "--start", "2030-01-01")
    many = ("contracts", "many", tenant, "CV-1", "--file", listed, *alike)
    shown = prompt.json(*many, "--preview")["rows"]
    assert [(row["state"], row["first_visits"]) for row in shown] == [("shown", ["2030-05-03"])] * 2
    assert "--yes" in prompt.error(*many, code=2)
    assert prompt.json("contracts", "list", tenant)["rows"] == []
    made = prompt.json(*many, "--yes")["rows"]
    rows = prompt.json("contracts", "list", tenant, "--template", "KETEL")["rows"]
    assert [row["contract"] for row in made] == [row["number"] for row in rows]
    again = prompt.run(*many, "--yes", "--json")
    assert again.exit_code == 1
    assert all(row["number"] in again.stdout for row in rows)
    assert "WEG-9" in prompt.error("contracts", "many", tenant, "WEG-9", *alike, "--yes", code=2)


def test_a_template_is_kept_in_files_and_what_is_wrong_with_one_is_told(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    document = tmp_path / "templates.json"
    document.write_text(json.dumps({"contract_templates": [TEMPLATE | {"contract": {"customer": "1001"}}]}))
    assert "/contract_templates/0/contract/customer" in prompt.error("config", "apply", tenant, document, code=1)
