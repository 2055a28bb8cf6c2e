"""What needs a person, of one tenant (commands page)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import Period, PeriodUnit
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.readings.attention import Attention, Need, NeedKind, need_document
from powerup.readings.failures import failures_in_words
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from powerup.tenants.circumstances import circumstances_of
from powerup.texts import Reader
from tests.actions.scenes import TODAY, ordered, the_contract

NOW = datetime(2026, 12, 28, 10, tzinfo=UTC)
UNKNOWN, REFUSED = "The customer is not at the host.", "The host refused it."

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def keep_failed(database: Database, contract: Contract, *refusals: str) -> None:
    """The contract with as many failed visits as there are words of the host, and no others."""
    rows = list(ordered(contract).ledger.values())[: len(refusals)]
    failed = [
        replace(row, state=VisitState.FAILED, host_row_id=None, refusal=words)
        for row, words in zip(rows, refusals, strict=True)
    ]
    with database.write() as connection:
        Contracts(connection, "ten_1").add(contract)
        Ledger(connection, "ten_1").add(failed)


def needs(database: Database, raised: str | None = None) -> list[Need]:
    """What needs a person; raised is what the tenant's last cycle said."""
    with database.read() as connection:
        tenant = replace(Tenants(connection).get("ten_1"), attention=raised)
        return Attention(connection, tenant, circumstances_of(connection, tenant, NOW)).needs()


def test_failed_visits_of_one_customer_with_the_same_words_are_one_need_the_largest_first(database: Database) -> None:
    keep_failed(database, the_contract(number="1"), REFUSED, UNKNOWN)
    keep_failed(database, the_contract(number="2"), UNKNOWN)
    keep_failed(database, the_contract(number="3", customer="1002"), UNKNOWN)
    first, *others = [(need.words, customer(need), need.contracts, need.number) for need in needs(database)]
    assert first == (UNKNOWN, "1001", ("1", "2"), 2)
    assert sorted(others) == [(UNKNOWN, "1002", ("3",), 1), (REFUSED, "1001", ("1",), 1)]


def customer(need: Need) -> str:
    assert need.failures is not None
    return need.failures.customer


def test_failed_visits_are_named_with_customer_contracts_and_days_the_first_ten(database: Database) -> None:
    for number in range(1, 13):
        keep_failed(database, the_contract(number=f"{number:02}"), UNKNOWN)
    with database.write() as connection:
        HostNames(connection, "ten_1").keep({(NameKind.CUSTOMER, "1001"): HostName("Bakkerij")})
    (need,) = needs(database)
    assert need.failures is not None
    assert str(failures_in_words(need.failures)) == (
        "12 visits of customer 1001 Bakkerij could not be ordered: contracts 01, 02, 03, 04, 05, 06, 07, 08, 09, 10 "
        f"and 2 more, {Reader('en').date(need.failures.days[0])}. {UNKNOWN}"
    )
    document = need_document("ten_1", need, Reader("nl"))
    assert (document["number"], len(document["visits"])) == (12, 10)
    assert document["visits"][0]["customer_name"] == "Bakkerij"


def test_each_line_that_a_cycle_raised_is_a_need_of_the_tenant(database: Database) -> None:
    assert [(need.kind, need.words) for need in needs(database, "One thing.\nAnother thing.")] == [
        (NeedKind.TENANT, "One thing."),
        (NeedKind.TENANT, "Another thing."),
    ]


def test_a_latest_date_without_an_order_is_a_need_sixty_days_before(database: Database) -> None:
    plan = VisitPlan("A", Recurrence(Unit.YEAR), latest_after=Period(12, PeriodUnit.MONTH), basis="NEN 3140")
    day = date(2026, 2, 26)
    for number, start in (("1", day), ("2", day + timedelta(days=1)), ("3", day), ("4", day)):
        inspected = the_contract(
            number=number, start=start, entered_on=start, plans=(plan,), order_per_object=False, settled_through=TODAY
        )
        done = LedgerVisit(VisitKey(number, "A", start), start, start, start, VisitState.SETTLED, completed_on=start)
        due = replace(done, key=VisitKey(number, "A", date(2027, 2, 26)), completed_on=None, workorder_no="C3")
        due = replace(due, planned_date=date(2027, 2, 26), state=VisitState.ORDERED)
        with database.write() as connection:
            Contracts(connection, "ten_1").add(inspected)
            Ledger(connection, "ten_1").add([done, due] if number == "3" else [done] if number != "4" else [])
    near = [need for need in needs(database) if need.kind is NeedKind.LATEST]
    assert [need.contracts for need in near] == [("1",), ("4",)]  # that of 2 is a day later, 3 has its order
    document = need_document("ten_1", near[0], Reader("nl"))
    assert document["latest_dates"] == [
        {"plan": "A", "object": None, "latest_date": "2027-02-26", "basis": "NEN 3140", "comes_on": "2027-02-26"}
    ]
    assert document["message"] == (
        "Beurt A: moet uiterlijk 26 februari 2027 (NEN 3140) gedaan zijn; "
        "het bezoek van 26 februari 2027 heeft nog geen werkbon."
    )


def test_nothing_needs_a_person_where_all_went_well(database: Database) -> None:
    assert needs(database) == []
