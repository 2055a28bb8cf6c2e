"""The invoice list of a month, and its files (the office: Invoice list)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from powerup.contracts.price import Price
from powerup.contracts.terms import Period, PeriodUnit
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from tests.actions.scenes import the_contract
from tests.pages.conftest import BASE_URL, TENANT
from tests.pages.reading import PageClient

PRICE = Price(Decimal("1250.50"), date(2026, 1, 1), invoice_period=Period(1, PeriodUnit.MONTH), vat_code="H")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).add(the_contract(number="1", price=PRICE))
    return replace(parts, clock=lambda: datetime(2027, 3, 28, 12, tzinfo=UTC))


def taken(client: PageClient, **form: str) -> TestResponse:
    shown = client.get("/invoices?month=3-2027").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    fields = {"csrf_token": token[1] if token else "", "month": "2027-03", **form}
    return client.post("/invoices", data=fields, headers={"Origin": BASE_URL.rstrip("/")})


def test_a_month_is_listed_taken_along_once_and_says_so(planner: PageClient) -> None:
    page = planner.get("/invoices?month=3-2027").get_data(as_text=True)
    assert page.count("1.250,50") >= 3
    assert "nog niet" in page
    sheet = load_workbook(BytesIO(taken(planner, kind="xlsx").get_data())).worksheets[0]
    assert [cell.value for cell in sheet[2]][8:10] == [1250.5, "H"]
    assert "nog niet<" not in planner.get("/invoices?month=3-2027").get_data(as_text=True)
    assert taken(planner, kind="csv").status_code == 303
    assert b"1250.50" in taken(planner, kind="csv", again="1").get_data()


def test_a_month_without_lines_says_why(planner: PageClient) -> None:
    assert "1.250,50" not in planner.get("/invoices?month=1-2020").get_data(as_text=True)
    assert planner.get("/invoices?month=13-9999").status_code == 200
