"""Restarting a contract that has ended (rules: Actions)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.actions.kit.request import Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.contract import (
    ContractType,
    Lead,
    Pause,
    Schedule,
    Shift,
    Spread,
    Termination,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.effects import EffectKind
from powerup.contracts.latest import latest_dates
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import due, visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.succession import restarted
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.contracts.why import why
from powerup.readings.why_line import why_line
from powerup.texts import Reader
from tests.actions.scenes import TODAY, at_host, decide, effect_lines, ordered, scene, situation, the_contract
from tests.contracts.cycles import dates, plan, written

ENDED = the_contract(end=date(2026, 11, 30))


def test_a_restart_makes_a_new_contract_and_links_both_ways() -> None:
    change = decide("contract.restart", scene(situation(ENDED)))
    new = change.added[0]
    assert (new.number, new.restarted_from) == ("1043", "1042")
    assert change.contract is not None
    assert change.contract.restarted_as == "1043"
    assert replace(change.contract, restarted_as=None, version=1) == ENDED
    assert new.template == ENDED.template


def test_a_restart_begins_the_day_after_the_old_last_day_and_lasts_as_long() -> None:
    eleven_months = the_contract(start=date(2026, 1, 1), end=date(2026, 11, 30))
    new = decide("contract.restart", scene(situation(eleven_months))).added[0]
    assert (new.start, new.end) == (date(2026, 12, 1), date(2027, 10, 31))


def test_a_terminated_contract_restarts_after_its_last_day() -> None:
    contract = the_contract(termination=Termination(date(2026, 12, 15), "MOVED"))
    new = decide("contract.restart", scene(situation(contract)), {"start": "2027-02-01"}).added[0]
    assert (new.start, new.end, new.termination) == (date(2027, 2, 1), None, None)
    with pytest.raises(InvalidInput, match="after the old last day"):
        decide("contract.restart", scene(situation(contract)), {"start": "2026-12-15"})


def test_a_restarted_contract_ends_on_its_first_day_at_the_earliest() -> None:
    on = scene(situation(ENDED))
    with pytest.raises(InvalidInput, match="before the start") as refusal:
        decide("contract.restart", on, {"start": "2027-02-01", "end": "2027-01-31"})
    assert [(each.pointer, each.code) for each in refusal.value.problems] == [("/input/end", "before_start")]
    new = decide("contract.restart", on, {"start": "2027-02-01", "end": "2027-02-01"}).added[0]
    assert (new.start, new.end) == (date(2027, 2, 1), date(2027, 2, 1))


def _terminated(last_day: date = date(2026, 12, 20), **changes: Any) -> ContractSituation:
    """The contract after a cycle of today and an early end that kept its orders."""
    kept = ordered(the_contract(**changes))
    return replace(kept, contract=replace(kept.contract, termination=Termination(last_day, "MOVED")))


def test_a_restart_without_a_gap_keeps_the_rhythm_of_the_quarter() -> None:
    """Every 3 months from 14 March, ended per 30 November: 14 December, as it would have been."""
    quarterly = the_contract(
        start=date(2018, 3, 14),
        entered_on=date(2018, 3, 14),
        end=date(2026, 12, 20),
        plans=(plan("A", Unit.MONTH, 3),),
        objects=(),
    )
    change = decide("contract.restart", scene(situation(quarterly)))
    new = change.added[0]
    assert (new.start, new.goes_on_from) == (date(2026, 12, 21), date(2018, 3, 14))
    coming = visits(situation(new), new.start, date(2027, 12, 31), TODAY)
    assert [visit.planned_date for visit in coming] == dates("2027-03-14", "2027-06-14", "2027-09-14", "2027-12-14")


def test_a_restart_after_a_gap_counts_from_the_new_start_but_named_anchors_stay() -> None:
    quarterly = the_contract(
        start=date(2018, 3, 14),
        end=date(2026, 11, 30),
        plans=(
            plan("A", Unit.MONTH, 3, next_visit=date(2026, 9, 1), counts_from=date(2026, 1, 1)),
            plan("B", Unit.MONTH, 3, anchor=date(2020, 2, 5)),
        ),
        objects=(),
    )
    new = decide("contract.restart", scene(situation(quarterly)), {"start": "2027-01-20"}).added[0]
    assert (new.goes_on_from, new.plans[0].next_visit, new.plans[0].counts_from) == (None, None, None)
    coming = visits(situation(new), new.start, date(2027, 6, 30), TODAY)
    assert [(visit.key.plan, visit.planned_date) for visit in coming] == [
        ("A", date(2027, 1, 20)),
        ("B", date(2027, 2, 5)),
        ("A", date(2027, 4, 20)),
        ("B", date(2027, 5, 5)),
    ]


def test_a_restart_of_a_restart_goes_on_from_the_first_contract_and_one_after_a_gap_does_not() -> None:
    second = the_contract(
        start=date(2026, 2, 1),
        end=date(2026, 11, 30),
        goes_on_from=date(2018, 3, 14),
        restarted_from="1000",
    )
    assert decide("contract.restart", scene(situation(second))).added[0].goes_on_from == date(2018, 3, 14)
    assert decide("contract.restart", scene(situation(second)), {"start": "2026-12-24"}).added[0].goes_on_from is None


def test_the_contract_years_of_yearly_orders_go_on() -> None:
    spread = the_contract(
        type=ContractType.YEARLY,
        start=date(2026, 3, 1),
        end=date(2026, 12, 27),
        plans=(VisitPlan("Y", Recurrence(Unit.DAY)),),
        yearly=YearlyOrders(4),
        objects=(),
    )
    new = decide("contract.restart", scene(situation(spread))).added[0]
    coming = visits(situation(new), new.start, date(2027, 7, 1), TODAY)
    assert [visit.planned_date for visit in coming] == dates("2027-03-01", "2027-06-01")
    later = decide("contract.restart", scene(situation(spread)), {"start": "2027-01-10"}).added[0]
    coming = visits(situation(later), later.start, date(2027, 7, 1), TODAY)
    assert [visit.planned_date for visit in coming] == dates("2027-01-10", "2027-04-10")


def test_what_was_called_off_in_the_old_contract_counts_for_the_running_year() -> None:
    """Two a year; one was done in March, one is called off for 15 January: it goes along, and nothing is left."""
    on_request = the_contract(
        type=ContractType.YEARLY,
        start=date(2026, 3, 1),
        plans=(VisitPlan("Y", Recurrence(Unit.DAY)),),
        yearly=YearlyOrders(2, Spread.CALL_OFF),
        objects=(),
        termination=Termination(date(2026, 12, 27), "MOVED"),
    )
    done = called_off(date(2026, 3, 20), VisitState.COMPLETED)
    wanted = called_off(date(2027, 1, 15), VisitState.PLANNED)
    change = decide("contract.restart", scene(situation(on_request, [done, wanted])))
    new = change.added[0]
    assert [(row.key.contract, row.planned_date, row.state) for row in change.ledger] == [
        ("1043", date(2027, 1, 15), VisitState.PLANNED)
    ]
    restarted = replace(scene(situation(new, change.ledger), chain=(on_request,)), chain_ledger=(done, wanted))
    with pytest.raises(NotPossible, match="All 2 work orders"):
        decide("contract.call_off", restarted, {"date": "2027-02-01"})
    next_year = decide("contract.call_off", restarted, {"date": "2027-03-05"})
    assert len(next_year.ledger) == 1


def called_off(day: date, state: VisitState) -> LedgerVisit:
    return LedgerVisit(VisitKey("1042", "Y", day), day, day, day, state, pinned=True)


def test_a_restart_takes_back_what_the_old_contract_left_standing_and_makes_it_anew() -> None:
    about = _terminated()
    change = decide("contract.restart", scene(about, readings=at_host(about)))
    assert change.at_host
    old = [row for row in change.ledger if row.key.contract == "1042"]
    assert {(row.state, row.reason) for row in old} == {(VisitState.RETRACTING, Reason.TERMINATED)}
    new = [row for row in change.ledger if row.key.contract == "1043"]
    assert {(row.state, row.reason, row.covered_by) for row in new} == {(VisitState.WITHHELD, Reason.COVERED, "1042")}
    assert {row.key.nominal_date for row in new} == {row.key.nominal_date for row in old}
    kinds = {(kind, number, day) for kind, number, day, _ in effect_lines(change)}
    december = date(2026, 12, 31)
    assert {("retracted", "1042", december), ("created", "1043", december)} <= kinds
    assert "withheld" not in {kind for kind, *_ in kinds}


def test_an_order_that_the_person_keeps_stands_for_the_visit_of_the_new_contract() -> None:
    about = _terminated()
    change = decide("contract.restart", scene(about), {"existing_orders": "keep"})
    assert not change.at_host
    lines = effect_lines(change)
    assert ("kept", "1042", date(2026, 12, 31), None) in lines
    assert ("withheld", "1043", date(2026, 12, 31), "covered") in lines
    assert ("created", "1043", date(2026, 12, 31), None) not in lines
    new = situation(change.added[0], [row for row in change.ledger if row.key.contract == "1043"])
    ordered_then = {row.key.nominal_date for row in due(new, TODAY) if row.state is VisitState.ORDERING}
    assert ordered_then == set()
    assert change.warnings == ()
    (answer, _) = why(new, date(2026, 12, 31), TODAY)
    assert "the work order of contract 1042 stands for it" in Reader("en").say(why_line(answer))


def test_an_order_that_has_started_stays_and_stands_for_its_visit() -> None:
    about = _terminated()
    first = next(row for row in about.ledger.values() if row.host_row_id)
    change = decide("contract.restart", scene(about, readings=at_host(about, started=[first.host_row_id or 0])))
    assert ("kept", "1042", first.planned_date, "started") in effect_lines(change)
    assert ("withheld", "1043", first.planned_date, "covered") in effect_lines(change)
    taken_back = {effect.workorder_no for effect in change.effects.listed if effect.kind is EffectKind.RETRACTED}
    assert taken_back == {"C1042-A-20261231-CV-2", "C1042-A-20270131-CV-1", "C1042-A-20270131-CV-2"}


def test_a_restart_leaves_the_work_orders_before_its_start_alone() -> None:
    about = _terminated()
    change = decide("contract.restart", scene(about, readings=at_host(about)), {"start": "2027-01-15"})
    old = [row for row in change.ledger if row.key.contract == "1042"]
    assert {row.planned_date for row in old} == {date(2027, 1, 31)}


def test_a_kept_order_that_stands_for_no_visit_of_the_new_contract_is_warned_of() -> None:
    """Every 2 weeks; after a gap the new contract counts from its own start."""
    about = _terminated(plans=(plan("A", Unit.WEEK, 2),), objects=(), start=date(2026, 1, 5))
    entered = {"start": "2027-01-06", "existing_orders": "keep"}
    (warning,) = decide("contract.restart", scene(about), entered).warnings
    assert "C1042-A-20270118-ALL" in str(warning)


def test_an_order_whose_day_has_passed_stays_for_it_might_not_be_made_again() -> None:
    monthly = the_contract(plans=(plan("A", Unit.MONTH, 1, month_day=10),), objects=(), entered_on=date(2026, 11, 1))
    about = ordered(monthly, date(2026, 12, 1))
    about = replace(about, contract=replace(about.contract, termination=Termination(date(2026, 12, 5), "MOVED")))
    change = decide("contract.restart", scene(about, today=date(2026, 12, 15), readings=at_host(about)))
    assert ("kept", "1042", date(2026, 12, 10), None) in effect_lines(change)
    assert ("withheld", "1043", date(2026, 12, 10), "covered") in effect_lines(change)


def test_what_is_overdue_on_the_day_of_a_restart_without_a_gap_follows_the_catch_up_policy() -> None:
    weekly = the_contract(
        plans=(plan("A", Unit.WEEK, weekdays=(1,)),),
        objects=(),
        start=date(2026, 1, 6),
        entered_on=date(2026, 1, 6),
        end=date(2026, 12, 10),
    )
    change = decide("contract.restart", scene(situation(weekly)))
    assert ("created", "1043", date(2026, 12, 22), None) in effect_lines(change)
    assert change.effects.counts()["withheld"] == {"missed": 1}
    after_a_gap = decide("contract.restart", scene(situation(weekly)), {"start": "2026-12-12"})
    assert after_a_gap.effects.counts()["withheld"] == {"before_entry": 2}


def test_an_order_of_the_first_of_three_contracts_still_stands_in_the_third() -> None:
    first = _terminated(date(2026, 12, 10))
    second = replace(
        decide("contract.restart", scene(first), {"existing_orders": "keep"}).added[0],
        termination=Termination(date(2026, 12, 20), "MOVED"),
    )
    on = replace(scene(situation(second), chain=(first.contract,)), chain_ledger=tuple(first.ledger.values()))
    change = decide("contract.restart", replace(on, next_number="1044"), {"existing_orders": "keep"})
    covered = {row.key.nominal_date for row in change.ledger if row.covered_by == "1042"}
    assert covered == {date(2026, 12, 31), date(2027, 1, 31)}


def test_moves_and_skips_of_days_after_the_end_go_along() -> None:
    moved = LedgerVisit(
        VisitKey("1042", "A", date(2027, 2, 28), "CV-1"), date(2027, 3, 5), date(2027, 1, 4), date(2027, 3, 5),
        VisitState.PLANNED, pinned=True,
    )  # fmt: skip
    skipped = LedgerVisit(
        VisitKey("1042", "A", date(2027, 3, 31), "CV-1"), date(2027, 3, 31), date(2027, 1, 30), date(2027, 3, 31),
        VisitState.WITHHELD, Reason.SKIPPED,
    )  # fmt: skip
    ended = the_contract(termination=Termination(date(2026, 12, 20), "MOVED"))
    change = decide("contract.restart", scene(situation(ended, [moved, skipped])))
    new = situation(change.added[0], change.ledger)
    found = {visit.key: visit for visit in visits(new, TODAY, date(2027, 6, 1), TODAY)}
    of_move = found[VisitKey("1043", "A", date(2027, 2, 28), "CV-1")]
    of_skip = found[VisitKey("1043", "A", date(2027, 3, 31), "CV-1")]
    assert (of_move.state, of_move.planned_date) == (VisitState.PLANNED, date(2027, 3, 5))
    assert of_skip.reason is Reason.SKIPPED


def _floating(last_day: date, *larger: VisitPlan, rows: tuple[LedgerVisit, ...]) -> ActionScene:
    """The day after the last day of a contract of which plan A comes 20 days after each completion."""
    every_20_days = plan("A", Unit.DAY, 20, schedule=Schedule.FLOATING, shift=Shift.SKIP)
    contract = the_contract(
        plans=(every_20_days, *larger),
        start=date(2026, 1, 1),
        entered_on=date(2026, 1, 1),
        order_per_object=False,
        lead=Lead(0),
        termination=Termination(last_day, "MOVED"),
    )
    return scene(situation(contract, rows), today=last_day + timedelta(days=1))


def _next_of_a(on: ActionScene) -> list[date]:
    change = decide("contract.restart", on)
    new = situation(change.added[0], [row for row in change.ledger if row.key.contract == "1043"])
    coming = visits(new, new.contract.start, new.contract.start + timedelta(days=40), on.today)
    return [visit.key.nominal_date for visit in coming if visit.key.plan == "A"]


def test_a_floating_plan_counts_on_from_a_visit_of_the_last_day_that_was_not_worked() -> None:
    """Done on 2 March; Sunday 22 March was the last day: 11 April comes next, as without the end."""
    done = written(date(2026, 3, 2), VisitState.COMPLETED, completed_on=date(2026, 3, 2))
    assert _next_of_a(_floating(date(2026, 3, 22), rows=(done,))) == dates("2026-04-11", "2026-05-01")


def test_a_floating_plan_counts_on_from_a_visit_of_the_last_day_that_a_larger_one_replaced() -> None:
    """Done on 11 March; the larger B was done on the last day, 31 March, on which A would have come, too."""
    done = written(date(2026, 3, 11), VisitState.COMPLETED, completed_on=date(2026, 3, 11))
    larger = written(date(2026, 3, 31), VisitState.COMPLETED, "B", completed_on=date(2026, 3, 31))
    quarterly = plan("B", Unit.MONTH, 3, month_day=31, rank=1)
    on = _floating(date(2026, 3, 31), quarterly, rows=(done, larger))
    assert _next_of_a(on) == dates("2026-04-20", "2026-05-10")


@pytest.mark.parametrize("last", [(), (written(date(2026, 3, 31), VisitState.FAILED),)], ids=["not tried", "refused"])
def test_a_floating_plan_waits_for_a_visit_of_the_last_day_that_the_old_contract_still_orders(
    last: tuple[LedgerVisit, ...],
) -> None:
    """Done on 11 March; of 31 March, the last day, no order was made yet: counted from then, not besides."""
    done = written(date(2026, 3, 11), VisitState.COMPLETED, completed_on=date(2026, 3, 11))
    on = _floating(date(2026, 3, 31), rows=(done, *last))
    change = decide("contract.restart", on)
    (waiting,) = (row for row in change.ledger if row.key == VisitKey("1043", "A", date(2026, 3, 31)))
    assert (waiting.state, waiting.covered_by, waiting.completed_on) == (VisitState.WITHHELD, "1042", None)
    new = situation(change.added[0], [row for row in change.ledger if row.key.contract == "1043"])
    assert [row.planned_date for row in due(new, date(2026, 4, 20)) if row.state is VisitState.ORDERING] == []


def test_a_visit_that_its_order_in_the_old_contract_stands_for_is_neither_moved_nor_ordered_beside_it() -> None:
    change = decide("contract.restart", scene(_terminated()), {"existing_orders": "keep"})
    new = situation(change.added[0], [row for row in change.ledger if row.key.contract == "1043"])
    key = VisitKey("1043", "A", date(2026, 12, 31), "CV-1")
    on = replace(scene(new), target=Target(TargetType.VISIT, str(key)), visit=key)
    for action, entered in (("visit.move", {"to": "2027-01-08"}), ("visit.order_now", {})):
        with pytest.raises(NotPossible, match="in contract 1042"):
            decide(action, on, entered)


def test_an_ended_contract_does_not_run_again_beside_the_one_that_it_was_restarted_as() -> None:
    running = the_contract(number="1050", restarted_from="1042")
    ended = replace(ENDED, restarted_as="1050")
    with pytest.raises(InvalidInput) as refused:
        decide("contract.edit", scene(situation(ended), chain=(running,)), {"end": "2027-12-31"})
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [("/input/end", "restarted")]
    deleted = the_contract(deleted_on=TODAY, restarted_as="1050")
    with pytest.raises(NotPossible, match="goes on as contract 1050"):
        decide("contract.undo_delete", scene(situation(deleted), chain=(running,)))


def _contract_seven() -> ContractSituation:
    """The contract of the worked effects: on the 10th, 14 days ahead; the order of 10 March 2027 is at the host."""
    monthly = the_contract(
        number="7",
        start=date(2026, 1, 10),
        entered_on=date(2026, 1, 10),
        end=date(2027, 12, 31),
        plans=(plan("A", Unit.MONTH, month_day=10),),
        objects=(),
        lead=Lead(14),
    )
    return ordered(monthly, date(2027, 3, 1))


@pytest.mark.parametrize(
    ("existing", "listed"),
    [
        (
            "retract",
            [
                ("retracted", "7", "2027-03-10", "terminated"),
                ("created", "8", "2027-03-10", None),
                ("created", "8", "2027-04-10", None),
                ("created", "8", "2027-05-10", None),
            ],
        ),
        (
            "keep",
            [
                ("kept", "7", "2027-03-10", None),
                ("withheld", "8", "2027-03-10", "covered"),
                ("created", "8", "2027-04-10", None),
                ("created", "8", "2027-05-10", None),
            ],
        ),
    ],
)
def test_the_worked_effects_of_a_restart(existing: str, listed: list[tuple[str, str, str, str | None]]) -> None:
    """Restart on 8 March 2027 of 7, terminated per 5 March, when the order of the 10th was kept."""
    about = _contract_seven()
    ended = replace(about, contract=replace(about.contract, termination=Termination(date(2027, 3, 5), "MOVED")))
    on = replace(scene(ended, today=date(2027, 3, 8), readings=at_host(ended)), next_number="8")
    change = decide("contract.restart", on, {"end": "2027-12-31", "existing_orders": existing})
    assert [(kind, number, str(day), why_) for kind, number, day, why_ in effect_lines(change)] == listed


def test_the_worked_effects_of_a_pause_that_retracts() -> None:
    about = _contract_seven()
    entered = {"from": "2027-03-05", "until": "2027-05-31", "existing_orders": "retract", "extend_end": True}
    change = decide("contract.pause", scene(about, today=date(2027, 3, 1), readings=at_host(about)), entered)
    assert [(kind, str(day), why_) for kind, _, day, why_ in effect_lines(change)] == [
        ("retracted", "2027-03-10", "paused"),
        ("withheld", "2027-04-10", "paused"),
        ("withheld", "2027-05-10", "paused"),
    ]
    assert change.contract is not None
    assert change.contract.end == date(2028, 3, 28)


def test_a_running_contract_is_not_restarted() -> None:
    with pytest.raises(NotPossible, match="has not ended"):
        decide("contract.restart", scene(situation(the_contract())))


def test_a_restart_is_refused_while_another_of_the_chain_runs() -> None:
    running = the_contract(number="1050", restarted_from="1042")
    with pytest.raises(NotPossible, match="already restarted as 1050"):
        decide("contract.restart", scene(situation(ENDED), chain=(running,)))


def test_what_renews_by_itself_is_not_restarted_before_the_cycle_that_moves_its_end() -> None:
    terms = Terms("STD", "Standaard", renewal=Renewal.AUTOMATIC, renewal_period=Period(1, PeriodUnit.YEAR))
    of_yesterday = the_contract(end=TODAY - timedelta(days=1), terms=terms)
    with pytest.raises(NotPossible, match="has not ended"):
        decide("contract.restart", scene(situation(of_yesterday)))
    with pytest.raises(NotPossible, match="already restarted"):
        decide("contract.restart", scene(situation(ENDED), chain=(replace(of_yesterday, number="1043"),)))


def test_a_pause_of_every_year_goes_along_and_others_end_with_the_old_contract() -> None:
    winter = Pause(date(2025, 12, 1), date(2026, 2, 28), every_year=True)
    old = the_contract(end=date(2026, 12, 31), pauses=(winter, Pause(date(2026, 12, 30), None)))
    assert restarted(old, "1050", date(2027, 1, 1), None, TODAY).pauses == (winter,)


@pytest.mark.parametrize("start", ["2026-12-21", "2027-03-01"])
def test_the_latest_date_goes_on_counting_from_what_was_done_under_the_old_contract(start: str) -> None:
    inspection = plan("A", Unit.YEAR, 1, latest_after=Period(13, PeriodUnit.MONTH), basis="NEN 3140")
    about = _terminated(plans=(inspection,), objects=(), start=date(2026, 2, 10), entered_on=date(2026, 2, 10))
    done = date(2026, 2, 16)
    row = LedgerVisit(VisitKey("1042", "A", date(2026, 2, 10)), done, done, done, VisitState.SETTLED, completed_on=done)
    about = replace(about, ledger={row.key: row})
    change = decide("contract.restart", scene(about), {"start": start})
    new = situation(change.added[0], [each for each in change.ledger if each.key.contract == "1043"])
    (latest,) = latest_dates(new, TODAY)
    assert (latest.day, latest.done) == (date(2027, 3, 16), True)
