"""The account of a customer: who decided what, and that it adds up (rules: Account)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor, Role
from powerup.contracts.account import AccountFigures
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Pause
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.readings.contract_list import ContractFilter
from powerup.readings.customer_account import CustomerAccount, CustomerAccounts
from powerup.readings.customer_account_words import account_document, decided_by, state_in_words
from powerup.readings.planned_against_done import DoneBy, DoneWanted, PlannedAgainstDone
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from powerup.texts import Reader
from tests.actions.scenes import CALENDAR, the_contract

NEXT_YEAR = date(2028, 1, 3)
AROUND = TenantCircumstances("ten_1", NEXT_YEAR, TenantConfiguration(), CALENDAR)
ANNA, BEN = Actor("u_1", "Anna", Role.PLANNER, "panel"), Actor("u_2", "Ben", Role.PLANNER, "panel")
AT = datetime(2027, 6, 1, 10, tzinfo=UTC)
LATER = AT.replace(day=2)
SKIPPED = ("visit", "1042:A:2027-03-31:")
PAUSE = {"from": "2027-07-01", "until": "2027-07-31", "reason": "zomersluiting"}


def row(month: int, day: int, state: VisitState = VisitState.SETTLED, **fields: Any) -> LedgerVisit:
    on = date(2027, month, day)
    if state is VisitState.SETTLED:
        fields.setdefault("completed_on", on)
    return replace(LedgerVisit(VisitKey("1042", "A", on), on, on, on, state), **fields)


@pytest.fixture
def account(database: Database) -> CustomerAccount:
    """A year of a monthly contract: one skipped, one paused, one missed, one late, one moved into the next year."""
    contract = the_contract(
        objects=(),
        start=date(2027, 1, 31),
        entered_on=date(2027, 1, 31),
        pauses=(Pause(date(2027, 7, 1), date(2027, 7, 31), "zomersluiting"),),
        settled_through=date(2028, 1, 2),
    )
    rows = [
        row(1, 31),
        row(2, 28),
        row(3, 31, VisitState.WITHHELD, reason=Reason.SKIPPED),
        row(4, 30, completed_on=date(2027, 5, 3), workorder_no="C1042-A-20270430-ALL"),
        row(5, 31),
        row(6, 30, VisitState.WITHHELD, reason=Reason.MISSED),
        row(7, 31, VisitState.WITHHELD, reason=Reason.PAUSED),
        *(row(month, 31 if month in (8, 10) else 30) for month in (8, 9, 10, 11)),
        row(12, 31, VisitState.ORDERED, planned_date=date(2028, 1, 14), deadline=date(2028, 1, 14), pinned=True,
            moved_from=date(2027, 12, 31)),
    ]  # fmt: skip
    with database.write() as connection:
        Contracts(connection, "ten_1").add(contract)
        Ledger(connection, "ten_1").add(rows)
        AuditTrail(connection, "ten_1").add_all(
            [
                audit_line(
                    ANNA, AT, "visit.skip", ("visit", "1042:A:2027-03-31:"), input={"reason": "", "wish": "own"}
                ),
                audit_line(
                    BEN,
                    AT.replace(day=2),
                    "visit.skip",
                    ("visit", "1042:A:2027-03-31:"),
                    input={"reason": "verbouwing", "wish": "customer"},
                ),
                audit_line(
                    ANNA,
                    AT,
                    "contract.pause",
                    ("contract", "1042"),
                    before={"pauses": []},
                    after={"pauses": [PAUSE]},
                ),
                audit_line(BEN, AT, "visit.move", ("visit", "1042:A:2027-12-31:"), input={"to": "2028-01-14"}),
            ]
        )
    with database.read() as connection:
        found = CustomerAccounts(connection, AROUND).find("1001", 2027)
    assert found is not None
    return found


def test_the_sum_closes_in_the_readers_words(account: CustomerAccount) -> None:
    document = account_document(account, Reader("nl"))
    assert document["sum"] == (
        "12 afgesproken = 8 gedaan + 1 nog te komen + 1 overgeslagen op uw wens + 1 gepauzeerd + 1 gemist"
    )
    assert sum(document["outcomes"].values()) == document["agreed"]
    assert document["done_late"] == 1


def test_each_line_that_went_otherwise_says_why_and_who_decided(account: CustomerAccount) -> None:
    reader = Reader("en")
    told = [
        (line.agreed_on.month, state_in_words(line, reader), decided_by(line, reader))
        for line in account.lines
        if not line.is_as_agreed
    ]
    assert told == [
        (3, "Skipped at your wish (verbouwing)", "Ben"),
        (4, "Done (3 days too late)", ""),
        (6, "Missed", "by itself"),
        (7, "Paused (zomersluiting)", "Anna"),
        (12, "Still to come (moved to January 14, 2028)", "Ben"),
    ]


def test_planned_against_done_counts_what_the_account_counts(account: CustomerAccount, database: Database) -> None:
    other = the_contract(number="1043", objects=(), start=date(2027, 6, 30), entered_on=date(2027, 6, 30))
    with database.write() as connection:
        Contracts(connection, "ten_1").add(replace(other, customer="1002"))
    with database.read() as connection:
        reading, accounts = PlannedAgainstDone(connection, AROUND), CustomerAccounts(connection, AROUND)
        by_customer = reading.page(DoneWanted(2027, DoneBy.CUSTOMER), 50)
        first = reading.page(DoneWanted(2027, DoneBy.CUSTOMER), 1)
        second = reading.page(DoneWanted(2027, DoneBy.CUSTOMER), 1, first.next)
        by_contract = reading.page(DoneWanted(2027), 50)
        years = reading.page(DoneWanted(2028, DoneBy.YEAR, ContractFilter(customer="1001")), 50)
        of_years = [accounts.find("1001", year) for year in (2027, 2028)]
        others = accounts.find("1002", 2027)
    assert others is not None
    assert [row.done.figures for row in by_customer.rows] == [account.figures, others.figures]
    assert (*first.rows, *second.rows) == by_customer.rows
    assert second.next is None
    assert [(row.contract, row.done.figures) for row in by_contract.rows] == [
        (each.contract.number, each.figures) for each in (*account.by_contract, *others.by_contract)
    ]
    assert [row.done.figures for row in years.rows] == [each.figures for each in of_years if each]
    assert sum(by_contract.months, AccountFigures()) == by_contract.together.figures == account.figures + others.figures
    assert by_contract.months[3].late == account.late == 1


def test_a_visit_moved_over_the_turn_of_the_year_is_named_in_the_other_one(
    account: CustomerAccount, database: Database
) -> None:
    del account
    with database.read() as connection:
        following = CustomerAccounts(connection, AROUND).find("1001", 2028)
    assert following is not None
    assert [line.agreed_on for line in following.moved_in] == [date(2027, 12, 31)]
    assert account_document(following, Reader("en"))["notes"] == [
        "CV-ketel: the visit of December 31, 2027 was moved to January 14, 2028, and is counted in 2027."
    ]
