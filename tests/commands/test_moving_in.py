"""A firm that moves in brings its own list: as people keep it, and as other systems write it out."""

import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from powerup.sandbox.example import example_records
from tests.commands.conftest import CommandLine

ROWS = 320
HEADINGS = (
    "Klantnr.",
    "Klantnaam",
    "Installatie",
    "Ingangs-\ndatum",
    "Frequentie",
    "Volgende\u00a0beurt",
    "Tel.",
    "Opm.",
)
INTERVALS = ("jaarlijks", "per kwartaal", "2x per jaar", "Maandelijks", "12 maanden")
FIRST = date(2030, 1, 7)


def hand_kept_list(rows: int = ROWS, first: date = FIRST, suffix: str = "") -> bytes:
    """An example list with a cover sheet, a title, Dutch headings, and numbers, texts and dates mixed as people do."""
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.append(("Onderhoudslijst (voorbeeld)",))
    old = book.create_sheet("oud")
    old.append(HEADINGS)
    old.sheet_state = "hidden"
    sheet = book.create_sheet("Lijst 2030")
    sheet.append(("Onderhoudscontracten",))
    sheet.append(())
    sheet.append(HEADINGS)
    for place, row in enumerate(islice(_listed(first, suffix), rows)):
        sheet.append(row)
        sheet.cell(sheet.max_row, 4).number_format = "d-m-yyyy"
        if place % 10 == 9:
            sheet.append(())
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _listed(first: date, suffix: str) -> Any:
    names = {record["debtor_number"]: record["name"] for record in example_records()["relations"]}
    for place, (machine, interval) in enumerate(
        zip(cycle(example_records()["objects"]), cycle(INTERVALS), strict=False)
    ):
        number = machine["obj_debiteur_nummer"]
        coming = first + timedelta(days=place)
        yield (
            int(number) if place % 3 else number,
            f"{names[number]} {place + 1}{suffix}",
            machine["obj_code"],
            date(2018, 3, 1) + timedelta(days=place),
            interval,
            coming if place % 4 else f"{coming.day}-{coming.month}-{coming.year}",
            (place % 2 and f"06 {place:08}") or None,
            "=A1" if place == 5 else None,
        )


def suggested(prompt: CommandLine, tenant: str, file: Path) -> dict[str, Any]:
    answer = prompt.run("contracts", "import", tenant, file, "--suggest-mapping")
    assert answer.exit_code == 0, answer.output
    mapping: dict[str, Any] = json.loads(answer.stdout)
    return mapping


def entries_of(mapping: dict[str, Any]) -> int:
    return sum(len(mapping[part]) for part in ("columns", "values", "constants"))


