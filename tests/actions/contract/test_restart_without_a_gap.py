"""A restart without a gap neither loses nor doubles a visit (rules: Actions, restart): over made-up contracts, what an
old and a new contract order together is what one contract without that end would have ordered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.contract import Contract, Schedule, Shift, Termination, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.situation import ContractSituation
from powerup.contracts.succession import followed
from powerup.contracts.visit import AT_HOST, LedgerVisit, VisitKey, VisitState
from tests.actions.scenes import at_host, decide, scene, situation, the_contract
from tests.contracts.cycles import A_DAY, done_on_its_day, one_cycle, run
from tests.contracts.generated_contracts import FIRST_DAY, situations

UNTIL = FIRST_DAY + timedelta(days=330)
Ledger = dict[VisitKey, LedgerVisit]


def _without_end(start: ContractSituation) -> ContractSituation:
    """Nothing that is different for the new contract: pauses end with the old one, and days of overlap are compared
    within one contract."""
    contract = replace(start.contract, termination=None, pauses=(), terms=None, end=None, overlap_days=0)
    return replace(start, contract=contract)


def _at_the_host(row: LedgerVisit, today: date) -> LedgerVisit:
    """An order is made in the cycle that decides about it, and done on its planned date."""
    if row.state is VisitState.ORDERING:
        row = replace(row, state=VisitState.ORDERED, host_row_id=abs(hash(row.key)) % 2**31, attempts=1)
    return row if row.state is VisitState.RETRACTING else done_on_its_day(row, today)


def _taken_back(rows: Iterable[LedgerVisit], started: Iterable[VisitKey]) -> Ledger:
    """The old ledger once the host was asked to delete what is taken back; some have been started meanwhile."""
    going = set(started)
    done = {}
    for row in rows:
        if row.state is VisitState.RETRACTING:
            state = VisitState.IN_PROGRESS if row.key in going else VisitState.WITHHELD
            row = replace(row, state=state, reason=None if row.key in going else row.reason)
        done[row.key] = row
    return done


def _decided_by_its_own_cycle(ended: ContractSituation, old: Ledger, today: date) -> Ledger:
    """The old ledger once the next cycle wrote what became of the old contract's last days."""
    after, _ = one_cycle(replace(ended, ledger=old), today)
    return dict(after.ledger)


def _heard(new: ContractSituation, old: Ledger) -> ContractSituation:
    """The new contract when it has heard what became of the orders that stand for its visits."""
    rows = {
        key: followed(row, old[replace(key, contract=row.covered_by)]) if row.covered_by else row
        for key, row in new.ledger.items()
    }
    return replace(new, ledger=rows)


def _day_by_day(new: ContractSituation, old: Ledger, first: date, last: date) -> tuple[ContractSituation, Ledger]:
    day = first
    while day <= last:
        new = _heard(new, old)
        new, _ = one_cycle(new, day)
        open_rows = {key: _at_the_host(row, day) for key, row in new.ledger.items() if row.state in _NOT_DONE}
        new = replace(new, ledger={**new.ledger, **open_rows})
        old = {key: _at_the_host(row, day) if row.state in _NOT_DONE else row for key, row in old.items()}
        day += A_DAY
    return new, old


_NOT_DONE = (VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS)


def _orders(rows: Iterable[LedgerVisit]) -> Counter[tuple[VisitKey, date]]:
    return Counter(
        (replace(row.key, contract=""), row.planned_date)
        for row in rows
        if row.state in AT_HOST and row.planned_date <= UNTIL
    )


def _ended(now: ContractSituation, last_day: date) -> ContractSituation:
    contract: Contract = replace(now.contract, termination=Termination(last_day, "MOVED"))
    return replace(now, contract=contract)


