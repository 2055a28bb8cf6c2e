"""Pausing and resuming (rules: Actions)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from powerup.actions.kit.answer import InvalidInput
from powerup.contracts.contract import Pause
from powerup.contracts.schedule import due, visits
from powerup.contracts.situation import ContractSituation
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


WINTER = {"from": "2027-12-01", "until": "2028-02-28", "every_year": True}


def _paused(about: ContractSituation, entered: dict[str, Any]) -> ContractSituation:
    return replace(about, contract=decide("contract.pause", scene(about), entered).contract or about.contract)


def _resumed(about: ContractSituation, entered: dict[str, Any]) -> tuple[Pause, ...]:
    contract = decide("contract.resume", scene(about), entered).contract
    assert contract is not None
    return contract.pauses


def test_a_pause_of_every_year_is_the_same_as_one_that_is_entered_each_year() -> None:
    about = ordered(the_contract())
    each_year = about
    for year in range(2027, 2034):
        last = date(year + 1, 3, 1) - timedelta(days=1)  # the end of February, whatever its length
        each_year = _paused(each_year, {"from": f"{year}-12-01", "until": last.isoformat()})
    every_year, until = _paused(about, WINTER), date(2034, 6, 1)
    assert list(visits(every_year, TODAY, until, TODAY)) == list(visits(each_year, TODAY, until, TODAY))


def test_resuming_in_a_winter_ends_that_one_and_the_next_one_comes() -> None:
    winter = _paused(ordered(the_contract()), WINTER)
    assert _resumed(winter, {"on": "2029-02-01"}) == (
        Pause(date(2027, 12, 1), date(2028, 2, 29)),
        Pause(date(2028, 12, 1), date(2029, 1, 31)),
        Pause(date(2029, 12, 1), date(2030, 2, 28), every_year=True),
    )
    assert _resumed(winter, {"on": "2027-12-01"}) == (Pause(date(2028, 12, 1), date(2029, 2, 28), every_year=True),)


@pytest.mark.parametrize(
    ("on", "left"),
    [
        ("2027-12-01", ()),
        ("2027-06-01", ()),
        ("2028-01-01", (Pause(date(2027, 12, 1), date(2027, 12, 31)),)),
        ("2028-06-01", (Pause(date(2027, 12, 1), date(2028, 2, 29)),)),
    ],
)
def test_a_pause_of_every_year_lasts_until_it_is_taken_off(on: str, left: tuple[Pause, ...]) -> None:
    winter = _paused(ordered(the_contract()), WINTER)
    assert _resumed(winter, {"on": on, "take_off": True}) == left


def test_what_was_taken_back_for_a_later_winter_comes_again_when_it_is_taken_off() -> None:
    about = ordered(the_contract())
    row = next(iter(about.ledger.values()))
    far = replace(row, key=replace(row.key, nominal_date=date(2029, 1, 10)), planned_date=date(2029, 1, 10))
    about = replace(about, ledger={far.key: replace(far, state=VisitState.ORDERING, attempted_at=None)})
    pausing = decide("contract.pause", scene(about), WINTER)
    assert [visit.reason for visit in pausing.ledger] == [Reason.PAUSED]
    paused = replace(about, contract=pausing.contract or about.contract, ledger={far.key: pausing.ledger[0]})
    again = decide("contract.resume", scene(paused), {"on": "2027-06-01", "take_off": True})
    assert [visit.state for visit in again.ledger] == [VisitState.PLANNED]


@pytest.mark.parametrize(
    ("entered", "pointer"),
    [
        ({"until": None}, "/input/until"),
        ({"until": "2028-11-30"}, "/input/until"),
        ({"from": "2028-02-29", "until": "2028-04-01"}, "/input/until"),
        ({"extend_end": True}, "/input/extend_end"),
    ],
)
def test_a_pause_of_every_year_has_an_end_and_leaves_days_between(entered: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide("contract.pause", scene(ordered(the_contract())), WINTER | entered)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_what_is_paused_every_year_can_be_paused_until_further_notice_but_not_every_year_twice() -> None:
    winter = _paused(ordered(the_contract()), WINTER)
    for_long = _paused(winter, {"from": "2027-06-01"})
    assert _resumed(for_long, {"on": "2028-01-01"}) == (
        Pause(date(2027, 6, 1), date(2027, 12, 31)),
        Pause(date(2027, 12, 1), date(2027, 12, 31)),
        Pause(date(2028, 12, 1), date(2029, 2, 28), every_year=True),
    )
    with pytest.raises(InvalidInput, match="already a pause"):
        decide("contract.pause", scene(winter), {"from": "2027-02-28", "until": "2027-03-31", "every_year": True})
