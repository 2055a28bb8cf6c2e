"""A work order that the host refused is tried again (rules: Actions)."""

from powerup.contracts.visit import VisitState
from tests.actions.scenes import ordered, the_contract
from tests.actions.visit.visit_scenes import DECEMBER, decide, row


def test_a_refused_visit_is_tried_again_under_its_next_number() -> None:
    about = row(ordered(the_contract()), DECEMBER, state=VisitState.FAILED, refusal="Required field missing")
    change = decide("visit.retry", about, DECEMBER)
    assert (change.ledger[0].state, change.ledger[0].workorder_no) == (
        VisitState.ORDERING,
        "C1042-A-20261231-CV-1.r2",
    )
