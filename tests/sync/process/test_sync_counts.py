"""What a cycle asks of database and host depends on what is due, not on what there is."""

from datetime import date

import pytest
from sqlalchemy import text

from powerup.contracts.contract import Lead
from tests.sync.counting import queries
from tests.sync.workplace import Workplace, contract, only_sqlite


def test_queries_and_calls_do_not_grow_with_contracts_that_are_not_due(place: Workplace) -> None:
    place.add(*[contract(str(number)) for number in range(2001, 2006)])
    place.run()
    few = _counted(place)
    place.add(*[contract(str(number)) for number in range(3001, 3201)])
    place.run()
    assert _counted(place) == few


@only_sqlite
def test_calls_grow_with_batches_and_queries_only_with_pages(place: Workplace) -> None:
    place.configure(change_cap=1000)
    place.add(*[contract(str(number), customer=str(number)) for number in range(1001, 1013)])
    place.run()  # from now on the names of the twelve customers are known
    asked_for = []
    for numbers in (range(2001, 2026), range(3001, 3051)):
        customers = [str(1001 + number % 12) for number in numbers]
        place.add(*[contract(str(n), lead=Lead(30), customer=c) for n, c in zip(numbers, customers, strict=True)])
        with queries() as asked:
            report = place.run()
        assert report.ordered == len(numbers)
        assert report.calls == 1 + len(numbers) / 25, "one list of customers, and the batches"
        asked_for.append(len(asked))
    assert asked_for[0] == asked_for[1]


def _counted(place: Workplace) -> tuple[int, int]:
    with queries() as asked:
        calls = place.run(by_person=True).calls
    return len(asked), calls


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_told_when_a_cycle_has_made_the_ledger_far_larger(place: Workplace) -> None:
    place.add(*[contract(str(number), lead=Lead(366), end=date(2027, 12, 31)) for number in range(1001, 1101)])
    place.configure(change_cap=2000)
    place.run()
    with place.database.read() as connection:
        known = connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = CAST('visits' AS regclass)"))
    assert known == len(place.ledger()) == 1200
