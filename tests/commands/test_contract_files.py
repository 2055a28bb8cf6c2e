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


def exported(prompt: CommandLine, tenant: str, *options: str) -> bytes:
    return prompt.run("contracts", "export", tenant, *options).stdout_bytes


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


def test_an_import_is_undone_by_its_id_until_a_later_press_and_names_what_is_in_the_way(
    prompt: CommandLine, tenant: str, file: Path
) -> None:
    made = prompt.json("contracts", "import", tenant, file)["import"]
    before = exported(prompt, tenant)
    file.write_text(file.read_text().replace("Luchtbehandeling", "Grote beurt lucht"))
    changed = prompt.json("contracts", "import", tenant, file)["import"]
    assert prompt.json("contracts", "import", tenant, file)["import"] is None
    assert [row["import"] for row in prompt.json("contracts", "imports", tenant)["rows"]] == [changed, made]
    assert "2002" in prompt.error("contracts", "undo-import", tenant, made, "--yes", code=1)
    assert prompt.json("contracts", "undo-import", tenant, changed, "--yes")["undone"] == 1
    assert exported(prompt, tenant) == before
    assert "not in a state" in prompt.error("contracts", "undo-import", tenant, changed, "--yes", code=1)
    assert "imp_x" in prompt.error("contracts", "undo-import", tenant, "imp_x", "--yes", code=1)


