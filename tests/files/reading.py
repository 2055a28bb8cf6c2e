"""Reading a file that is to be right in all its cells, and one of which something is wrong."""

from collections.abc import Mapping
from typing import Any

import pytest

from powerup.actions.form.contract_form import ContractForm
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.file_mapping import FileMapping
from powerup.documents.schema import read_document
from powerup.files.contract_import import problems_of_cells, read_contract_file
from powerup.files.entries import Entry
from powerup.files.problems import FileProblem, InvalidFile
from powerup.files.xlsx_file import xlsx_sheets

Loaded = list[tuple[Entry, Mapping[str, Any]]]


def loaded(content: bytes, mapping: FileMapping | None = None) -> Loaded:
    """Each contract of a file with its form. Raises InvalidFile with everything that is wrong without the host."""
    file = read_contract_file(content, mapping)
    if problems := problems_of_cells(file, TenantConfiguration()):
        raise InvalidFile(problems, file.table.notes)
    return [(entry, read_document(ContractForm(), entry.form)) for entry, _ in file.entries()]


def problems_in(content: bytes, mapping: FileMapping | None = None) -> list[FileProblem]:
    """What is wrong with a file, without the host."""
    with pytest.raises(InvalidFile) as raised:
        loaded(content, mapping)
    return list(raised.value.problems)


def cells_in(content: bytes) -> list[list[str]]:
    """The cells of the first sheet of a spreadsheet, as their values."""
    rows = xlsx_sheets(content)[0].rows(20)
    found = [[cell.typed() if cell else "" for cell in row] for row in rows]
    width = max(place for row in found for place, said in enumerate(row, start=1) if said)
    return [row[:width] for row in found]
