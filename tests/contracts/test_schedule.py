"""What a contract's visits are and when they are ordered (rules: Recurrence, Generation)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.configuration import TenantSettings
from powerup.contracts.contract import Contract, ContractType, Lead, LeadUnit, Pause, Schedule, Shift, Termination
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.situation import Facts, last_due_day
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Reason, VisitState
from tests.contracts.cycles import (
    contract,
    dates,
    days_in_advance,
    key,
    ledger_lines,
    moved,
    one_cycle,
    ordered,
    plan,
    planned_dates,
    reasons,
    run,
    situation,
    withheld,
    working_days_in_advance,
    written,
)

NEW_YEAR = date(2026, 1, 1)
YEAR = (NEW_YEAR, date(2026, 12, 31))
RENEWING = Terms(
    "STD",
    "Standaard",
    duration=Period(1, PeriodUnit.YEAR),
    renewal=Renewal.AUTOMATIC,
    renewal_period=Period(1, PeriodUnit.YEAR),
)


def test_the_31st_of_every_month_is_twelve_visits_a_year() -> None:
    of = contract(plan(month_day=31), start=NEW_YEAR)
    found = planned_dates(visits(situation(of), *YEAR, NEW_YEAR))
    assert found == [
        date(2026, month, day) for month, day in enumerate([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], start=1)
    ]


def test_31_august_with_30_days_in_advance_is_ordered_on_1_august() -> None:
    of = contract(plan(month_day=31), start=date(2026, 8, 1), lead=days_in_advance(30))
    assert due(situation(of), date(2026, 7, 31)) == []
    (row,) = due(situation(of), date(2026, 8, 1))
    assert (row.planned_date, row.generation_date) == (date(2026, 8, 31), date(2026, 8, 1))
    assert (row.state, row.workorder_no) == (VisitState.ORDERING, "C1042-A-20260831-ALL")


def test_days_in_advance_are_the_plans_else_the_contracts_else_the_tenants() -> None:
    tenants = TenantSettings(days_in_advance=5, days_in_advance_unit=LeadUnit.WORKING)
    own, without = plan("A", month_day=20, lead=Lead(0)), plan("B", month_day=20)
    of = contract(own, without, start=NEW_YEAR, lead=days_in_advance(19))
    assert _generation_dates(of, tenants) == {"A": "2026-01-20", "B": "2026-01-01"}
    assert _generation_dates(replace(of, lead=None), tenants) == {"A": "2026-01-20", "B": "2026-01-13"}
    assert _generation_dates(replace(of, lead=None), TenantSettings()) == {"A": "2026-01-20", "B": "2026-01-06"}
    assert _generation_dates(replace(of, lead=None), TenantSettings(days_in_advance=5))["B"] == "2026-01-15"


def _generation_dates(of: Contract, settings: TenantSettings) -> dict[str, str]:
    found = visits(situation(of, settings=settings), NEW_YEAR, date(2026, 1, 31), NEW_YEAR)
    return {visit.key.plan: visit.generation_date.isoformat() for visit in found}


def test_the_tenants_days_in_advance_decide_how_far_a_cycle_looks() -> None:
    of = contract(plan(month_day=20), start=NEW_YEAR, lead=None)
    assert due(situation(of), date(2026, 1, 5)) == []
    assert ordered(due(situation(of), date(2026, 1, 6))) == dates("2026-01-20")
    assert wake_on(situation(of), NEW_YEAR) == date(2026, 1, 6)


def test_without_days_in_advance_a_visit_is_ordered_on_its_own_day() -> None:
    of = contract(plan(month_day=15), start=NEW_YEAR)
    assert due(situation(of), date(2026, 1, 14)) == []
    assert ordered(due(situation(of), date(2026, 1, 15))) == dates("2026-01-15")


def test_working_days_in_advance_leave_out_weekends_and_holidays() -> None:
    of = contract(plan(month_day=7), start=date(2026, 4, 1), lead=working_days_in_advance(2))
    assert due(situation(of), date(2026, 4, 1)) == []
    assert ordered(due(situation(of), date(2026, 4, 2))) == dates("2026-04-07")  # 6 April is Easter Monday


def test_a_plan_may_have_its_own_days_in_advance() -> None:
    of = contract(
        plan("A", month_day=20), plan("B", month_day=20, lead=Lead(0)), start=NEW_YEAR, lead=days_in_advance(19)
    )
    assert [row.key.plan for row in due(situation(of), NEW_YEAR)] == ["A"]


def test_a_lead_longer_than_the_time_left_is_ordered_at_once() -> None:
    of = contract(plan(month_day=20), start=date(2025, 1, 1), entered_on=date(2026, 1, 10), lead=days_in_advance(60))
    assert ordered(due(situation(of), date(2026, 1, 10))) == dates("2026-01-20", "2026-02-20")


def test_nothing_is_ordered_before_the_start_unless_the_tenant_wants_it() -> None:
    of = contract(plan(), start=date(2026, 3, 1), entered_on=NEW_YEAR, lead=days_in_advance(30))
    assert due(situation(of), date(2026, 2, 28)) == []
    assert ordered(due(situation(of), date(2026, 3, 1))) == dates("2026-03-01")
    early = situation(of, settings=TenantSettings(order_before_start=True))
    assert due(early, date(2026, 1, 29)) == []
    assert ordered(due(early, date(2026, 1, 30))) == dates("2026-03-01")
    assert wake_on(early, NEW_YEAR) == date(2026, 1, 30)
    assert wake_on(situation(of), NEW_YEAR) == date(2026, 3, 1)


def test_no_visit_planned_after_the_last_due_day_is_due() -> None:
    for number in (0, 1, 5, 20):
        of = contract(plan(unit=Unit.DAY), start=NEW_YEAR, lead=working_days_in_advance(number))
        now = situation(of)
        for offset in range(40):
            today = date(2026, 4, 1) + timedelta(days=offset)
            assert max(ordered(due(now, today))) <= last_due_day(now, today)


def test_the_window_ends_at_the_deadline_that_the_work_order_gets() -> None:
    of = contract(plan(month_day=10, window_before=5, window_after=7), start=NEW_YEAR)
    (visit,) = visits(situation(of), NEW_YEAR, date(2026, 1, 31), NEW_YEAR)
    assert (visit.planned_date, visit.deadline) == (date(2026, 1, 10), date(2026, 1, 17))


def test_a_shift_moves_the_planned_date_and_never_the_next_nominal_date() -> None:
    of = contract(plan(month_day=31, shift=Shift.NEXT_WORKING_DAY), start=NEW_YEAR)
    found = visits(situation(of), *YEAR, NEW_YEAR)
    assert [visit.key.nominal_date.day for visit in found] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert date(2026, 2, 28) not in planned_dates(found)
    assert date(2026, 3, 2) in planned_dates(found)


def test_a_visit_that_its_shift_skips_is_withheld_on_its_nominal_date() -> None:
    of = contract(plan(month_day=28, shift=Shift.SKIP), start=date(2026, 2, 1))
    (visit,) = visits(situation(of), date(2026, 2, 1), date(2026, 3, 1), date(2026, 2, 1))
    assert (visit.planned_date, visit.reason) == (date(2026, 2, 28), Reason.NOT_A_WORKING_DAY)
    assert due(situation(of), date(2026, 2, 28)) == []
    assert withheld(due(situation(of), date(2026, 3, 1))) == {date(2026, 2, 28): "not_a_working_day"}


def test_a_shift_never_leaves_the_agreed_period() -> None:
    at_start = contract(plan(shift=Shift.PREVIOUS_WORKING_DAY), start=date(2026, 2, 28))
    assert planned_dates(visits(situation(at_start), date(2026, 2, 1), date(2026, 3, 15), date(2026, 2, 1))) == dates(
        "2026-03-02"
    )
    at_end = contract(plan(month_day=28, shift=Shift.NEXT_WORKING_DAY), start=date(2026, 2, 1), end=date(2026, 3, 1))
    assert planned_dates(visits(situation(at_end), *YEAR, date(2026, 2, 1))) == dates("2026-02-27")


def test_a_termination_withholds_and_never_shifts() -> None:
    of = contract(plan(month_day=28, shift=Shift.NEXT_WORKING_DAY), start=date(2026, 2, 1), terms=RENEWING)
    of = replace(of, end=date(2027, 1, 31), termination=Termination(date(2026, 3, 1), "MOVED"))
    found = visits(situation(of), date(2026, 2, 1), date(2026, 3, 10), date(2026, 2, 1))
    assert reasons(found) == {date(2026, 2, 28): "terminated"}
    assert found[0].planned_date == date(2026, 3, 2)


def test_a_shift_to_the_day_before_is_seen_on_that_day() -> None:
    of = contract(plan(month_day=28, shift=Shift.PREVIOUS_WORKING_DAY), start=date(2026, 2, 1))
    assert due(situation(of), date(2026, 2, 26)) == []
    assert ordered(due(situation(of), date(2026, 2, 27))) == dates("2026-02-27")


def test_each_object_has_its_visit_on_the_same_date_and_with_the_same_number() -> None:
    of = contract(plan(month_day=31), start=date(2026, 1, 31), objects=("CV-1", "CV-2"), order_per_object=True)
    now = situation(of)
    for month in (1, 2, 3):
        today = date(2026, month, (31, 28, 31)[month - 1])
        now, rows = one_cycle(now, today)
        assert [(row.key.object, row.planned_date) for row in rows] == [("CV-1", today), ("CV-2", today)]


def test_an_object_may_have_an_anchor_of_its_own() -> None:
    of = contract(
        plan(every=12, anchors=(("CV-2", date(2024, 6, 12)),)),
        start=NEW_YEAR,
        objects=("CV-1", "CV-2"),
        order_per_object=True,
    )
    found = visits(situation(of), *YEAR, NEW_YEAR)
    assert [(visit.key.object, visit.planned_date) for visit in found] == [
        ("CV-1", NEW_YEAR),
        ("CV-2", date(2026, 6, 12)),
    ]


def test_one_order_carries_all_objects_when_order_per_object_is_off() -> None:
    of = contract(plan(), start=NEW_YEAR, objects=("CV-1", "CV-2"))
    assert [row.key.object for row in due(situation(of), NEW_YEAR)] == [""]


def test_of_the_visits_before_the_entry_the_last_is_withheld_once() -> None:
    entered = date(2026, 4, 10)
    of = contract(plan(month_day=1), start=NEW_YEAR, entered_on=entered)
    now, rows = one_cycle(situation(of), entered)
    assert withheld(rows) == {date(2026, 4, 1): "before_entry"}
    assert one_cycle(now, entered)[1] == []
    assert one_cycle(now, date(2026, 5, 1))[1][0].state is VisitState.ORDERING


def test_nothing_before_the_next_visit_is_ordered() -> None:
    of = contract(plan(month_day=1, next_visit=date(2026, 4, 1)), start=NEW_YEAR, lead=days_in_advance(10))
    after = run(situation(of), NEW_YEAR, date(2026, 4, 30))
    assert [(line.nominal, line.outcome) for line in ledger_lines(after)] == [
        (date(2026, 1, 1), "before_next_visit"),
        (date(2026, 2, 1), "before_next_visit"),
        (date(2026, 3, 1), "before_next_visit"),
        (date(2026, 4, 1), "ordered"),
        (date(2026, 5, 1), "ordered"),
    ]


@pytest.mark.parametrize("named", dates("2026-02-28", "2026-03-02"))
def test_the_next_visit_may_be_named_by_its_nominal_or_its_planned_date(named: date) -> None:
    of = contract(plan(month_day=28, shift=Shift.NEXT_WORKING_DAY, next_visit=named), start=NEW_YEAR)
    found = visits(situation(of), NEW_YEAR, date(2026, 3, 10), NEW_YEAR)
    assert reasons(found) == {date(2026, 1, 28): "before_next_visit", date(2026, 2, 28): None}


def test_visits_in_a_pause_are_withheld_and_the_days_around_it_are_not() -> None:
    pause = Pause(date(2026, 2, 1), date(2026, 3, 1))
    of = contract(plan(month_day=1), start=NEW_YEAR, pauses=(pause,), lead=days_in_advance(14))
    assert reasons(visits(situation(of), NEW_YEAR, date(2026, 4, 30), NEW_YEAR)) == {
        date(2026, 1, 1): None,
        date(2026, 2, 1): "paused",
        date(2026, 3, 1): "paused",
        date(2026, 4, 1): None,
    }
    after = run(situation(of), NEW_YEAR, date(2026, 3, 2))
    assert withheld(after.ledger.values()) == dict.fromkeys(dates("2026-02-01", "2026-03-01"), "paused")


def test_an_open_pause_holds_until_it_is_ended_and_leaves_nothing_to_clean_up() -> None:
    of = contract(plan(month_day=1), start=NEW_YEAR, pauses=(Pause(date(2026, 2, 10), None),))
    assert planned_dates(visits(situation(of), *YEAR, NEW_YEAR)) == dates("2026-01-01", "2026-02-01")
    resumed = replace(of, pauses=(Pause(date(2026, 2, 10), date(2026, 4, 15)),))
    found = planned_dates(visits(situation(resumed), *YEAR, NEW_YEAR))
    assert found[:3] == dates("2026-01-01", "2026-02-01", "2026-05-01")
    assert len(found) == 10


def test_a_visit_that_is_in_the_ledger_is_not_computed_again_wherever_it_was_moved() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    row = written(date(2026, 3, 10), planned=date(2026, 6, 3), pinned=True)
    found = visits(situation(of, [row]), date(2026, 3, 1), date(2026, 4, 1), NEW_YEAR)
    assert found == []
    (june, _) = visits(situation(of, [row]), date(2026, 6, 1), date(2026, 6, 30), NEW_YEAR)
    assert june.written == row


def test_a_moved_visit_is_ordered_for_its_new_day_under_its_old_key() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(7))
    now = situation(of, [moved(date(2026, 3, 10), date(2026, 3, 24))])
    assert [row.planned_date for row in due(now, date(2026, 3, 16))] == dates("2026-01-10", "2026-02-10")
    (row,) = [row for row in due(now, date(2026, 3, 17)) if row.state is VisitState.ORDERING and row.pinned]
    assert (row.key, row.planned_date) == (key(date(2026, 3, 10)), date(2026, 3, 24))
    assert (row.generation_date, row.workorder_no) == (date(2026, 3, 17), "C1042-A-20260310-ALL")


def test_moving_a_visit_does_not_shift_the_series() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    now = situation(of, [moved(date(2026, 3, 10), date(2026, 3, 24))])
    assert planned_dates(visits(now, date(2026, 2, 1), date(2026, 5, 31), NEW_YEAR)) == dates(
        "2026-02-10", "2026-03-24", "2026-04-10", "2026-05-10"
    )


def test_moving_a_visit_earlier_creates_no_second_one() -> None:
    of = contract(plan(month_day=10), start=date(2026, 3, 1))
    now = situation(of, [moved(date(2026, 3, 10), date(2026, 3, 4))])
    after = run(now, date(2026, 3, 1), date(2026, 3, 31))
    assert [(line.nominal, line.planned) for line in ledger_lines(after)] == [(date(2026, 3, 10), date(2026, 3, 4))]


def test_a_moved_visit_follows_the_days_in_advance_of_today() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(3))
    now = situation(replace(of, settled_through=date(2026, 3, 1)), [moved(date(2026, 3, 10), date(2026, 3, 24))])
    assert wake_on(now, date(2026, 3, 2)) == date(2026, 3, 21)


def test_a_visit_moved_into_what_became_a_pause_is_withheld_when_its_day_has_passed() -> None:
    of = contract(plan(every=12), start=NEW_YEAR, pauses=(Pause(date(2026, 3, 20), date(2026, 3, 31)),))
    start = situation(of, [moved(NEW_YEAR, date(2026, 3, 24))])
    after = run(start, NEW_YEAR, date(2026, 3, 25), sleeping=True)
    assert withheld(after.ledger.values()) == {date(2026, 3, 24): "paused"}


def test_a_moved_visit_whose_plan_is_gone_is_withheld_as_changed() -> None:
    of = contract(plan("B", every=12), start=NEW_YEAR)
    start = situation(of, [moved(date(2026, 2, 10), date(2026, 2, 12))])
    assert reasons(visits(start, date(2026, 2, 1), date(2026, 2, 28), NEW_YEAR)) == {date(2026, 2, 10): "changed"}
    after = run(start, NEW_YEAR, date(2026, 2, 13), sleeping=True)
    assert withheld(after.ledger.values()) == {date(2026, 2, 12): "changed"}
    assert due(after, date(2026, 2, 13)) == []


def test_a_moved_visit_whose_object_is_gone_is_withheld_as_changed() -> None:
    floating = plan(schedule=Schedule.FLOATING)
    of = contract(floating, start=date(2026, 2, 1), objects=("CV-1",), order_per_object=True)
    start = situation(of, [moved(date(2026, 2, 1), date(2026, 2, 12), object_code="CV-9")])
    after = run(start, date(2026, 2, 1), date(2026, 2, 14), sleeping=True)
    assert withheld(after.ledger.values()) == {date(2026, 2, 12): "changed"}


def test_a_visit_that_is_back_in_the_plan_follows_its_rule_again_with_the_next_number() -> None:
    of = contract(plan(month_day=28, shift=Shift.NEXT_WORKING_DAY), start=date(2026, 2, 1))
    back = written(date(2026, 2, 28), VisitState.PLANNED, planned=date(2026, 2, 28), try_number=2)
    (row,) = due(situation(of, [back]), date(2026, 3, 2))
    assert (row.planned_date, row.workorder_no) == (date(2026, 3, 2), "C1042-A-20260228-ALL.r2")


def test_a_visit_taken_back_by_an_edit_is_ordered_again_where_the_rule_still_has_it() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    of = replace(of, settled_through=date(2026, 2, 20))
    taken_back = written(date(2026, 3, 10), VisitState.WITHHELD, reason=Reason.CHANGED, attempts=1)
    elsewhere = written(date(2026, 3, 12), VisitState.WITHHELD, reason=Reason.CHANGED, attempts=1)
    (row,) = due(situation(of, [taken_back, elsewhere]), date(2026, 3, 10))
    assert (row.key.nominal_date, row.workorder_no) == (date(2026, 3, 10), "C1042-A-20260310-ALL.r2")


def test_a_removed_order_is_never_created_again_by_itself() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR)
    after = run(situation(of, [written(date(2026, 1, 10), VisitState.REMOVED)]), NEW_YEAR, date(2026, 1, 31))
    assert [row.state for row in after.ledger.values()] == [VisitState.REMOVED]


def test_a_retired_object_gets_no_orders_and_the_other_does() -> None:
    of = contract(plan(), start=NEW_YEAR, objects=("CV-1", "CV-2"), order_per_object=True)
    now = situation(of, facts=Facts(retired_objects=frozenset({"CV-1"})))
    assert [row.key.object for row in due(now, NEW_YEAR)] == ["CV-2"]
    (row,) = [row for row in due(now, date(2026, 1, 2)) if row.state is VisitState.WITHHELD]
    assert (row.key.object, row.reason) == ("CV-1", Reason.OBJECT_RETIRED)


def test_one_order_for_all_objects_comes_until_all_are_retired() -> None:
    of = contract(plan(), start=NEW_YEAR, objects=("CV-1", "CV-2"))
    one = situation(of, facts=Facts(retired_objects=frozenset({"CV-1"})))
    both = situation(of, facts=Facts(retired_objects=frozenset({"CV-1", "CV-2"})))
    assert ordered(due(one, NEW_YEAR)) == [NEW_YEAR]
    assert due(both, NEW_YEAR) == []


def test_a_visit_waits_until_its_planned_date_has_passed() -> None:
    of = contract(plan(every=12, month_day=10), start=NEW_YEAR, lead=days_in_advance(5))
    now = situation(of, facts=Facts(customer_blocked=True))
    for day in (5, 10):
        assert due(now, date(2026, 1, day)) == []
        (visit,) = visits(now, NEW_YEAR, date(2026, 1, 31), date(2026, 1, day))
        assert visit.state is VisitState.PLANNED
        assert visit.reason is not None
    assert withheld(due(now, date(2026, 1, 11))) == {date(2026, 1, 10): Reason.CUSTOMER_BLOCKED}
    assert ordered(due(situation(of), date(2026, 1, 10))) == dates("2026-01-10")


def test_a_contract_that_waits_is_looked_at_every_day() -> None:
    of = contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(5))
    blocked = situation(of, facts=Facts(customer_blocked=True))
    assert wake_on(blocked, date(2026, 1, 4)) == date(2026, 1, 5)
    assert wake_on(blocked, date(2026, 1, 5)) == date(2026, 1, 6)


def test_with_the_option_a_visit_waits_for_the_previous_one_of_its_plan_and_object() -> None:
    of = contract(plan(month_day=10, previous_open=True), start=NEW_YEAR, lead=days_in_advance(7))
    opened = situation(of, [written(date(2026, 1, 10))])
    assert due(opened, date(2026, 2, 10)) == []
    assert withheld(due(opened, date(2026, 2, 11))) == {date(2026, 2, 10): "previous_open"}
    done = situation(of, [written(date(2026, 1, 10), VisitState.COMPLETED)])
    assert ordered(due(done, date(2026, 2, 10))) == dates("2026-02-10")
    others = situation(
        of, [written(date(2026, 1, 10), plan_name="B"), written(date(2026, 1, 10), VisitState.COMPLETED)]
    )
    assert ordered(due(others, date(2026, 2, 10))) == dates("2026-02-10")


def test_with_the_option_two_visits_that_get_due_at_once_wait_for_each_other() -> None:
    of = contract(plan(month_day=10, previous_open=True), start=NEW_YEAR, lead=days_in_advance(60))
    assert ordered(due(situation(of), NEW_YEAR)) == dates("2026-01-10")
    without = contract(plan(month_day=10), start=NEW_YEAR, lead=days_in_advance(60))
    assert ordered(due(situation(without), NEW_YEAR)) == dates("2026-01-10", "2026-02-10")


def test_generation_looks_past_the_end_of_a_contract_that_renews_itself() -> None:
    of = contract(plan(month_day=15), start=NEW_YEAR, end=date(2026, 12, 31), terms=RENEWING, lead=days_in_advance(30))
    now = situation(replace(of, settled_through=date(2026, 12, 14)), [written(date(2026, 12, 15))])
    assert wake_on(now, date(2026, 12, 15)) == date(2026, 12, 16)
    assert ordered(due(now, date(2026, 12, 16))) == dates("2027-01-15")
    by_hand = replace(of, terms=replace(RENEWING, renewal=Renewal.BY_HAND))
    ends = situation(replace(by_hand, settled_through=date(2026, 12, 14)), [written(date(2026, 12, 15))])
    assert due(ends, date(2026, 12, 16)) == []
    assert wake_on(ends, date(2026, 12, 15)) is None


def test_it_wakes_for_the_first_of_its_objects() -> None:
    of = contract(
        plan(every=12, anchors=(("CV-1", date(2026, 4, 1)), ("CV-2", date(2026, 6, 12)))),
        start=NEW_YEAR,
        objects=("CV-1", "CV-2"),
        order_per_object=True,
        lead=days_in_advance(10),
    )
    assert wake_on(situation(of), NEW_YEAR) == date(2026, 3, 22)
    assert wake_on(situation(replace(of, objects=("CV-2", "CV-1"))), NEW_YEAR) == date(2026, 3, 22)


def test_a_contract_with_nothing_to_do_for_years_is_looked_at_again() -> None:
    of = contract(plan(unit=Unit.YEAR, every=15), start=NEW_YEAR)
    now, _ = one_cycle(situation(of), NEW_YEAR)
    assert wake_on(now, NEW_YEAR) == NEW_YEAR + timedelta(days=366)


def test_a_contract_without_plans_never_wakes() -> None:
    assert wake_on(situation(contract(start=NEW_YEAR)), NEW_YEAR) is None


def test_a_corrective_contract_has_no_visits_whatever_plans_it_had() -> None:
    of = contract(plan(), start=NEW_YEAR, type=ContractType.CORRECTIVE)
    assert visits(situation(of), *YEAR, NEW_YEAR) == []


def test_a_deleted_contract_orders_nothing_and_sleeps() -> None:
    of = contract(plan(), start=NEW_YEAR, deleted_on=date(2026, 1, 20))
    now = situation(replace(of, settled_through=date(2026, 1, 19)), [written(NEW_YEAR)])
    assert due(now, date(2026, 2, 2)) == []
    assert wake_on(now, date(2026, 1, 20)) is None
    assert reasons(visits(now, date(2026, 2, 1), date(2026, 2, 1), date(2026, 1, 20))) == {
        date(2026, 2, 1): "contract_deleted"
    }


def test_a_new_closed_day_moves_what_is_not_written_and_nothing_else() -> None:
    closed = Calendar(CalendarRules(closed_days=(ClosedDay(date(2026, 3, 10), "Kermis"),)))
    of = contract(plan(month_day=10, shift=Shift.NEXT_WORKING_DAY), start=NEW_YEAR)
    fresh = replace(situation(of), calendar=closed)
    assert planned_dates(visits(fresh, date(2026, 3, 1), date(2026, 3, 31), NEW_YEAR)) == dates("2026-03-11")
    has_order = replace(situation(of, [written(date(2026, 3, 10))]), calendar=closed)
    assert planned_dates(visits(has_order, date(2026, 3, 1), date(2026, 3, 31), NEW_YEAR)) == dates("2026-03-10")


def test_history_that_is_settled_is_not_needed_to_go_on() -> None:
    of = contract(plan(month_day=10), start=date(2016, 1, 1), entered_on=NEW_YEAR)
    forgotten = situation(replace(of, settled_through=date(2026, 3, 31)))
    assert due(forgotten, date(2026, 4, 1)) == []
    assert ordered(due(forgotten, date(2026, 4, 10))) == dates("2026-04-10")
    assert visits(forgotten, NEW_YEAR, date(2026, 3, 31), date(2026, 4, 1)) == []
    before_entry = visits(forgotten, date(2016, 1, 1), date(2025, 12, 31), date(2026, 4, 1))
    assert (len(before_entry), {*reasons(before_entry).values()}) == (120, {"before_entry"})


def test_a_season_filters_and_an_excluded_date_is_no_visit() -> None:
    of = contract(plan(month_day=10, months=(4, 5, 6), excluded_dates=(date(2026, 5, 10),)), start=NEW_YEAR)
    assert planned_dates(visits(situation(of), *YEAR, NEW_YEAR)) == dates("2026-04-10", "2026-06-10")


def test_the_forecast_is_in_order_of_planned_date_and_then_of_key() -> None:
    of = contract(plan("B", month_day=10), plan("A", month_day=10), start=NEW_YEAR)
    found = visits(situation(of), *YEAR, NEW_YEAR)
    assert [(visit.planned_date, visit.key) for visit in found] == sorted((v.planned_date, v.key) for v in found)


def test_an_upside_down_period_has_no_visits() -> None:
    assert visits(situation(contract(plan(), start=NEW_YEAR)), date(2026, 2, 1), NEW_YEAR, NEW_YEAR) == []
