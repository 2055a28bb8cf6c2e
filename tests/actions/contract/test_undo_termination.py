"""Taking an early end back (rules: Actions)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.contracts.visit import VisitState
from tests.actions.scenes import at_host, decide, ordered, scene, the_contract

MOVED = {"last_day": "2026-12-30", "reason": "MOVED"}


def test_terminating_and_undoing_is_as_if_nothing_had_happened() -> None:
    about = ordered(the_contract())
    ended = decide("contract.terminate", scene(about), MOVED).contract
    assert ended is not None
    back = decide("contract.undo_termination", scene(replace(about, contract=ended)))
    assert back.contract == replace(about.contract, version=3)
    assert back.ledger == ()
    assert back.effects.counts() == {"created": 20}


def test_an_order_that_was_taken_back_comes_back_under_its_next_number() -> None:
    about = ordered(the_contract())
    change = decide("contract.terminate", scene(about, readings=at_host(about)), MOVED | {"existing_orders": "retract"})
    assert change.contract is not None
    done = {visit.key: replace(visit, state=VisitState.WITHHELD) for visit in change.ledger}
    back = decide(
        "contract.undo_termination", scene(replace(about, contract=change.contract, ledger={**about.ledger, **done}))
    )
    assert {visit.try_number for visit in back.ledger} == {2}
    numbers = {effect.workorder_no for effect in back.effects.listed}
    assert "C1042-A-20261231-CV-1.r2" in numbers
    assert "C1042-A-20270228-CV-1" in numbers


def test_undo_is_refused_once_the_last_day_has_passed() -> None:
    about = ordered(the_contract())
    ended = decide("contract.terminate", scene(about), MOVED).contract
    assert ended is not None
    with pytest.raises(NotPossible, match="has passed"):
        decide("contract.undo_termination", scene(replace(about, contract=ended), today=date(2026, 12, 31)))
