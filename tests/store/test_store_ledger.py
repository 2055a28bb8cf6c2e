"""The ledger: a visit is written once, changes only from the state it was believed to be in, and is never lost."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from sqlalchemy.exc import IntegrityError

from powerup.contracts.contract import Schedule
from powerup.contracts.visit import LedgerVisit, Reason, VisitState
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.errors import LedgerConflictError
from powerup.store.ledger import Ledger
from powerup.store.renaming import rename_object_of_visits
from tests.store.query_counting import counted_queries
from tests.store.stored_examples import PLAN_A, VISIT_FIELDS, contract, visit, visits

DECEMBER, JANUARY, FEBRUARY, MARCH = date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)


@pytest.fixture
def with_contract(database: Database) -> Database:
    with database.write() as connection:
        Contracts(connection, "t_1").add(contract("1042"))
        Contracts(connection, "t_1").add(contract("1043"))
        Contracts(connection, "t_2").add(contract("1042"))
    return database


def test_every_field_of_a_visit_is_part_of_the_round_trip() -> None:
    assert set(VISIT_FIELDS) == {field.name for field in fields(LedgerVisit)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_visit_comes_back_as_it_was_on_sqlite(with_contract: Database) -> None:
    _any_visit_comes_back(with_contract, examples=100)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_any_visit_comes_back_as_it_was_on_postgresql(with_contract: Database) -> None:
    _any_visit_comes_back(with_contract, examples=60)


def _any_visit_comes_back(database: Database, examples: int) -> None:
    @settings(max_examples=examples)
    @given(original=visits, changed=visits)
    def comes_back(original: LedgerVisit, changed: LedgerVisit) -> None:
        changed = replace(changed, key=original.key)
        with database.write() as connection:
            ledger = Ledger(connection, "t_1")
            ledger.add([original])
            assert ledger.get(original.key) == original
            ledger.update(changed, expected_state=original.state)
            assert ledger.of_contract("1042") == [changed]
            connection.rollback()

    comes_back()


def test_a_visit_is_written_only_once(with_contract: Database) -> None:
    with with_contract.write() as connection:
        Ledger(connection, "t_1").add([visit()])
    with pytest.raises(LedgerConflictError), with_contract.write() as connection:
        Ledger(connection, "t_1").add([replace(visit(), workorder_no="C-another")])


def test_a_work_order_number_belongs_to_one_visit(with_contract: Database) -> None:
    with with_contract.write() as connection:
        Ledger(connection, "t_1").add([visit(day=JANUARY, workorder_no="C1")])
        Ledger(connection, "t_2").add([visit(day=JANUARY, workorder_no="C1")])
    with pytest.raises(LedgerConflictError), with_contract.write() as connection:
        Ledger(connection, "t_1").add([visit(day=FEBRUARY, workorder_no="C1")])


def test_a_visit_that_another_one_has_written_meanwhile_is_not_overwritten(with_contract: Database) -> None:
    ordering = visit(state=VisitState.ORDERING)
    with with_contract.write() as connection:
        Ledger(connection, "t_1").add([ordering])
        Ledger(connection, "t_1").update(replace(ordering, state=VisitState.FAILED), VisitState.ORDERING)

    with pytest.raises(LedgerConflictError) as told, with_contract.write() as connection:
        Ledger(connection, "t_1").update(replace(ordering, state=VisitState.ORDERED), VisitState.ORDERING)

    assert told.value.keys == (ordering.key,)
    with with_contract.read() as connection:
        assert [each.state for each in Ledger(connection, "t_1").of_contract("1042")] == [VisitState.FAILED]


def test_many_are_changed_together_or_the_one_that_differs_is_named(with_contract: Database) -> None:
    before = [visit(day=day, state=VisitState.ORDERING) for day in (JANUARY, FEBRUARY, MARCH)]
    after = [replace(one, state=VisitState.ORDERED, host_row_id=row) for row, one in enumerate(before, start=7)]
    with with_contract.write() as connection:
        Ledger(connection, "t_1").add(before)
        Ledger(connection, "t_1").update_all(after[:2], VisitState.ORDERING)

    with pytest.raises(LedgerConflictError) as told, with_contract.write() as connection:
        Ledger(connection, "t_1").update_all([replace(after[0], refusal="x"), after[2]], VisitState.ORDERING)

    assert told.value.keys == (after[0].key,)
    with with_contract.read() as connection:
        assert Ledger(connection, "t_1").of_contract("1042") == [*after[:2], before[2]]


def test_a_visit_that_is_split_by_address_is_its_parts_from_then_on(with_contract: Database) -> None:
    whole = visit(day=JANUARY, object="", state=VisitState.ORDERING, workorder_no="C1", run_id="run_1")
    parts = [
        replace(whole, key=replace(whole.key, object=f"@{place}"), workorder_no=f"C1{place}", carries=(code,))
        for place, code in (("A", "CV-1"), ("B", 'CV "2"'))
    ]
    with with_contract.write() as connection:
        ledger = Ledger(connection, "t_1")
        ledger.add([whole, visit(day=FEBRUARY)])
        assert ledger.parts_of([whole.key]) == []
        ledger.split(whole, parts)
        assert ledger.parts_of([whole.key]) == ledger.of_run("run_1") == parts
        assert ledger.get(whole.key) is None
    with pytest.raises(LedgerConflictError), with_contract.write() as connection:
        Ledger(connection, "t_1").split(whole, parts)


def test_what_an_order_carries_goes_along_when_an_object_gets_another_code(with_contract: Database) -> None:
    part = visit(day=JANUARY, object="@A", carries=("CV-1", "CV-2"))
    with with_contract.write() as connection:
        ledger = Ledger(connection, "t_1")
        ledger.add([part, visit(day=FEBRUARY, object="", workorder_no="C2")])
        rename_object_of_visits(connection, "t_1", "1042", "CV-2", "CV-9")
        assert ledger.get(part.key) == replace(part, carries=("CV-1", "CV-9"))


def test_visits_are_found_by_contract_number_row_and_state(with_contract: Database) -> None:
    open_one = visit("1042", JANUARY, state=VisitState.ORDERING, workorder_no="C1")
    ordered = visit("1042", FEBRUARY, host_row_id=77, workorder_no="C2")
    done = visit("1043", JANUARY, state=VisitState.SETTLED, host_row_id=78, workorder_no="C3", run_id="run_1")
    waiting = visit("1043", FEBRUARY, state=VisitState.RETRACTING, workorder_no="C4", run_id="run_1")
    with with_contract.write() as connection:
        ledger = Ledger(connection, "t_1")
        ledger.add([open_one, ordered, done, waiting])

        assert ledger.of_contract("1042", since_nominal=FEBRUARY) == [ordered]
        assert ledger.of_contracts(["1042", "9"]) == {"1042": {open_one.key: open_one, ordered.key: ordered}, "9": {}}
        assert ledger.by_workorder_numbers(["C3", "C9", "C1"]) == {"C1": open_one, "C3": done}
        assert ledger.by_row_ids([78, 77, 1]) == {77: ordered, 78: done}
        assert ledger.in_states([VisitState.ORDERED, VisitState.ORDERING], limit=9) == [open_one, ordered]
        assert ledger.in_states([VisitState.SETTLED], limit=9) == [done]
        assert ledger.of_run("run_1") == [waiting]


def test_visits_of_several_states_are_paged_in_the_order_of_their_keys(with_contract: Database) -> None:
    states = (VisitState.ORDERED, VisitState.FAILED)
    written = [
        visit(number, day, object=code, plan=plan, state=states[place % 2])
        for number in ("1042", "1043")
        for place, (day, code, plan) in enumerate(
            (day, code, plan) for day in (FEBRUARY, JANUARY) for code in ("b", "B", "ä") for plan in ("é", "A")
        )
    ]
    expected = sorted(written, key=lambda each: each.key)
    with with_contract.write() as connection:
        ledger = Ledger(connection, "t_1")
        ledger.add(written)
        paged: list[LedgerVisit] = []
        while page := ledger.in_states(states, limit=5, after=paged[-1].key if paged else None):
            paged += page
    assert paged == expected


def test_the_schedule_gets_what_is_not_settled_and_all_that_is_in_play(with_contract: Database) -> None:
    settled = contract("1042", settled_through=FEBRUARY)
    old = visit(day=DECEMBER, state=VisitState.SETTLED)
    old_but_open = visit(day=DECEMBER, object="CV-2", state=VisitState.IN_PROGRESS)
    perhaps_shifted = visit(day=JANUARY, state=VisitState.SETTLED)
    moved_on = visit(day=FEBRUARY, planned_date=MARCH, state=VisitState.WITHHELD, reason=Reason.SKIPPED)
    new = visit(day=MARCH)
    never_settled = visit("1043", JANUARY, state=VisitState.SETTLED)
    with with_contract.write() as connection:
        stored, ledger = Contracts(connection, "t_1"), Ledger(connection, "t_1")
        stored.save(settled, expected_version=1)
        ledger.add([old, old_but_open, perhaps_shifted, moved_on, new, never_settled])

        known = ledger.for_schedule([settled, contract("1043")])
        assert known["1042"] == {each.key: each for each in (old_but_open, perhaps_shifted, moved_on, new)}
        assert known["1043"] == {never_settled.key: never_settled}

        floating = replace(settled, plans=(replace(PLAN_A, schedule=Schedule.FLOATING),))
        assert old.key in ledger.for_schedule([floating])["1042"]


def test_what_the_schedule_gets_takes_two_queries_however_many_contracts(with_contract: Database) -> None:
    some = [contract(str(number), settled_through=JANUARY if number % 2 else None) for number in range(50)]
    with with_contract.write() as connection:
        for each in some:
            Contracts(connection, "t_1").add(each)
        with counted_queries(connection) as queries:
            assert len(Ledger(connection, "t_1").for_schedule(some)) == 50
    assert len(queries) == 2


def test_another_tenants_visits_are_out_of_reach(with_contract: Database) -> None:
    ours = visit(state=VisitState.ORDERING, workorder_no="C1", host_row_id=7, run_id="run_1")
    with with_contract.write() as connection:
        Ledger(connection, "t_1").add([ours])
    with with_contract.write() as connection:
        others = Ledger(connection, "t_2")
        assert others.get(ours.key) is None
        assert others.of_contract("1042") == others.of_run("run_1") == others.in_states(list(VisitState), 9) == []
        assert others.by_workorder_numbers(["C1"]) == {}
        assert others.by_row_ids([7]) == {}
        assert others.for_schedule([contract("1042")]) == {"1042": {}}
        with pytest.raises(LedgerConflictError):
            others.update(replace(ours, state=VisitState.ORDERED), VisitState.ORDERING)


def test_a_visit_needs_its_contract(database: Database) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), database.write() as connection:
        Ledger(connection, "t_1").add([visit("unknown")])


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (visit(state=VisitState.WITHHELD, reason=None), "visits_withheld_has_a_reason"),
        (visit(state=VisitState.ORDERING, workorder_no=None), "visits_ordering_has_a_number"),
    ],
)
def test_a_visit_without_what_its_state_needs_is_refused(
    with_contract: Database, wrong: LedgerVisit, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), with_contract.write() as connection:
        Ledger(connection, "t_1").add([wrong])


def test_moments_are_kept_in_utc_and_naive_ones_refused(with_contract: Database) -> None:
    summer = datetime(2027, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
    with with_contract.write() as connection:
        Ledger(connection, "t_1").add([visit(day=JANUARY, attempted_at=summer)])
        stored = Ledger(connection, "t_1").of_contract("1042")[0]
        assert stored.attempted_at == datetime(2027, 7, 1, 10, 0, tzinfo=UTC)
        assert stored.attempted_at is not None
        assert stored.attempted_at.tzinfo is UTC
    naive = datetime(2027, 7, 1, 12, 0)  # noqa: DTZ001 - it is the naive one that is refused
    with pytest.raises(Exception, match="time zone"), with_contract.write() as connection:
        Ledger(connection, "t_1").add([visit(day=FEBRUARY, attempted_at=naive)])
