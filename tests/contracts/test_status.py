"""What a contract's status is on a day (rules: Status)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from powerup.contracts.contract import Pause, Status, Termination
from powerup.contracts.schedule import due, visits
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from tests.contracts.cycles import contract, dates, moved, plan, planned_dates, reasons, run, situation, withheld

START, END = date(2026, 3, 1), date(2026, 12, 31)
RENEWING = Terms("STD", "Standaard", renewal=Renewal.AUTOMATIC, renewal_period=Period(1, PeriodUnit.YEAR))


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 2, 28), Status.NOT_STARTED),
        (START, Status.ACTIVE),
        (END, Status.ACTIVE),
        (date(2027, 1, 1), Status.ENDED),
    ],
)
def test_start_and_end_are_inclusive(day: date, status: Status) -> None:
    assert contract(start=START, end=END).status(day) is status


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 2, 28), Status.NOT_STARTED),
        (date(2026, 6, 15), Status.ACTIVE),
        (date(2026, 6, 16), Status.TERMINATED),
        (date(2028, 1, 1), Status.TERMINATED),
    ],
)
def test_a_terminated_contract_is_active_through_its_last_day(day: date, status: Status) -> None:
    of = contract(start=START, end=END, termination=Termination(date(2026, 6, 15), "MOVED"))
    assert of.status(day) is status


def test_an_open_ended_contract_does_not_end() -> None:
    assert contract(start=START).status(date(2099, 12, 31)) is Status.ACTIVE


def test_a_contract_that_renews_by_itself_runs_on_before_the_cycle_that_moves_its_end() -> None:
    of = contract(start=START, end=END, terms=RENEWING)
    assert of.status(date(2027, 1, 1)) is Status.ACTIVE
    by_hand = replace(of, terms=replace(RENEWING, renewal=Renewal.BY_HAND))
    assert by_hand.status(date(2027, 1, 1)) is Status.ENDED
    terminated = replace(of, termination=Termination(END, "MOVED"))
    assert terminated.status(date(2027, 1, 1)) is Status.TERMINATED


def test_a_pause_is_beside_active_and_includes_both_days() -> None:
    pause = Pause(date(2026, 6, 1), date(2026, 6, 30))
    of = contract(start=START, pauses=(pause,))
    assert of.status(date(2026, 6, 15)) is Status.ACTIVE
    found = [of.pause_on(day) for day in dates("2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01")]
    assert found == [None, pause, pause, None]
    opened = replace(of, pauses=(Pause(date(2026, 6, 1), None),))
    assert opened.pause_on(date(2040, 1, 1)) is not None


@pytest.mark.parametrize(
    ("fields", "last_day"),
    [
        ({}, None),
        ({"end": END}, END),
        ({"end": END, "termination": Termination(date(2026, 6, 15), "MOVED")}, date(2026, 6, 15)),
        ({"end": END, "terms": RENEWING}, None),
        ({"end": END, "terms": RENEWING, "termination": Termination(date(2027, 6, 15), "MOVED")}, date(2027, 6, 15)),
    ],
)
def test_the_last_day_on_which_work_may_be_planned(fields: dict[str, Any], last_day: date | None) -> None:
    assert contract(start=START, **fields).last_day == last_day


def test_visits_after_the_last_day_are_told_and_never_written() -> None:
    of = contract(plan(month_day=10), start=START, termination=Termination(date(2026, 5, 10), "MOVED"))
    found = visits(situation(of), date(2026, 5, 1), date(2026, 7, 31), START)
    assert list(reasons(found).values()) == [None, "terminated", "terminated"]
    after = run(situation(of), START, date(2026, 8, 31))
    assert [row.planned_date for row in after.ledger.values()] == dates("2026-03-10", "2026-04-10", "2026-05-10")


def test_nothing_is_told_past_the_agreed_end() -> None:
    of = contract(plan(month_day=10), start=START, end=date(2026, 6, 30))
    of = replace(of, termination=Termination(date(2026, 5, 31), "MOVED"))
    found = visits(situation(of), date(2026, 5, 1), date(2027, 7, 31), START)
    assert list(reasons(found)) == dates("2026-05-10", "2026-06-10")


def test_an_early_end_that_is_undone_has_never_been() -> None:
    plain = situation(contract(plan(month_day=10), start=START))
    terminated = replace(plain, contract=replace(plain.contract, termination=Termination(date(2026, 5, 9), "MOVED")))
    before = run(terminated, START, date(2026, 5, 9))
    undone = replace(before, contract=replace(before.contract, termination=None))
    after = run(undone, date(2026, 5, 10), date(2026, 8, 1))
    assert after == run(plain, START, date(2026, 8, 1))


def test_a_contract_entered_when_it_had_already_ended_has_only_its_past() -> None:
    of = contract(plan(month_day=10), start=START, entered_on=date(2027, 5, 1), end=date(2026, 4, 30))
    after = run(situation(of), date(2027, 5, 1), date(2027, 8, 1))
    assert withheld(after.ledger.values()) == {date(2026, 4, 10): "before_entry"}
    early = replace(of, end=None, termination=Termination(date(2026, 4, 30), "MOVED"))
    after = run(situation(early), date(2027, 5, 1), date(2027, 8, 1))
    assert withheld(after.ledger.values()) == {date(2026, 4, 10): "before_entry"}


def test_a_moved_visit_that_the_end_has_cut_off_is_withheld_when_its_day_has_passed() -> None:
    of = contract(plan(month_day=10), start=START, end=date(2026, 3, 31))
    start = situation(of, [moved(date(2026, 3, 10), date(2026, 4, 15))])
    (visit,) = visits(start, date(2026, 4, 1), date(2026, 4, 30), START)
    assert visit.reason == "contract_ended"
    after = run(start, START, date(2026, 4, 16), sleeping=True)
    assert withheld(after.ledger.values()) == {date(2026, 4, 15): "contract_ended"}


def test_a_moved_visit_before_a_start_that_was_put_off_is_withheld() -> None:
    of = contract(plan(month_day=10), start=date(2026, 5, 1), entered_on=START)
    now = situation(of, [moved(date(2026, 5, 10), date(2026, 4, 15))])
    assert reasons(visits(now, date(2026, 4, 1), date(2026, 4, 30), START)) == {
        date(2026, 5, 10): "contract_not_started"
    }


def test_a_renewal_by_hand_after_the_end_goes_on_where_the_contract_stopped() -> None:
    of = contract(plan(month_day=5), start=START, end=END)
    ended = run(situation(of), START, date(2027, 1, 10))
    assert ended.contract.settled_through == END
    renewed = replace(ended, contract=replace(ended.contract, end=date(2027, 12, 31)))
    assert [row.planned_date for row in due(renewed, date(2027, 1, 10))] == dates("2027-01-05")


def test_the_forecast_of_an_ended_contract_is_empty() -> None:
    of = contract(plan(), start=START, end=END)
    assert planned_dates(visits(situation(of), date(2027, 1, 1), date(2027, 12, 31), date(2027, 1, 1))) == []
