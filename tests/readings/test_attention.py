"""What needs a person, of one tenant (commands page)."""

from dataclasses import replace

import pytest

from powerup.contracts.contract import Contract
from powerup.contracts.visit import VisitState
from powerup.readings.attention import Attention, Need, NeedKind
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.actions.scenes import ordered, the_contract

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
        return Attention(connection, replace(Tenants(connection).get("ten_1"), attention=raised)).needs()


def test_failed_visits_of_one_customer_with_the_same_words_are_one_need_the_largest_first(database: Database) -> None:
    keep_failed(database, the_contract(number="1"), REFUSED, UNKNOWN)
    keep_failed(database, the_contract(number="2"), UNKNOWN)
    keep_failed(database, the_contract(number="3", customer="1002"), UNKNOWN)
    first, *others = needs(database)
    assert first == Need(NeedKind.VISITS, UNKNOWN, "1001", ("1", "2"), 2)
    assert sorted(others, key=lambda need: need.words) == [
        Need(NeedKind.VISITS, UNKNOWN, "1002", ("3",)),
        Need(NeedKind.VISITS, REFUSED, "1001", ("1",)),
    ]


def test_each_line_that_a_cycle_raised_is_a_need_of_the_tenant(database: Database) -> None:
    assert [(need.kind, need.words) for need in needs(database, "One thing.\nAnother thing.")] == [
        (NeedKind.TENANT, "One thing."),
        (NeedKind.TENANT, "Another thing."),
    ]


def test_nothing_needs_a_person_where_all_went_well(database: Database) -> None:
    assert needs(database) == []
