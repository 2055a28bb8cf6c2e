"""The upgrade to revision 0023 changes nothing that work orders print: a brace that is meant is written twice now."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from powerup.contracts.contract import TemplateOverride
from powerup.contracts.visit import VisitKey
from powerup.contracts.work_text import work_text
from powerup.store.contracts import Contracts
from powerup.store.encryption import Cipher
from powerup.store.tenants import Tenants
from tests.store.conftest import tenant
from tests.store.earlier_rows import rows_of, upgraded_from
from tests.store.stored_examples import PLAN_A, TEMPLATE, contract

DAY = date(2027, 3, 1)
VALUES = {"contract": "1042", "visit": "A", "planned_date": "01-03-2027", "object": "CV-1"}

WRITTEN = (
    "Onderhoud {object}, beurt {visit} van {contract}",
    "{ketel} en { en } en {",
    "{{",
    "{{{{",
    "{{{ en }}",
    "{{visit}}",
    "{{{planned_date}",
    "{{ketel}} {{object}",
    "{{{ketel}",
    "100% {{ van _ \\ 'é'",
)
"""Texts as they were entered before; some are what others become."""


def _printed_before(written: str) -> str:
    """As the release before printed them: the four placeholders, and all else as it stands."""
    return re.sub(r"\{(contract|visit|planned_date|object)\}", lambda found: VALUES[found[1]], written)


def _printed(written: str) -> str:
    return work_text(written, VisitKey("1042", "A", DAY, "CV-1"), DAY, ["CV-1"])


def _fill(connection: Connection) -> None:
    """Two contracts for each text: one has it itself, the plan of the other has it."""
    Tenants(connection).add(tenant("t_1"))
    written = Contracts(connection, "t_1")
    for number, words in enumerate(WRITTEN):
        written.add(contract(f"1{number}", template=replace(TEMPLATE, description=words)))
        of_plan = replace(PLAN_A, override=TemplateOverride(description=words))
        written.add(contract(f"2{number}", template=replace(TEMPLATE, description="{{"), plans=(of_plan,)))


def test_work_orders_print_what_they_printed_before(
    empty_database_url: str, cipher: Cipher, sqlite_template: Path, tmp_path: Path
) -> None:
    rows = rows_of(_fill, sqlite_template, tmp_path, cipher)
    with upgraded_from("0022", rows, empty_database_url, cipher) as connection:
        kept = {each.number: each for each in Contracts(connection, "t_1").all()}
    for number, words in enumerate(WRITTEN):
        itself, of_plan = kept[f"1{number}"], kept[f"2{number}"].plans[0]
        assert _printed(itself.template.description) == _printed_before(words)
        assert _printed(of_plan.override.description or "") == _printed_before(words)
        if "{{" not in words:
            assert itself.template.description == of_plan.override.description == words, "nothing to write otherwise"