def test_a_visit_done_before_the_last_day_is_not_made_again_where_the_new_start_shifts_it_on() -> None:
    """Nominal on Sunday 31 May, done on Friday in the old contract; by its rule the new one, from Saturday, has it on
    Monday."""
    monthly = VisitPlan("B", Recurrence(Unit.MONTH, month_day=31), shift=Shift.PREVIOUS_WORKING_DAY)
    friday = date(2026, 5, 29)
    old = situation(the_contract(plans=(monthly,), objects=(), start=friday, entered_on=friday))
    ended = run(_ended(old, friday), friday, friday, _at_the_host)
    saturday = friday + A_DAY
    change = decide("contract.restart", scene(ended, today=saturday, readings=at_host(ended)), {})
    rows = {row.key: row for row in change.ledger if row.key.contract == "1043"}
    new = replace(ended, contract=change.added[0], ledger=rows)
    new, _ = _day_by_day(new, dict(ended.ledger), saturday, date(2026, 6, 3))
    (row,) = (row for row in new.ledger.values() if row.key.nominal_date == date(2026, 5, 31))
    assert (row.planned_date, row.state, row.covered_by) == (friday, VisitState.WITHHELD, "1042")


def test_a_visit_before_the_next_one_that_its_plan_names_does_not_come_by_a_restart() -> None:
    """Nominal on the old contract's only day and shifted past it to 11 May; the plan names 7 May as the next visit."""
    sunday = date(2026, 4, 26)
    works = ClosedDay(date(2026, 4, 27), "Revisie", until=date(2026, 5, 8))
    sixth_days = VisitPlan("B", Recurrence(Unit.DAY, 6), shift=Shift.NEXT_WORKING_DAY, next_visit=date(2026, 5, 7))
    old = situation(
        the_contract(plans=(sixth_days,), objects=(), start=sunday, entered_on=sunday, closed_ranges=(works,))
    )
    ended = run(_ended(old, sunday), sunday, sunday, _at_the_host)
    change = decide("contract.restart", scene(ended, today=sunday + A_DAY, readings=at_host(ended)), {})
    assert [row.key for row in change.ledger if row.state is VisitState.PLANNED] == []
    rows = {row.key: row for row in change.ledger if row.key.contract == "1043"}
    new = replace(ended, contract=change.added[0], ledger=rows)
    new, _ = _day_by_day(new, dict(ended.ledger), sunday + A_DAY, date(2026, 5, 12))
    done = [row.planned_date for row in new.ledger.values() if row.state is VisitState.COMPLETED]
    assert done == [date(2026, 5, 7)]


@settings(deadline=None, max_examples=25)
@given(situations(st.sampled_from(Schedule)), st.integers(20, 150), st.integers(0, 60), st.data())
def test_a_restart_without_a_gap_neither_loses_nor_doubles_a_visit(
    made_up: ContractSituation, days: int, earlier: int, data: st.DataObject
) -> None:
    start = _without_end(made_up)
    last_day = max(FIRST_DAY + timedelta(days=days), start.contract.start)
    pressed = max(last_day - timedelta(days=earlier), start.contract.start, FIRST_DAY)
    without = run(start, FIRST_DAY, UNTIL, _at_the_host)

    ended = run(_ended(run(start, FIRST_DAY, pressed, _at_the_host), last_day), pressed + A_DAY, last_day, _at_the_host)
    today = last_day + A_DAY
    on = scene(ended, today=today, readings=at_host(ended))
    on = replace(on, calendar=start.calendar, configuration=replace(on.configuration, settings=start.settings))
    change = decide("contract.restart", on, {"existing_orders": data.draw(st.sampled_from(["retract", "keep"]))})
    old_rows = {**ended.ledger, **{row.key: row for row in change.ledger if row.key.contract == "1042"}}
    retracting = sorted(key for key, row in old_rows.items() if row.state is VisitState.RETRACTING)
    started = data.draw(st.lists(st.sampled_from(retracting), unique=True)) if retracting else []
    old = _decided_by_its_own_cycle(ended, _taken_back(old_rows.values(), started), today)
    new = ContractSituation(
        change.added[0],
        start.calendar,
        start.settings,
        {row.key: row for row in change.ledger if row.key.contract == "1043"},
        start.facts,
    )
    new, old = _day_by_day(new, old, today, UNTIL)
    assert _orders([*old.values(), *new.ledger.values()]) == _orders(without.ledger.values())
