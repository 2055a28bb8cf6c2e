"""Pausing, renewing and calling off (rules: Actions, Terms, Contract types)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.actions.catalogue import find_action
from powerup.actions.contract.call_off import balance
from powerup.actions.contract.renewal_by_itself import renewed_by_itself
from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.contracts.contract import Contract, ContractType, Lead, Spread, VisitPlan, YearlyOrders
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import due, visits
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Reason, VisitState
from tests.actions.scenes import TODAY, decide, ordered, scene, situation, the_contract
from tests.contracts.cycles import plan

YEAR = Period(1, PeriodUnit.YEAR)


def terms(renewal: Renewal) -> Terms:
    return Terms(
        "STD",
        "Standaard",
        duration=YEAR,
        renewal=renewal,
        renewal_period=YEAR,
        notice_before_end=Period(3, PeriodUnit.MONTH),
    )


def test_visits_inside_a_pause_are_withheld_and_those_around_it_stay() -> None:
    about = ordered(the_contract())
    change = decide(
        "contract.pause", scene(about), {"from": "2027-02-01", "until": "2027-03-01", "reason": "verbouwing"}
    )
    assert change.effects.counts() == {"created": 2, "withheld": {"paused": 2}}


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


def test_renewing_by_hand_moves_the_end_by_the_terms() -> None:
    about = ordered(the_contract(terms=terms(Renewal.BY_HAND), end=date(2027, 1, 30)))
    change = decide("contract.renew", scene(about))
    assert change.contract is not None
    assert (change.contract.end, change.contract.renewals) == (date(2028, 1, 30), 1)


@pytest.mark.parametrize(
    ("renewal", "why"),
    [(Renewal.AUTOMATIC, "renews by itself, on"), (Renewal.NONE, "do not renew"), (None, "no contract terms")],
)
def test_only_terms_that_renew_by_hand_are_renewed_and_the_button_says_why(renewal: Renewal | None, why: str) -> None:
    of = the_contract(terms=terms(renewal) if renewal else None, end=date(2027, 1, 30))
    action = find_action("contract.renew")
    assert action is not None
    assert action.possible is not None
    with pytest.raises(NotPossible, match=why):
        action.possible(scene(ordered(of)))
    for entered in ({}, {"until": "2027-06-30"}):
        with pytest.raises(NotPossible, match=why):
            decide("contract.renew", scene(ordered(of)), entered)


def test_a_new_end_lies_after_the_present_one_and_at_most_one_renewal_period_further() -> None:
    about = ordered(the_contract(terms=terms(Renewal.BY_HAND), end=date(2027, 1, 30)))
    with pytest.raises(InvalidInput, match="after the present one"):
        decide("contract.renew", scene(about), {"until": "2027-01-30"})
    with pytest.raises(InvalidInput, match="one renewal period further") as refusal:
        decide("contract.renew", scene(about), {"until": "2028-01-31"})
    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [
        ("/input/until", "more_than_one_period")
    ]
    sooner = decide("contract.renew", scene(about), {"until": "2027-06-30"}).contract
    assert sooner is not None
    assert (sooner.end, sooner.renewals, sooner.end_counts_from) == (date(2027, 6, 30), 0, date(2027, 7, 1))


def test_the_end_that_the_terms_give_is_a_renewal_also_when_a_person_names_it() -> None:
    about = ordered(the_contract(terms=terms(Renewal.BY_HAND), end=date(2027, 1, 30)))
    named = decide("contract.renew", scene(about), {"until": "2028-01-30"}).contract
    assert named == decide("contract.renew", scene(about)).contract


def test_a_contract_renews_by_itself_once_notice_is_too_late() -> None:
    contract = the_contract(terms=terms(Renewal.AUTOMATIC), end=date(2027, 1, 30))
    assert renewed_by_itself(contract, date(2026, 10, 29)) is None
    renewed = renewed_by_itself(contract, date(2026, 10, 31))
    assert renewed is not None
    assert (renewed.end, renewed.renewals, renewed.version) == (date(2028, 1, 30), 1, 2)


def call_off_contract() -> Contract:
    return the_contract(
        type=ContractType.YEARLY,
        plans=(VisitPlan("Y", Recurrence(Unit.YEAR)),),
        yearly=YearlyOrders(2, Spread.CALL_OFF),
        order_per_object=False,
    )


def test_an_order_on_request_comes_from_the_balance() -> None:
    about = situation(call_off_contract())
    change = decide("contract.call_off", scene(about), {"date": "2027-01-15"})
    assert change.effects.counts() == {"created": 1}
    row = change.ledger[0]
    assert (row.state, row.planned_date, row.pinned) == (VisitState.PLANNED, date(2027, 1, 15), True)
    assert row.asked_for
    assert balance(about.contract, [row], date(2027, 1, 15), "") == 1


def test_two_on_one_day_are_told_apart_and_the_balance_ends() -> None:
    about = situation(call_off_contract())
    first = decide("contract.call_off", scene(about), {"date": "2027-01-15"}).ledger[0]
    about = situation(call_off_contract(), [first])
    second = decide("contract.call_off", scene(about), {"date": "2027-01-15"}).ledger[0]
    assert second.key.sequence == 2
    about = situation(call_off_contract(), [first, second])
    with pytest.raises(NotPossible, match="All 2 work orders"):
        decide("contract.call_off", scene(about), {"date": "2027-01-20"})


def test_a_preventive_contract_has_nothing_on_request() -> None:
    with pytest.raises(NotPossible, match="on request"):
        decide("contract.call_off", scene(situation(the_contract())), {"date": "2027-01-20"})


def test_renewing_leaves_what_is_planned_from_today_on_to_the_next_cycle() -> None:
    """Of a contract that no cycle has looked at nothing is ordered by the press itself."""
    of = the_contract(terms=terms(Renewal.BY_HAND), end=date(2027, 1, 30), plans=(plan(unit=Unit.DAY),))
    change = decide("contract.renew", scene(situation(of), unseen=True))
    assert change.contract is not None
    assert change.contract.settled_through == TODAY - timedelta(days=1)
    renewed = replace(situation(change.contract), ledger={row.key: row for row in change.ledger})
    orders = [row.planned_date for row in due(renewed, TODAY) if row.state is VisitState.ORDERING]
    assert TODAY in orders
    assert TODAY + timedelta(days=1) in orders


def test_renewing_writes_first_what_the_old_end_left() -> None:
    by_hand = {"terms": terms(Renewal.BY_HAND), "end": date(2026, 11, 30), "end_counts_from": date(2026, 12, 1)}
    about = situation(the_contract(entered_on=date(2026, 1, 31), order_per_object=False, **by_hand))
    change = decide("contract.renew", scene(about), {"until": "2027-11-30"})
    assert change.contract is not None
    assert change.contract.settled_through == date(2026, 11, 30)
    assert max(visit.planned_date for visit in change.ledger) == date(2026, 11, 30)


def test_another_number_of_yearly_orders_counts_from_the_day_after_the_last_one() -> None:
    spread = the_contract(
        type=ContractType.YEARLY,
        start=date(2027, 1, 1),
        entered_on=date(2027, 1, 1),
        plans=(VisitPlan("Y", Recurrence(Unit.DAY)),),
        yearly=YearlyOrders(4),
        order_per_object=False,
        lead=Lead(0),
    )
    about = ordered(spread, date(2027, 1, 1))
    changed = decide("contract.edit", scene(about, today=date(2027, 1, 2)), {"orders_per_year": 12}).contract
    assert changed is not None
    assert changed.plans[0].counts_from == date(2027, 1, 2)
