"""Restarting and deleting contracts (rules: Actions)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.actions.answer import InvalidInput, NotPossible
from powerup.contracts.contract import Termination
from powerup.contracts.effects import EffectKind
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Reason, VisitState
from powerup.outsmart.records import WorkOrderStatus
from tests.actions.scenes import TODAY, at_host, decide, ordered, scene, situation, the_contract

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


def test_a_restart_warns_of_kept_work_orders_beside_the_new_ones() -> None:
    kept = ordered(the_contract(termination=None))
    ended = replace(kept, contract=the_contract(termination=Termination(date(2026, 12, 20), "MOVED")))
    (warning,) = decide("contract.restart", scene(ended)).warnings
    assert "C1042-A-20261231-CV-1, C1042-A-20261231-CV-2, C1042-A-20270131-CV-1" in str(warning)
    assert decide("contract.restart", scene(ended), {"start": "2027-02-01"}).warnings == ()


def test_a_restart_may_take_back_what_the_old_contract_left_standing_unless_it_has_started() -> None:
    kept = ordered(the_contract(termination=None))
    ended = replace(kept, contract=the_contract(termination=Termination(date(2026, 12, 20), "MOVED")))
    first = ended.ledger[next(key for key, row in ended.ledger.items() if row.host_row_id)]
    readings = at_host(ended, started=[first.host_row_id or 0])
    change = decide("contract.restart", scene(ended, readings=readings), {"existing_orders": "retract"})
    assert {row.state for row in change.ledger} == {VisitState.RETRACTING}
    assert {row.reason for row in change.ledger} == {Reason.TERMINATED}
    taken_back = {effect.workorder_no for effect in change.effects.listed if effect.kind is EffectKind.RETRACTED}
    assert taken_back == {"C1042-A-20261231-CV-2", "C1042-A-20270131-CV-1", "C1042-A-20270131-CV-2"}
    (warning,) = change.warnings
    assert str(warning).endswith(": C1042-A-20261231-CV-1.")
    assert (change.at_host, change.added[0].number) == (True, "1043")


def test_a_restart_leaves_the_work_orders_before_its_start_alone() -> None:
    kept = ordered(the_contract(termination=None))
    ended = replace(kept, contract=the_contract(termination=Termination(date(2026, 12, 20), "MOVED")))
    entered = {"start": "2027-01-15", "existing_orders": "retract"}
    change = decide("contract.restart", scene(ended, readings=at_host(ended)), entered)
    assert {row.planned_date for row in change.ledger} == {date(2027, 1, 31)}


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


def test_a_contract_with_completed_work_is_not_deleted_and_the_order_is_named() -> None:
    about = ordered(the_contract())
    with pytest.raises(NotPossible, match="C1042-A-20261231-CV-1"):
        decide(
            "contract.delete",
            scene(about, readings=at_host(about, started=[23], status=WorkOrderStatus.COMPLEET)),
        )


def test_deleting_takes_back_what_has_not_started_and_keeps_the_rest() -> None:
    about = ordered(the_contract())
    change = decide("contract.delete", scene(about, readings=at_host(about, started=[23])))
    assert change.effects.counts()["retracted"] == 3
    assert change.effects.counts()["kept"] == 1
    assert change.contract is not None
    assert change.contract.deleted_on == TODAY
    assert {visit.reason for visit in change.ledger} == {Reason.CONTRACT_DELETED}


def test_a_deleted_contract_comes_back_and_what_passed_stays_withheld() -> None:
    about = ordered(the_contract())
    deleted = decide("contract.delete", scene(about)).contract
    assert deleted is not None
    later = date(2027, 1, 20)
    withheld = {
        key: replace(visit, state=VisitState.WITHHELD, reason=Reason.CONTRACT_DELETED) if visit.host_row_id else visit
        for key, visit in about.ledger.items()
    }
    change = decide("contract.undo_delete", scene(replace(about, contract=deleted, ledger=withheld), today=later))
    assert change.contract is not None
    assert change.contract.deleted_on is None
    again = {visit.key.nominal_date: visit.state for visit in change.ledger}
    assert again == {date(2027, 1, 31): VisitState.PLANNED}


def test_undo_of_a_deletion_lasts_thirty_days() -> None:
    about = situation(the_contract(deleted_on=date(2026, 11, 27)))
    with pytest.raises(NotPossible, match="30 days"):
        decide("contract.undo_delete", scene(about))
