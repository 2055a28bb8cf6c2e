"""Files as people save them: found out, or refused with the row and what to do."""

import pytest

from powerup.files.problems import FileProblem
from powerup.files.table import read_table
from tests.files.reading import loaded, problems_in

HEAD = "contract_no,name,type,customer,start,type_of_work,payment_method,plan,unit,every,employee,description"
ROW = "1042,CV-ketel,preventive,1001,2026-01-31,Onderhoud,op rekening,A,month,1,,"


def problems(content: bytes | str) -> list[FileProblem]:
    return problems_in(content.encode() if isinstance(content, str) else content)


def codes(content: bytes | str) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in problems(content)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_delimiter_and_bom_are_found_out(delimiter: str, start: str) -> None:
    table = read_table((start + f"{HEAD}\r\n{ROW}\r\n".replace(",", delimiter)).encode())
    assert table.rows[0].cell("name") == "CV-ketel"


def test_dutch_names_of_columns_are_taken() -> None:
    head = "Contractnummer;Naam;Soort;Relatie;Startdatum;Soort werk;Betaalwijze;Beurt;Eenheid;Elke"
    found = loaded(f"{head}\n7;Ketel;preventief;1001;31-1-2026;Onderhoud;op rekening;A;maand;1\n".encode())
    entry, form = found[0]
    assert entry.number == "7"
    assert form["plans"][0]["unit"] == "month"


def test_rows_are_counted_as_spreadsheets_do() -> None:
    quoted = ROW.replace("CV-ketel", '"CV\nketel"')
    wrong = ROW.replace("1042", "1043").replace("2026-01-31", "31 jan")
    assert codes(f"{HEAD}\n{quoted}\n\n{wrong}\n") == [(4, "start", "invalid_date")]


def test_an_empty_file_is_refused() -> None:
    assert codes(b"") == [(1, "", "empty")]
    assert codes(f"{HEAD}\n\n,,,\n") == [(2, "", "empty")]


def test_another_encoding_is_named_with_its_row() -> None:
    assert codes(f"{HEAD}\n{ROW}\n{ROW.replace('ketel', 'kétel')}\n".encode("latin-1")) == [(3, "", "not_utf_8")]
    assert codes(f"{HEAD}\n{ROW}".encode("utf-16")) == [(1, "", "not_utf_8")]


def test_broken_quotes_are_named_with_their_row() -> None:
    assert codes(f'{HEAD}\n{ROW}\n"10"43,x\n') == [(3, "", "not_csv")]


def test_columns_unknown_missing_and_twice_are_all_named() -> None:
    head = HEAD.replace("customer,", "colour,").replace("employee", "name")
    assert codes(f"{head}\n{ROW}\n") == [
        (1, "name", "twice"),
        (1, "colour", "unknown_column"),
        (1, "customer", "missing_column"),
    ]


def test_a_cell_behind_the_names_is_told_by_its_letter() -> None:
    assert codes(f"{HEAD}\n{ROW},extra\n") == [(2, "M", "unnamed_column")]


def test_every_wrong_cell_of_the_file_is_named() -> None:
    rows = [
        ROW.replace("2026-01-31", "2026-02-30"),
        ROW.replace("1042", "1043").replace(",month,", ",fortnight,"),
        ROW.replace("1042", "1044").replace(",1,,", ",one,,"),
        ROW.replace("1042", "1045").replace("CV-ketel", ""),
        ROW.replace("1042", "1046").replace("2026-01-31", "9999-12-31"),
    ]
    assert codes("\n".join([HEAD, *rows])) == [
        (2, "start", "invalid_date"),
        (3, "unit", "unknown_choice"),
        (4, "every", "invalid_number"),
        (5, "name", "required"),
        (6, "start", "day_out_of_range"),
    ]


def test_second_rows_are_plans_and_may_say_the_rest_otherwise_for_themselves() -> None:
    second = "1042,,,,,,,B,year,1,2,Grote beurt"
    entry, form = loaded(f"{HEAD}\n{ROW}\n{second}\n".encode())[0]
    assert [plan["name"] for plan in form["plans"]] == ["A", "B"]
    assert [plan["employee"] for plan in form["plans"]] == [None, "2"]
    assert form["plans"][1]["description"] == "Grote beurt"
    assert form["template"]["employee"] is None
    assert len(entry.rows) == 2


def test_second_rows_may_not_say_otherwise_what_is_of_the_contract() -> None:
    second = "1042,Ander,,,,,contant voldaan,B,year,1,,"
    assert codes(f"{HEAD}\n{ROW}\n{second}\n") == [(3, "name", "differs"), (3, "payment_method", "differs")]


def test_a_second_row_without_a_plan_is_refused() -> None:
    assert codes(f"{HEAD}\n{ROW}\n{ROW.replace(',A,month,1,', ',,,,')}\n") == [(3, "plan", "required")]


def test_rows_without_a_number_are_contracts_of_their_own() -> None:
    found = loaded(f"{HEAD}\n{ROW.removeprefix('1042')}\n{ROW.removeprefix('1042')}\n".encode())
    assert [entry.number for entry, _ in found] == [None, None]


def test_a_number_with_a_colon_is_refused_since_visits_are_named_with_colons() -> None:
    assert codes(f"{HEAD}\n{ROW.replace('1042', '10:42')}\n") == [(2, "contract_no", "invalid_number")]
