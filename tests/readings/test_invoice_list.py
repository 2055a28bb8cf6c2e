"""The invoice list of a month adds up, and what was exported is not exported again unasked (rules: Terms)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from powerup.contracts.contract import Contract
from powerup.contracts.price import EarlierPrice, Price, PricePer
from powerup.contracts.terms import Period, PeriodUnit
from powerup.contracts.visit import VisitState
from powerup.readings.invoice_list import InvoiceList, InvoiceTotals, totals_of
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from tests.actions.scenes import ordered, the_contract
from tests.readings.test_forecast import AROUND

MARCH = date(2027, 3, 1)
NOON = datetime(2027, 3, 31, 12, tzinfo=UTC)
MONTHLY = Price(Decimal("123.00"), date(2027, 1, 1), invoice_period=Period(1, PeriodUnit.MONTH))

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _per_visit(number: str) -> Contract:
    price = replace(MONTHLY, amount=Decimal("80.00"), per=PricePer.VISIT, price_date=date(2027, 3, 10))
    return the_contract(
        number=number, price=replace(price, earlier=(EarlierPrice(date(2026, 1, 1), Decimal("78.05")),))
    )


@pytest.fixture
def kept(database: Database) -> Database:
    per_visit = _per_visit("3")
    first, second, *others = ordered(per_visit).ledger.values()
    done = [
        replace(first, state=VisitState.COMPLETED, completed_on=date(2027, 3, 9)),
        replace(second, state=VisitState.SETTLED, completed_on=date(2027, 3, 31)),
    ]
    with database.write() as connection:
        contracts = Contracts(connection, "ten_1")
        contracts.add(the_contract(number="1", price=MONTHLY, invoice_customer="1002"))
        contracts.add(the_contract(number="2", price=MONTHLY, start=date(2027, 3, 15)))
        contracts.add(per_visit)
        contracts.add(the_contract(number="4"))
        contracts.add(the_contract(number="5", price=MONTHLY, deleted_on=date(2027, 1, 1)))
        Ledger(connection, "ten_1").add([*done, *others])
    return database


def test_the_list_of_a_month_adds_up(kept: Database) -> None:
    """By hand: 123.00 + 123.00 x 17 / 31 = 67.45 + 78.05 + 80.00 = 348.50."""
    with kept.read() as connection:
        listed = InvoiceList(connection, AROUND)
        rows = list(listed.rows(MARCH))
        assert [(row.line.contract, row.customer, str(row.line.amount)) for row in rows] == [
            ("1", "1002", "123.00"),
            ("2", "1001", "67.45"),
            ("3", "1001", "78.05"),
            ("3", "1001", "80.00"),
        ]
        assert listed.totals(MARCH) == InvoiceTotals(4, Decimal("348.50"), 4, Decimal("348.50"))


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_the_list_have_each_line_once(kept: Database, limit: int) -> None:
    with kept.read() as connection:
        listed, found, after = InvoiceList(connection, AROUND), [], None
        while True:
            rows, after = listed.page(MARCH, limit, after)
            found += rows
            if after is None:
                break
        assert found == list(listed.rows(MARCH))


def test_what_was_exported_says_so_and_is_exported_again_only_when_asked(kept: Database) -> None:
    with kept.write() as connection:
        listed = InvoiceList(connection, AROUND)
        assert totals_of(listed.export(MARCH, NOON, "Boekhouding")).amount == Decimal("348.50")
        assert listed.export(MARCH, NOON, "Boekhouding") == []
        assert {row.exported.exported_by for row in listed.rows(MARCH) if row.exported} == {"Boekhouding"}
        assert listed.totals(MARCH).open_lines == 0
        assert len(listed.export(MARCH, NOON, "Boekhouding", again=True)) == 4
        assert len(listed.export(date(2027, 4, 1), NOON, "Boekhouding")) == 2