def test_what_the_type_does_not_use_is_said_by_an_import(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text(f"{HEAD},orders_per_year\n{ROWS[2]},4\n")
    expected = ["Only a yearly contract has a number of orders per year; it is not used."]
    (row,) = prompt.json("contracts", "import", tenant, file)["rows"]
    assert row["warnings"] == expected
    file.write_text(file.read_text().replace("Luchtbehandeling", "Grote beurt lucht"))
    (row,) = prompt.json("contracts", "import", tenant, file)["rows"]
    assert (row["result"], row["warnings"]) == ("changed", expected)
    (row,) = prompt.json("contracts", "import", tenant, file)["rows"]
    assert (row["result"], row["warnings"]) == ("unchanged", expected)
    assert expected[0] in prompt.run("contracts", "import", tenant, file).stdout


def test_a_dry_run_tells_the_first_dates_of_each_contract_and_what_would_be_ordered(
    prompt: CommandLine, tenant: str, file: Path
) -> None:
    next_visit = "2030-03-14"
    file.write_text(f"{HEAD},next_visit,days_in_advance\n{ROWS[2]},{next_visit},0\n")
    answer = prompt.json("contracts", "import", tenant, file, "--dry-run")
    assert (answer["orders"], answer["rows"][0]["orders"]) == (0, 0)
    assert answer["rows"][0]["coming"] == ["2030-03-14", "2030-06-14", "2030-09-14"]
    shown = prompt.run("contracts", "import", tenant, file, "--dry-run").stdout
    assert "2030-03-14, 2030-06-14, 2030-09-14" in shown
    assert "Contracts that would be created: 1" in shown


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


def test_cells_that_cannot_be_read_and_what_the_host_does_not_know_are_told_together(
    prompt: CommandLine, tenant: str, file: Path
) -> None:
    unknown = ROWS[2].replace("2002", "2003").replace("1002", "9999")
    unreadable = ROWS[2].replace("2002", "2004").replace("Onderhoud", "")
    file.write_text("\n".join([HEAD, unknown, unreadable]))
    lines = prompt.run("contracts", "import", tenant, file).stderr.splitlines()
    assert lines[0].startswith("row 2, customer: Customer 9999")
    assert any(line.startswith("row 3, type_of_work: ") for line in lines)


def test_the_end_of_a_pause_without_its_beginning_is_refused(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text(f"{HEAD},paused_until\n{ROWS[2]},2026-05-01")
    result = prompt.run("contracts", "import", tenant, file)
    assert result.exit_code == 1
    assert "paused_until" in result.output


def test_headings_cells_and_the_host_are_told_at_once(prompt: CommandLine, tenant: str, file: Path) -> None:
    head = HEAD.replace("customer", "relatie").replace("employee", "emplooyee").replace(",start", ",aanvang")
    wrong = ROWS[2].replace("Onderhoud", "Kletsen").replace(",3,", ",drie,")
    file.write_text("\n".join([head, wrong]))
    result = prompt.run("contracts", "import", tenant, file)
    lines = result.stderr.splitlines()
    assert lines[:3] == [
        "row 1, aanvang: There is no column aanvang.",
        "row 1, emplooyee: There is no column emplooyee; did you mean employee?",
        "row 1, start: The column start is missing.",
    ]
    assert any(line.startswith("row 2, every: A whole number is expected.") for line in lines)
    assert any(line.startswith("row 2, type_of_work: The host does not know Kletsen") for line in lines)
    assert sum(line.startswith("Columns are called: contract_no, name,") for line in lines) == 1


def test_columns_are_suggested_in_the_language_of_the_file(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text("contractnummer;naam;soort;relatie;startdatm\n1;x;preventief;1001;1-1-2030\n")
    result = prompt.run("contracts", "import", tenant, file, LANG="nl_NL.UTF-8")
    lines = result.stderr.splitlines()
    assert lines[0] == "rij 1, startdatm: Er is geen kolom startdatm; bedoelt u startdatum?"
    assert "rij 1, soort_werk: De kolom soort_werk ontbreekt." in lines
    assert any(line.startswith("Kolommen heten: contractnummer, naam,") for line in lines)


def test_objects_between_commas_are_told_what_separates_them(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text("\n".join([HEAD, ROWS[0].replace("CV-1;CV-2", '"CV-1, CV-2"')]))
    result = prompt.run("contracts", "import", tenant, file)
    assert "The items of a list have ; between them." in result.stderr


def test_rows_with_the_same_plan_are_objects_of_one_contract(prompt: CommandLine, tenant: str, file: Path) -> None:
    head = f"{HEAD},order_per_object,next_visit"
    rows = [
        "2001,CV-ketels,preventive,1001,CV-1,2026-01-31,Onderhoud,op rekening,A,month,3,31,,yes,2030-01-31",
        "2001,,,,CV-2,,Onderhoud,,A,month,3,31,,,2030-02-07",
    ]
    file.write_text("\n".join([head, *rows]))
    (row,) = prompt.json("contracts", "import", tenant, file, "--dry-run")["rows"]
    assert row["coming"] == ["2030-01-31", "2030-02-07", "2030-04-30"]
    prompt.json("contracts", "import", tenant, file)
    (row,) = prompt.json("contracts", "export", tenant)["rows"]
    assert (row["objects"], row["next_visit"]) == ("CV-1;CV-2", "2030-01-31;CV-2=2030-02-07")
    other = [*rows, "2001,,,,CV-1,,,,B,year,1,,,,"]
    file.write_text("\n".join([head, *other]))
    result = prompt.run("contracts", "import", tenant, file)
    assert "row 4, objects: All plans of a contract are for the same objects" in result.stderr
    file.write_text("\n".join([head, rows[0], rows[1].replace("CV-2", "XX-2")]))
    assert "row 3, objects: Object XX-2 is not known" in prompt.run("contracts", "import", tenant, file).stderr


def test_a_number_that_stands_further_down_is_given_to_no_row_above_it(
    prompt: CommandLine, tenant: str, file: Path
) -> None:
    unnumbered = ROWS[2].removeprefix("2002")
    file.write_text("\n".join([HEAD, unnumbered, unnumbered, ROWS[2].replace("2002", "1001")]))
    rows = prompt.json("contracts", "import", tenant, file)["rows"]
    assert [row["contract"] for row in rows] == ["1002", "1003", "1001"]


def test_a_file_without_numbers_is_not_imported_twice_unasked(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text("\n".join([HEAD, ROWS[2].removeprefix("2002")]))
    prompt.json("contracts", "import", tenant, file)
    refused = prompt.error("contracts", "import", tenant, file, code=1)
    assert refused == (
        "Error: 1 contract of the file looks the same as one that is there: 1001. Nothing was imported; --again makes "
        "them a second time.\n"
    )
    assert len(prompt.json("contracts", "export", tenant)["rows"]) == 1
    assert prompt.json("contracts", "import", tenant, file, "--dry-run")["rows"][0]["same_as"] == "1001"
    assert prompt.json("contracts", "import", tenant, file, "--again")["rows"][0]["contract"] == "1002"


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


def test_a_spreadsheet_goes_out_and_in_like_csv(prompt: CommandLine, tenant: str, file: Path, tmp_path: Path) -> None:
    prompt.json("contracts", "import", tenant, file)
    sheet = tmp_path / "contracten.xlsx"
    assert prompt.run("contracts", "export", tenant, "--output", sheet, "--dutch").exit_code == 0
    content = prompt.run("contracts", "export", tenant, "--format", "xlsx").stdout_bytes
    assert content[:2] == sheet.read_bytes()[:2] == b"PK"
    assert prompt.json("contracts", "import", tenant, sheet)["unchanged"] == 2
    (tmp_path / "no ending").write_bytes(content)
    assert prompt.json("contracts", "import", tenant, tmp_path / "no ending")["unchanged"] == 2


def test_columns_and_words_are_dutch_where_that_is_wanted(prompt: CommandLine, tenant: str, file: Path) -> None:
    more = "weekdays,moment,order_per_object,days_in_advance,days_in_advance_unit"
    file.write_text(
        f"{HEAD},{more}\n"
        "2001,CV-ketels,preventive,1001,CV-1,2030-01-31,Onderhoud,op rekening,A,week,1,,,mon;thu,,yes,3,working\n"
        "2001,,,,,,,,B,month,1,,,,last workday,,,\n"
    )
    prompt.json("contracts", "import", tenant, file)
    content = exported(prompt, tenant, "--dutch")
    names, first, second = content.decode("utf-8-sig").splitlines()
    assert names.startswith("contractnummer,naam,soort,relatie,objecten,")
    for word in (",preventief,", ",ja,", ",werkdagen,", ",week,", ",ma;do,", ",vast,", ",nog_niet_gestart,"):
        assert word in first
    assert ",laatste werkdag," in second
    file.write_bytes(content)
    assert prompt.json("contracts", "import", tenant, file)["unchanged"] == 1


def test_an_export_tells_what_people_look_for_and_import_passes_it_over(
    prompt: CommandLine, tenant: str, file: Path
) -> None:
    file.write_text("\n".join([f"{HEAD},next_visit", f"{ROWS[2]},2030-03-14"]))
    prompt.json("contracts", "import", tenant, file)
    (row,) = prompt.json("contracts", "export", tenant)["rows"]
    assert (row["status"], row["customer_name"]) == ("active", "Basisschool De Regenboog")
    assert (row["coming_visit"], row.get("last_notice_date")) == ("2030-03-14", None)
    file.write_bytes(exported(prompt, tenant).replace(b"Basisschool", b"School").replace(b",active,", b",whatever,"))
    assert prompt.json("contracts", "import", tenant, file)["unchanged"] == 1


def test_a_file_of_an_unknown_kind_is_not_written(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    assert ".csv, .xlsx" in prompt.error("contracts", "export", tenant, "--output", tmp_path / "contracts.txt", code=2)
    assert not (tmp_path / "contracts.txt").exists()
    assert prompt.run("contracts", "export", tenant, "--output", tmp_path / "c.txt", "--format", "csv").exit_code == 0


def test_a_running_practice_is_taken_over_with_its_next_visit(
    prompt: CommandLine, tenant: str, file: Path, host: SandboxServer
) -> None:
    file.write_text(
        "contract_no,name,type,customer,start,type_of_work,payment_method,plan,unit,every,month_day,next_visit,"
        "days_in_advance\n2001,CV-ketel,preventive,1001,2010-01-31,Onderhoud,op rekening,A,month,3,31,2030-07-31,90\n"
    )
    prompt.json("contracts", "import", tenant, file)
    prompt.json("sync", tenant, "--as-of", "2030-04-25")
    assert host.host.orders.all() == []
    prompt.json("sync", tenant, "--as-of", "2030-05-02")
    assert [order.workorder_no for order in host.host.orders.all()] == ["C2001-A-20300731-ALL"]


NEXT = f"{HEAD.removesuffix(',month_day,employee')},order_per_object,next_visit"


def next_visit(cell: str) -> str:
    """A file with one contract by the quarter from 14 March 2018 for two boilers, with that cell for its next visit."""
    return f"{NEXT}\n2001,CV-ketels,preventive,1001,CV-1;CV-2,2018-03-14,Onderhoud,op rekening,A,month,3,yes,{cell}\n"


def test_single_objects_have_their_next_visit_in_the_same_cell(prompt: CommandLine, tenant: str, file: Path) -> None:
    file.write_text(next_visit("2030-03-14;CV-2=2030-04-02"))
    (row,) = prompt.json("contracts", "import", tenant, file)["rows"]
    assert row["warnings"] == [
        (
            "Plan A (CV-2): April 2, 2030 is no date of its rule; it is a visit of its own, and the plan counts on "
            "from there."
        )
    ]
    rows = prompt.json("forecast", tenant, "--from", "2030-03-01", "--to", "2030-07-31", "--as-of", "2030-03-01")[
        "rows"
    ]
    assert [(each["object"], each["planned_date"]) for each in rows if each["reason"] is None] == [
        ("CV-1", "2030-03-14"),
        ("CV-2", "2030-04-02"),
        ("CV-1", "2030-06-14"),
        ("CV-2", "2030-07-02"),
    ]
    (row,) = prompt.json("contracts", "export", tenant)["rows"]
    assert row["next_visit"] == "2030-03-14;CV-2=2030-04-02"
    file.write_bytes(exported(prompt, tenant))
    assert prompt.json("contracts", "import", tenant, file)["unchanged"] == 1


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2018-03-13", "before_start"),
        ("CV-9=2030-04-02", "not_in_contract"),
        ("2030-03-14;2030-06-14", "twice"),
        ("CV-2=spoedig", "invalid_date"),
    ],
)
def test_a_next_visit_that_cannot_be_is_named_at_its_cell(
    prompt: CommandLine, tenant: str, file: Path, cell: str, code: str
) -> None:
    file.write_text(next_visit(cell))
    answer = prompt.run("contracts", "import", tenant, file, "--json")
    assert answer.exit_code == 1
    (problem,) = json.loads(answer.stdout)["errors"]
    assert (problem["row"], problem["column"], problem["code"]) == (2, "next_visit", code)


def test_a_first_import_above_the_cap_waits_for_a_persons_word(
    prompt: CommandLine, tenant: str, file: Path, tmp_path: Path, host: SandboxServer
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"settings": {"change_cap": 2}}')
    prompt.json("config", "apply", tenant, settings)
    row = ROWS[2].replace("2026-03-01", "2030-01-31")
    file.write_text("\n".join([HEAD, *(row.replace("2002", str(2002 + place)) for place in range(3))]))
    prompt.json("contracts", "import", tenant, file)
    held = prompt.json("sync", tenant, "--as-of", "2030-01-31")
    assert (held["ordered"], host.host.orders.all()) == (0, [])
    assert "2002, 2003, 2004" in held["attention"][0]
    rows = prompt.json("forecast", tenant, "--from", "2030-01-31", "--to", "2030-01-31", "--as-of", "2030-01-31")[
        "rows"
    ]
    assert {row["reason"] for row in rows} == {"awaiting_confirmation"}
    assert prompt.json("sync", tenant, "--as-of", "2030-01-31", "--release")["ordered"] == 3


def test_a_floating_plan_with_several_weekdays_is_refused(prompt: CommandLine, tenant: str, tmp_path: Path) -> None:
    file = tmp_path / "floating.csv"
    head = "contract_no,name,type,customer,start,type_of_work,payment_method,plan,unit,every,schedule,weekdays"
    row = "2001,CV-ketel,preventive,1001,2026-03-02,Onderhoud,op rekening,A,week,2,floating,{}"
    file.write_text("\n".join([head, row.format("mon;thu")]))
    result = prompt.run("contracts", "import", tenant, file, "--json")
    (problem,) = json.loads(result.stdout)["errors"]
    assert (problem["row"], problem["column"], problem["code"]) == (2, "weekdays", "floating_counts_from_one")
    file.write_text("\n".join([head, row.format("thu")]))
    assert prompt.json("contracts", "import", tenant, file)["created"] == 1


def test_days_in_advance_left_empty_follow_the_tenants_setting(
    prompt: CommandLine, tenant: str, tmp_path: Path, host: SandboxServer
) -> None:
    file, settings = tmp_path / "contracts.csv", tmp_path / "settings.json"
    file.write_text(
        "contract_no,name,type,customer,start,type_of_work,payment_method,description,days_in_advance,"
        "days_in_advance_unit,plan,unit,month_day\n"
        "2001,CV-ketel,preventive,1001,2030-03-01,Onderhoud,op rekening,,,,A,month,31\n"
        "2001,,,,,,,Groot,3,working,B,year,31\n"
        "2002,Lucht,preventive,1001,2030-03-01,Onderhoud,op rekening,,0,,A,month,31\n"
    )
    prompt.json("contracts", "import", tenant, file)
    rows = prompt.json("contracts", "export", tenant)["rows"]
    names = ("description", "days_in_advance", "days_in_advance_unit")
    assert [tuple(row.get(name) for name in names) for row in rows] == [
        ("CV-ketel", None, None),
        ("Groot", "3", "working"),
        ("Lucht", "0", "calendar"),
    ]
    assert prompt.json("contracts", "import", tenant, file)["unchanged"] == 2
    prompt.json("sync", tenant, "--as-of", "2030-03-16")
    assert host.host.orders.all() == []
    settings.write_text('{"settings": {"days_in_advance": 15}}')
    prompt.json("config", "apply", tenant, settings)
    prompt.json("sync", tenant, "--as-of", "2030-03-16")
    assert [order.workorder_no for order in host.host.orders.all()] == ["C2001-A-20300331-ALL"]
    (row,) = prompt.json("why", tenant, "2001", "2030-04-30")["rows"]
    assert (row["days_in_advance"], row["days_in_advance_unit"]) == (15, "calendar")
