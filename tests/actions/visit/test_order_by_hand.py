"""What forbids ordering a visit by hand, whichever button (rules: Actions, Generation)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.contracts.contract import Pause
from powerup.contracts.situation import Facts
from powerup.contracts.visit import VisitState
from tests.actions.scenes import ordered, the_contract
from tests.actions.visit.visit_scenes import DECEMBER, FEBRUARY, decide, row


@pytest.mark.parametrize("action", ["visit.order_now", "visit.retry"])
def test_a_visit_in_a_pause_is_not_ordered(action: str) -> None:
    """The sync would withhold it at the moment of creation."""
    failed = row(ordered(the_contract()), DECEMBER, state=VisitState.FAILED, refusal="1234 no such customer")
    about = replace(failed, contract=replace(failed.contract, pauses=(Pause(date(2026, 12, 30), None),)))
    key = FEBRUARY if action == "visit.order_now" else DECEMBER
    with pytest.raises(NotPossible, match="paused"):
        decide(action, about, key)


@pytest.mark.parametrize("action", ["visit.order_now", "visit.retry"])
def test_a_visit_of_a_customer_who_is_blocked_now_is_not_ordered(action: str) -> None:
    failed = row(ordered(the_contract()), DECEMBER, state=VisitState.FAILED, refusal="1234 no such customer")
    about = replace(failed, facts=Facts(customer_blocked=True))
    with pytest.raises(NotPossible, match="customer blocked"):
        decide(action, about, FEBRUARY if action == "visit.order_now" else DECEMBER)
