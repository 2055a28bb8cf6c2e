"""A year plan on the screen and as a file, to be given to the customer (the office: A customer)."""

from dataclasses import replace
from datetime import UTC, date, datetime
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


def shown(client: PageClient, query: str = "year=2027") -> str:
    response = client.get(f"/year-plan/1001?{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_sheet_is_in_the_customers_language_and_the_page_in_its_readers(planner: PageClient) -> None:
    page = shown(planner)
    assert "Jaarplan van Smith / Sons" in page
    sheet = page[page.index('<article class="plan-sheet" lang="en"') :]
    assert "Year plan 2027" in sheet
    assert "As it is planned on December 28, 2026." in sheet
    assert "Main street 1" in sheet
    assert "Jaarplan 2027" in shown(planner, "year=2027&language=nl")


def test_next_month_only_is_a_list_by_day(planner: PageClient) -> None:
    page = shown(planner, "year=2027&month=1")
    assert "Maintenance in January 2027" in page
    assert page.count("Sun, Jan 31, 2027") == 2
    assert "Sun, Feb 28" not in page
    assert 'href="/year-plan/1001?year=2027&amp;month=1" aria-current="page"' in page


def test_the_same_comes_as_a_spreadsheet_with_dates_as_dates(planner: PageClient) -> None:
    response = planner.get("/year-plan/1001?year=2027&as=xlsx")
    assert "Smith Sons 2027.xlsx" in response.headers["Content-Disposition"]
    rows = list(load_workbook(BytesIO(response.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0] == ("Day", "Place", "Object", "Work", "State", "Moved from", "Done on", "Remark")
    assert isinstance(rows[1][0], datetime)
    assert (rows[1][0].date(), *rows[1][1:5]) == (
        date(2027, 1, 31),
        "Main street 1",
        "Boiler",
        "CV-ketel",
        "Planned",
    )
    assert len(rows) == 1 + 24


def test_a_customer_of_another_tenant_has_no_plan_here(planner: PageClient, parts: Parts) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
        Contracts(connection, "ten_2").add(the_contract(customer="2002"))
    assert [planner.get(f"/year-plan/{code}").status_code for code in ("2002", "404")] == [404, 404]
    assert planner.get(f"/year-plan/1001?year={date.max.year}").status_code == 404
