"""Who is written to after an indexation, and what the letter says (rules: Terms, Letter list)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from powerup.actions.contract import index
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.actions.kit.writing import write_change
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.price import ByIndex, ByPercentage, Indexation, Price
from powerup.contracts.terms import Period, PeriodUnit
from powerup.readings.letter_list import LetterList, letter_document
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.texts import Reader
from tests.actions.scenes import the_contract
from tests.contracts.test_indexation import CPI_2015, CPI_2025
from tests.readings.test_forecast import AROUND as PLAIN

JANUARY = date(2027, 1, 1)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
ANNA = Actor("u_1", "Anna", Role.ADMIN, "panel")
AROUND = replace(
    PLAIN, today=date(2026, 11, 30), configuration=replace(TenantConfiguration(), indexes=(CPI_2015, CPI_2025))
)
PRICE = Price(Decimal("120.00"), date(2026, 1, 1), invoice_period=Period(1, PeriodUnit.MONTH))

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def index_price(database: Database, number: str, version: int = 1, **entered: Any) -> None:
    target = Target(TargetType.CONTRACT, number, version)
    request = Request(index.ACTION.id, target, ANNA, {"from": "2027-01-01", **entered})
    with database.write() as connection:
        scene = load_scene(connection, AROUND, index.ACTION, request, HostReadings())
        change = index.decide(scene, index.IndexSchema().load(request.input))
        write_change(connection, AROUND, request, scene, change, NOON)


def letters(database: Database, month: date = JANUARY) -> list[dict[str, Any]]:
    with database.read() as connection:
        return [letter_document(each, Reader("en")) for each in LetterList(connection, AROUND).rows(month)]


@pytest.fixture
def kept(database: Database) -> Database:
    agreed: dict[str, Indexation | None] = {
        "1": ByPercentage(Decimal("2.5")),
        "2": ByIndex("CPI-2015", "2025-06"),
        "3": None,
        "4": None,
    }
    with database.write() as connection:
        for number, each in agreed.items():
            Contracts(connection, "ten_1").add(the_contract(number=number, price=replace(PRICE, indexation=each)))
        HostNames(connection, "ten_1").keep(
            {(NameKind.CUSTOMER, "1001"): HostName("Smit", "Zutphen", "7201 AB", "12", street="Dorpsstraat")}
        )
    for number in ("1", "2"):
        index_price(database, number)
    index_price(database, "3", percentage="3", reason="Nieuw filter")
    return database


def test_each_indexation_says_whom_to_write_what_to_and_why(kept: Database) -> None:
    agreed, by_index, own = letters(kept)
    assert [(row["contract"], row["old"], row["new"], row["percentage"]) for row in (agreed, by_index, own)] == [
        ("1", "120.00", "123.00", "2.5"),
        ("2", "120.00", "122.51", "2.09"),
        ("3", "120.00", "123.60", "3"),
    ]
    assert {row["from"] for row in (agreed, by_index, own)} == {"2027-01-01"}
    address = ("Smit", "Dorpsstraat", "12", "7201 AB", "Zutphen")
    assert tuple(agreed[name] for name in ("customer_name", "street", "house_number", "postal_code", "city")) == address
    assert (by_index["base_index"], by_index["base_month"], by_index["base_value"]) == ("CPI-2015", "2025-06", "131.0")
    assert (by_index["last_index"], by_index["last_month"], by_index["last_value"]) == ("CPI-2025", "2026-10", "102.1")
    assert by_index["why"] == (
        "CPI-2015 of 2025-06 (131), linked by the factor 0.7634, to CPI-2025 of 2026-10 (102.1): 2.09 %."
    )
    assert (agreed["why"], own["why"], own["base_index"]) == ("Percentage: 2.5.", "Nieuw filter", None)
    assert (agreed["per"], agreed["invoice_period"]) == ("invoice_period", "1 month")


def test_another_month_and_a_price_that_was_only_edited_have_no_letters(kept: Database) -> None:
    edited = replace(PRICE, price_date=JANUARY, amount=Decimal(999))
    with kept.write() as connection:
        contracts = Contracts(connection, "ten_1")
        contracts.save(the_contract(number="4", price=edited), 1)
    assert [row["contract"] for row in letters(kept)] == ["1", "2", "3"]
    assert letters(kept, date(2027, 2, 1)) == []


def test_letters_of_a_month_stay_when_the_price_is_indexed_again_later(kept: Database) -> None:
    index_price(kept, "1", version=2, **{"from": "2028-01-01"})
    assert letters(kept)[0]["new"] == "123.00"
    assert [(row["old"], row["new"]) for row in letters(kept, date(2028, 1, 1))] == [("123.00", "126.08")]


def test_a_long_list_comes_in_pages_by_contract(kept: Database) -> None:
    with kept.read() as connection:
        listed = LetterList(connection, AROUND)
        first, last = listed.page(JANUARY, 2)
        rest, end = listed.page(JANUARY, 2, last or "")
    assert ([row.contract.number for row in first], last) == (["1", "2"], "2")
    assert ([row.contract.number for row in rest], end) == (["3"], None)
