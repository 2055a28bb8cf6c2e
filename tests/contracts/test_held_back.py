"""Visits that wait for a person's word, because a change would make too many at once (rules: Generation)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import CatchUp, Contract, Lead, Pause, Schedule, Termination
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.settling import settled
from powerup.contracts.situation import ContractSituation, Facts
from powerup.contracts.visit import Reason, VisitKey, VisitState
from tests.contracts.cycles import contract, dates, moved, one_cycle, ordered, plan, run, situation, withheld
from tests.contracts.generated_contracts import FIRST_DAY, situations

START = date(2026, 1, 1)
WAITS = Reason.AWAITING_CONFIRMATION


def daily(**fields: Any) -> Contract:
    """A visit a day, each ordered three days ahead."""
    return replace(contract(plan(unit=Unit.DAY), start=START, lead=Lead(3)), **fields)


def waiting(of: Contract, **fields: Any) -> ContractSituation:
    """The contract while the cap holds its orders back."""
    return situation(of, awaiting_release=True, **fields)


def released(held: ContractSituation) -> ContractSituation:
    """The same when a person has said the word."""
    return replace(held, awaiting_release=False)


def states(of: ContractSituation) -> dict[date, tuple[VisitState, Reason | None]]:
    return {row.planned_date: (row.state, row.reason) for row in of.ledger.values()}


def test_what_waits_is_written_as_planned_when_its_planned_date_has_passed() -> None:
    held = run(waiting(daily()), START, date(2026, 1, 3))
    assert states(held) == dict.fromkeys(dates("2026-01-01", "2026-01-02"), (VisitState.PLANNED, WAITS))


def test_what_waits_is_written_once() -> None:
    held = run(waiting(daily()), START, date(2026, 1, 3))
    assert due(held, date(2026, 1, 3)) == []


@pytest.mark.parametrize(
    ("policy", "made"),
    [
        (CatchUp.LATEST, dates("2026-01-10", "2026-01-11", "2026-01-12", "2026-01-13", "2026-01-14")),
        (CatchUp.NONE, dates("2026-01-11", "2026-01-12", "2026-01-13", "2026-01-14")),
        (CatchUp.ALL, [START + timedelta(days=days) for days in range(14)]),
    ],
)
def test_released_late_the_catch_up_policy_decides_about_what_has_passed(policy: CatchUp, made: list[date]) -> None:
    held = waiting(daily(), settings=TenantSettings(catch_up=policy))
    now, rows = one_cycle(released(run(held, START, date(2026, 1, 10))), date(2026, 1, 11))
    assert ordered(rows) == made
    left = {row.planned_date for row in rows} - set(made)
    assert withheld(rows) == dict.fromkeys(sorted(left), Reason.MISSED)
    assert all(row.state is not VisitState.PLANNED for row in now.ledger.values())


def test_the_present_says_of_a_waiting_visit_that_has_passed_that_it_is_planned() -> None:
    held = run(waiting(daily()), START, date(2026, 1, 3))
    found = visits(held, START, date(2026, 1, 7), date(2026, 1, 3))
    assert [(visit.state, visit.reason) for visit in found] == [
        *[(VisitState.PLANNED, WAITS)] * 6,
        (VisitState.PLANNED, None),  # not due yet
    ]


def test_a_waiting_larger_visit_still_covers_a_smaller_one_when_its_day_has_passed() -> None:
    of = contract(
        plan("A", Unit.WEEK, 1, rank=1), plan("B", Unit.YEAR, 12, rank=2), start=START, lead=Lead(3), overlap_days=7
    )
    held = run(waiting(of), START, date(2026, 1, 5))
    assert {row.key.plan: row.reason for row in held.ledger.values()} == {"A": Reason.COVERED, "B": WAITS}
    (row,) = due(released(held), date(2026, 1, 5))
    assert (row.key.plan, row.planned_date, row.state) == ("B", START, VisitState.ORDERING)


def test_a_floating_visit_that_waits_is_the_open_one_of_its_plan() -> None:
    of = contract(plan(unit=Unit.WEEK, schedule=Schedule.FLOATING), start=START)
    held = run(waiting(of), START, date(2026, 2, 20))
    assert states(held) == {START: (VisitState.PLANNED, WAITS)}
    rows = due(released(held), date(2026, 2, 20))
    assert ordered(rows) == [START]


def test_an_ended_contract_is_released_all_the_same() -> None:
    of = daily(end=date(2026, 1, 2))
    held = run(waiting(of), START, date(2026, 1, 20))
    assert wake_on(held, date(2026, 1, 20)) == date(2026, 1, 21)
    rows = due(released(held), date(2026, 1, 21))
    assert ordered(rows) == dates("2026-01-02")
    assert withheld(rows) == {START: Reason.MISSED}


def test_an_early_end_withholds_what_waits_behind_it_and_nothing_before_it() -> None:
    held = run(waiting(daily()), START, date(2026, 1, 5))
    ended = replace(held, contract=replace(held.contract, termination=Termination(date(2026, 1, 2), "MOVED")))
    rows = due(ended, date(2026, 1, 5))
    assert withheld(rows) == dict.fromkeys(dates("2026-01-03", "2026-01-04"), Reason.TERMINATED)


def test_a_pause_withholds_what_waits_inside_it() -> None:
    held = run(waiting(daily()), START, date(2026, 1, 5))
    pause = Pause(date(2026, 1, 6), date(2026, 1, 7))
    paused = run(replace(held, contract=replace(held.contract, pauses=(pause,))), date(2026, 1, 5), date(2026, 1, 10))
    inside = {day for day, state in states(paused).items() if state == (VisitState.WITHHELD, Reason.PAUSED)}
    assert inside == set(dates("2026-01-06", "2026-01-07"))


def test_a_changed_rule_leaves_what_waits_in_the_past_and_drops_it_with_its_plan() -> None:
    held = run(waiting(daily()), START, date(2026, 1, 5))
    weekly = plan(unit=Unit.WEEK, counts_from=date(2026, 1, 5))
    changed = replace(held, contract=replace(held.contract, plans=(weekly,)))
    assert {visit.planned_date for visit in visits(changed, START, date(2026, 1, 4), date(2026, 1, 5))} == set(
        dates("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04")
    )
    other = replace(held, contract=replace(held.contract, plans=(plan("B", Unit.WEEK),)))
    assert set(withheld(due(other, date(2026, 1, 5))).values()) == {Reason.CHANGED}


def test_a_customer_who_is_blocked_meanwhile_loses_nothing_that_waits() -> None:
    held = run(waiting(daily()), START, date(2026, 1, 3))
    blocked = replace(held, facts=Facts(customer_blocked=True))
    assert due(blocked, date(2026, 1, 3)) == []


def test_a_moved_visit_that_waits_keeps_its_new_day() -> None:
    there = moved(START, date(2026, 1, 4))
    held = run(waiting(daily(), rows=[there]), START, date(2026, 1, 6))
    row = held.ledger[there.key]
    assert (row.planned_date, row.state, row.reason, row.pinned) == (date(2026, 1, 4), VisitState.PLANNED, WAITS, True)


def test_settling_before_a_change_orders_no_more_than_the_cap_of_what_no_cycle_has_seen() -> None:
    rows = settled(situation(daily()), date(2026, 1, 4), unseen=True)
    assert ordered(rows) == dates("2026-01-03")
    rows = settled(situation(daily(), settings=TenantSettings(change_cap=0)), date(2026, 1, 4), unseen=True)
    assert [(row.planned_date, row.state, row.reason) for row in rows] == [
        (START + timedelta(days=days), VisitState.PLANNED, WAITS) for days in range(3)
    ]


def _keys(of: ContractSituation, state: VisitState, reason: Reason | None = None) -> set[VisitKey]:
    return {row.key for row in of.ledger.values() if (row.state, row.reason) == (state, reason)}


@settings(deadline=None, max_examples=40)
@given(situations(), st.integers(1, 250))
def test_no_visit_is_lost_by_a_cap_that_is_released_late(start: ContractSituation, days: int) -> None:
    """What was ordered and what catch-up leaves is together what would have come; what a missed one had covered may
    come besides."""
    last, release = FIRST_DAY + timedelta(days=300), FIRST_DAY + timedelta(days=days)
    free = run(start, FIRST_DAY, last, sleeping=True)
    held = run(replace(start, awaiting_release=True), FIRST_DAY, release, sleeping=True)
    assert not _keys(held, VisitState.WITHHELD, Reason.MISSED)
    assert not _keys(held, VisitState.ORDERING)
    late = run(released(held), release, last, sleeping=True)
    assert not _keys(late, VisitState.PLANNED, WAITS)
    come, left = _keys(late, VisitState.ORDERING), _keys(late, VisitState.WITHHELD, Reason.MISSED)
    would_come = _keys(free, VisitState.ORDERING) | _keys(free, VisitState.WITHHELD, Reason.MISSED)
    assert would_come <= come | left
    assert (come | left) - would_come <= _keys(free, VisitState.WITHHELD, Reason.COVERED)


@settings(deadline=None, max_examples=20)
@given(situations(st.just(Schedule.FLOATING)), st.integers(1, 250))
def test_a_floating_visit_that_waits_is_never_missed(start: ContractSituation, days: int) -> None:
    release = FIRST_DAY + timedelta(days=days)
    held = run(replace(start, awaiting_release=True), FIRST_DAY, release, sleeping=True)
    assert not _keys(held, VisitState.WITHHELD, Reason.MISSED)
    series = [(key.plan, key.object) for key in _keys(held, VisitState.PLANNED, WAITS)]
    if start.contract.yearly is None:
        assert len(set(series)) == len(series), "one is open at a time"
