"""An account on the screen, as a file and to other software (rules: Account)."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.tenants import Tenants
from tests.actions.scenes import the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """A customer that reads English, of a Dutch tenant."""
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).add(the_contract())
        HostNames(connection, TENANT.id).keep(
            {
                (NameKind.CUSTOMER, "1001"): HostName("Smith / Sons", "Zutphen", language="English"),
                (NameKind.OBJECT, "CV-1"): HostName("Boiler", "Main street 1"),
            }
        )
    return replace(parts, clock=lambda: datetime(2026, 12, 28, 12, tzinfo=UTC))


def test_the_sheet_is_in_the_customers_language_and_the_page_in_its_readers(planner: PageClient) -> None:
    page = planner.get("/customer-account/1001?year=2027").get_data(as_text=True)
    assert "Verantwoording 2027 voor Smith / Sons" in page
    sheet = page[page.index('<article class="plan-sheet" lang="en"') :]
    assert "<strong>24 agreed</strong> =" in sheet
    assert "24 still to come" in sheet
    assert "Main street 1" in sheet
    assert 'href="/customer-account/1001"' in planner.get("/customer/1001").get_data(as_text=True)


def test_the_same_comes_as_a_spreadsheet_with_the_sum_below(planner: PageClient) -> None:
    response = planner.get("/customer-account/1001?year=2027&as=xlsx")
    assert "Smith Sons 2027.xlsx" in response.headers["Content-Disposition"]
    rows = list(load_workbook(BytesIO(response.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][:4] == ("Agreed on", "Planned on", "Done on", "Days late")
    assert isinstance(rows[1][0], datetime)
    assert rows[25][9] == "24 agreed = 24 still to come"


def test_a_customer_of_another_tenant_has_no_account_here(planner: PageClient, parts: Parts) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
        Contracts(connection, "ten_2").add(the_contract(customer="2002"))
    assert [planner.get(f"/customer-account/{code}").status_code for code in ("2002", "404")] == [404, 404]
    assert planner.get("/customer-account/1001?year=2099").status_code == 404
