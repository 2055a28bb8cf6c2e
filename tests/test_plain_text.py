"""One rule for texts, at each door (security page)."""

import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from powerup.actions.form.contract_form import ContractForm
from powerup.actions.kit.answer import InvalidInput
from powerup.actions.kit.input import load_input
from powerup.commands.kit.error_words import error_line
from powerup.commands.kit.output import table
from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import merge_configuration
from powerup.documents.errors import InvalidDocumentError
from powerup.files.contract_import import read_contract_file
from powerup.outsmart.formats import storable
from powerup.plain_text import odd_character, shown_plainly
from powerup.texts import Reader, text
from tests.actions.scenes import FORM

ODD = ["\0", "\x1b[2J", "\x7f", "\x9b", "\u202e", "\u2066", "\ufeff"]


@pytest.mark.parametrize("odd", ODD)
def test_every_door_refuses_or_leaves_out_what_is_no_part_of_a_text(odd: str) -> None:
    name = f"Ketel {odd}1"
    assert odd_character(name) == f"U+{ord(odd[0]):04X}"
    assert _in_form(FORM | {"name": name}) == ["/input/name"]
    assert _in_form(FORM | {"plans": [{"name": "A", "unit": "month", "description": name}]}) == [
        "/input/plans/0/description"
    ]
    assert _in_configuration({"reasons": [{"code": "OTHER", "name": name}]}) == ["/reasons/0/name"]
    assert odd[0] not in storable(name)
    assert odd[0] not in _on_a_terminal(name)
    assert odd[0] not in error_line(text("{words}", words=name), "nl_NL")


@pytest.mark.parametrize("odd", ["\0", "\u202e"])
def test_a_file_names_the_cell_with_such_a_character(odd: str) -> None:
    content = f"name;customer;type;start;plan;unit\nKetel{odd};1001;preventive;2027-01-01;A;month\n".encode()
    problems = [(each.row, each.column, each.code) for each in read_contract_file(content, None).table.problems]
    assert (2, "name", "control_character") in problems


@pytest.mark.parametrize(
    "fine", ["Fam. Şahin", "1 e etage\n2e etage", "a\tb", "👨\u200d👩\u200d👧", "e\u0301", "ß – “x”"]
)
def test_what_people_write_is_taken(fine: str) -> None:
    assert odd_character(fine) is None
    assert (storable(fine), shown_plainly(fine)) == (fine, fine)


def _in_form(entered: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load_input(ContractForm, json.loads(json.dumps(entered)))
    return [problem.pointer for problem in refused.value.problems if problem.code == "control_character"]


def _in_configuration(document: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidDocumentError) as refused:
        merge_configuration(TenantConfiguration(), document)
    return [flaw.pointer for flaw in refused.value.errors if flaw.code == "control_character"]


def _on_a_terminal(name: str) -> str:
    written = StringIO()
    Console(file=written, width=200).print(table(["name"], [{"name": name}], Reader("nl")))
    return written.getvalue()
