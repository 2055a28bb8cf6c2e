"""Planned against done on the screen and as a file (rules: Planned against done)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from powerup.contracts.price import Price, PricePer
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.actions.scenes import the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

JANUARY_31 = date(2027, 1, 31)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """A contract with a price per visit, one of whose visits was done three days late, in an hour and a half."""
    price = Price(Decimal("80.00"), JANUARY_31, PricePer.VISIT)
    contract = the_contract(objects=(), start=JANUARY_31, entered_on=JANUARY_31, price=price)
    visit = LedgerVisit(
        VisitKey("1042", "A", JANUARY_31), JANUARY_31, JANUARY_31, JANUARY_31, VisitState.SETTLED,
        completed_on=date(2027, 2, 3), worked_minutes=90,
    )  # fmt: skip
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).add(contract)
        Ledger(connection, TENANT.id).add([visit])
        HostNames(connection, TENANT.id).keep({(NameKind.CUSTOMER, "1001"): HostName("Bakkerij Voorbeeld", "Zutphen")})
        configuration = Tenants(connection).configuration(TENANT.id)
        settings = replace(configuration.settings, cost_per_hour=Decimal("60.00"))
        Tenants(connection).save_configuration(TENANT.id, replace(configuration, settings=settings))
    return replace(parts, clock=lambda: datetime(2027, 2, 10, 12, tzinfo=UTC))


@pytest.mark.parametrize("by", ["contract", "customer", "year"])
def test_each_row_tells_visits_hours_price_and_margin(planner: PageClient, by: str) -> None:
    page = planner.get(f"/planned-against-done?by={by}").get_data(as_text=True)
    table = page[page.index('<table class="rows main-list">') :]
    assert "3 dagen" in table
    assert "1,5\N{NO-BREAK SPACE}u" in table
    assert "€\N{NO-BREAK SPACE}53,33" in table
    assert "€\N{NO-BREAK SPACE}-10,00" in table.replace("−", "-")
    assert "Te laat: 1" in page
    assert ("Bakkerij Voorbeeld" in table) == (by != "year")


def test_the_same_comes_as_a_spreadsheet_whose_rows_add_up(planner: PageClient) -> None:
    response = planner.get("/planned-against-done/export.xlsx?year=2027")
    heads, row = load_workbook(BytesIO(response.data)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    cells = dict(zip(heads, row, strict=True))
    assert (cells["Gepland"], cells["Op tijd"], cells["Te laat"], cells["nog te komen"]) == (12, None, 1, 11)
    assert (cells["Gewerkte uren"], cells["Marge"]) == (1.5, -10)


def test_an_address_that_nobody_got_here_is_not_understood(planner: PageClient) -> None:
    for query in ("year=1900", "year=x", "by=colour"):
        assert planner.get(f"/planned-against-done?{query}").status_code == 400
    assert planner.get("/planned-against-done?after=nothing").status_code == 200


def test_the_list_of_contracts_has_the_same_in_its_columns(planner: PageClient) -> None:
    columns = "columns=on_time,late,missed,margin"
    page = planner.get(f"/contracts?{columns}").get_data(as_text=True)
    row = page[page.index('class="row-link"') : page.index("</tbody>")]
    cells = re.findall(r'<td class="numeric[^"]*">(?:<span[^>]*>)?([^<]*)', row)
    assert cells == ["0", "1", "0", "€\N{NO-BREAK SPACE}-10,00"]
    response = planner.get(f"/contracts/export.xlsx?{columns}")
    _, kept = load_workbook(BytesIO(response.data)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert kept[2:] == (0, 1, 0, -10)
