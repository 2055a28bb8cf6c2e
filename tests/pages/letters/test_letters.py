"""Whom to write to after an indexation, on a page and as files (the office: Letter list)."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from powerup.pages.bulk.desk import letters_of
from powerup.parts import Parts
from powerup.store.bulk_runs import BulkRun, BulkState
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from tests.actions.scenes import the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient
from tests.readings.test_letter_list import PRICE, index_price

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).add(the_contract(number="1", price=PRICE))
        HostNames(connection, TENANT.id).keep(
            {(NameKind.CUSTOMER, "1001"): HostName("Smit", "Zutphen", "7201 AB", "12", street="Dorpsstraat")}
        )
    index_price(parts.database, "1", percentage="2.5", reason="Nieuw <filter>")
    return parts


@on_sqlite
def test_a_month_lists_old_and_new_and_is_taken_along_with_addresses(viewer: PageClient) -> None:
    page = viewer.get("/letters?month=1-2027").get_data(as_text=True)
    assert "120,00" in page
    assert "123,00" in page
    assert "Dorpsstraat 12" in page
    assert "Nieuw &lt;filter&gt;" in page
    sheet = load_workbook(BytesIO(viewer.get("/letters/export.xlsx?month=2027-01").get_data())).worksheets[0]
    row = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert (row["Oude prijs zonder btw"], row["Nieuwe prijs zonder btw"]) == (120, 123)
    assert (row["Straat"], f"{row['Nieuwe prijs vanaf']:%Y-%m-%d}") == ("Dorpsstraat", "2027-01-01")
    assert row["Waarom"] == "Nieuw <filter>"
    assert b"Dorpsstraat,12,7201 AB,Zutphen" in viewer.get("/letters/export.csv?month=2027-01").get_data()


@on_sqlite
def test_a_month_without_new_prices_says_so_and_has_no_file(viewer: PageClient) -> None:
    page = viewer.get("/letters?month=2-2027").get_data(as_text=True)
    assert "Niemand krijgt een brief" in page
    assert "export.xlsx" not in page


def test_a_bulk_run_that_indexed_leads_to_the_letters_of_its_day() -> None:
    asked = BulkRun("b_1", "contract.index", {"from": "2027-01-01"}, "u", "A", "admin", "panel", "nl", NOW)
    assert letters_of(asked) == ""
    assert letters_of(replace(asked, state=BulkState.DONE)) == "/letters?month=2027-01"
    assert letters_of(replace(asked, state=BulkState.DONE, action="contract.renew")) == ""