def test_a_hand_kept_list_of_320_rows_becomes_contracts_with_a_mapping_of_ten_entries(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    file, document = tmp_path / "lijst.xlsx", tmp_path / "mapping.json"
    file.write_bytes(hand_kept_list())
    mapping = suggested(prompt, tenant, file)
    assert entries_of(mapping) <= 10
    document.write_text(json.dumps(mapping))
    dry = prompt.json("contracts", "import", tenant, file, "--mapping", document, "--dry-run")
    assert (dry["created"], dry["read"]["sheet"], dry["read"]["row"]) == (ROWS, "Lijst 2030", 3)
    assert dry["read"]["passed_over"] == ["Tel.", "Opm."]
    listed = [(FIRST + timedelta(days=place)).isoformat() for place in range(ROWS)]
    assert [row["coming"][0] for row in dry["rows"]] == listed
    prompt.json("contracts", "import", tenant, file, "--mapping", document)
    rows = prompt.json("contracts", "export", tenant)["rows"]
    assert [row["coming_visit"] for row in rows] == listed
    first = rows[1]
    assert (first["name"], first["customer"], first["objects"]) == ("Bakkerij De Korenaar 2", "1001", "CV-2")
    assert (first["unit"], first["every"], first["type_of_work"]) == ("month", "3", "Onderhoud")

    again = prompt.error("contracts", "import", tenant, file, code=1)
    assert "320 contracts of the file look the same as contracts that are there" in again
    assert "--again" in again
    file.write_bytes(hand_kept_list(3, suffix=" nieuw"))
    assert prompt.json("contracts", "import", tenant, file)["read"]["mapping"] == "lijst"
    assert prompt.json("config", "show", tenant)["mappings"] == [mapping]


def test_a_customer_that_is_named_gets_the_number_that_the_host_has_for_the_name(
    prompt: CommandLine, tenant: str, tmp_path: Path
) -> None:
    file = tmp_path / "lijst.csv"
    file.write_text("Onderhoud 2030\n\nKlant;Toestel;Om de;Eerstvolgend\nBakkerij De Korenaar;CV-1;6 mnd;7-1-2030\n")
    mapping = suggested(prompt, tenant, file)
    assert mapping["values"]["Klant"] == {"Bakkerij De Korenaar": {"customer": "1001"}}
    assert mapping["values"]["Om de"] == {"6 mnd": {"unit": "month", "every": "6"}}
    document = tmp_path / "mapping.json"
    document.write_text(json.dumps(mapping))
    (row,) = prompt.json("contracts", "import", tenant, file, "--mapping", document, "--dry-run")["rows"]
    prompt.json("contracts", "import", tenant, file, "--mapping", document)
    assert row["coming"][:2] == ["2030-01-07", "2030-07-07"]
    assert prompt.json("contracts", "export", tenant)["rows"][0]["name"] == "Bakkerij De Korenaar"


ERPNEXT = (
    "ID;Customer;Transaction Date;Item Code (Items);Start Date (Items);Periodicity (Items)\n"
    "MAT-MSH-2029-00001;1001;2029-12-01;CV-1;2030-01-07;Quarterly\n"
    ";;;CV-2;2030-02-07;Quarterly\n"
    "MAT-MSH-2029-00002;1004;2029-12-01;CV-5;2030-01-08;Half Yearly\n"
)
GLPI = (
    '"Name";"Number";"Start date";"Periodicity";"Customer";"Associated items"\n'
    '"CV-ketels";"C-7";"2030-01-07";"6 months";"1001";"CV-1"\n'
)
ODOO = (
    "Code,Name,Partner,Object,Start Date,Recurring Interval,Date of Next Invoice\n"
    "S00017,Ketelonderhoud,1001,CV-1,2029-01-07,3,2030-01-07\n"
)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (ERPNEXT, [("MAT-MSH-2029-00001", "CV-1;CV-2"), ("MAT-MSH-2029-00002", "CV-5")]),
        (GLPI, [("C-7", "CV-1")]),
        (ODOO, [("S00017", "CV-1")]),
    ],
    ids=["erpnext", "glpi", "odoo"],
)
def test_a_list_of_another_system_is_read_with_the_mapping_suggested_for_it(
    prompt: CommandLine, tenant: str, tmp_path: Path, listed: str, expected: Sequence[tuple[str, str]]
) -> None:
    file, document = tmp_path / "contracts.csv", tmp_path / "mapping.json"
    file.write_text(listed)
    document.write_text(json.dumps(suggested(prompt, tenant, file)))
    prompt.json("contracts", "import", tenant, file, "--mapping", document)
    rows = prompt.json("contracts", "export", tenant)["rows"]
    assert [(row["contract_no"], row["objects"]) for row in rows] == list(expected)
    assert rows[0]["coming_visit"] == "2030-01-07"
    assert prompt.json("contracts", "import", tenant, file)["unchanged"] == len(expected)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "is no JSON document"),
        ('{"columns": {}}', "/name"),
        ('{"name": "x", "columns": {"Klant": "klantje"}}', "there is no column klantje"),
        ('{"name": "x", "rows": 1}', "/rows"),
    ],
)
def test_a_mapping_that_cannot_be_taken_is_told(
    prompt: CommandLine, tenant: str, tmp_path: Path, document: str, said: str
) -> None:
    file, mapping = tmp_path / "lijst.csv", tmp_path / "mapping.json"
    file.write_text("Klant;Naam\n1;2\n")
    mapping.write_text(document)
    assert said in prompt.error("contracts", "import", tenant, file, "--mapping", mapping, code=1)
    assert "There is no mapping and no file nothing" in prompt.error(
        "contracts", "import", tenant, file, "--mapping", "nothing", code=1
    )


def test_what_is_wrong_with_a_constant_is_told_once(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    file, document = tmp_path / "lijst.xlsx", tmp_path / "mapping.json"
    file.write_bytes(hand_kept_list(12))
    mapping = suggested(prompt, tenant, file)
    mapping["constants"]["type_of_work"] = "Kletsen"
    del mapping["values"]["Frequentie"]["jaarlijks"]
    document.write_text(json.dumps(mapping))
    answer = prompt.run("contracts", "import", tenant, file, "--mapping", document, "--json")
    told = [(each["row"], each["column"], each["code"]) for each in json.loads(answer.stdout)["errors"]]
    assert told[0] == (3, "type_of_work", "unknown_choice")
    assert [(column, code) for _, column, code in told[1:]] == [("Frequentie", "unknown_value")] * 3
