"""What is planned from day to day, of all contracts or one (architecture: What others may rely on)."""

from datetime import date

import pytest

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import Period, PeriodUnit
from powerup.readings.forecast import VISIT_MEMBERS, Forecast, visit_document
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.errors import UnknownContractError
from powerup.store.ledger import Ledger
from tests.actions.scenes import CALENDAR, TODAY, ordered, the_contract

AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
JANUARY, FEBRUARY = date(2027, 1, 31), date(2027, 2, 28)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def keep(database: Database, *contracts: Contract) -> None:
    with database.write() as connection:
        for contract in contracts:
            Contracts(connection, "ten_1").add(contract)
            Ledger(connection, "ten_1").add(list(ordered(contract).ledger.values()))


def planned(database: Database, since: date, until: date, number: str | None = None) -> list[tuple[str, date]]:
    with database.read() as connection:
        found = Forecast(connection, AROUND).visits_with_contracts(since, until, number)
    assert all(visit.key.contract == contract.number for contract, visit in found)
    return [(contract.number, visit.planned_date) for contract, visit in found]


def test_days_come_in_order_and_those_of_one_day_by_contract(database: Database) -> None:
    keep(database, the_contract(number="2", objects=("CV-1",)), the_contract(number="1", objects=("CV-2",)))
    assert planned(database, JANUARY, FEBRUARY) == [
        ("1", JANUARY),
        ("2", JANUARY),
        ("1", FEBRUARY),
        ("2", FEBRUARY),
    ]
    assert planned(database, JANUARY, JANUARY, "2") == [("2", JANUARY)]


def test_a_deleted_contract_is_planned_no_more_unless_it_is_named(database: Database) -> None:
    keep(database, the_contract(number="1", objects=("CV-1",), deleted_on=TODAY))
    assert planned(database, JANUARY, JANUARY) == []
    assert planned(database, JANUARY, JANUARY, "1") == [("1", JANUARY)]


def test_a_visit_to_come_says_its_latest_date_counted_from_the_one_before(database: Database) -> None:
    monthly = VisitPlan("A", Recurrence(Unit.MONTH), latest_after=Period(5, PeriodUnit.WEEK), basis="VCA")
    inspected = the_contract(number="1", objects=(), plans=(monthly,), start=JANUARY, entered_on=TODAY)
    keep(database, inspected, the_contract(number="2", objects=()))
    with database.read() as connection:
        forecast = Forecast(connection, AROUND)
        rows = forecast.rows(forecast.visits(JANUARY, FEBRUARY))
    assert {(row["contract"], row["planned_date"], row["latest_date"]) for row in rows} == {
        ("1", "2027-01-31", "2027-03-07"),
        ("1", "2027-02-28", "2027-03-07"),
        ("2", "2027-01-31", None),
        ("2", "2027-02-28", None),
    }


def test_a_contract_that_is_not_there_is_said_so(database: Database) -> None:
    with pytest.raises(UnknownContractError):
        planned(database, JANUARY, FEBRUARY, "404")


def test_a_visit_as_a_document_has_the_members_in_the_order_of_a_table(database: Database) -> None:
    keep(database, the_contract(number="1", objects=("CV-1",)))
    with database.read() as connection:
        (visit,) = Forecast(connection, AROUND).visits(FEBRUARY, FEBRUARY)
    document = visit_document(visit, "C")
    assert tuple(document) == VISIT_MEMBERS
    assert (document["workorder_no"], document["state"]) == ("C1-A-20270228-CV-1", "planned")
