"""Pausing and resuming (rules: Actions)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import InvalidInput
from powerup.contracts.schedule import due, visits
from powerup.contracts.visit import Reason, VisitState
from tests.actions.scenes import TODAY, decide, ordered, scene, situation, the_contract


def test_visits_inside_a_pause_are_withheld_and_those_around_it_stay() -> None:
    about = ordered(the_contract())
    change = decide(
        "contract.pause", scene(about), {"from": "2027-02-01", "until": "2027-03-01", "reason": "verbouwing"}
    )
    assert change.effects.counts() == {"withheld": {"paused": 2}}


def test_pause_and_resume_without_extension_leaves_the_visits_outside_as_they_were() -> None:
    about = ordered(the_contract())
    paused = decide("contract.pause", scene(about), {"from": "2027-02-01", "reason": "verbouwing"}).contract
    assert paused is not None
    resumed = decide("contract.resume", scene(replace(about, contract=paused)), {"on": "2027-03-02"}).contract
    assert resumed is not None
    outside = [
        [
            visit
            for visit in visits(replace(about, contract=contract), TODAY, date(2028, 1, 1), TODAY)
            if not date(2027, 2, 1) <= visit.planned_date < date(2027, 3, 2)
        ]
        for contract in (about.contract, resumed)
    ]
    assert outside[0] == outside[1]


def test_a_pause_can_extend_the_end() -> None:
    about = ordered(the_contract(end=date(2027, 12, 31)))
    change = decide("contract.pause", scene(about), {"from": "2027-02-01", "until": "2027-02-28", "extend_end": True})
    assert change.contract is not None
    assert change.contract.end == date(2028, 1, 28)


def test_an_open_pause_extends_the_end_when_it_is_over() -> None:
    about = ordered(the_contract(end=date(2027, 12, 31)))
    paused = decide("contract.pause", scene(about), {"from": "2027-02-01", "extend_end": True}).contract
    assert paused is not None
    assert paused.end == date(2027, 12, 31)
    change = decide("contract.resume", scene(replace(about, contract=paused)), {"on": "2027-02-11"})
    assert change.contract is not None
    assert change.contract.end == date(2028, 1, 10)


def test_a_pause_can_be_taken_back_on_the_day_it_begins_and_before() -> None:
    about = ordered(the_contract(end=date(2027, 12, 31)))
    for entered in ({"from": "2026-12-28"}, {"from": "2027-02-01", "until": "2027-02-28", "extend_end": True}):
        paused = decide("contract.pause", scene(about), entered).contract
        assert paused is not None
        resumed = decide("contract.resume", scene(replace(about, contract=paused)), {"on": entered["from"]}).contract
        assert resumed is not None
        assert (resumed.pauses, resumed.end) == ((), about.contract.end)


def test_an_order_that_a_pause_held_back_comes_when_the_pause_is_over() -> None:
    due_now = due(situation(the_contract()), TODAY)
    about = situation(the_contract(settled_through=date(2026, 12, 27)), due_now)
    waiting = {visit.key for visit in due_now if visit.state is VisitState.ORDERING}
    pausing = decide("contract.pause", scene(about), {"from": "2026-12-28"})
    assert {visit.key for visit in pausing.ledger if visit.reason is Reason.PAUSED} == waiting
    paused = situation(pausing.contract or about.contract, [*due_now, *pausing.ledger])
    change = decide("contract.resume", scene(paused), {"on": "2027-01-15"})
    after = situation(change.contract or paused.contract, [*paused.ledger.values(), *change.ledger])
    ordered_now = [visit for visit in due(after, TODAY) if visit.state is VisitState.ORDERING]
    assert {visit.key for visit in ordered_now} == {key for key in waiting if key.nominal_date >= date(2027, 1, 15)}
    assert [visit.workorder_no for visit in ordered_now] == ["C1042-A-20270131-CV-1", "C1042-A-20270131-CV-2"]


def test_two_pauses_do_not_overlap() -> None:
    about = ordered(the_contract())
    paused = decide("contract.pause", scene(about), {"from": "2027-02-01", "until": "2027-02-28"}).contract
    assert paused is not None
    with pytest.raises(InvalidInput, match="already a pause"):
        decide("contract.pause", scene(replace(about, contract=paused)), {"from": "2027-02-28"})
