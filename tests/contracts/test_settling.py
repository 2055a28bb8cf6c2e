"""What is written under the old rule before a change (rules: Settle, then change)."""

from datetime import date

from powerup.contracts.schedule import visits
from powerup.contracts.settling import after_settling, settled
from powerup.contracts.visit import Reason
from tests.contracts.cycles import (
    after_an_edit,
    contract,
    dates,
    days_in_advance,
    one_cycle,
    ordered,
    plan,
    planned_dates,
    rule_of,
    run,
    situation,
)

NEW_YEAR = date(2026, 1, 1)


def test_what_is_due_is_written_under_the_old_rule_first() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(14)))
    now = run(now, NEW_YEAR, date(2026, 2, 20))
    today = date(2026, 3, 1)
    assert ordered(settled(now, today, unseen=False)) == dates("2026-03-10")
    after = after_an_edit(now, today, recurrence=rule_of(month_day=20))
    assert planned_dates(visits(after, date(2026, 3, 1), date(2026, 4, 30), today)) == dates("2026-03-10", "2026-04-20")


def test_a_contract_that_no_cycle_has_seen_orders_nothing_while_it_is_corrected() -> None:
    entered = date(2026, 3, 5)
    now = situation(contract(plan(month_day=10), start=NEW_YEAR, entered_on=entered, lead=days_in_advance(14)))
    rows = settled(now, entered, unseen=True)
    assert [row.reason for row in rows] == [Reason.BEFORE_ENTRY]


def test_settling_twice_writes_nothing_more() -> None:
    now = situation(contract(plan(month_day=10), start=NEW_YEAR))
    now, _ = one_cycle(now, date(2026, 3, 10))
    assert settled(now, date(2026, 3, 10), unseen=False) == []


def test_the_ledger_is_complete_through_yesterday_but_never_past_the_last_day() -> None:
    open_ended = situation(contract(plan(), start=NEW_YEAR))
    assert after_settling(open_ended, [], date(2026, 3, 10)).contract.settled_through == date(2026, 3, 9)
    ended = situation(contract(plan(), start=NEW_YEAR, end=date(2026, 2, 28)))
    assert after_settling(ended, [], date(2026, 3, 10)).contract.settled_through == date(2026, 2, 28)
