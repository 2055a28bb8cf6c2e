"""What holds for every contract, with and without change (rules: The two ideas; Settle, then change)."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.calendar import Calendar
from powerup.contracts.changed_rules import counts_from
from powerup.contracts.contract import ContractType, Pause, Schedule, Shift, Termination
from powerup.contracts.floating import advanced, next_nominal_date
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit, problems
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.settling import after_settling, settled
from powerup.contracts.situation import ContractSituation, last_due_day
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from tests.contracts.cycles import (
    A_DAY,
    ORDERED,
    Line,
    done_on_its_day,
    forecast_lines,
    ledger_lines,
    one_cycle,
    run,
)
from tests.contracts.generated_contracts import CALENDARS, FIRST_DAY, one_named_day, situations
from tests.contracts.generated_recurrences import recurrences_of
from tests.contracts.walked_periods import first_day

A_YEAR_LATER = FIRST_DAY + timedelta(days=365)
HALF_A_YEAR_LATER = FIRST_DAY + timedelta(days=182)
both_schedules = st.sampled_from(Schedule)


def _through(of: ContractSituation, day: date) -> list[Line]:
    return [line for line in ledger_lines(of) if line.planned <= day and line.outcome != Reason.BEFORE_ENTRY]


@settings(deadline=None, max_examples=40)
@given(situations(both_schedules))
def test_sleeping_until_the_day_of_waking_misses_nothing(start: ContractSituation) -> None:
    daily = run(start, FIRST_DAY, HALF_A_YEAR_LATER, done_on_its_day)
    sleeping = run(start, FIRST_DAY, HALF_A_YEAR_LATER, done_on_its_day, sleeping=True)
    assert ledger_lines(sleeping) == ledger_lines(daily)


@settings(deadline=None, max_examples=40)
@given(situations(both_schedules))
def test_a_year_of_cycles_orders_what_the_forecast_says_on_the_first_day(start: ContractSituation) -> None:
    now, _ = one_cycle(start, FIRST_DAY)
    forecast = [
        line
        for line in forecast_lines(now, start.contract.start, A_YEAR_LATER, FIRST_DAY)
        if line.outcome not in AFTER_THE_END | {Reason.BEFORE_ENTRY}
    ]
    after = run(now, FIRST_DAY, A_YEAR_LATER + A_DAY, done_on_its_day, sleeping=True)
    after, _ = one_cycle(after, A_YEAR_LATER + A_DAY)
    assert _through(after, A_YEAR_LATER) == forecast


@st.composite
def floating_on_a_day(draw: st.DrawFn) -> ContractSituation:
    """A contract of which every plan floats and names its day."""
    start = draw(situations())
    plans = tuple(
        replace(each, recurrence=draw(one_named_day), schedule=Schedule.FLOATING) for each in start.contract.plans
    )
    return replace(start, contract=replace(start.contract, type=ContractType.PREVENTIVE, yearly=None, plans=plans))


@settings(deadline=None, max_examples=60)
@given(floating_on_a_day())
def test_plans_that_float_with_a_day_order_what_the_forecast_says_when_each_is_done_on_its_day(
    start: ContractSituation,
) -> None:
    now, _ = one_cycle(start, FIRST_DAY)
    forecast = [
        line
        for line in forecast_lines(now, start.contract.start, A_YEAR_LATER, FIRST_DAY)
        if line.outcome not in AFTER_THE_END | {Reason.BEFORE_ENTRY}
    ]
    after = run(now, FIRST_DAY, A_YEAR_LATER + A_DAY, done_on_its_day)
    after, _ = one_cycle(after, A_YEAR_LATER + A_DAY)
    assert _through(after, A_YEAR_LATER) == forecast


@settings(deadline=None, max_examples=60)
@given(floating_on_a_day())
def test_a_plan_that_floats_is_always_on_a_day_such_as_its_rule_names(start: ContractSituation) -> None:
    plans = {plan.name: plan for plan in start.contract.plans}
    for line in forecast_lines(start, start.contract.start, A_YEAR_LATER, FIRST_DAY):
        plan = plans[line.plan]
        named = plan.next_visit_named(line.object_code)
        assert line.nominal == named or _is_such_a_day(plan.recurrence, line.nominal, start.calendar)


def _is_such_a_day(rule: Recurrence, day: date, calendar: Calendar) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.weekdays:
        return day.weekday() in rule.weekdays
    month = [date(day.year, day.month, each) for each in range(1, monthrange(day.year, day.month)[1] + 1)]
    if rule.moment is None:
        last = month[-1].day if rule.at_short_month is ShortMonth.LAST_DAY else 31
        return day.day == min(rule.month_day or 0, last)
    return day == _moment_in(month, rule.moment, calendar)


def _moment_in(month: list[date], moment: Moment, calendar: Calendar) -> date:
    if moment.weekday is None:
        fitting = [day for day in month if calendar.is_working_day(day)]
    else:
        fitting = [day for day in month if day.weekday() == moment.weekday]
    return fitting[moment.ordinal - 1 if moment.ordinal > 0 else -1]


@settings(deadline=None, max_examples=200)
@given(one_named_day, st.dates(FIRST_DAY, A_YEAR_LATER), st.sampled_from(CALENDARS))
def test_no_such_day_after_a_completion_is_nearer_than_the_next_one(
    rule: Recurrence, done: date, calendar: Calendar
) -> None:
    target = advanced(rule, done, calendar)
    found = next_nominal_date(rule, done, calendar)
    anywhere = replace(rule, months=() if rule.unit is Unit.MONTH else rule.months)
    assert found > done
    assert _is_such_a_day(anywhere, found, calendar)
    away = abs(found - target).days
    for days in range(away + 1):
        for day in (target - timedelta(days=days), target + timedelta(days=days)):
            if day > done and _is_such_a_day(anywhere, day, calendar):
                assert day == found
                return


@settings(deadline=None, max_examples=40)
@given(situations(both_schedules), st.integers(0, 300))
def test_no_visit_is_due_before_the_contract_wakes(start: ContractSituation, days: int) -> None:
    today = FIRST_DAY + timedelta(days=days)
    now, _ = one_cycle(start, today)
    wake = wake_on(now, today)
    day = today + A_DAY
    while day < min(wake or date.max, today + timedelta(days=60)):
        assert due(now, day) == []
        day += A_DAY


@settings(deadline=None, max_examples=40)
@given(situations(), st.integers(0, 300), st.integers(1, 120))
def test_computed_visits_do_not_move_when_time_passes(start: ContractSituation, days: int, later: int) -> None:
    day = FIRST_DAY + timedelta(days=days)
    now = run(start, day, day)
    until = day + timedelta(days=400)
    then = day + timedelta(days=later)
    assert forecast_lines(now, then, until, day) == forecast_lines(now, then, until, then)


def _once_a_period(unit: Unit) -> st.SearchStrategy[Recurrence]:
    rules = recurrences_of(unit).map(
        lambda rule: replace(rule, every=min(rule.every, 4), weekdays=rule.weekdays[:1], extra_dates=())
    )
    return rules.filter(lambda rule: not problems(rule))


once_a_period = st.sampled_from(Unit).flatmap(_once_a_period)
"""Rules of every unit that yield at most one date in each period."""


@st.composite
def touched_by_people(draw: st.DrawFn, now: ContractSituation, today: date) -> ContractSituation:
    """The situation after a person skipped some visits of the future and moved others."""
    ahead = [visit for visit in visits(now, today, today + timedelta(days=200), today) if visit.written is None]
    chosen = draw(st.lists(st.sampled_from(ahead), max_size=4, unique_by=lambda visit: visit.key)) if ahead else []
    rows = [_touched(visit.key, visit.planned_date, draw(st.integers(-5, 20)), today) for visit in chosen]
    return replace(now, ledger={**now.ledger, **{row.key: row for row in rows}})


def _touched(key: VisitKey, planned: date, days: int, today: date) -> LedgerVisit:
    """Skipped, or moved by so many days but not into the past."""
    if days == 0:
        return LedgerVisit(key, planned, planned, planned, VisitState.WITHHELD, Reason.SKIPPED)
    to = max(today, planned + timedelta(days=days))
    return LedgerVisit(key, to, to, to, VisitState.PLANNED, pinned=True)


def _edited(now: ContractSituation, today: date, rule: Recurrence) -> ContractSituation:
    """The first plan gets another rule as the pages say: what is due is written first, the new rule counts later."""
    now = after_settling(now, settled(now, today, unseen=False), today)
    first, *others = now.contract.plans
    lasting = [
        row.key.nominal_date
        for row in now.ledger.values()
        if row.key.plan == first.name and (row.workorder_no or row.planned_date < today)
    ]
    new = replace(
        first,
        recurrence=rule,
        counts_from=counts_from(replace(first, recurrence=rule), max(lasting, default=None), today),
    )
    return replace(now, contract=replace(now.contract, plans=(new, *others)))


@settings(deadline=None, max_examples=60)
@given(situations(), once_a_period, st.data())
def test_no_edit_makes_two_visits_of_one_period(
    start: ContractSituation, rule: Recurrence, data: st.DataObject
) -> None:
    old = data.draw(_once_a_period(rule.unit))
    start = _with_first_rule(start, old)
    today = FIRST_DAY + timedelta(days=data.draw(st.integers(0, 120)))
    now = data.draw(touched_by_people(run(start, FIRST_DAY, today, sleeping=True), today))
    edited = _edited(now, today, rule)
    periods: dict[bool, list[tuple[str, date]]] = {True: [], False: []}
    for visit in visits(edited, FIRST_DAY, today + timedelta(days=300), today):
        if visit.key.plan == "A" and visit.reason is not Reason.COVERED:
            was_there = visit.key in edited.ledger
            periods[was_there].append((visit.key.object, first_day(rule, visit.key.nominal_date)))
    made = periods[False]
    assert len(made) == len(set(made))
    assert not set(made) & set(periods[True]), "two that were there before may be in one period of the new rule"


def _with_first_rule(start: ContractSituation, rule: Recurrence) -> ContractSituation:
    first, *others = start.contract.plans
    plans = (replace(first, recurrence=rule, anchor=None, next_visit=None, next_visits=()), *others)
    return replace(start, contract=replace(start.contract, type=ContractType.PREVENTIVE, yearly=None, plans=plans))


@settings(deadline=None, max_examples=60)
@given(situations(), once_a_period, st.integers(1, 120))
def test_an_edit_leaves_the_past_as_it_was(start: ContractSituation, rule: Recurrence, days: int) -> None:
    today = FIRST_DAY + timedelta(days=days)
    now = run(start, FIRST_DAY, today - A_DAY, sleeping=True)
    edited = _edited(now, today, rule)
    after = run(edited, today, today + timedelta(days=60), sleeping=True)
    before = {key: row for key, row in now.ledger.items() if row.planned_date < today}
    assert {key: after.ledger[key] for key in before} == before
    settled_now = {row.key for row in settled(now, today, unseen=False)}
    new = [row for key, row in after.ledger.items() if key not in now.ledger and key not in settled_now]
    shifted_back = start.contract.plans[0].shift not in (Shift.AS_IS, Shift.NEXT_WORKING_DAY)
    assert shifted_back or all(row.planned_date >= today for row in new)
    assert all(row.key.nominal_date >= today or row.key.plan != "A" for row in new)


@settings(deadline=None, max_examples=60)
@given(situations(), once_a_period, st.integers(0, 120))
def test_editing_one_plan_leaves_the_others_alone(start: ContractSituation, rule: Recurrence, days: int) -> None:
    same_rank = tuple(replace(each, rank=0) for each in start.contract.plans)
    start = replace(start, contract=replace(start.contract, plans=same_rank))
    today = FIRST_DAY + timedelta(days=days)
    now, _ = one_cycle(run(start, FIRST_DAY, today, sleeping=True), today)
    edited = _edited(now, today, rule)
    until = today + timedelta(days=300)

    def of_others(which: ContractSituation) -> list[Line]:
        return [line for line in forecast_lines(which, FIRST_DAY, until, today) if line.plan != "A"]

    assert of_others(edited) == of_others(now)


@settings(deadline=None, max_examples=60)
@given(situations(), st.integers(1, 200), st.integers(0, 90))
def test_outside_of_a_pause_the_visits_are_the_same(start: ContractSituation, days: int, length: int) -> None:
    start = replace(start, contract=replace(start.contract, overlap_days=0, pauses=()))
    first = FIRST_DAY + timedelta(days=days)
    last = first + timedelta(days=length)
    paused = replace(start, contract=replace(start.contract, pauses=(Pause(first, last),)))

    def outside(which: ContractSituation) -> list[Line]:
        lines = forecast_lines(which, FIRST_DAY, A_YEAR_LATER, FIRST_DAY)
        return [line for line in lines if not first <= line.planned <= last]

    assert outside(paused) == outside(start)
    assert all(line.outcome != ORDERED for line in forecast_lines(paused, first, last, FIRST_DAY))


@settings(deadline=None, max_examples=40)
@given(situations(), st.integers(0, 60), st.integers(0, 60))
def test_terminating_and_undoing_is_as_if_nothing_had_happened(start: ContractSituation, days: int, later: int) -> None:
    # With overlap days a larger visit behind the early end would not come, and so not replace a smaller one before it.
    start = replace(start, contract=replace(start.contract, termination=None, overlap_days=0))
    # Nobody terminates what has not been entered yet.
    terminated_on = max(FIRST_DAY, start.contract.entered_on) + timedelta(days=days)
    undone_on = terminated_on + timedelta(days=later)
    now = run(start, FIRST_DAY, terminated_on, sleeping=True)
    last_day = max(undone_on, now.contract.start)
    ended = replace(now, contract=replace(now.contract, termination=Termination(last_day, "MOVED")))
    waiting = run(ended, terminated_on, undone_on)
    undone = replace(waiting, contract=replace(waiting.contract, termination=None))
    until = undone_on + timedelta(days=60)
    assert ledger_lines(run(undone, undone_on, until)) == ledger_lines(run(start, FIRST_DAY, until))


@settings(deadline=None, max_examples=60)
@given(situations(), st.sampled_from(Shift))
def test_a_shift_never_changes_the_nominal_dates(start: ContractSituation, shift: Shift) -> None:
    # A next visit may be named by a planned date, and that a shift does change.
    plain = tuple(replace(each, next_visit=None, next_visits=()) for each in start.contract.plans)
    start = replace(start, contract=replace(start.contract, plans=plain))
    plans = tuple(replace(each, shift=shift) for each in plain)
    shifted = replace(start, contract=replace(start.contract, plans=plans))
    around = (date(2025, 10, 1), date(2027, 12, 31))

    def nominal(which: ContractSituation) -> list[VisitKey]:
        since, until = date(2026, 2, 1), date(2027, 11, 30)
        found = visits(which, *around, FIRST_DAY)
        return sorted(visit.key for visit in found if since <= visit.key.nominal_date <= until)

    assert nominal(shifted) == nominal(start)


@settings(deadline=None, max_examples=40)
@given(situations(both_schedules), st.integers(0, 200))
def test_what_is_written_keeps_its_key_and_is_written_once(start: ContractSituation, days: int) -> None:
    today = FIRST_DAY + timedelta(days=days)
    now, rows = one_cycle(start, today)
    assert len({row.key for row in rows}) == len(rows)
    assert not {row.key for row in rows} & start.ledger.keys()
    assert one_cycle(now, today)[1] == []
    numbers = [row.workorder_no for row in rows if row.state is VisitState.ORDERING]
    assert None not in numbers
    assert len(set(numbers)) == len(numbers)


@settings(deadline=None, max_examples=40)
@given(situations(both_schedules), st.integers(0, 200))
def test_nothing_is_written_past_the_last_day_or_after_the_last_due_day(start: ContractSituation, days: int) -> None:
    today = FIRST_DAY + timedelta(days=days)
    rows = due(start, today)
    last_day = start.contract.last_day
    assert all(row.planned_date <= max(today, last_due_day(start, today)) for row in rows)
    assert last_day is None or all(row.planned_date <= last_day for row in rows)
