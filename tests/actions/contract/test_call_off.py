"""Work orders on request, from the balance of a yearly contract (rules: Contract types)."""

from datetime import date

import pytest

from powerup.actions.contract.call_off import balance
from powerup.actions.kit.answer import NotPossible
from powerup.contracts.contract import Contract, ContractType, Lead, Spread, VisitPlan, YearlyOrders
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.visit import VisitState
from tests.actions.scenes import decide, ordered, scene, situation, the_contract


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
