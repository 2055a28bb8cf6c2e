"""Contracts go into the store and come back as they were; of two editors the second is told."""

import threading
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import Contract
from powerup.contracts.held_back import Waits
from powerup.store.batches import batches
from powerup.store.contracts import Contracts, Settlement
from powerup.store.database import Database
from powerup.store.errors import ContractExistsError, UnknownContractError, VersionConflictError
from tests.store.query_counting import counted_queries
from tests.store.stored_examples import CONTRACT_FIELDS, PLAN_A, contract, contracts

TODAY = date(2027, 3, 1)


def test_every_field_of_a_contract_is_part_of_the_round_trip() -> None:
    assert set(CONTRACT_FIELDS) == {field.name for field in fields(Contract)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_contract_comes_back_as_it_was_on_sqlite(database: Database) -> None:
    _any_contract_comes_back(database, examples=50)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_any_contract_comes_back_as_it_was_on_postgresql(database: Database) -> None:
    _any_contract_comes_back(database, examples=30)


def _any_contract_comes_back(database: Database, examples: int) -> None:
    @settings(max_examples=examples)
    @given(original=contracts, changed=contracts)
    def comes_back(original: Contract, changed: Contract) -> None:
        with database.write() as connection:
            stored = Contracts(connection, "t_1")
            stored.add(original)
            assert stored.get(original.number) == original
            saved = stored.save(replace(changed, number=original.number), expected_version=original.version)
            assert saved == replace(changed, number=original.number, version=original.version + 1)
            assert stored.get(original.number) == saved
            connection.rollback()

    comes_back()


def test_an_unknown_number_gives_none(database: Database) -> None:
    with database.read() as connection:
        assert Contracts(connection, "t_1").get("1042") is None


def test_a_number_is_used_only_once(database: Database) -> None:
    with database.write() as connection:
        Contracts(connection, "t_1").add(contract("1042"))
    with pytest.raises(ContractExistsError), database.write() as connection:
        Contracts(connection, "t_1").add(contract("1042", name="Another one"))


def test_the_second_of_two_editors_is_told(database: Database) -> None:
    with database.write() as connection:
        Contracts(connection, "t_1").add(contract("1042"))
    with database.write() as connection:
        first = Contracts(connection, "t_1").save(contract("1042", name="First"), expected_version=1)
    assert first.version == 2

    with pytest.raises(VersionConflictError) as told, database.write() as connection:
        Contracts(connection, "t_1").save(contract("1042", name="Second"), expected_version=1)

    assert (told.value.expected_version, told.value.current_version) == (1, 2)
    with database.read() as connection:
        assert Contracts(connection, "t_1").get("1042") == first


def test_saving_an_unknown_contract_is_refused(database: Database) -> None:
    with pytest.raises(UnknownContractError), database.write() as connection:
        Contracts(connection, "t_1").save(contract("1042"), expected_version=1)


def test_settling_keeps_the_version_and_clears_the_problem(database: Database) -> None:
    with database.write() as connection:
        stored = Contracts(connection, "t_1")
        stored.add(contract("1042"))
        stored.set_aside("1042", "The host said: unknown debtor", TODAY)
        assert stored.problems() == {"1042": "The host said: unknown debtor"}
        stored.save_settled([Settlement("1042", 1, TODAY, date(2027, 4, 1))])

        assert stored.get("1042") == contract("1042", settled_through=TODAY)
        assert stored.problems() == {}
        assert stored.due_numbers(date(2027, 3, 31)) == []
        assert stored.due_numbers(date(2027, 4, 1)) == ["1042"]


def test_settling_a_contract_that_was_changed_meanwhile_is_refused(database: Database) -> None:
    with database.write() as connection:
        Contracts(connection, "t_1").add(contract("1042"))
        Contracts(connection, "t_1").add(contract("1043"))
        Contracts(connection, "t_1").save(contract("1043"), expected_version=1)
    rows = [Settlement(number, 1, TODAY, None) for number in ("1042", "1043")]

    with pytest.raises(VersionConflictError) as told, database.write() as connection:
        Contracts(connection, "t_1").save_settled(rows)

    assert told.value.number == "1043"
    with database.read() as connection:
        assert Contracts(connection, "t_1").get("1042") == contract("1042")


def test_only_due_contracts_are_found_the_longest_waiting_first(database: Database) -> None:
    wakes = {"1": date(2027, 3, 1), "2": date(2027, 3, 2), "3": None, "4": date(2027, 2, 1)}
    with database.write() as connection:
        stored = Contracts(connection, "t_1")
        for number, wake_on in wakes.items():
            stored.add(contract(number), wake_on)
        stored.add(contract("5"))

        assert stored.due_numbers(TODAY) == ["5", "4", "1"]
        assert [due.number for due in stored.due(TODAY, limit=2)] == ["5", "4"]
        stored.wake(["2", "3", "4"], TODAY)
        assert stored.due_numbers(TODAY) == ["5", "4", "1", "2", "3"]


def test_contracts_are_found_by_customer_object_and_page(database: Database) -> None:
    with database.write() as connection:
        stored = Contracts(connection, "t_1")
        stored.add(contract("10", customer="1001", objects=("CV-1",)))
        stored.add(contract("9", customer="1002", objects=("CV-2", "CV-1")))
        stored.add(contract("8", customer="1002", objects=()))

        assert [found.number for found in stored.all()] == ["10", "8", "9"]
        assert [found.number for found in stored.page(None, 2)] == ["10", "8"]
        assert [found.number for found in stored.page("8", 2)] == ["9"]
        assert [found.number for found in stored.by_customer("1002")] == ["8", "9"]
        assert [found.number for found in stored.by_object("CV-1")] == ["10", "9"]


def test_numbers_go_on_and_leave_out_those_that_an_import_brought(database: Database) -> None:
    with database.write() as connection:
        stored = Contracts(connection, "t_1")
        stored.add(contract("1002"))
        assert [stored.next_number() for _ in range(3)] == ["1001", "1003", "1004"]
        assert Contracts(connection, "t_2").next_number() == "1001"
        for first in (5001, 3001):
            stored.count_on_from(first)
        assert stored.next_number() == "5001"
        assert Contracts(connection, "t_2").next_number() == "1002"


def test_changed_contracts_are_known_until_they_are_released(database: Database) -> None:
    with database.write() as connection:
        stored = Contracts(connection, "t_1")
        for number in ("1", "2", "3"):
            stored.add(contract(number))
        stored.release(["1"])
        stored.hold({"2": Waits(3, 1)})
        assert stored.changed_numbers() == {"2", "3"}
        assert stored.held_numbers() == stored.held_numbers(["2", "3"]) == {"2"}
        assert stored.held_numbers(["3"]) == frozenset()
        assert stored.waiting() == {"2": Waits(3, 1)}
        stored.release(["2", "3"])
        assert stored.changed_numbers() == stored.held_numbers() == frozenset()
        stored.save(contract("1"), expected_version=1)
        assert stored.changed_numbers() == {"1"}


def test_another_tenants_contracts_are_out_of_reach(database: Database) -> None:
    with database.write() as connection:
        Contracts(connection, "t_1").add(contract("1042"))
    with database.write() as connection:
        others = Contracts(connection, "t_2")
        assert others.get("1042") is None
        assert others.of_numbers(["1042"]) == others.all() == others.page(None, 9) == others.due(TODAY, 9) == []
        assert others.by_customer("1001") == others.by_object("CV-1") == []
        assert others.due_numbers(TODAY) == []
        assert others.changed_numbers() == frozenset()
        others.set_aside("1042", "not ours", TODAY)
        others.hold({"1042": Waits(1)})
        others.wake(["1042"])
        with pytest.raises(UnknownContractError):
            others.save(contract("1042"), expected_version=1)
        with pytest.raises(UnknownContractError):
            others.save_settled([Settlement("1042", 1, TODAY, None)])
    with database.write() as connection:
        stored = Contracts(connection, "t_1")
        assert stored.get("1042") == contract("1042")
        assert stored.problems() == {}
        assert stored.held_numbers() == frozenset()
        Contracts(connection, "t_2").add(contract("1042", name="Theirs"))
        assert stored.get("1042") == contract("1042")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_locked_contract_waits_for_the_one_who_locked_it(database: Database) -> None:
    """On SQLite there is one writer at a time anyway."""
    with database.write() as connection:
        Contracts(connection, "t_1").add(contract("1042"))
    order: list[str] = []

    def change() -> None:
        with database.write() as connection:
            Contracts(connection, "t_1").save(contract("1042", name="Changed"), expected_version=1)
            order.append("changed")

    other = threading.Thread(target=change)
    with database.write() as connection:
        assert Contracts(connection, "t_1").get("1042", lock=True) == contract("1042")
        other.start()
        other.join(timeout=0.2)
        order.append("about to commit")
    other.join()
    assert order == ["about to commit", "changed"]


def test_loading_many_contracts_takes_as_many_queries_as_loading_one(database: Database) -> None:
    with database.write() as connection:
        for number in range(40):
            Contracts(connection, "t_1").add(contract(str(number), plans=(PLAN_A, replace(PLAN_A, name="B"))))
    with database.read() as connection, counted_queries(connection) as of_one:
        assert len(Contracts(connection, "t_1").due(TODAY, limit=1)) == 1
    with database.read() as connection, counted_queries(connection) as of_many:
        assert len(Contracts(connection, "t_1").due(TODAY, limit=40)) == 40
    assert len(of_one) == len(of_many) == 3


@given(st.lists(st.text(max_size=3), unique=True))
def test_long_lists_are_cut_without_losing_any(items: list[str]) -> None:
    cut = list(batches(items, 3))
    assert [item for batch in cut for item in batch] == items
    assert all(len(batch) <= 3 for batch in cut)


def test_the_coming_number_is_found_past_all_that_a_firm_took_along_in_few_queries(database: Database) -> None:
    with database.write() as connection:
        stored = Contracts(connection, "t_1")
        first = int(stored.coming_number())
        stored.add_all([contract(str(number)) for number in range(first, first + 1_200)])
        with counted_queries(connection) as asked:
            assert stored.coming_number() == str(first + 1_200)
    assert len(asked) <= 6
